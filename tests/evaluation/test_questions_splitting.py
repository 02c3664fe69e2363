"""Choosing with some questions, reporting with others."""

import json

import pytest

from sartor.errors import InputError
from sartor.evaluation.questions.splitting import split
from sartor.types import Evidence, Question


def about(id, *documents):
    return Question(id, f"Question {id}?", evidence=tuple(map(Evidence, documents)))


def many(documents, each=3):
    return [about(f"{d}-{n}", f"doc{d}") for d in range(documents) for n in range(each)]


def documents_of(questions):
    return {piece.document for question in questions for piece in question.evidence}


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_no_document_is_on_both_sides_and_the_shares_hold(share):
    questions = many(40)
    found = split(questions, share, seed=3)
    assert not documents_of(found.choose) & documents_of(found.report)
    assert len(found.choose) + len(found.report) == len(questions)
    assert abs(len(found.choose) / len(questions) - share) < 0.05


def test_questions_joined_by_a_third_document_stay_together():
    questions = [about("a", "x", "y"), about("b", "y", "z"), about("c", "z"), about("d", "w")]
    found = split(questions)
    sides = [{question.id for question in side} for side in (found.choose, found.report)]
    assert {"a", "b", "c"} in sides


def test_the_seed_decides_and_the_order_of_the_file_does_not():
    questions = many(30)
    assert split(questions, seed=1) == split(questions, seed=1)
    assert split(questions, seed=1) != split(questions, seed=2)
    mirrored = split(questions[::-1], seed=1)
    assert set(mirrored.choose) == set(split(questions, seed=1).choose)


def test_what_was_assigned_stays_when_questions_and_evidence_are_added(tmp_path):
    stored = tmp_path / "state" / "split.json"
    before = split(many(10), stored=stored)
    joined = [about("new", "doc0", "doc1"), *many(10), *many(15)[30:]]
    after = split(joined, share=0.9, seed=9, stored=stored)
    assert set(before.choose) <= set(after.choose)
    assert set(before.report) <= set(after.report)


def test_a_question_that_was_used_to_choose_is_known_again_under_another_id(tmp_path):
    stored = tmp_path / "split.json"
    first = split([Question("1", "Who?"), Question("2", "When?")], stored=stored)
    again = split([Question("9", f"{first.choose[0].text} ")], stored=stored)
    assert again.report == ()


def test_documents_of_both_sides_are_only_good_for_choosing(tmp_path):
    stored = tmp_path / "split.json"
    first = split(many(2), stored=stored)
    left, right = documents_of(first.choose).pop(), documents_of(first.report).pop()
    after = split([*many(2), about("both", left, right)], stored=stored)
    assert "both" in {question.id for question in after.choose}
    assert set(first.report) == set(after.report)


def test_a_broken_split_is_refused_instead_of_made_anew(tmp_path):
    stored = tmp_path / "split.json"
    for text in ("{", json.dumps({"version": 1, "sides": {"x": "both"}}), "[]"):
        stored.write_text(text)
        with pytest.raises(InputError, match="is no stored split"):
            split(many(2), stored=stored)
    with pytest.raises(InputError, match="share is 1"):
        split(many(2), 1.0)
