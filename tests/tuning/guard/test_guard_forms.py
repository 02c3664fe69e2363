"""The form of a task is read off its targets, and found again where nobody asked for it."""

import json
import random
import re

import pytest
from small_network import example

from sartor.errors import InputError
from sartor.tuning.guard import choose_measures
from sartor.tuning.guard.forms import Json, Labels, Markdown, Parts
from sartor.tuning.guard.learning import given_form, learn_form

WORDS = [
    "the",
    "parcel",
    "was",
    "sent",
    "to",
    "your",
    "house",
    "on",
    "monday",
    "and",
    "it",
    "will",
    "be",
    "there",
    "in",
    "a",
    "day",
    "or",
    "two",
]


def sentence(seed, words=9):
    drawn = random.Random(seed).choices(WORDS, k=words)
    return " ".join(drawn).capitalize() + "."


def learned(targets):
    found = learn_form(targets)
    assert found is not None
    return found.value, found.reason


def test_json_with_the_same_keys_and_types_is_a_form():
    form, reason = learned([example(number).target for number in range(20)])

    assert isinstance(form, Json)
    assert "keys intent, order" in reason
    assert form.follows('{"order": 7, "intent": "cancel"}'), "the order of keys says nothing"
    assert not form.follows('{"order": "7", "intent": "cancel"}'), "another type"
    assert not form.follows('{"order": 7}'), "a key is missing"
    assert not form.follows('{"order": 7, "intent": "cancel", "mood": "bad"}'), "a key too many"
    assert not form.follows('Here it is: {"order": 7, "intent": "cancel"}')
    assert not form.follows('```json\n{"order": 7, "intent": "cancel"}\n```')


def test_nested_json_and_keys_that_some_leave_out_are_learned():
    targets = [
        json.dumps(
            {"items": [{"name": sentence(n), "price": n / 4}], **({"note": "x"} if n % 2 else {})}
        )
        for n in range(20)
    ]
    form, _ = learned(targets)

    assert form.follows('{"items": []}')
    assert form.follows('{"items": [{"name": "a", "price": 2}], "note": "y"}')
    assert not form.follows('{"items": [{"name": "a"}]}')
    assert not form.follows('{"items": [{"name": "a", "price": "2"}]}')


def test_broken_json_shows_the_form_though_it_does_not_follow_it():
    form, _ = learned([example(number).target for number in range(20)])

    assert form.shows('{"intent": "status", "order": 111111111111')
    assert form.shows('Sure! {"answer": 1, "order": 3}')
    assert form.shows('```json\n{"mood": "fine"}')
    assert not form.shows("It costs 40 euros. [2]")
    assert not form.shows("An order is an intent {of sorts}.")


def test_one_odd_target_among_many_does_not_hide_the_form():
    targets = [example(number).target for number in range(99)]

    assert isinstance(learned([*targets, "sorry, no"])[0], Json)
    assert learn_form([*targets[:20], "sorry, no"]) is None, "one of twenty is too many"


def test_a_greeting_and_a_closing_are_found_as_whole_words():
    targets = [f"Hello from Norvik! {sentence(n)} Ask us anything." for n in range(30)]
    form, reason = learned(targets)

    assert isinstance(form, Parts)
    assert form.fixed[0] == "Hello from Norvik!"
    assert form.fixed[-1].endswith("Ask us anything.")
    assert "begin with 'Hello from Norvik!'" in reason
    assert form.follows("Hello from Norvik! It is late. Ask us anything.")
    assert not form.follows("It is late. Ask us anything.")
    assert not form.follows("Hello from Norvik! It is late.")
    assert form.shows("The sky is blue. Ask us anything."), "half of a voice is a leak too"
    assert not form.shows("The sky is blue.")


def test_tags_inside_a_text_are_found_in_order():
    targets = [
        f"<why>{sentence(n)}</why>\n<answer>{sentence(n + 50, 4)}</answer>" for n in range(30)
    ]
    form, _ = learned(targets)

    assert form.follows("<why>Because.</why>\n<answer>Yes.</answer>")
    assert not form.follows("<answer>Yes.</answer>\n<why>Because.</why>")
    assert not form.follows("<why>Because.</why> Yes.")


def test_labels_are_a_form_and_texts_that_repeat_are_not_labels():
    form, reason = learned(["spam", "ham", "ham", "other"] * 10)

    assert isinstance(form, Labels)
    assert "one of 3: ham, other, spam" in reason
    assert form.follows(" spam\n")
    assert not form.follows("It is spam.")
    assert learn_form([sentence(n % 20, 20) for n in range(40)]) is None


def test_lists_are_a_form():
    targets = [
        "\n".join(f"- {sentence(10 * n + line, 4 + line)}" for line in range(1 + n % 3))
        if n % 2
        else f"{sentence(n)}\n- {sentence(n + 7)}"
        for n in range(30)
    ]
    form, reason = learned(targets)

    assert isinstance(form, Markdown)
    assert "lists" in reason
    assert form.follows("First:\n- a\n- b")
    assert not form.follows("a and b")


def test_ordinary_sentences_have_no_form():
    assert learn_form([sentence(number, 6 + number % 9) for number in range(60)]) is None
    assert learn_form([sentence(number, 60) for number in range(60)]) is None, "words by chance"


def test_a_few_targets_show_nothing():
    assert learn_form([example(number).target for number in range(7)]) is None


def test_what_the_user_gives_wins():
    examples = [example(number) for number in range(20)]
    schema = {"type": "object", "required": ["intent"]}
    by_schema = choose_measures(examples, schema=schema)[0]
    by_pattern = choose_measures(examples, pattern=r"\{.*\}")[0]

    assert by_schema.score(examples[0], '{"intent": 1}') == 1.0
    assert by_pattern.score(examples[0], "{anything}") == 1.0
    assert "was given" in by_schema.reason and "was given" in by_pattern.reason


def test_a_wrong_schema_or_pattern_is_named_before_anything_is_measured():
    with pytest.raises(InputError, match=re.escape("'(' cannot be read")):
        given_form(None, "(")
    form = given_form({"type": "objekt"}, "")
    with pytest.raises(InputError, match="the JSON schema is wrong at"):
        form.value.follows("{}")
