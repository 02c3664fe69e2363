"""Parts of the examples between which nothing leaks."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sartor.errors import ConfigError, InputError
from sartor.text.near import similarity
from sartor.tuning.examples import Split, fingerprint, split_examples
from sartor.types import Example, Message, Rests

WORDS = ["lamp", "cable", "window", "garden", "ticket", "parcel", "engine", "letter", "bridge"]


def example(*turns, line=1, **more):
    roles = ["user", "assistant"] * len(turns)
    messages = tuple(Message(role, said) for role, said in zip(roles, turns, strict=False))
    return Example(messages, f"voice.jsonl:{line}", **more)


def several(count, seed=0):
    dice = random.Random(seed)
    return [
        example(" ".join(dice.choices(WORDS, k=9)) + f" {line}?", f"Answer {line}.", line=line)
        for line in range(count)
    ]


def side_of(split, row):
    return next(name for name in ("train", "dev", "test") if row in getattr(split, name))


def test_sizes_are_what_was_asked_for():
    split = split_examples(several(200), seed=0, dev=0.1, test=0.2)
    assert (len(split.train), len(split.dev), len(split.test)) == (140, 20, 40)
    assert split.clusters == 200


def test_what_belongs_together_stays_together():
    long = "please tell me where exactly the spare parts of my old red lamp are kept in the shop"
    document = (Rests("p1", "manual.pdf", "h1", answers=True),)
    also = (Rests("p2", "manual.pdf", "h2", answers=True),)
    opening = ("Good morning, my parcel has not come yet", "I am sorry, what is its number?")
    groups = [
        [example("Why?", "So."), example("why", "Otherwise.")],
        [example(long, "There."), example(f"{long} now", "Here.")],
        [
            example("What does page 3 say?", "x", rests_on=document),
            example("How heavy?", "y", rests_on=also),
        ],
        [example(*opening), example(*opening, "It is 7", "Thank you, it will come.")],
    ]
    rows = [row for group in groups for row in group]
    for seed in range(12):
        split = split_examples([*several(30), *rows], seed=seed, dev=0.3, test=0.3)
        for group in groups:
            assert len({side_of(split, row) for row in group}) == 1


def test_a_greeting_that_many_begin_with_does_not_tie_them_together():
    rows = [example("Hi", "Hello!", row.messages[0].content, row.target) for row in several(40)]
    assert split_examples(rows, seed=0).clusters == 40


def test_the_same_examples_in_another_order_are_split_alike():
    rows = [*several(100), *several(30, seed=4)]
    shuffled = random.Random(1).sample(rows, len(rows))
    one, other = split_examples(rows, seed=7), split_examples(shuffled, seed=7)
    assert one.fingerprint == other.fingerprint
    assert set(one.test) == set(other.test)
    assert split_examples(rows, seed=8).fingerprint != one.fingerprint


def test_a_split_is_stored_and_found_again_even_if_the_file_was_sorted():
    rows = several(60)
    rows.append(Example(rows[0].messages, "voice.jsonl:99"))
    split = split_examples(rows, seed=3)
    assert Split.from_json(split.to_json(), rows) == split
    again = Split.from_json(split.to_json(), rows[::-1])
    assert again.fingerprint == split.fingerprint


def test_other_examples_and_other_files_are_refused():
    rows = several(20)
    stored = split_examples(rows, seed=0).to_json()
    with pytest.raises(InputError, match="no example says that"):
        Split.from_json(stored, rows[1:])
    with pytest.raises(InputError, match="stand on no side"):
        Split.from_json(stored, [*rows, example("new", "one")])
    for text in ("", "[]", "{}", '{"version": 9}', stored.replace('"seed": 0', '"seed": null')):
        with pytest.raises(InputError, match="no stored split"):
            Split.from_json(text, rows)


def test_there_is_always_something_to_train_on_and_it_is_said_what_is_missing():
    split = split_examples([example("a", "b")], seed=0, dev=0.45, test=0.45)
    assert len(split.train) == 1
    assert split.notes[1:] == (
        "dev is empty: nothing can be measured on it",
        "test is empty: nothing can be measured on it",
    )  # fmt: skip
    small = split_examples(several(50), seed=0)
    assert "dev has 5 examples: a share measured on it can be off by 44 points" in small.notes[0]
    alike = [example("Write a poem.", f"{word} {n}", line=n) for n, word in enumerate(WORDS * 5)]
    assert "must stay together" in split_examples(alike, seed=0).notes[0]


def test_shares_that_leave_nothing_are_refused():
    with pytest.raises(ConfigError, match="something to train on"):
        split_examples(several(3), seed=0, dev=0.5, test=0.5)
    with pytest.raises(InputError, match="no example to split"):
        split_examples([], seed=0)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join),
            st.sampled_from(["a", "b"]),
            st.sampled_from(["", "", "doc-1", "doc-2"]),
        ),
        min_size=1,
        max_size=30,
    ),
    st.integers(0, 5),
)
def test_no_prompt_no_near_prompt_and_no_document_is_on_two_sides(rows, seed):
    examples = [
        example(
            asked, answer, line=n, rests_on=(Rests("p", doc, "h", answers=True),) if doc else ()
        )
        for n, (asked, answer, doc) in enumerate(rows)
    ]
    split = split_examples(examples, seed=seed, dev=0.3, test=0.3)
    assert len(split.train) + len(split.dev) + len(split.test) == len(examples)
    assert split.train
    sides = [(name, one) for name in ("train", "dev", "test") for one in getattr(split, name)]
    for name, one in sides:
        for other_name, other in sides:
            if name != other_name:
                asked, also = one.messages[0].content, other.messages[0].content
                assert similarity(asked, also) < 0.8
                assert not {r.document_id for r in one.rests_on} & {
                    r.document_id for r in other.rests_on
                }


def test_a_fingerprint_is_about_what_is_learned_and_not_about_where_it_stands():
    rows = several(5)
    whole = fingerprint(rows)
    assert fingerprint(rows[::-1]) == whole
    elsewhere = [Example(one.messages, "other.jsonl:1", tags=("x",)) for one in rows]
    assert fingerprint(elsewhere) == whole
    assert fingerprint(rows[:-1]) != whole
    assert fingerprint([*rows[:-1], Example(rows[-1].messages, weight=2.0)]) != whole
    assert fingerprint([*rows, rows[0]]) != whole
