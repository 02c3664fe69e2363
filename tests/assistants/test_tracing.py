"""What a trace keeps of an answer, and what it leaves out."""

from datetime import UTC, datetime, timedelta

from sartor.assistants.tracing import (
    Trace,
    TracedCitation,
    TracedHit,
    new_id,
    trace_of_failure,
)
from sartor.errors import InvalidOutput, KeyRefused, Misquoted
from sartor.types import Cut, Step

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_ids_are_short_and_sort_by_time():
    ids = [new_id(NOON + timedelta(microseconds=step)) for step in range(0, 5_000, 7)]
    assert ids == sorted(ids)
    assert {len(id) for id in ids} == {12}
    assert len({new_id(NOON) for _ in range(20)}) > 1


def failed(error):
    return trace_of_failure(error, question="Who?", turns=0, started=NOON, seconds=0.1).error


def test_a_failure_is_named_and_its_message_kept_only_if_it_is_in_our_words():
    assert failed(KeyRefused("the key was refused", "set it")) == "KeyRefused: the key was refused"
    assert failed(InvalidOutput("the model wrote 'a secret'")) == "InvalidOutput"
    assert failed(Misquoted("'a secret' does not stand there")) == "Misquoted"
    assert failed(ValueError("a secret")) == "ValueError"


def trace(**values):
    steps = (Step("rewrite", 0.0, 0.1, {"words": 3}, "where is gold.md?"),)
    return Trace(
        "1",
        "2026-03-01T12:00:00.000Z",
        0.5,
        steps=steps,
        retrieved=(TracedHit("gold.md#aa", 1.0), TracedHit("tin.md#bb", 0.5)),
        packed=("gold.md#aa",),
        cut=(Cut("tin.md#bb", "no room"),),
        cited=(TracedCitation("gold.md#aa", "gold.md", None, 0, 4),),
        notes=("gold.md is older",),
        question="where?",
        answer="there",
        **values,
    )


def test_forgetting_a_document_leaves_times_and_other_documents():
    kept = trace().without(frozenset({"gold.md"}))
    assert "gold.md" not in repr(kept)
    assert [hit.passage_id for hit in kept.retrieved] == ["tin.md#bb"]
    assert (kept.steps[0].name, kept.steps[0].seconds, kept.seconds) == ("rewrite", 0.1, 0.5)
    assert (kept.question, kept.answer) == ("", "")


def test_a_trace_of_other_documents_stays_unless_it_follows_up():
    assert trace().without(frozenset({"lead.md"})) == trace()
    follow_up = trace(turns=2).without(frozenset({"lead.md"}))
    assert (follow_up.question, follow_up.answer, follow_up.steps[0].content) == ("", "", "")
    assert follow_up.cited == trace().cited


def test_document_ids_may_hold_a_number_sign():
    assert Trace("1", "", 0.0, packed=("a#b.md#cc",)).touches(frozenset({"a#b.md"}))
