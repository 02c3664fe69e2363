"""The policy on unsupported sentences."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sartor.assistants.repairing import ModelRepair
from sartor.assistants.supporting import NOTHING_SUPPORTED, RepairResult, Supporting
from sartor.errors import ConfigError, Unreachable
from sartor.types import (
    Answer,
    Checked,
    Completion,
    Done,
    Hit,
    Message,
    Passage,
    Retrieved,
    Sentence,
    Token,
    Usage,
    Withdrawn,
)

PASSAGE = Passage("p1", "a.md", "Refunds take 14 days.", 0, 21)
HIT = Hit(PASSAGE, 1.0)


class Said:
    def __init__(self, said, **fields):
        self.sentences = tuple(Sentence(text, (), support) for text, support in said)
        self.fields = fields

    def stream(self, *_):
        yield Retrieved((), 0.0)
        for place, sentence in enumerate(self.sentences):
            yield Token(" " * bool(place))
            yield Token(sentence.text)
            yield Checked(sentence)
        text = " ".join(sentence.text for sentence in self.sentences)
        yield Done(Answer(text, self.sentences, **self.fields))


MIXED = Said(
    [
        ("Good.", "supported"),
        ("Bad.", "unsupported"),
        ("Half.", "partly"),
        ("Wrong.", "contradicted"),
        ("Open.", "unchecked"),
    ],
    cost=1.0,
)


def events_of(policy, inner=MIXED, repair=None, deadline=None):
    events = list(
        Supporting(inner, policy, repair=repair).stream("?", labels=("a",), deadline=deadline)
    )
    assert isinstance(events[0], Retrieved)
    assert [isinstance(event, Done) for event in events].index(True) == len(events) - 1
    last = max((at for at, event in enumerate(events) if isinstance(event, Withdrawn)), default=0)
    answer = events[-1].answer
    assert answer.text == "".join(event.text for event in events[last:] if isinstance(event, Token))
    checked = [event.sentence for event in events[last:] if isinstance(event, Checked)]
    assert list(answer.sentences) == checked
    return events


def test_mark_holds_nothing_back():
    assert events_of("mark") == list(MIXED.stream())


def test_drop_leaves_out_what_is_not_supported_and_nothing_else():
    answer = events_of("drop")[-1].answer
    assert answer.text == "Good. Half. Open."
    assert not answer.abstained


def test_drop_of_everything_abstains_in_plain_words():
    answer = events_of("drop", Said([("Bad.", "unsupported")]))[-1].answer
    assert answer.text == NOTHING_SUPPORTED
    assert answer.abstained


def test_refuse_withdraws_and_names_what_could_not_be_supported():
    events = events_of("refuse")
    assert any(isinstance(event, Withdrawn) for event in events)
    answer = events[-1].answer
    assert "“Bad.” “Wrong.”" in answer.text
    assert answer.abstained


def test_refuse_withdraws_nothing_where_nothing_was_sent():
    events = events_of("refuse", Said([("Bad.", "unsupported")]))
    assert not any(isinstance(event, Withdrawn) for event in events)


def test_refuse_leaves_a_supported_answer_alone():
    assert events_of("refuse", Said([("Good.", "supported")]))[-1].answer.text == "Good."


def test_repair_replaces_a_sentence_and_adds_what_it_took():
    asked = []

    def repair(sentence, question, answer_so_far, labels):
        asked.append((sentence.text, answer_so_far, labels))
        better = (Sentence("Better.", (), "supported"),) if sentence.text == "Bad." else ()
        return RepairResult(better, (HIT,), Usage(10, 2), 0.25)

    answer = events_of("repair", repair=repair)[-1].answer
    assert answer.text == "Good. Better. Half. Wrong. Open."
    assert asked == [("Bad.", "Good.", ("a",)), ("Wrong.", "Good. Better. Half.", ("a",))]
    assert answer.usage == Usage(20, 4)
    assert answer.cost == 1.5
    assert answer.context == (PASSAGE,)
    assert answer.hits == (HIT,)
    assert [step.counts["repaired"] for step in answer.steps] == [True, False]


def test_a_repair_of_unknown_cost_makes_the_cost_unknown():
    answer = events_of("repair", repair=lambda *_: RepairResult())[-1].answer
    assert answer.cost is None


def test_a_repair_that_cannot_reach_its_model_leaves_the_mark_and_a_note():
    def repair(*_):
        raise Unreachable("no answer")

    answer = events_of("repair", repair=repair)[-1].answer
    assert answer.text == "Good. Bad. Half. Wrong. Open."
    assert "could not be repaired" in answer.notes[0]


def test_nothing_is_repaired_after_the_deadline():
    tried = []
    events = events_of("repair", repair=tried.append, deadline=time.monotonic() - 1)
    assert events[-1].answer.text == "Good. Bad. Half. Wrong. Open."
    assert not tried


def test_repair_without_a_repairer_is_a_mistake_in_the_settings():
    with pytest.raises(ConfigError, match="no model"):
        Supporting(MIXED, "repair")


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text("ab. \n", min_size=1).filter(str.strip),
            st.sampled_from(["supported", "partly", "unsupported", "contradicted", "unchecked"]),
        )
    ),
    st.sampled_from(["mark", "drop", "refuse", "repair"]),
)
def test_whatever_comes_the_stream_holds(said, policy):
    better = RepairResult((Sentence("Better.", (), "supported"),))
    answer = events_of(policy, Said(said), lambda *_: better)[-1].answer
    supports = {sentence.support for sentence in answer.sentences}
    assert policy == "mark" or not supports & {"unsupported", "contradicted"}


class Model:
    name = "tiny"

    def __init__(self, reply):
        self.reply = reply
        self.asked = []

    def complete(self, messages, options=None):
        self.asked.append(messages)
        return Completion(self.reply, Usage(3, 4), model="tiny-1")


class Searching:
    def __init__(self, hits):
        self.hits = hits

    def search(self, query, k=10, mode="hybrid", filters=None, labels=()):
        assert labels == ("a",)
        return self.hits


class WordForWord:
    def check(self, text, passages, *, question=""):
        good = any(text in passage.text for passage in passages)
        return [Sentence(text, (), "supported" if good else "unsupported")]


class Priced:
    def cost(self, model, usage):
        return 0.5 if model == "tiny-1" else None


def render(*, question, sentence, answer, passages):
    return [Message("user", f"{question} {sentence} {answer} {len(passages)}")]


@pytest.mark.parametrize(
    ("reply", "kept"), [("Refunds take 14 days.", 1), ("Refunds take 2 days.", 0), ("  ", 0)]
)
def test_a_model_repairs_only_with_what_the_passages_say(reply, kept):
    model = Model(reply)
    repair = ModelRepair(model, Searching([HIT]), WordForWord(), render, pricing=Priced())
    result = repair(Sentence("Bad.", (), "unsupported"), "How long?", "So far.", ("a",))
    assert len(result.sentences) == kept
    assert (result.usage, result.cost, result.hits) == (Usage(3, 4), 0.5, (HIT,))
    assert model.asked == [[Message("user", "How long? Bad. So far. 1")]]


def test_no_model_is_asked_when_nothing_is_found():
    model = Model("x")
    repair = ModelRepair(model, Searching([]), WordForWord(), render)
    assert repair(Sentence("Bad.", (), "unsupported"), "?", "", ("a",)) is None
    assert model.asked == []
