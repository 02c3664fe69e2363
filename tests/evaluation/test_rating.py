"""Blind rating: what is shown, what a key does, what stays on disk, what comes out."""

import json

import pytest

from sartor.errors import InputError
from sartor.evaluation.rating import (
    PAIR_KEYS,
    SINGLE_KEYS,
    VERDICTS,
    Answered,
    Ratings,
    Session,
    label_rows,
    pair_items,
    preference_rows,
    rated,
    single_items,
)
from sartor.types import Message, Question

ABOUT = {"rates": "these", "seed": "0"}


def answered(name, texts):
    questions = {id: Question(id, f"What is {id}?") for id in texts}
    return Answered(name, questions, texts)


@pytest.fixture
def sides():
    ids = [f"q{number}" for number in range(40)]
    return (
        answered("one", {id: f"one says {id}" for id in ids}),
        answered("two", {id: f"two says {id}" for id in ids}),
    )


def sitting(path, items, keys=PAIR_KEYS):
    return Session(items, Ratings(path, ABOUT, known=VERDICTS), keys)


def test_order_is_drawn_from_the_seed_and_from_nothing_else(sides):
    items = pair_items(*sides, seed=3)
    assert pair_items(*sides, seed=3) == items
    assert pair_items(*sides, seed=4) != items
    swapped = sum(item.order == "21" for item in items)
    assert 8 <= swapped <= 32
    assert all(item.texts[0].startswith("two" if item.order == "21" else "one") for item in items)


def test_preferring_one_system_wherever_it_stands_gives_it_every_point(sides, tmp_path):
    session = sitting(tmp_path / "r.jsonl", pair_items(*sides, seed=1))
    while item := session.current:
        assert session.press("a" if item.texts[0].startswith("two") else "b") == "noted"
    result = rated(("one", "two"), session.items, session.ratings.verdicts)
    assert (result.counts["second"], result.left) == (40, 0)
    assert result.measured.mean == 0
    assert 0 < result.measured.high < 0.1


def test_ties_count_half_and_skipped_ones_not_at_all(sides, tmp_path):
    session = sitting(tmp_path / "r.jsonl", pair_items(*sides, seed=1)[:4])
    for key in "tts":
        session.press(key)
    result = rated(("one", "two"), session.items, session.ratings.verdicts)
    assert (result.measured.mean, result.measured.n, result.left) == (0.5, 2, 1)
    assert result.counts == {"first": 0, "tie": 2, "second": 0, "skip": 1}


def test_answers_that_are_the_same_are_ties_that_nobody_is_shown(tmp_path):
    first = answered("one", {"1": "14 days", "2": "online"})
    second = answered("two", {"1": "14 days ", "2": "by post", "3": "only here"})
    session = sitting(tmp_path / "r.jsonl", pair_items(first, second, seed=0))
    assert session.current.question.id == "2"
    session.press("a")
    assert session.current is None
    result = rated(("one", "two"), session.items, session.ratings.verdicts)
    assert (result.counts["tie"], result.measured.n) == (1, 2)


def test_taking_back_goes_as_far_as_one_likes(sides, tmp_path):
    session = sitting(tmp_path / "r.jsonl", pair_items(*sides, seed=1))
    begun = session.current
    assert session.press("u") == "nothing to undo"
    session.press("a")
    session.press("s")
    assert [session.press("u"), session.press("u")] == ["undone", "undone"]
    assert session.current == begun
    assert session.press("x") == "unknown"
    assert session.press("q") == "quit"
    assert session.current == begun


def test_another_sitting_goes_on_where_the_last_one_ended(sides, tmp_path):
    path, items = tmp_path / "r.jsonl", pair_items(*sides, seed=1)
    first = sitting(path, items)
    for key in "abutsa":
        first.press(key)
    again = sitting(path, items)
    assert again.ratings.verdicts == first.ratings.verdicts
    assert again.current == first.current
    assert again.done == 4


def test_a_line_that_was_cut_short_is_asked_again(sides, tmp_path):
    path, items = tmp_path / "r.jsonl", pair_items(*sides, seed=1)
    session = sitting(path, items)
    session.press("a")
    waiting = session.current
    session.press("b")
    path.write_bytes(path.read_bytes()[:-9])
    again = sitting(path, items)
    assert again.current == waiting
    again.press("t")
    assert all(json.loads(line) for line in path.read_text().splitlines())


def test_ratings_of_other_answers_are_not_mixed_in(tmp_path):
    path = tmp_path / "r.jsonl"
    Ratings(path, ABOUT, known=VERDICTS)
    with pytest.raises(InputError, match="rates other answers"):
        Ratings(path, {**ABOUT, "seed": "1"}, known=VERDICTS)
    path.write_text("nonsense\n")
    with pytest.raises(InputError, match="line 1"):
        Ratings(path, ABOUT, known=VERDICTS)
    path.write_text(json.dumps(ABOUT) + '\n{"id": "1", "verdict": "great"}\n')
    with pytest.raises(InputError, match="no rating"):
        Ratings(path, ABOUT, known=VERDICTS)


def test_another_answer_under_the_same_id_makes_other_answers():
    one, other = answered("a", {"1": "x"}), answered("a", {"1": "y"})
    assert one.fingerprint != other.fingerprint
    assert one.fingerprint == answered("b", {"1": "x"}).fingerprint


def test_single_answers_become_labels(tmp_path):
    items = single_items(answered("one", {"1": "x", "2": "y", "3": "z"}), seed=0)
    session = sitting(tmp_path / "r.jsonl", items, SINGLE_KEYS)
    for key in "yns":
        assert session.press(key) == "noted"
    rows = {row["id"]: row for row in label_rows(items, session.ratings.verdicts)}
    assert len(rows) == len(items), "those that nobody rated are answers all the same"
    right, wrong = (rows[item.question.id] for item in items[:2])
    assert (right["correct"], wrong["correct"]) == (True, False)
    assert right["answer"] == items[0].texts[0]
    assert sum("correct" in row for row in rows.values()) == 2
    result = rated(("one",), items, session.ratings.verdicts)
    assert (result.measured.metric, result.measured.mean) == ("rating.correct", 0.5)


def test_preferences_are_chats_with_the_better_answer_chosen(tmp_path):
    history = (Message("user", "Hi"), Message("assistant", "Hello"))
    question = Question("1", "Where?", history=history)
    first = Answered("one", {"1": question}, {"1": "in Rome"})
    second = Answered("two", {"1": question}, {"1": "in Oslo"})
    for seed in range(4):  # whichever stands first
        items = pair_items(first, second, seed=seed)
        (row,) = preference_rows(items, {"1": "second"})
        assert row["chosen"] == [{"role": "assistant", "content": "in Oslo"}]
        assert row["rejected"] == [{"role": "assistant", "content": "in Rome"}]
        assert [turn["role"] for turn in row["prompt"]] == ["user", "assistant", "user"]
    assert list(preference_rows(items, {"1": "tie"})) == []
