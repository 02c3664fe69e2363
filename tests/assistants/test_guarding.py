"""Output rules on a stream."""

import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sartor.assistants.guarding import Guarding
from sartor.assistants.rules import OutputRules
from sartor.config.sections import PolicySettings
from sartor.errors import Unreachable
from sartor.types import (
    Answer,
    Checked,
    Citation,
    Done,
    Hit,
    Passage,
    Retrieved,
    Sentence,
    Token,
    Usage,
    Withdrawn,
)

TEXT = "Write to anna@shop.example or see https://shop.example/returns for details."
PASSAGE = Passage("p1", "returns.md", TEXT, 0, len(TEXT))


class Said:
    """An assistant that sends given events."""

    def __init__(self, *events):
        self.events = events

    def stream(self, *_):
        yield from self.events


def cited(text, quote):
    start = TEXT.index(quote)
    end = start + len(quote)
    return Sentence(
        text,
        (Citation("p1", "returns.md", "docs", None, start, end, quote, True, TEXT),),
        "supported",
    )


def saying(*said, hits=()):
    """Make the events of an answer; a text alone is an unsupported sentence."""
    sentences = [
        one if isinstance(one, Sentence) else Sentence(one, (), "unsupported") for one in said
    ]
    events = [Retrieved(hits, 0.0)]
    for place, sentence in enumerate(sentences):
        events += [Token(" " * bool(place) + sentence.text), Checked(sentence)]
    citations = tuple(one for sentence in sentences for one in sentence.citations)
    text = " ".join(sentence.text for sentence in sentences)
    answer = Answer(text, tuple(sentences), citations, usage=Usage(5, 7), cost=0.5)
    return Said(*events, Done(answer))


def guarded(inner, *, rewrite=None, checker=None, **policy):
    rules = OutputRules.of(PolicySettings(**policy))
    return list(Guarding(inner, rules, rewrite=rewrite, checker=checker).stream("?"))


def final(events):
    return events[-1].answer


def test_what_breaks_no_rule_passes_unchanged():
    inner = saying("One.", "Two.")
    assert guarded(inner, forbidden_phrases=("three",)) == list(inner.stream())


def test_without_a_rewriter_the_sentence_is_left_out_and_counted():
    answer = final(
        guarded(saying("One.", "The secret plan.", "Two."), forbidden_phrases=("secret",))
    )
    assert answer.text == "One. Two."
    assert [sentence.text for sentence in answer.sentences] == ["One.", "Two."]
    assert answer.flags == ("forbidden_phrases: 1",)
    assert answer.usage == Usage(5, 7)


def test_a_sentence_is_rewritten_once_and_told_why():
    told = []

    def rewrite(sentence, reasons):
        told.append((sentence, reasons))
        return "The hidden plan."

    answer = final(
        guarded(saying("One.", "The secret plan."), rewrite=rewrite, forbidden_phrases=("secret",))
    )
    assert answer.text == "One. The hidden plan."
    assert told == [("The secret plan.", ["leave out 'secret'"])]


@pytest.mark.parametrize("again", ["Still s-e-cret.", "", "   "])
def test_a_rewrite_that_does_not_help_is_left_out(again):
    events = guarded(
        saying("One.", "A secret."), rewrite=lambda *_: again, forbidden_phrases=("secret",)
    )
    assert final(events).text == "One."


def test_a_rewrite_that_the_documents_contradict_is_left_out():
    class Contradicting:
        def check(self, text, passages, *, question=""):
            assert passages == [PASSAGE]
            return [Sentence(text, (), "contradicted")]

    inner = saying("One.", "A secret.", hits=(Hit(PASSAGE, 1.0),))
    events = guarded(
        inner, rewrite=lambda *_: "Else.", checker=Contradicting(), forbidden_phrases=("secret",)
    )
    assert final(events).text == "One."


def test_a_model_that_cannot_be_reached_does_not_stop_the_answer():
    def rewrite(sentence, reasons):
        raise Unreachable("no answer in 60 s")

    events = guarded(saying("One.", "A secret."), rewrite=rewrite, forbidden_phrases=("secret",))
    assert final(events).text == "One."


def test_a_quote_is_left_out_where_there_is_no_model_to_rewrite_it():
    quote = "Write to anna@shop.example"
    events = guarded(saying("One.", cited(quote, quote)), personal_data=("email",))
    assert final(events).text == "One."
    assert final(events).flags == ("personal_data: 1",)


def test_an_answer_of_which_nothing_is_left_is_a_refusal():
    quote = "Write to anna@shop.example"
    events = guarded(saying(cited(quote, quote)), personal_data=("email",))
    assert final(events).text == PolicySettings().refusal
    assert "refused" in final(events).flags


def test_a_refusal_takes_back_what_was_said_and_is_no_abstention():
    events = guarded(
        saying("One.", "A secret.", "Two."),
        forbidden_phrases=("secret",),
        forbidden_phrases_action="refuse",
        refusal="Not here.",
    )
    assert [type(event) for event in events] == [
        Retrieved, Token, Checked, Withdrawn, Token, Checked, Done,
    ]  # fmt: skip
    answer = final(events)
    assert answer.text == "Not here."
    assert answer.flags == ("forbidden_phrases: 1", "refused")
    assert not answer.abstained
    assert answer.cost == 0.5


