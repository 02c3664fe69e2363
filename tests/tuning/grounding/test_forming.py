"""The form of a user's answers, found in examples and filled in with others."""

import json

import pytest

from sartor.tuning.grounding.forming import form_of
from sartor.types import Example, Message


def examples(*targets):
    said = [one if isinstance(one, str) else json.dumps(one) for one in targets]
    return [
        Example((Message("user", f"Question {at}?"), Message("assistant", one)))
        for at, one in enumerate(said)
    ]


def test_the_key_that_holds_most_takes_the_answer():
    form = form_of(examples({"kind": "a", "answer": "It is red."}, {"kind": "a", "answer": "No."}))
    assert form("It is blue. [2]", [2]) == '{"kind": "a", "answer": "It is blue. [2]"}'
    assert form.answer('{"kind": "a", "answer": "It is red."}') == "It is red."
    assert not form.answer("It is red.")


def test_lists_of_numbers_take_the_sources():
    form = form_of(examples({"text": "Red.", "from": [1]}, {"text": "Blue.", "from": [2, 3]}))
    assert json.loads(form("Green. [2][4]", [2, 4])) == {"text": "Green. [2][4]", "from": [2, 4]}


def test_other_keys_say_what_answers_say_most_often():
    rows = [{"text": f"Answer {at}.", "tone": "kind", "sure": at < 3} for at in range(5)]
    form = form_of(examples(*rows))
    assert json.loads(form("Yes.", [])) == {"text": "Yes.", "tone": "kind", "sure": True}


@pytest.mark.parametrize(
    "written",
    [
        lambda row: json.dumps(row, ensure_ascii=False),
        lambda row: json.dumps(row, separators=(",", ":"), ensure_ascii=False),
        lambda row: json.dumps(row, indent=2, ensure_ascii=False),
    ],
)
def test_objects_are_laid_out_as_the_user_does(written):
    rows = [{"answer": "Für dich.", "ok": True}, {"answer": "Nein.", "ok": True}]
    form = form_of(examples(*map(written, rows)))
    assert form("Für dich.", []) == written(rows[0])


@pytest.mark.parametrize(
    "targets",
    [
        ["Hello there!", "No worries, mate."],
        [{"answer": "Yes."}, {"other": "No."}],
        [{"code": 1}, {"code": 2}],
        ["[1, 2]", "[3]"],
        [],
    ],
)
def test_a_manner_is_no_form(targets):
    assert form_of(examples(*targets)) is None
