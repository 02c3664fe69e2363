"""Whether a voice is learned, recognised on new prompts, and not seen where there is none."""

import json
import subprocess
import sys

import numpy as np
import pytest
from voices import FORMAL, WARM, asked_as_text, prompts, speak

from sartor.errors import InputError
from sartor.evaluation.asked import Asked
from sartor.evaluation.style import Spoken, Voice, read_voice, style_measure
from sartor.evaluation.style.features import features
from sartor.evaluation.style.grams import gram_rows
from sartor.evaluation.style.masking import Masking
from sartor.evaluation.style.separating import separate
from sartor.types import Answer, Question


@pytest.fixture(scope="module")
def voice():
    asked = prompts(100, seed=1)
    return Voice.learn(speak(WARM, asked, 2), speak(FORMAL, asked, 3), prompts=asked_as_text(asked))


def test_two_voices_are_told_apart_on_prompts_that_were_held_out(voice):
    assert voice.tells
    assert voice.auc.mean >= 0.95
    assert voice.auc.low < voice.auc.mean
    assert voice.ceiling.mean >= 0.95
    assert voice.floor.mean <= 0.05


def test_new_answers_match_the_voice_they_are_in(voice):
    asked = prompts(100, seed=7)
    theirs, others = voice.match(speak(WARM, asked, 8)), voice.match(speak(FORMAL, asked, 9))
    assert sum(value >= 0.5 for value in theirs) >= 95
    assert sum(value >= 0.5 for value in others) <= 5
    assert all(0 <= value <= 1 for value in theirs + others)


def test_a_third_voice_matches_neither(voice):
    terse = [f"{facts['time']}, {facts['place']}." for facts in prompts(50, seed=7)]
    assert all(value < 0.5 for value in voice.match(terse))
    shouted = "Hi there! HEY! WE'RE HAPPY!!! Don't! Hi!"
    (score,) = style_measure(voice)([Asked(Question("1", "?"), Answer(shouted))])
    assert score.value == 0
    assert score.reason.startswith("in neither voice; furthest off: ")


def test_two_samples_of_one_voice_are_not_told_apart():
    told = 0
    for seed in range(8):
        asked = prompts(40, seed=seed)
        one, other = speak(WARM, asked, 100 + seed), speak(WARM, asked, 500 + seed)
        voice = Voice.learn(one, other, seed=seed)
        told += voice.tells
        assert voice.tells or "cannot tell" in voice.reason
    assert told <= 1


def test_the_same_texts_on_both_sides_are_exactly_chance():
    asked = prompts(30, seed=1)
    said = speak(WARM, asked, 2)
    voice = Voice.learn(said, said)
    assert not voice.tells
    assert abs(voice.auc.mean - 0.5) < 0.1


def test_topics_do_not_make_a_voice():
    """One voice, but each side speaks of things that the other never mentions."""
    beginnings = ("ba", "do", "ki", "lu", "me", "no", "ra", "ti")
    ends = ("ran", "tos", "vil", "mek", "pun", "sir", "dof", "lah")
    nouns = [beginning + end for beginning in beginnings for end in ends]
    theirs = [f"You can return the {noun} within {at} days." for at, noun in enumerate(nouns[:32])]
    base = [f"You can return the {noun} within {at} days." for at, noun in enumerate(nouns[32:])]
    assert Masking.learn(theirs + base).apply(theirs[7]) == "You can return the x within 0 days."
    assert not Voice.learn(theirs, base).tells


def test_too_few_examples_say_how_many_would_do():
    asked = prompts(6, seed=1)
    voice = Voice.learn(speak(WARM, asked, 2), speak(FORMAL, asked, 3))
    assert (voice.tells, voice.auc) == (False, None)
    assert "6 examples of different prompts; 10 are the least" in voice.reason
    with pytest.raises(InputError, match="6 examples"):
        voice.match(["Hello!"])


def test_a_weak_difference_is_given_a_number_of_examples():
    asked = prompts(30, seed=1)
    for seed in range(10):
        voice = Voice.learn(
            speak(WARM, asked, seed, other=FORMAL, share=0.4),
            speak(FORMAL, asked, 50 + seed, other=WARM, share=0.4),
        )
        if not voice.tells and voice.auc.mean > 0.55:
            assert "examples would tell" in voice.reason
            return
    raise AssertionError("every blurred voice was told")


def test_features_say_what_differs(voice):
    table = {feature.name: feature for feature in voice.features}
    assert table["contractions per 100 words"].distance > 2
    assert table["exclamation marks per sentence"].low > 0
    assert table["formality"].high < 0
    assert table["greeting"].theirs > table["greeting"].base
    distances = [abs(feature.distance) for feature in voice.features]
    assert distances == sorted(distances, reverse=True)
    assert all(one.low <= one.distance <= one.high for one in voice.features)


def test_notes_name_the_ceiling_and_what_sets_the_voices_apart(voice):
    told, ceiling, apart = voice.notes
    assert "held out" in ceiling
    assert "of the base assistant's" in ceiling
    assert apart.count(" against ") == 3
    assert voice.reason == told


def test_english_features_are_counted():
    found = features(
        "Hi Ann,\n\nwe've got your **order**! Is that ok? 😀\n\n- one\n- two\n\nCheers", "en"
    )
    assert found["greeting"] == found["closing"] == 1
    assert (found["list lines"], found["bold"], found["emoji"]) == (2, 1, 1)
    assert found["we per 100 words"] > 0
    assert found["contractions per 100 words"] > 0
    assert found["formality"] < 0