def test_an_escalation_leaves_the_sentence_out_and_ends_with_the_message():
    answer = final(
        guarded(
            saying("One.", "A secret.", "Two."),
            forbidden_phrases=("secret",),
            forbidden_phrases_action="escalate",
            escalation="Ask Anna.",
        )
    )
    assert answer.text == "One. Two. Ask Anna."
    assert answer.flags == ("forbidden_phrases: 1", "escalated")


def test_a_phrase_across_two_sentences_does_not_leave_whole():
    answer = final(
        guarded(
            saying("We love project.", "Falcon is big.", "End."),
            forbidden_phrases=("project falcon",),
        )
    )
    assert answer.text == "We love project. End."


def test_a_phrase_that_leaving_out_would_make_does_not_leave_either():
    answer = final(
        guarded(
            saying("We love project.", "Very secret.", "Falcon flies."),
            forbidden_phrases=("project falcon", "secret"),
        )
    )
    assert answer.text == "We love project."


def test_when_nothing_is_left_the_refusal_is_said():
    answer = final(guarded(saying("A secret."), forbidden_phrases=("secret",), refusal="No."))
    assert answer.text == "No."


def test_an_unchecked_text_such_as_an_abstention_is_reviewed_too():
    inner = Said(
        Retrieved((), 0.0), Token("Nothing about secret."), Done(Answer("Nothing about secret."))
    )
    assert final(guarded(inner, forbidden_phrases=("secret",), refusal="No.")).text == "No."


def test_a_disclaimer_is_added_once_when_missing():
    policy = {"disclaimers": ("No legal advice.",)}
    assert final(guarded(saying("One."), **policy)).text == "One. No legal advice."
    assert (
        final(guarded(saying("One.", "No  LEGAL advice."), **policy)).text
        == "One. No  LEGAL advice."
    )


def test_links_are_allowed_to_what_the_sentence_cites():
    hits = (Hit(PASSAGE, 1.0),)
    link = "See https://shop.example/returns now."
    assert final(guarded(saying(cited(link, "for details"), hits=hits))).text == link
    assert final(guarded(saying("One.", link, hits=hits))).text == "One."
    answer = final(guarded(saying("One.", cited(link, "for details"), hits=hits), links="none"))
    assert answer.text == "One."


def test_a_quote_with_personal_data_is_hidden_behind_a_clean_sentence():
    sentence = cited("You may write.", "Write to anna@shop.example")
    answer = final(guarded(saying(sentence), personal_data=("email",)))
    assert answer.text == "You may write."
    assert answer.citations == ()
    assert "hides" in answer.sentences[0].reason


def test_the_forbidden_text_is_in_no_flag_no_note_and_no_log(caplog):
    inner = Said(
        Retrieved((), 0.0),
        Token("A secret."),
        Checked(Sentence("A secret.", (), "unsupported")),
        Done(Answer("A secret.", notes=("secret things happened",))),
    )
    with caplog.at_level(logging.DEBUG):
        events = guarded(inner, forbidden_phrases=("secret",))
    assert "secret" not in repr(events)
    assert "secret" not in caplog.text


PIECES = st.sampled_from(
    [
        "One.",
        "Two words.",
        " secret",
        "sec",
        "ret.",
        "project.",
        " Falcon",
        "anna@",
        "shop.org ",
        "\n",
        "。",
    ]
)
INNER = st.lists(
    st.one_of(
        st.tuples(
            st.lists(PIECES, max_size=3), st.sampled_from(["supported", "unsupported", None])
        ),
        st.just("withdrawn"),
        st.just("again"),
    ),
    max_size=8,
)


def stream_of(drawn):
    """Make a stream that keeps the protocol out of what was drawn."""
    text, sentences, events = "", [], [Retrieved((), 0.0)]
    for one in drawn:
        if one == "withdrawn":
            text, sentences = "", []
            events.append(Withdrawn("a reason"))
        elif one == "again":
            events.append(Retrieved((), 0.0))
        else:
            pieces, support = one
            events += map(Token, pieces)
            text += "".join(pieces)
            if support:
                sentences.append(Sentence("".join(pieces).strip(), (), support))
                events.append(Checked(sentences[-1]))
    return Said(*events, Done(Answer(text, tuple(sentences))))


def assert_holds_the_protocol(events):
    text, checked = "", []
    for event in events:
        match event:
            case Token():
                text += event.text
            case Checked():
                checked.append(event.sentence)
            case Withdrawn():
                text, checked = "", []
    assert isinstance(events[0], Retrieved)
    assert [isinstance(event, Done) for event in events].count(True) == 1
    answer = final(events)
    assert answer.text == text
    assert list(answer.sentences) == checked


@settings(max_examples=200, deadline=None)
@given(
    INNER,
    st.sampled_from(["rewrite", "refuse", "escalate"]),
    st.sampled_from([None, "Fine.", "a secret"]),
)
def test_whatever_comes_the_stream_holds_and_nothing_forbidden_leaves(drawn, action, again):
    policy = {
        "forbidden_phrases": ("secret", "project falcon"),
        "forbidden_phrases_action": action,
        "personal_data": ("email",),
        "disclaimers": ("Be careful.",),
    }
    rewrite = None if again is None else lambda *_: again
    events = guarded(stream_of(drawn), rewrite=rewrite, **policy)
    assert_holds_the_protocol(events)
    rules = OutputRules.of(PolicySettings(**policy, links="all"))
    sent = ""
    for event in events:
        sent = "" if isinstance(event, Withdrawn) else sent + getattr(event, "text", "")
        assert rules.review(sent) == ()
    assert "Be careful." in final(events).text
