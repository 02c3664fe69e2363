# ruff: noqa: E501 - tables of sentences are kept one to a line

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sartor.checking import SupportChecker, check
from sartor.checking.plain import Sources
from sartor.errors import Misquoted, NotFound
from sartor.testing.embedder import HashingEmbedder
from sartor.types import Document, Page, Passage

TOWER = (
    "The Eiffel Tower was completed in March 1889 by the company of Gustave Eiffel. "
    "It is 330 metres high and was first painted red. More than 6 million people visit it each year."
)
REFUNDS = (
    "Refunds are paid within 14 days. Gift cards are not refunded. Some items may be exchanged. "
    "Shipping costs 5 euros; express shipping costs more than standard shipping."
)


def verdict(text, *sources, **options):
    (sentence,) = check(text, list(sources), **options)
    return sentence.support


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Refunds take 14 days.", REFUNDS),
        ("Refunds are paid within two weeks.", REFUNDS),
        ("Gift cards cannot be refunded.", REFUNDS),
        ("Shipping costs €5.", REFUNDS),
        ("The Eiffel Tower was finished in 1889.", TOWER),
        ("The tower is 0.33 km high.", TOWER),
        ("Each year, more than 6,000,000 people visit the Eiffel Tower.", TOWER),
        ("Gustave Eiffel's company completed the Eiffel Tower.", TOWER),
        (
            "Die Rückgabe ist in 14 Tagen möglich.",
            "Die Rückgabe ist innerhalb von 14 Tagen möglich.",
        ),
        ("退款需要14天。", "退款将在14天内完成。"),
    ],
)
def test_what_the_source_says_in_its_own_or_other_words_is_supported(claim, source):
    assert verdict(claim, source) == "supported"


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Refunds are paid within 30 days.", REFUNDS),
        ("Refunds are paid within 14 weeks.", REFUNDS),
        ("Refunds are not paid within 14 days.", REFUNDS),
        ("Gift cards are refunded.", REFUNDS),
        ("All items may be exchanged.", REFUNDS),
        ("Shipping costs 5 dollars.", REFUNDS),
        ("Express shipping costs less than standard shipping.", REFUNDS),
        ("The Eiffel Tower was completed in May 1889.", TOWER),
        ("The Eiffel Tower was completed in March 1891.", TOWER),
        ("It is 330 feet high.", TOWER),
        ("Fewer than 6 million people visit it each year.", TOWER),
        ("The Eiffel Tower was completed by the company of Fernand Picard.", TOWER),
        ("Die Rückgabe ist nicht innerhalb von 14 Tagen möglich.", "Die Rückgabe ist innerhalb von 14 Tagen möglich."),
        ("退款将在30天内完成。", "退款将在14天内完成。"),
    ],
)  # fmt: skip
def test_another_number_unit_name_date_or_negation_is_not_supported(claim, source):
    assert verdict(claim, source) in ("contradicted", "unsupported")


def test_a_contradiction_is_explained_with_both_values_and_quoted():
    (sentence,) = check("Refunds are paid within 30 days.", [REFUNDS])
    assert sentence.support == "contradicted"
    assert sentence.reason == "the source says 14 days, not 30 days"
    (citation,) = sentence.citations
    assert citation.quote == "Refunds are paid within 14 days."
    assert not citation.supported


def test_a_sentence_about_something_else_is_unsupported_without_a_citation():
    (sentence,) = check("Whales sleep near the surface.", [REFUNDS])
    assert (sentence.support, sentence.citations) == ("unsupported", ())
    assert sentence.confidence < 0.5


@pytest.mark.parametrize(
    "text",
    ["Hello!", "Here is what I found:", "Is that so?", "I could not find anything.", "---", "Thanks for asking!"],
)  # fmt: skip
def test_a_sentence_that_claims_nothing_is_unchecked(text):
    assert verdict(text, REFUNDS) == "unchecked"


def test_a_sentence_with_a_supported_and_an_unknown_claim_is_partly_supported():
    text = "Refunds are paid within 14 days, but whales prefer cold and silent water."
    (sentence,) = check(text, [REFUNDS])
    assert sentence.support == "partly"
    assert [citation.quote for citation in sentence.citations] == [
        "Refunds are paid within 14 days."
    ]


def test_a_fragment_is_read_together_with_the_question():
    assert (
        verdict("In 1889.", TOWER, question="When was the Eiffel Tower completed?") == "supported"
    )
    assert (
        verdict("In 1925.", TOWER, question="When was the Eiffel Tower completed?") != "supported"
    )


