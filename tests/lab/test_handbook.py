"""A handbook is a project whose questions have exactly the answers that it says."""

import json
from pathlib import Path

import pytest

from sartor.assistants.examples import Examples
from sartor.assistants.templates import Prompts
from sartor.evaluation.questions import read_questions
from sartor.lab.handbook import handbook, house_style, style_examples, write_project
from sartor.lab.prompts import SYSTEM, user_text
from sartor.lab.world import Passage


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("handbook")
    return folder, write_project(folder, facts=120, seed=2, examples=90)


def test_the_same_seed_makes_the_same_handbook():
    assert handbook(3, 12) == handbook(3, 12)
    assert handbook(3, 12).passages != handbook(4, 12).passages


def test_evidence_is_the_sentence_that_holds_the_answer():
    book = handbook(5, 40)
    texts = {passage.document_id: passage.text for passage in book.passages}
    answerable = [question for question in book.questions if question.answerable]
    assert len(answerable) >= 25
    for question in answerable:
        piece = question.evidence[0]
        assert question.expected[0] in texts[piece.document][piece.start : piece.end]


def test_some_questions_have_no_answer_and_none_is_asked_twice():
    questions = handbook(6, 80).questions
    assert 5 <= sum(not question.answerable for question in questions) <= len(questions) / 5
    assert len({question.id for question in questions}) == len(questions)
    assert len({question.text for question in questions}) == len(questions)


def test_what_examples_are_about_no_question_asks():
    book = handbook(7, 60)
    asked = {question.evidence for question in book.questions if question.answerable}
    shown = {question.evidence for question, _ in book.pairs}
    assert shown
    assert not asked & shown


def test_questions_in_new_wordings_ask_for_the_same():
    plain, new = handbook(8, 30), handbook(8, 30, new_wordings=True)
    assert plain.passages == new.passages
    assert {q.text for q in plain.questions} != {q.text for q in new.questions}


def test_the_files_are_read_by_the_rooms_that_need_them(written):
    folder, book = written
    assert [q.text for q in read_questions(folder / "questions.jsonl")] == [
        question.text for question in book.questions
    ]
    assert len(Examples.load(folder / "examples.jsonl").rows) == 90
    for passage in book.passages:
        text = (folder / "documents" / passage.document_id).read_text()
        assert text == passage.text + "\n"


def test_the_templates_make_the_prompt_that_the_model_was_trained_on(written):
    folder, book = written
    prompts = Prompts(folder / "prompts")
    shown = [Passage(at, one.text) for at, one in enumerate(book.passages[:3], 1)]
    question = book.questions[0].text
    asked = prompts.render("question", question=question, passages=shown, boundary="")
    assert asked == user_text(shown, question)
    assert prompts.render("question", question=question, passages=[], boundary="") == question
    assert prompts.render("rag", abstention="") == SYSTEM
    for name in ("prompt", "few-shot", "few-shot+rag", "long-context"):
        assert prompts.render(name, abstention="").strip()


def test_examples_are_in_the_house_style_or_in_one_of_ones_own(written):
    folder, book = written
    first = json.loads(Path(folder / "examples.jsonl").read_text().splitlines()[0])
    assert json.loads(first["messages"][-1]["content"]) == {"answer": book.pairs[0][1]}
    assert house_style("It is red.", [2, 3]) == '{"answer": "It is red. [2][3]"}'
    own = style_examples(book.pairs[:1], lambda sentence, numbers: f"Sure: {sentence}")
    assert own[0].target == f"Sure: {book.pairs[0][1]}"
