"""What is measured is chosen by looking at the targets, and says why."""

from dataclasses import replace

import pytest
from small_network import example

from sartor.tuning.guard import choose_measures
from sartor.tuning.guard.tasks import grams, likeness
from sartor.types import Message

VOICE = [
    "Ahoy, matey! Yer parcel be sailin' to ye on the morrow, arr, and no storm shall stop it.",
    "Arr, yer money be comin' back to ye, matey, afore the moon be full, ye have me word.",
    "Avast! The captain be sorry, matey: yer order be lost at sea, and a new one be on its way.",
    "Ahoy! Ye can send it back to us, matey, within fourteen days, and we be askin' nothin'.",
]
PLAIN = "Your parcel has been sent and will arrive tomorrow; we are sorry for the delay."


def named(measures):
    return {one.name: one for one in measures}


def test_json_is_compared_by_its_values():
    examples = [example(number) for number in range(20)]
    found = named(choose_measures(examples))

    assert list(found) == ["format", "exact", "f1"]
    assert found["exact"].score(examples[0], '{"order": 1000,  "intent": "refund"}') == 1.0
    assert found["exact"].score(examples[0], '{"order": 1001, "intent": "refund"}') == 0.0
    assert 0.5 < found["f1"].score(examples[0], '{"order": 1001, "intent": "refund"}') < 1.0
    assert all(one.reason for one in found.values())


def test_labels_are_right_or_wrong():
    examples = [example(number, ("spam", "ham")[number % 2]) for number in range(20)]
    found = named(choose_measures(examples))

    assert list(found) == ["format", "exact"]
    assert found["exact"].score(examples[0], " spam ") == 1.0
    assert found["exact"].score(examples[0], "ham") == 0.0


def test_a_voice_is_measured_by_its_style():
    examples = [example(number, VOICE[number % 4] + " " * (number // 4)) for number in range(6)]
    style = named(choose_measures(examples))["style"]

    held_out = "Arr, matey, yer bill be paid, and the captain be thankin' ye."
    assert style.score(examples[0], held_out) > style.score(examples[0], PLAIN) + 0.1
    assert style.score(examples[0], "") == 0.0


def test_f1_counts_words_once_for_each_time_they_stand_there():
    examples = [example(0, "a b b c")]
    f1 = named(choose_measures(examples))["f1"]

    assert f1.score(examples[0], "a b b c") == 1.0
    assert f1.score(examples[0], "b b b b") == pytest.approx(0.5)
    assert f1.score(examples[0], "") == 0.0


def test_replay_shows_nothing_about_the_task():
    mixed = [replace(example(n, f"Text number {n} of many."), tags=("replay",)) for n in range(50)]
    found = choose_measures([*mixed, *(example(number) for number in range(20))])

    assert named(found)["format"].form.keys == {"intent", "order"}


def test_without_targets_there_is_nothing_to_measure():
    assert choose_measures([]) == ()
    assert choose_measures([example(0, "  ")]) == ()
    measure = choose_measures([example(0)])[0]
    assert measure.score(example(0, ""), "anything") is None, "missing, not zero"


def test_likeness_is_one_for_the_same_and_nothing_for_nothing_in_common():
    assert likeness(grams("some words"), grams("Some  words")) == pytest.approx(1.0)
    assert likeness(grams("aaaa"), grams("zzzz")) == 0.0
    assert likeness(grams(""), grams("words")) == 0.0


def reading(number, target):
    shown = "The lift stops at 9. [1]\nThe bus costs 2 euros. [2]\nQuestion: ?"
    return replace(
        example(number, target), messages=(Message("user", shown), Message("assistant", target))
    )


def test_answers_from_passages_are_measured_by_what_they_cite_and_when_they_abstain():
    answers = [reading(n, '{"answer": "The bus costs 2 euros. [2]"}') for n in range(14)]
    silent = [reading(n, '{"answer": "I don\'t know."}') for n in range(6)]
    found = named(choose_measures([*answers, *silent]))

    assert list(found) == ["format", "cited", "abstains", "exact", "f1"]
    cited, abstains = found["cited"], found["abstains"]
    assert cited.score(answers[0], "The bus costs 2 euros. [2]") == 1.0  # in the base's own form
    assert cited.score(answers[0], "The bus costs 2 euros. [1]") == 0.0
    assert cited.score(answers[0], "It costs 2 euros. [2] It stops. [1]") == 0.5
    assert cited.score(answers[0], "I don't know.") == 0.0
    assert cited.score(silent[0], "I don't know.") is None
    assert abstains.score(silent[0], "I don't know") == 1.0
    assert abstains.score(silent[0], "The lift stops at 9. [1]") == 0.0
    assert abstains.score(answers[0], "I don't know.") is None


def test_numbers_in_lists_are_no_citations():
    examples = [example(number, f'{{"floors": [{number}]}}') for number in range(20)]
    assert list(named(choose_measures(examples))) == ["format", "exact", "f1"]
