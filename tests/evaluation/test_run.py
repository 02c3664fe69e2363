"""A system and questions become a scorecard."""

import pytest

from sartor.evaluation.measures import Scoring
from sartor.evaluation.run import evaluate
from sartor.testing.retriever import MemoryLibrary
from sartor.types import Answer, Document, Evidence, Hit, Passage, Question, Score

QUESTIONS = [
    Question("days", "How long?", ("14 days",), evidence=(Evidence("returns"),), tags=("time",)),
    Question("price", "How much?", ("5 euros",), evidence=(Evidence("delivery"),)),
    Question("moon", "Who lives on the moon?", answerable=False),
]


def hit(document):
    return Hit(Passage(document, document, "text", 0, 4), 1.0)


class Canned:
    """A system that knows one answer."""

    def __init__(self, **answers):
        self.answers = answers

    def answer(self, question):
        found = self.answers.get(question.split()[1].strip("?"), Answer("", abstained=True))
        if isinstance(found, Exception):
            raise found
        return found


def test_answers_and_retrieval_are_measured():
    system = Canned(long=Answer("It takes 14 days.", hits=(hit("delivery"), hit("returns"))))
    card = evaluate(system, QUESTIONS)
    means = {metric: found.mean for metric, found in card.measurements.items()}
    assert means["answers.contains"] == 0.5
    assert means["answers.correct"] == pytest.approx(2 / 3)
    assert means["answers.abstained"] == 1.0
    assert means["retrieval.recall@10"] == 1.0
    assert means["retrieval.mrr"] == 0.5
    assert 0 <= means["latency.p50"] <= means["latency.p95"]
    assert card.measurements["answers.correct"].n == 3
    assert card.measurements["latency.p50"].n == 3
    assert card.system == "Canned"


def test_every_mean_has_its_interval():
    card = evaluate(Canned(long=Answer("14 days")), QUESTIONS)
    for found in card.measurements.values():
        assert found.low <= found.mean <= found.high


def test_a_question_that_fails_is_wrong_and_the_rest_goes_on():
    card = evaluate(Canned(long=RuntimeError("no model"), much=Answer("5 euros")), QUESTIONS)
    failed, fine, _ = card.rows
    assert failed.error == "RuntimeError: no model"
    assert failed.answer is None
    assert failed.stage == "no answer"
    assert fine.error == ""
    assert card.measurements["answers.correct"].mean == pytest.approx(2 / 3)
    assert card.measurements["latency.p50"].n == 2
    assert any("of 3 questions 1 failed" in note for note in card.notes)


def test_it_counts_what_decided_and_sums_up_by_tag():
    card = evaluate(Canned(long=Answer("14 days")), QUESTIONS)
    assert sum(card.decided_by.values()) == 3
    assert card.decided_by["abstention"] == 2
    assert card.tagged["time"].mean == 1.0
    assert card.tagged["time"].n == 1


def test_wrong_answers_have_a_stage_with_proof_and_right_ones_have_none():
    card = evaluate(Canned(long=Answer("14 days"), much=Answer("9 euros")), QUESTIONS)
    right, wrong, _ = card.rows
    assert right.stage is None
    assert wrong.stage is not None
    assert wrong.proof


def test_an_output_rule_that_fired_once_is_a_share_of_all_answers():
    system = Canned(long=Answer("14 days", flags=("links: 1",)), much=Answer("5 euros"))
    card = evaluate(system, QUESTIONS)
    assert card.measurements["rules.links"].mean == pytest.approx(1 / 3)


def test_a_measure_of_the_whole_run_joins_the_others():
    def lengths(run):
        yield from (Score("style.match", one.question.id, 1.0, "mine") for one in run)

    card = evaluate(Canned(), QUESTIONS, extra=[lengths])
    assert card.measurements["style.match"].n == 3
    assert all(row.scores[-1].reason == "mine" for row in card.rows)


def test_the_same_run_gives_the_same_figures():
    system = Canned(long=Answer("It takes 14 days or so."), much=Answer("5"))
    first, second = (evaluate(system, QUESTIONS, seed=3) for _ in range(2))
    same = [name for name in first.measurements if not name.startswith("latency")]
    assert [first.measurements[name] for name in same] == [
        second.measurements[name] for name in same
    ]


def test_no_questions_give_an_empty_card_and_one_question_says_how_little_that_is():
    assert evaluate(Canned(), []).measurements == {}
    card = evaluate(Canned(long=Answer("14 days")), QUESTIONS[:1])
    assert any("one question proves nothing" in note for note in card.notes)


def test_progress_is_told_while_asking_and_while_measuring():
    told = []
    evaluate(Canned(), QUESTIONS, progress=lambda *news: told.append(news))
    assert told[:3] == [("asking", 1, 3), ("asking", 2, 3), ("asking", 3, 3)]
    assert told[-1] == ("measuring", 3, 3)


class Counting(MemoryLibrary):
    """Documents that count how often they are fetched."""

    fetched = 0

    def document(self, id):
        self.fetched += 1
        return super().document(id)


def test_a_document_is_read_once_however_many_questions_are_about_it():
    corpus = Counting([Document("returns", "shop", "returns", "Returns take 14 days.")])
    asked = [
        Question(str(number), "How long?", ("14 days",), evidence=(Evidence("returns"),))
        for number in range(20)
    ]
    card = evaluate(Canned(long=Answer("It takes 3 days.")), asked, corpus=corpus)
    assert all("14 days" in row.proof for row in card.rows)
    assert corpus.fetched < len(asked)


def test_all_answers_are_compared_with_their_questions_in_one_go_first():
    seen = []

    def similarity(question, texts):
        seen.append(list(texts))
        return [0.5] * len(texts)

    system = Canned(long=Answer("14 days"), much=Answer("5 euros"))
    card = evaluate(system, QUESTIONS, scoring=Scoring(similarity=similarity))
    assert seen == [["14 days", "5 euros"], ["14 days"], ["5 euros"]]
    assert card.measurements["answers.relevance"].n == 2
