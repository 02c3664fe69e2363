"""Candidates become questions one by one, and nothing decided is lost."""

import pytest

from sartor.errors import InputError
from sartor.evaluation.questions import read_questions
from sartor.evaluation.questions.reviewing import Review
from sartor.evaluation.questions.writing import write_questions
from sartor.types import Question


@pytest.fixture
def files(tmp_path):
    candidates = tmp_path / "candidates.jsonl"
    tags = ("synthetic", "number", "unreviewed")
    write_questions(
        candidates, [Question(f"c{n}", f"What is {n}?", (str(n),), tags=tags) for n in range(4)]
    )
    return candidates, tmp_path / "questions.jsonl"


def test_accepted_ones_count_and_dropped_ones_do_not(files):
    review = Review(*files)
    review.accept()
    review.drop()
    review.accept(text="What else is 2?", expected="two")
    review.skip()
    assert review.current is None
    first, second = read_questions(files[1])
    assert first == Question("c0", "What is 0?", ("0",), tags=("synthetic", "number"))
    assert (second.text, second.expected) == ("What else is 2?", ("two",))
    progress = review.progress
    assert (progress.accepted, progress.dropped, progress.waiting) == (2, 1, 1)


def test_a_later_sitting_goes_on_where_the_last_one_stopped(files):
    Review(*files).accept()
    again = Review(*files)
    assert again.current.id == "c1"
    again.skip()
    assert Review(*files).current.id == "c1"


def test_a_decision_can_be_taken_back(files):
    review = Review(*files)
    assert not review.back()
    review.accept()
    review.drop()
    assert review.back()
    assert review.back()
    assert review.current.id == "c0"
    assert review.progress.waiting == 4
    review.accept()
    assert [question.id for question in read_questions(files[1])] == ["c0"]


def test_the_lines_that_were_there_stay_as_they_were(files):
    mine = '{"question":"Mine?",   "expected": 1}\n\n{"question": "Second?"}'
    files[1].write_text(mine)
    review = Review(*files)
    review.accept()
    review.back()
    review.accept()
    assert files[1].read_text().startswith(mine + "\n{")
    assert [question.id for question in read_questions(files[1])] == ["1", "3", "c0"]


def test_accepting_what_a_stopped_program_had_accepted_makes_no_double(files):
    before = files[0].read_text()
    Review(*files).accept()
    files[0].write_text(before)  # as if it had stopped between the two files
    Review(*files).accept()
    assert [question.id for question in read_questions(files[1])] == ["c0"]


def test_files_that_do_not_fit_are_refused(files, tmp_path):
    with pytest.raises(InputError, match="into itself"):
        Review(files[0], files[0])
    files[1].write_text("{")
    with pytest.raises(InputError, match="line 1: not JSON"):
        Review(*files)
    table = tmp_path / "t.csv"
    table.write_text("question,expected\nWho?,I\n")
    with pytest.raises(InputError, match="is a table"):
        Review(files[0], table)
    files[0].write_text("")
    with pytest.raises(InputError, match="holds no candidates"):
        Review(*files)
