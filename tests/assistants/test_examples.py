"""Examples: read, refused, chosen."""

import json

import pytest

from sartor.assistants.examples import Example, Examples
from sartor.errors import InputError
from sartor.types import Message


def row(question, answer="Yes."):
    return Example((Message("user", question), Message("assistant", answer)))


def words(messages):
    return sum(len(message.content.split()) for message in messages)


ROWS = (
    row("How do I charge the lamp?"),
    row("How do I charge the lamp at home?"),
    row("What does shipping of a lamp cost?"),
    row("Who is the mayor of the town?"),
)


def asked(messages):
    return [message.content for message in messages if message.role == "user"]


def test_fixed_examples_are_the_first_ones():
    chosen = Examples(ROWS, "fixed").chosen("Anything?", limit=2, budget=100, count=words)
    assert asked(chosen) == [ROWS[0].question, ROWS[1].question]


def test_near_examples_are_near_and_unlike_each_other_the_nearest_last():
    chosen = Examples(ROWS).chosen("How do I charge a lamp?", limit=2, budget=100, count=words)
    assert asked(chosen)[-1] == ROWS[0].question
    assert asked(chosen)[0] != ROWS[1].question


def test_a_similarity_may_be_handed_in():
    def mayor(question, texts):
        return [float("mayor" in text) for text in texts]

    chosen = Examples(ROWS, similarity=mayor).chosen("x", limit=1, budget=100, count=words)
    assert asked(chosen) == [ROWS[3].question]


def test_the_budget_is_kept():
    chosen = Examples(ROWS, "fixed").chosen("x", limit=4, budget=8, count=words)
    assert asked(chosen) == [ROWS[0].question]
    assert Examples(ROWS).chosen("x", limit=0, budget=99, count=words) == []


def test_rows_are_read_and_their_system_messages_left_out(tmp_path):
    path = tmp_path / "examples.jsonl"
    turns = [("system", "Be kind."), ("user", "Hi?"), ("assistant", "Hi!")]
    messages = [{"role": role, "content": content} for role, content in turns]
    path.write_text(json.dumps({"messages": messages}) + "\n\n")
    examples = Examples.load(path)
    assert [turn.role for turn in examples.rows[0].messages] == ["user", "assistant"]
    assert examples.fingerprint != Examples(ROWS).fingerprint


def test_rows_that_are_none_are_all_named(tmp_path):
    path = tmp_path / "examples.jsonl"
    path.write_text(
        '{"messages": []}\nnot json\n{"messages": [{"role": "user", "content": "Hi?"}]}\n'
        '{"messages": [{"role": "user", "content": ""}, {"role": "assistant", "content": "x"}]}\n'
        '{"messages": [{"role": "wizard", "content": "x"}]}\n[1]\n'
    )
    with pytest.raises(InputError) as error:
        Examples.load(path)
    said = str(error.value)
    assert all(f"line {number}: " in said for number in range(1, 7))
    assert "the user message has no text" in said
    with pytest.raises(InputError, match="cannot be read"):
        Examples.load(tmp_path / "none.jsonl")
