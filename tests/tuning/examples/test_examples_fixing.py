"""What can be repaired without asking, and what is said about it."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from sartor.tuning.examples import Read, check_examples, fix_examples, read_examples, write_examples
from sartor.types import Example, Message, Question

KEY = "sk-proj-" + "a1B2c3D4e5F6g7H8i9J0k1L2"


def example(*turns, line=1):
    roles = ["user", "assistant"] * len(turns)
    messages = tuple(Message(role, said) for role, said in zip(roles, turns, strict=False))
    return Example(messages, f"voice.jsonl:{line}")


def fixed(*examples, **options):
    return fix_examples(check_examples(Read(examples), **options))


def test_copies_empty_answers_and_leaks_are_left_out_and_each_is_said():
    done = fixed(
        example("Is it open today?", "Yes."),
        example("Is it open today?", "Yes.", line=2),
        example("And tomorrow?", " ", line=3),
        example("How long is the river?", "Long.", line=4),
        questions=[Question("q", "How long is the river?")],
    )
    assert [one.source for one in done.examples] == ["voice.jsonl:1"]
    assert done.changes == (
        "line 2: left out: the same as line 1",
        "line 3: blanks around an answer cut",
        "line 3: left out: an empty turn",
        "line 4: left out: it gives a test question away",
    )


def test_secrets_and_personal_data_give_way_to_placeholders():
    done = fixed(
        example(
            f"My key {KEY} fails; call 0049 30 1234567.",
            "Mail eva@firm.org, use postgres://app:hunter2!@db/x from 203.0.113.7, pay to "
            "DE89 3704 0044 0532 0130 00 or by 4111 1111 1111 1111.",
        )
    )
    (one,) = done.examples
    assert one.prompt[0].content == "My key [secret] fails; call [phone]."
    assert one.target == (
        "Mail [email], use postgres://app:[secret]@db/x from [ip], pay to [iban] or by [card]."
    )
    assert "line 1: 2 x [secret] written instead of what stood there" in done.changes


def test_turns_are_put_in_order():
    turns = [
        ("assistant", "Hello."), ("user", "Hi."), ("user", "Is it open?"),
        ("system", "Be kind."), ("assistant", "Yes."),
    ]  # fmt: skip
    row = Example(tuple(Message(role, said) for role, said in turns), "voice.jsonl:1")
    (one,) = fixed(row).examples
    assert [(turn.role, turn.content) for turn in one.messages] == [
        ("system", "Be kind."), ("user", "Hi.\n\nIs it open?"), ("assistant", "Yes."),
    ]  # fmt: skip


def test_rows_that_are_no_examples_are_mended_or_left_out_in_their_place(tmp_path):
    path = tmp_path / "voice.jsonl"
    tool = {"role": "tool", "content": "{}"}
    turns = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]
    more = [{"role": "user", "content": "c"}, {"role": "assistant", "content": "d"}]
    rows = [[*turns, tool], more, [tool]]
    lines = [json.dumps({"messages": row}) for row in rows]
    path.write_text("\n".join([*lines, "nonsense"]), encoding="utf-8")
    done = fix_examples(check_examples(read_examples(path)))
    assert [(one.source, one.target) for one in done.examples] == [
        ("voice.jsonl:1", "b"), ("voice.jsonl:2", "d"),
    ]  # fmt: skip
    first, third, fourth = done.changes
    assert first.startswith("line 1: kept up to its last usable answer: turn 3 is role 'tool'")
    assert third.startswith("line 3: left out: turn 1 is role 'tool'")
    assert fourth.startswith("line 4: left out: not JSON")


def test_what_is_mended_gives_no_test_question_away(tmp_path):
    path = tmp_path / "voice.jsonl"
    turns = [
        {"role": "user", "content": "How long is the river?"},
        {"role": "assistant", "content": "Long."},
        {"role": "tool", "content": "x"},
    ]
    path.write_text(json.dumps({"messages": turns}), encoding="utf-8")
    asked = [Question("q", "How long is the river?")]
    done = fix_examples(check_examples(read_examples(path), questions=asked))
    assert done.examples == ()
    assert "gives a test question away" in done.changes[0]


def test_what_only_the_owner_can_decide_stays():
    done = fixed(
        example("Is it open?", "Yes, from nine to five on every day of the week but"),
        example("Is it open?", "No.", line=2),
    )
    assert len(done.examples) == 2
    assert done.changes == ()


PIECES = st.sampled_from(
    [
        "open",
        " ",
        "eva@firm.org",
        KEY,
        "+49 30 1234567",
        "4111111111111111",
        "Yes.",
        "\n",
        "10.1.2.3",
    ]
)
TEXTS = st.lists(PIECES, max_size=4).map(" ".join)
ROLES = st.sampled_from(["system", "user", "assistant"])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.tuples(ROLES, TEXTS), min_size=1, max_size=5), max_size=6))
def test_after_fixing_nothing_fixable_is_left_and_what_changed_is_said(conversations):
    rows = tuple(
        Example(
            (*(Message(role, said) for role, said in turns), Message("assistant", "So.")), f"a:{n}"
        )
        for n, turns in enumerate(conversations, start=1)
        if any(role == "user" for role, _ in turns)
    )
    done = fixed(*rows)
    again = check_examples(Read(done.examples))
    assert [one for one in again.findings if one.fixable] == []
    before = {one.source: one for one in rows}
    told = {change.split(":")[0] for change in done.changes}
    kept = {one.source: one for one in done.examples}
    for source, row in before.items():
        if kept.get(source) != row:
            assert f"line {source.split(':')[1]}" in told


def test_fixing_twice_changes_nothing_more(tmp_path):
    done = fixed(example(f"{KEY} eva@firm.org", " x "), example("a", "b", line=2))
    path = tmp_path / "clean.jsonl"
    write_examples(path, done.examples)
    again = fix_examples(check_examples(read_examples(path)))
    assert again.changes == ()
    assert [one.messages for one in again.examples] == [one.messages for one in done.examples]
