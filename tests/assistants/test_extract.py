"""Answers made of quotes."""

import pytest

from sartor.assistants.asking import asked_for, content_words, words
from sartor.assistants.extract import NOTHING_FOUND, ExtractAssistant
from sartor.assistants.quoting import quote
from sartor.errors import StateError
from sartor.testing.retriever import MemoryLibrary
from sartor.types import Document, Page, Passage

RETURNS = """# Returns

Unused items may be sent back within 30 days. Mattresses have 100 days. The label is free.

Refunds are paid within 5 working days after the item arrives. Anna Weber leads the team."""
DELIVERY = """Orders above 50 euros are delivered free of charge.

We deliver on weekdays. In the evening the fee is 12 euros."""
CHINESE = "未使用的商品可在三十天内退回。退款在五个工作日内支付。"


@pytest.fixture(name="library")
def documents():
    return MemoryLibrary(
        [
            Document("returns.md", "docs", "Returns", RETURNS),
            Document("delivery.txt", "docs", "Delivery", DELIVERY),
        ]
    )


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            "How long may unused items be sent back?",
            "Unused items may be sent back within 30 days.",
        ),
        (
            "When are refunds paid?",
            "Refunds are paid within 5 working days after the item arrives.",
        ),
        ("What is the fee in the evening?", "In the evening the fee is 12 euros."),
        ("Who leads the team?", "Anna Weber leads the team."),
    ],
)
def test_the_sentence_that_answers_comes_first(library, question, expected):
    answer = ExtractAssistant(library, library).answer(question)
    assert answer.sentences[0].text == expected
    assert answer.text.startswith(expected)
    assert not answer.abstained


def test_every_quote_stands_in_its_document_word_for_word(library):
    answer = ExtractAssistant(library, library).answer("When are refunds for unused items paid?")
    assert answer.citations
    for cited in answer.citations:
        text = library.document(cited.document_id).text
        assert cited.quote == text[cited.start : cited.end]
        assert library.passage(cited.passage_id).start <= cited.start
        assert cited.source == "docs"
        assert cited.supported


def test_the_answer_carries_what_was_searched_and_used(library):
    answer = ExtractAssistant(library, library, passages=2).answer("refunds for items")
    assert len(answer.hits) == 2
    assert answer.context == tuple(hit.passage for hit in answer.hits)
    assert answer.timings.keys() == {"search", "extract"}


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_no_more_sentences_than_allowed(library, limit):
    answer = ExtractAssistant(library, library, sentences=limit).answer("items days refunds paid")
    assert 1 <= len(answer.sentences) <= limit


@pytest.mark.parametrize("question", ["Who won the chess tournament?", "zebra", "?", ""])
def test_it_abstains_when_nothing_is_about_the_question(library, question):
    answer = ExtractAssistant(library, library).answer(question)
    assert answer.abstained
    assert answer.text == NOTHING_FOUND
    assert answer.citations == ()


def test_sharing_one_word_of_many_is_not_being_about_it(library):
    question = "Which chess tournament champion paid taxes?"
    assert ExtractAssistant(library, library).answer(question).abstained


def test_meaning_may_be_added_to_the_words(library):
    def likes_mattresses(question, texts):
        return [float("Mattresses" in text) for text in texts]

    plain = ExtractAssistant(library, library).answer("items sent back days")
    assistant = ExtractAssistant(library, library, similarity=likes_mattresses)
    assert plain.sentences[0].text.startswith("Unused items")
    assert assistant.answer("items sent back days").sentences[0].text == "Mattresses have 100 days."


def test_a_repeated_sentence_is_quoted_once():
    library = MemoryLibrary([Document(name, "s", name, "Refunds are quick.") for name in "ab"])
    answer = ExtractAssistant(library, library).answer("Are refunds quick?")
    assert answer.text == "Refunds are quick."


def test_the_same_question_gives_the_same_answer(library):
    assistant = ExtractAssistant(library, library)
    assert assistant.answer("items days").sentences == assistant.answer("items days").sentences


def test_a_citation_names_the_page_the_sentence_stands_on():
    text = "First page here. Second page here."
    pages = (Page(1, 0, 17), Page(2, 17, len(text)))
    document = Document("a.pdf", "s", "A", text, pages)
    passage = Passage("a", "a.pdf", text, 0, len(text), page=1)
    assert quote(document, passage, 17, len(text)).page == 2


@pytest.mark.parametrize(("start", "end"), [(0, 5), (3, 3), (-1, 2), (0, 99)])
def test_a_quote_that_is_not_in_the_document_is_refused(start, end):
    document = Document("d", "s", "D", "other text")
    passage = Passage("p", "d", "some text", 0, 9)
    with pytest.raises(StateError, match="does not stand in d"):
        quote(document, passage, start, end)


def test_small_words_do_not_carry_the_topic():
    assert content_words("What is the refund of it?") == set(words("refund"))
    assert content_words("Was ist die Erstattung?") == set(words("Erstattung"))
    assert content_words("what is it") == set(words("what is it"))


@pytest.mark.parametrize(
    ("one", "other"), [("refund", "refunds"), ("delivers", "delivery"), ("Zürich", "zurich")]
)
def test_words_are_compared_by_their_stems(one, other):
    assert words(one) == words(other)


def test_scripts_without_spaces_are_compared_by_pairs():
    assert words("退款期限") == ["退款", "款期", "期限"]


@pytest.mark.parametrize(
    ("question", "holds", "lacks"),
    [
        ("How many items?", "We sold 12.", "We sold some."),
        ("When was it?", "It was in March.", "It was good."),
        ("Who leads?", "It is Anna Weber.", "It is nobody."),
    ],
)
def test_question_words_say_what_the_answer_looks_like(question, holds, lacks):
    kind = asked_for(question)
    assert kind.search(holds)
    assert not kind.search(lacks)


def test_other_questions_ask_for_nothing_in_particular():
    assert asked_for("Why is it so?") is None
