"""Do citations support what is said, and is anything invented?"""

import pytest

from sartor.checking.checker import SupportChecker
from sartor.errors import Unreachable
from sartor.evaluation.asked import Asked, ClaimedCitation
from sartor.evaluation.measures.citing import citations
from sartor.evaluation.measures.inventing import faithfulness, invented_name, invented_number
from sartor.testing.retriever import MemoryLibrary
from sartor.types import Answer, Citation, Document, Evidence, Page, Passage, Question, Sentence

REFUNDS = "Refunds are paid within 14 days. Gift cards are never refunded."
SHIPPING = "Parcels leave the warehouse in Leeds on Mondays."
LIBRARY = MemoryLibrary(
    [
        Document("refunds", "shop", "", REFUNDS, (Page(1, 0, 32), Page(2, 32, len(REFUNDS)))),
        Document("shipping", "shop", "", SHIPPING),
    ]
)
CHECKER = SupportChecker(LIBRARY)
QUESTION = Question("q", "How long do refunds take?")


def cite(quote, page=None, supported=True):
    document = "refunds" if quote in REFUNDS else "shipping"
    text = REFUNDS if quote in REFUNDS else SHIPPING
    start = text.index(quote)
    return Citation(
        f"{document}:0", document, "shop", page, start, start + len(quote), quote, supported,
        within=text,
    )  # fmt: skip


FIRST, SECOND = "Refunds are paid within 14 days.", "Gift cards are never refunded."


def measured(answer, *, checker=CHECKER, library=LIBRARY, question=QUESTION, claimed=()):
    asked = Asked(question, answer, claimed=claimed)
    return {name: value for name, value, _ in citations(asked, checker, library)}


def test_a_foreign_answer_is_supported_by_all_that_it_cites():
    answer = Answer(f"{FIRST} {SECOND}", citations=(cite(FIRST), cite(SECOND)))
    assert measured(answer) == {
        "citations.recall": 1.0,
        "citations.precision": 1.0,
        "citations.exact": 1.0,
    }


def test_a_sentence_without_support_lowers_recall():
    found = measured(Answer(f"{FIRST} {SECOND}", citations=(cite(FIRST),)))
    assert found["citations.recall"] == 0.5
    assert found["citations.precision"] == 1.0


def test_a_citation_that_nothing_needs_lowers_precision():
    found = measured(Answer(FIRST, citations=(cite(FIRST), cite(SHIPPING))))
    assert found["citations.recall"] == 1.0
    assert found["citations.precision"] == 0.5


def test_citations_that_do_not_stand_are_wrong_and_not_exact():
    lost = ClaimedCitation("refunds", "Refunds take a year.")
    found = measured(Answer(FIRST, citations=(cite(FIRST),)), claimed=(lost,))
    assert found == {
        "citations.recall": 1.0,
        "citations.precision": 0.5,
        "citations.exact": 0.5,
    }
    nothing = measured(Answer(FIRST), claimed=(lost,))
    assert set(nothing.values()) == {0.0}


def test_without_documents_quotes_are_taken_at_their_word():
    claim = ClaimedCitation("elsewhere", FIRST)
    found = measured(Answer(FIRST), claimed=(claim,), library=None)
    assert found == {"citations.recall": 1.0, "citations.precision": 1.0}


def test_a_quote_whose_document_changed_is_not_exact():
    answer = Answer(FIRST, citations=(cite(FIRST),))
    changed = MemoryLibrary([Document("refunds", "shop", "", REFUNDS.replace("14", "30"))])
    assert measured(answer, library=changed)["citations.exact"] == 0.0
    assert measured(answer, library=MemoryLibrary([]))["citations.exact"] == 0.0


def test_an_answer_that_was_checked_already_is_not_checked_again():
    def refuse(*_args, **_more):
        raise AssertionError("checked again")

    sentences = (
        Sentence(FIRST, (cite(FIRST),), "supported"),
        Sentence(SECOND, (), "supported"),
        Sentence("They never are.", (cite(SECOND, supported=False),), "contradicted"),
        Sentence("Hello!", (), "unchecked", "claims nothing"),
    )
    answer = Answer("as said", sentences, tuple(c for s in sentences for c in s.citations))
    strict = type("Strict", (), {"check": refuse})()
    found = measured(answer, checker=strict)
    assert found["citations.recall"] == pytest.approx(1 / 3)
    assert found["citations.precision"] == 0.5
    given = {value.metric: value.value for value in faithfulness(Asked(QUESTION, answer), strict)}
    assert given == {"faithfulness.supported": pytest.approx(2 / 3)}


