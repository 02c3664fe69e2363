"""The texts that come with Sartor, and how they are mixed."""

import json
from collections import Counter
from pathlib import Path

import sartor.tuning.replay
from sartor.text.near import near_groups
from sartor.tuning.replay import general_prompts, general_texts, replay_examples
from sartor.tuning.replay.mixing import REPEATS
from sartor.types import Example, Message

FOLDER = Path(sartor.tuning.replay.__file__).parent
MINE = Example((Message("user", "My own question?"), Message("assistant", "My own answer.")))


def words(text):
    return len(text.split())


def parrot(prompts):
    return [f"You said: {prompt[-1].content}" for prompt in prompts]


def mixed(tokens, write=parrot, **more):
    return replay_examples(write=write, tokens=tokens, count=words, **more)


def test_there_are_prompts_and_texts_to_train_on_and_others_to_measure_by():
    assert len(general_prompts()) >= 230
    assert len(general_prompts("held out")) >= 190
    assert len(general_texts()) >= 60
    assert len(general_texts("held out")) >= 25


def test_nothing_to_measure_by_is_nearly_the_same_as_anything_trained_on():
    for train, held in [
        (general_texts(), general_texts("held out")),
        *[
            (
                [one[0].content for one in general_prompts()],
                [one[0].content for one in general_prompts("held out")],
            )
        ],
    ]:
        groups = near_groups([*train, *held])
        assert all(len(group) == 1 for group in groups)


def test_prompts_are_of_many_kinds_and_languages_in_both_parts():
    for part in ("train", "held-out"):
        lines = (FOLDER / f"prompts.{part}.jsonl").read_text(encoding="utf-8").splitlines()
        rows = [json.loads(line) for line in lines]
        assert len({row["kind"] for row in rows}) == 13
        assert len({row["language"] for row in rows}) >= 6
        assert all(row["prompt"].strip() == row["prompt"] for row in rows)


def test_a_budget_is_kept_and_nearly_used_up():
    found = mixed(2_000)
    said = sum(words(turn.content) for one in found.examples for turn in one.messages)
    assert found.tokens == said + sum(map(words, found.texts))
    assert 1_900 <= found.tokens <= 2_000


def test_each_kind_gets_its_share():
    found = mixed(3_000, theirs=[MINE] * 1_000)
    prose = sum(map(words, found.texts))
    own = [one for one in found.examples if one.target == MINE.target]
    assert 650 <= prose <= 850  # a quarter each, and half for the prompts
    assert 650 <= len(own) * 6 <= 850


def test_answers_are_what_the_base_says():
    examples = mixed(2_000).examples
    assert examples
    for one in examples:
        assert one.target == f"You said: {one.prompt[-1].content}"
        assert one.tags == ("replay",)


def test_only_as_many_prompts_are_answered_as_fit():
    answered = []

    def write(prompts):
        answered.extend(prompts)
        return parrot(prompts)

    mixed(600, write=write)
    assert 0 < len(answered) < 50


def test_an_empty_answer_is_left_out():
    assert mixed(500, write=lambda prompts: [""] * len(prompts)).examples == ()


def test_without_a_base_that_writes_prose_fills_the_budget():
    found = mixed(1_000, write=None)
    assert found.examples == ()
    assert 900 <= found.tokens <= 1_000


def test_a_text_comes_back_a_few_times_and_no_more():
    found = mixed(1_000_000, write=None)
    assert set(Counter(found.texts).values()) == {REPEATS}


def test_the_same_seed_mixes_the_same():
    assert mixed(2_000, seed=5) == mixed(2_000, seed=5)
    assert mixed(2_000, seed=5) != mixed(2_000, seed=6)