def test_german_tells_sie_from_du():
    formal = features(
        "Sehr geehrte Frau Berg, wir bitten Sie um Ihre Nummer. Mit freundlichen Grüßen", "de"
    )
    casual = features("Hi Ann, schick uns mal deine Nummer, dann hast du Ruhe. Liebe Grüße", "de")
    assert formal["greeting"] == casual["greeting"] == formal["closing"] == casual["closing"] == 1
    assert formal["formality"] > 0 > casual["formality"]
    assert formal["you per 100 words"] > 0
    assert "contractions per 100 words" not in formal


def test_a_language_without_word_lists_keeps_the_features_that_need_none():
    found = features("Dzień dobry! Zamówienie jest w drodze.", "pl")
    assert found["exclamation marks per sentence"] == 0.5
    assert "greeting" not in found


def test_scores_are_missing_where_nothing_was_said_and_name_what_is_off(voice):
    run = [
        Asked(Question("1", "?"), Answer(speak(WARM, prompts(1, 3), 4)[0])),
        Asked(Question("2", "?"), Answer("A request is required. The packaging is not required.")),
        Asked(Question("3", "?"), Answer("I cannot say.", abstained=True)),
        Asked(Question("4", "?"), None, error="it broke"),
    ]
    scores = list(style_measure(voice)(run))
    assert [score.metric for score in scores] == ["style.match"] * 4
    assert [score.value for score in scores] == [1.0, 0.0, None, None]
    assert "furthest off:" in scores[1].reason
    assert scores[2].reason == "nothing was said"


def test_a_voice_that_cannot_be_told_scores_nothing():
    asked = prompts(20, seed=1)
    voice = Voice.learn(speak(WARM, asked, 2), speak(WARM, asked, 3))
    (score,) = style_measure(voice)([Asked(Question("1", "?"), Answer("Hello!"))])
    assert score.value is None
    assert "cannot tell" in score.reason


def test_the_same_seed_gives_the_same_voice_in_another_process(voice):
    asked = prompts(100, seed=1)
    again = Voice.learn(
        speak(WARM, asked, 2), speak(FORMAL, asked, 3), prompts=asked_as_text(asked)
    )
    assert again.auc == voice.auc
    assert again.match(["Hi there!"]) == voice.match(["Hi there!"])
    code = (
        "from sartor.evaluation.style.grams import gram_rows;"
        "print(gram_rows(['Hi there, you!']).nonzero()[1].tolist())"
    )
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    here = gram_rows(["Hi there, you!"]).nonzero()[1].tolist()
    assert json.loads(there.stdout) == here


def test_one_prompt_asked_twice_is_held_out_as_one():
    """Rows that are noise but for their prompt are told by it, unless it is held out whole."""
    draw = np.random.default_rng(0)
    of_prompt = draw.normal(size=(20, 50))
    groups = np.repeat(np.arange(20), 4)
    rows = of_prompt[groups] + draw.normal(size=(80, 50)) / 10
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    theirs = np.repeat(np.arange(20) % 2 == 0, 4)
    leaky = separate(rows, theirs, np.arange(80), seed=0)
    held = separate(rows, theirs, groups, seed=0)
    assert leaky.auc.mean > 0.95
    assert abs(held.auc.mean - 0.5) < 0.3


def test_sides_without_anything_to_learn_from_are_refused():
    with pytest.raises(InputError, match="found 0 of their answers"):
        Voice.learn([], ["Hello"])
    with pytest.raises(InputError, match="found 1 prompts"):
        Voice.learn(["a", "b"], ["c", "d"], prompts=["?"])


def test_odd_texts_do_no_harm(voice):
    odd = [
        "",
        " ",
        "\x00",
        "🙂",
        "?" * 10_000,
        "你好。请稍等。",
        "a" * 5_000,
        "\u202e" + "שלום",
        "\ud83d half",
    ]
    assert all(0 <= value <= 1 for value in voice.match(odd))
    assert all(voice.furthest(text) for text in odd)
    chinese = [f"您好。第{at}个问题我们已经收到。" for at in range(20)]
    assert Voice.learn(chinese, [f"收到{at}。谢谢。" for at in range(20)]).auc is not None


def test_assistant_turns_are_read_with_their_prompts(tmp_path):
    path = tmp_path / "examples.jsonl"
    turns = [
        ("system", "Be kind."),
        ("user", "One?"),
        ("assistant", "Yes."),
        ("user", "Two?"),
        ("assistant", "No."),
    ]
    row = {"messages": [{"role": role, "content": said} for role, said in turns]}
    path.write_text(json.dumps(row) + "\n\n", encoding="utf-8-sig")
    assert read_voice(path) == [Spoken("One?", "Yes."), Spoken("Two?", "No.")]


def test_rows_that_are_no_chats_are_all_named(tmp_path):
    path = tmp_path / "examples.jsonl"
    path.write_text('{"messages": []}\nnonsense\n{"messages": [{"role": "bot", "content": "x"}]}\n')
    with pytest.raises(InputError) as raised:
        read_voice(path)
    assert all(f"line {number}:" in str(raised.value) for number in (1, 2, 3))
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="not UTF-8"):
        read_voice(path)
    path.write_text("\n")
    with pytest.raises(InputError, match="no assistant turn"):
        read_voice(path)
