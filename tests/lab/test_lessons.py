"""A row is exactly the single-turn prompts it stands for, and lessons hold what they say."""

import json
import re
from random import Random

import numpy as np
import pytest

from sartor.lab.curriculum import PHASES, draw_batch
from sartor.lab.lessons import Difficulty, Lessons
from sartor.lab.prompts import (
    ABSTENTION,
    answer_text,
    draw_system,
    passages_text,
    question_text,
    user_text,
)
from sartor.lab.rows import PADDED, SHARED, Row, collate
from sartor.lab.world import Part, Shape, draw_scene

HARD = Difficulty(3, Shape(), Part())
LIMIT = 400


@pytest.fixture(scope="module")
def lessons(encoder, english):
    return Lessons(encoder, english)


def blocks(row, encoder):
    """Decode the shared beginning and each block of a row."""
    numbers = sorted(set(row.blocks))
    pairs = list(zip(row.tokens, row.blocks, strict=True))
    return [encoder.text([token for token, at in pairs if at == number]) for number in numbers]


def answers(row, encoder):
    """Decode what is learned of each answer, and say whether it is a whole one."""
    for number in range(1, row.questions + 1):
        tokens = [
            token
            for token, block, weight in zip(row.tokens, row.blocks, row.weights, strict=True)
            if block == number and weight >= 0.5
        ]
        text = encoder.text(tokens)
        yield text.removesuffix("<|end|>").strip(), text.endswith("<|end|>")


def test_a_prompt_in_parts_has_the_tokens_of_the_whole_prompt(encoder):
    rng = Random(3)
    for _ in range(30):
        scene = draw_scene(rng, 3, Part())
        question = scene.facts[0].question(rng)
        head = f"<|system|>{draw_system(rng)}<|end|><|user|>{passages_text(scene.passages)}"
        tail = f"{question_text(question)}<|end|><|assistant|>"
        answer = f"{answer_text(scene.facts[0])}<|end|>"
        parts = encoder.begin(head) + encoder.go_on(tail) + encoder.begin(answer)
        assert parts == encoder.begin(head + tail + answer)


def test_every_block_starts_where_the_shared_beginning_ends(lessons):
    row = lessons.reading(Random(1), LIMIT, HARD)
    assert row.questions >= 2
    for number in range(1, row.questions + 1):
        places = [
            at for at, block in zip(row.positions, row.blocks, strict=True) if block == number
        ]
        assert places == list(range(row.shared, row.shared + len(places)))


def test_answers_quote_a_marked_sentence_of_the_passages_or_abstain(lessons, encoder):
    said = {True: 0, False: 0}
    for seed in range(20):
        row = lessons.reading(Random(seed), LIMIT, HARD)
        shared = blocks(row, encoder)[0]
        for answer, whole in answers(row, encoder):
            if whole:
                said[answer == ABSTENTION] += 1
                assert answer == ABSTENTION or answer in shared
    assert said[True] > 0
    assert said[False] > said[True]


def test_of_a_begun_answer_only_what_is_read_is_learned(lessons, encoder):
    begun = 0
    for seed in range(20):
        row = lessons.reading(Random(seed), LIMIT, HARD)
        shared = blocks(row, encoder)[0]
        for answer, whole in answers(row, encoder):
            if not whole:
                begun += 1
                sentence = re.match(r"(.*?)(?: ?\[)?(\d)$", answer)
                assert answer == ABSTENTION or sentence
                assert answer == ABSTENTION or f"{sentence[1].strip()} [{sentence[2]}]" in shared
    assert begun > 10


def test_parts_have_the_tokens_of_the_whole(encoder):
    parts = ('{"', "The price is 40 euros.", '", "', "2")
    encoded = encoder.parts(parts)
    assert [token for part in encoded for token in part] == encoder.begin("".join(parts))
    assert [encoder.text(part).strip() for part in encoded] == list(parts)


def test_turns_keep_their_form_and_only_later_answers_are_learned(lessons, encoder):
    row = lessons.turns(Random(8), LIMIT, HARD)
    talk = encoder.text(row.tokens)
    assert talk.count("<|assistant|>") >= 2
    learned = [w for w in row.weights if w >= 0.5]
    assert 0 < len(learned) < len(row.weights) / 2


def test_bare_questions_are_all_answered_with_not_knowing(lessons, encoder):
    _, *asked = blocks(lessons.bare(Random(2), LIMIT), encoder)
    assert len(asked) > 5
    assert all(block.endswith(f"<|assistant|> {ABSTENTION}<|end|>") for block in asked)


def test_plain_reading_quotes_plain_english(lessons, encoder, english):
    shared, *asked = blocks(lessons.plain_reading(Random(4), LIMIT, HARD), encoder)
    assert asked
    for block in asked:
        answer = block.split("<|assistant|> ")[1].removesuffix("<|end|>")
        assert answer == ABSTENTION or answer in shared


def test_no_lesson_teaches_a_format_of_machines(lessons, encoder):
    for seed in range(40):
        for lesson in (lessons.reading, lessons.turns, lessons.plain_reading):
            row = lesson(Random(seed), LIMIT, HARD)
            learned = zip(row.tokens, row.weights, strict=True)
            text = encoder.text([token for token, weight in learned if weight])
            assert not re.search(r'[{}\\]|":|</', text)
            for line in text.splitlines():
                with pytest.raises(json.JSONDecodeError):
                    json.loads(line or "not empty")


@pytest.mark.parametrize("done", [0.0, 0.12, 0.2, 0.3, 0.6, 0.95, 1.0])
def test_a_batch_of_every_phase_is_full_and_fits(lessons, done):
    batch = draw_batch(lessons, Random(1), done)
    assert batch.tokens.shape == batch.blocks.shape == batch.weights.shape
    assert batch.tokens.size >= 3500
    assert (batch.blocks == PADDED).mean() < 0.25
    assert (batch.weights >= 0.5).sum() > 100


def test_the_phases_cover_the_training_in_order():
    assert [phase.until for phase in PHASES] == sorted(phase.until for phase in PHASES)
    assert PHASES[-1].until == 1.0


def test_rows_are_padded_to_one_length():
    row = Row()
    row.share([5, 6], [0.1, 0.1])
    row.ask([7, 8, 9], [0.1, 1.0, 1.0])
    batch = collate([row], 7)
    np.testing.assert_array_equal(batch.tokens, [[5, 6, 7, 8, 9, 0, 0]])
    np.testing.assert_array_equal(batch.blocks, [[SHARED, SHARED, 1, 1, 1, PADDED, PADDED]])
    np.testing.assert_array_equal(batch.positions, [[0, 1, 2, 3, 4, 0, 0]])
    assert batch.questions == 1


def test_the_message_of_a_user_is_passages_then_the_question():
    scene = draw_scene(Random(6), 2, Part(), Shape(1, headed=0.0, shuffled_numbers=0.0))
    first, second = scene.passages
    assert user_text(scene.passages, "How long?") == (
        f"{first.text} [1]\n{second.text} [2]\n\nQuestion: How long?"
    )
