"""A system and questions become a scorecard."""

from sartor.evaluation.run import evaluate
from sartor.types import Answer, Evidence, Hit, Passage, Question

QUESTIONS = [
    Question("days", "How long?", ("14 days",), evidence=(Evidence("returns"),)),
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
    assert means["answers.abstained"] == 1.0
    assert means["retrieval.recall@10"] == 0.5
    assert means["retrieval.mrr"] == 0.25
    assert 0 < means["retrieval.ndcg@10"] < 0.5
    assert 0 <= means["latency.p50"] <= means["latency.p95"]
    assert card.measurements["answers.contains"].n == 2
    assert card.measurements["latency.p50"].n == 3


def test_every_mean_has_its_interval():
    card = evaluate(Canned(long=Answer("14 days")), QUESTIONS)
    for found in card.measurements.values():
        assert found.low <= found.mean <= found.high


def test_a_question_that_fails_is_recorded_and_the_rest_goes_on():
    card = evaluate(Canned(long=RuntimeError("no model"), much=Answer("5 euros")), QUESTIONS)
    failed, fine, _ = card.rows
    assert failed.error == "RuntimeError: no model"
    assert failed.answer is None
    assert {score.value for score in failed.scores} == {0.0}
    assert all(score.reason == failed.error for score in failed.scores)
    assert fine.error == ""
    assert card.measurements["answers.contains"].mean == 0.5
    assert card.measurements["latency.p50"].n == 2


def test_something_that_is_no_answer_is_an_error_of_its_row():
    card = evaluate(Canned(long="14 days"), QUESTIONS[:1])
    assert card.rows[0].error == "answered with str; expected an Answer"


def test_what_nothing_was_measured_for_is_not_on_the_card():
    card = evaluate(Canned(), [Question("q", "Is it?")])
    assert card.measurements.keys() == {"latency.p50", "latency.p95"}
    assert evaluate(Canned(), []).measurements == {}


def test_progress_is_told_after_each_question():
    told = []
    evaluate(Canned(), QUESTIONS, progress=lambda *news: told.append(news))
    assert told == [("evaluate", 1, 3), ("evaluate", 2, 3), ("evaluate", 3, 3)]