def test_a_closed_book_is_measured_neither_for_citations_nor_for_faithfulness():
    answer = Answer("Refunds take 14 days.")
    assert measured(answer) == {}
    assert [*faithfulness(Asked(QUESTION, answer), CHECKER)] == []


def test_context_without_citations_has_no_recall():
    answer = Answer(FIRST, context=(Passage("", "", REFUNDS, 0, len(REFUNDS)),))
    assert measured(answer) == {"citations.recall": 0.0}


def test_a_judge_that_cannot_be_reached_gives_no_zero():
    class Away:
        def check(self, text, passages, *, question=""):
            raise Unreachable("no answer")

    answer = Answer(
        FIRST, citations=(cite(FIRST),), context=(Passage("", "", REFUNDS, 0, len(REFUNDS)),)
    )
    assert measured(answer, checker=Away()) == {"citations.exact": 1.0}
    found = {value.metric for value in faithfulness(Asked(QUESTION, answer), Away())}
    assert "faithfulness.supported" not in found


@pytest.mark.parametrize(
    ("cited", "share"),
    [
        ([cite(FIRST, 1)], 1.0),
        ([cite(FIRST, 2)], 0.0),
        ([cite(FIRST)], 0.0),
        ([cite(FIRST, 1), cite(SECOND, 2)], 0.5),
        ([cite(FIRST, 1), cite(SHIPPING)], 1.0),
        ([cite(SHIPPING, 1)], 0.0),
        ([], None),
    ],
)
def test_pages_are_compared_where_the_evidence_names_them(cited, share):
    question = Question("q", "?", evidence=(Evidence("refunds", page=1),))
    found = measured(Answer("x", citations=tuple(cited)), question=question, checker=None)
    assert found.get("citations.page") == share


def test_the_context_supports_loose_texts_of_no_document():
    answer = Answer(
        f"{FIRST} Parcels are blue.", context=(Passage("", "", REFUNDS, 0, len(REFUNDS)),)
    )
    found = {value.metric: value.value for value in faithfulness(Asked(QUESTION, answer), CHECKER)}
    assert found == {
        "faithfulness.supported": 0.5,
        "faithfulness.numbers": 1.0,
        "faithfulness.names": 1.0,
    }


CONTEXT = "In March 2021 Anna Smith sold 1,500 bikes for €2.5 million in Leeds. About 7 km away."


@pytest.mark.parametrize(
    ("text", "invented"),
    [
        ("She sold 1500 bikes.", ""),
        ("It was two and a half million.", ""),
        ("It was 2.5 million euros.", ""),
        ("One of them was sold in 2021.", ""),
        ("It is 7,000 metres away.", ""),
        ("She sold 1,600 bikes.", "1,600"),
        ("It was $2.5 million.", "$2.5 million"),
        ("It was in April 2021.", "April 2021"),
        ("It is 7 miles away.", "7 miles"),
    ],
)
def test_numbers_that_are_not_given_are_found(text, invented):
    assert invented_number(text, CONTEXT) == invented


@pytest.mark.parametrize(
    ("text", "invented"),
    [
        ("The seller was Ms Smith.", ""),
        ("It was Smith's shop in Leeds.", ""),
        ("The seller was Bob Jones.", "Bob Jones"),
        ("The shop is in York.", "York"),
        ("They sold the X200.", "X200"),
        ("The shop sold bikes.", ""),
    ],
)
def test_names_that_are_not_given_are_found(text, invented):
    assert invented_name(text, CONTEXT) == invented


def test_what_the_question_says_is_given_and_marks_are_no_numbers():
    question = Question("q", "Who was there in 1999, Bob Jones?")
    context = (Passage("", "", CONTEXT, 0, len(CONTEXT)),)
    answer = Answer("1. Yes, Bob Jones in 1999 [3].\n2. Anna Smith [4, 5].", context=context)
    found = {value.metric: value.value for value in faithfulness(Asked(question, answer), None)}
    assert found == {"faithfulness.numbers": 1.0, "faithfulness.names": 1.0}