def test_a_question_inside_the_text_is_read_with_its_answer():
    asked, right = check("When was the Eiffel Tower completed? In 1889.", [TOWER])
    assert (asked.support, right.support) == ("unchecked", "supported")
    _, wrong = check("When was the Eiffel Tower completed? In 1925.", [TOWER])
    assert wrong.support != "supported"


def test_a_question_does_not_prove_what_it_asks():
    claim = "Gift cards are refunded."
    assert verdict(claim, REFUNDS, question="Are gift cards refunded?") == "contradicted"


def test_a_claim_may_rest_on_neighbouring_sentences():
    source = "Olaf Brandt kept the lighthouse. He retired in 1978. The weather was mild."
    (sentence,) = check("Olaf Brandt retired from the lighthouse in 1978.", [source])
    assert sentence.support == "supported"
    assert sentence.citations[0].quote == "Olaf Brandt kept the lighthouse. He retired in 1978."


def test_a_nearer_sentence_that_denies_is_not_outvoted_by_a_far_one():
    source = "The museum opens on Sundays. The museum does not open on Mondays."
    assert verdict("The museum opens on Mondays.", source) != "supported"


def test_citations_carry_the_page_and_the_place_in_the_whole_document():
    text = "Introduction.\n\n" + REFUNDS
    pages = (Page(1, 0, 13), Page(2, 15, len(text)))
    document = Document("terms.pdf", "docs", "Terms", text, pages)
    passage = Passage("p1", "terms.pdf", REFUNDS, 15, len(text), page=2)
    checker = SupportChecker(Sources([document]))
    (sentence,) = checker.check("Refunds are paid within 14 days.", [passage])
    (citation,) = sentence.citations
    assert (citation.document_id, citation.page, citation.source) == ("terms.pdf", 2, "docs")
    assert text[citation.start : citation.end] == citation.quote


def test_a_passage_that_does_not_stand_in_its_document_cannot_be_cited():
    document = Document("a", "a", "a", "Something else entirely, and long enough to hold it.")
    passage = Passage("p", "a", "Refunds take 14 days.", 0, 21)
    with pytest.raises(Misquoted):
        SupportChecker(Sources([document])).check("Refunds take 14 days.", [passage])


def test_a_document_deleted_meanwhile_leaves_its_sentence_unchecked():
    passage = Passage("p", "gone", "Refunds take 14 days.", 0, 21)
    library = Sources([])
    with pytest.raises(NotFound):
        library.document("gone")
    (sentence,) = SupportChecker(library).check("Refunds take 14 days.", [passage])
    assert sentence.support == "unchecked"


def test_an_embedder_is_asked_only_where_words_leave_it_open():
    embedder = HashingEmbedder()
    check("Refunds are paid within 14 days.", [REFUNDS], embedder=embedder)
    assert embedder.embedded == []
    check("Money from cards is paid later to the bank.", [REFUNDS], embedder=embedder)
    assert embedder.embedded


def test_vectors_of_sentences_seen_before_are_remembered():
    embedder = HashingEmbedder()
    document = Document("source", "source", "source", REFUNDS)
    library = Sources([document])
    checker = SupportChecker(library, embedder)
    checker.check("Money from cards is paid later to the bank.", library.passages)
    embedded = len(embedder.embedded)
    checker.check("Money from cards is paid later to the bank.", library.passages)
    assert len(embedder.embedded) == embedded


def test_empty_text_has_no_sentences_and_empty_sources_support_nothing():
    assert check("", [REFUNDS]) == []
    assert check("  \n ", [REFUNDS]) == []
    for sources in ([], [""], ["  \n"]):
        assert verdict("Refunds take 14 days.", *sources) == "unsupported"


@pytest.mark.timeout(60)
def test_huge_and_hostile_texts_end_in_time():
    draw = random.Random(0)
    word = lambda: "".join(draw.choice("abcdefghij") for _ in range(5))  # noqa: E731
    huge = " ".join(word() for _ in range(60_000))
    hostile = [
        "." * 50_000,
        "1," * 20_000,
        "(" * 20_000,
        "not " * 10_000,
        "A. " * 10_000,
        "A " * 10_000,
        "9" * 30_000,
    ]
    for text in [huge, *hostile]:
        check(text, [REFUNDS])
        check("Refunds take 14 days.", [text])


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.lists(st.text(max_size=300), max_size=3), st.text(max_size=40))
def test_any_text_is_checked_and_every_quote_is_exact(text, sources, question):
    for sentence in check(text, [*sources, text], question=question):
        assert sentence.confidence is None or 0 <= sentence.confidence <= 1
        for citation in sentence.citations:
            source = [*sources, text][int(citation.document_id.split()[1]) - 1]
            assert source[citation.start : citation.end] == citation.quote
