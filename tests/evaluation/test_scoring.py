"""All measures of one answer."""

import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sartor.checking.checker import SupportChecker
from sartor.errors import QueryError
from sartor.evaluation.asked import Asked
from sartor.evaluation.measures import MEASURES, Scoring, about, is_measure
from sartor.testing.retriever import MemoryLibrary
from sartor.types import Answer, Document, Evidence, Message, Question

LIBRARY = MemoryLibrary(
    [
        Document("refunds", "shop", "", "Refunds are paid within 14 days.\n\nGift cards expire."),
        Document("shipping", "shop", "", "Parcels leave Leeds on Mondays."),
    ]
)
ALL = Scoring(
    checker=SupportChecker(LIBRARY),
    corpus=LIBRARY,
    retriever=LIBRARY,
    similarity=lambda text, others: [0.5 for _ in others],
)
QUESTION = Question(
    "q",
    "How long are the refunds of the shop?",
    ("14 days",),
    evidence=(Evidence("refunds", 0, 32),),
)
ANSWER = Answer(
    "Refunds are paid within the 14 days.",
    hits=tuple(LIBRARY.search("refunds")),
    context=tuple(LIBRARY.passages_of("refunds")),
    timings={"search": 0.1},
)


def values(scored):
    return {score.metric: score.value for score in scored.scores}


def test_a_good_answer_of_a_search_gets_every_measure():
    scored = ALL.score(Asked(QUESTION, ANSWER, seconds=0.2))
    found = values(scored)
    assert (scored.correct, scored.decided_by) == (True, "number")
    assert found["answers.correct"] == found["answers.contains"] == 1.0
    assert found["answers.silent"] == 0.0
    assert found["answers.words"] == 7
    assert found["answers.relevance"] == 0.5
    assert found["retrieval.recall@10"] == found["retrieval.mrr"] == 1.0
    assert found["retrieval.recall@10.bm25"] == found["retrieval.map.dense"] == 1.0
    assert found["retrieval.span_recall@10"] == 1.0
    assert found["faithfulness.supported"] == found["faithfulness.numbers"] == 1.0
    assert found["format.language"] == 1.0
    assert found["latency.seconds"] == 0.2
    assert all(score.question_id == "q" and is_measure(score.metric) for score in scored.scores)


def test_a_system_that_failed_is_wrong_and_nothing_else_is_made_up():
    scored = Scoring().score(Asked(QUESTION, None, error="TimeoutError: too slow", seconds=3.0))
    found = values(scored)
    assert scored.correct is False
    assert {name for name, value in found.items() if value == 0.0} == {
        f"answers.{name}" for name in ("correct", "contains", "exact", "f1", "rouge_l")
    }
    assert found["latency.seconds"] == 3.0
    assert not any(name.startswith(("retrieval", "citations")) for name in found)
    assert scored.scores[0].reason == "TimeoutError: too slow"


def test_silence_is_measured_apart_on_both_kinds_of_questions():
    silent = Answer("I don't know.")
    unanswerable = Question("q", "Who?", answerable=False)
    assert values(Scoring().score(Asked(unanswerable, silent)))["answers.abstained"] == 1.0
    assert values(Scoring().score(Asked(unanswerable, ANSWER)))["answers.abstained"] == 0.0
    found = values(Scoring().score(Asked(QUESTION, silent)))
    assert found["answers.silent"] == 1.0
    assert found["answers.f1"] == found["answers.correct"] == 0.0
    assert "answers.abstained" not in found
    assert "answers.words" not in found


def test_what_it_read_stands_for_what_it_found_and_a_closed_book_searches_nothing():
    read = Answer("x", context=ANSWER.context)
    assert values(Scoring().score(Asked(QUESTION, read)))["retrieval.recall@10"] == 1.0
    empty = Answer("x", timings={"search": 0.1})
    assert values(Scoring().score(Asked(QUESTION, empty)))["retrieval.recall@10"] == 0.0
    assert "retrieval.recall@10" not in values(Scoring().score(Asked(QUESTION, Answer("x"))))


def test_a_stage_that_cannot_search_is_left_out():
    class OnlyWords:
        def search(self, query, k=10, mode="hybrid", filters=None, labels=()):
            if mode == "dense":
                raise QueryError("nothing is embedded yet")
            return LIBRARY.search(query, k)

    found = values(Scoring(retriever=OnlyWords()).score(Asked(QUESTION, ANSWER)))
    assert "retrieval.mrr.bm25" in found
    assert "retrieval.mrr.dense" not in found


def test_a_form_is_measured_where_one_is_asked_for():
    question = Question("q", "How long?", schema={"type": "object"})
    found = values(Scoring().score(Asked(question, Answer("14 days"))))
    assert found["format.valid"] == 0.0
    assert found["answers.correct"] is None
    assert values(Scoring().score(Asked(question, Answer("{}"))))["format.valid"] == 1.0


def test_every_measure_can_be_looked_up():
    for measure in MEASURES:
        name = measure.name.replace("@K", "@10").replace("STEP", "search").replace("FLAG", "links")
        assert is_measure(name)
        assert about(name).meaning == measure.meaning
    assert not is_measure("answers.corect")
    assert not is_measure("retrieval.recall@0")
    assert about("latency.search.p95").higher_is_better is False
    with pytest.raises(KeyError):
        about("answers.corect")


def test_what_people_call_a_measure_is_short_and_means_one_thing():
    called = [measure.called for measure in MEASURES if measure.called]
    assert len(set(called)) == len(called)
    assert max(map(len, called)) <= 14
    assert about("answers.correct").called == "right"


matches = st.sampled_from(["", "exact", "contains", "number", "regex", "schema", "facts", "?"])
alphabet = st.characters() | st.sampled_from("\0\ud800 \u202e🏴‍☠️٣½²{}[]().*+?-€%$1234567890北あก")
hostile = st.text(alphabet, max_size=60)


@settings(deadline=None, max_examples=150)
@given(hostile, hostile, hostile, matches, st.booleans())
@example("", "", "", "", True)
@example("{" * 2_000, "a", "9" * 5_000, "schema", True)
@example("1e999 -- 0/0 ½ ²", "²", "½", "number", True)
def test_nothing_raises_and_every_value_is_a_number_or_none(
    text, asked, expected, match, answerable
):
    question = Question(
        "q",
        asked,
        (expected,),
        match,
        evidence=(Evidence("refunds", 0, 10), Evidence("refunds", page=1)),
        answerable=answerable,
        history=(Message("user", text),),
        schema={"type": "object", "properties": {"a": {"type": "string"}}},
    )
    answer = Answer(text, context=ANSWER.context, flags=(expected,), timings={asked: 1.0})
    for score in ALL.score(Asked(question, answer)).scores:
        assert score.value is None or math.isfinite(score.value)
        assert is_measure(score.metric)


@pytest.mark.parametrize(
    "piece", ["a", "1", "北", "a. ", "I don't know 5 ", "\0", "🙂", "[[", "1,"]
)
def test_a_megabyte_is_measured(piece):
    text = piece * (1_000_000 // len(piece))
    scoring = Scoring(corpus=LIBRARY)
    question = Question("q", "How long do refunds take?", ("14 days",), schema={"type": "object"})
    assert scoring.score(Asked(question, Answer(text, context=ANSWER.context))).correct is False


def test_the_first_token_has_a_meaning_of_its_own():
    for name in ("latency.first_token.p50", "latency.first_token.p95"):
        assert "first words" in about(name).meaning
    assert "step" in about("latency.search.p95").meaning
