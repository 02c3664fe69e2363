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


class Counting(HashingEmbedder):
    """An embedder that keeps its batches."""

    def __init__(self):
        super().__init__()
        self.batches = []

    def embed_passages(self, texts):
        self.batches.append(list(texts))
        return super().embed_passages(texts)


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


@pytest.mark.parametrize(
    ("claim", "source", "reason"),
    [
        ("Refunds take 30 days.", "Refunds are paid within 14 days.", "14 days, not 30 days"),
        ("Delivery costs 12 euros.", "Delivery of furniture costs 39 euros.", "39 euros, not 12 euros"),
        ("The price is 30 euros.", "The price is 12 euros.", "12 euros, not 30 euros"),
        ("Tickets cost $12.", "Tickets cost €12.", "€12, not $12"),
        ("The bridge is 5 miles long.", "The bridge is 5 km long.", "5 km, not 5 miles"),
        ("The museum has 5 rooms.", "The museum has 3 floors and 12 rooms.", "12, not 5"),
        ("The tower opened in 1900.", "The tower was opened in 1889.", "1889, not 1900"),
        ("The museum was founded by Anna Weber.", "The museum was founded by Olaf Brandt in 1900.", "Olaf Brandt, not Anna Weber"),
        ("Dogs are allowed in the garden.", "Dogs are not allowed in the garden.", 'negates "allowed"'),
        ("Denmark beat Norway.", "Norway beat Denmark in the final.", "the other way round"),
        ("Norway was beaten by Denmark.", "Norway beat Denmark in the final.", "the other way round"),
        ("Lyon is north of Paris.", "Paris is north of Lyon.", "the other way round"),
        ("Standard shipping costs more than express shipping.", "Express shipping costs more than standard shipping.", "the other way round"),
    ],
)  # fmt: skip
def test_a_source_that_says_otherwise_of_the_same_matter_contradicts_and_is_quoted(
    claim, source, reason
):
    (sentence,) = check(claim, [source])
    assert sentence.support == "contradicted"
    assert reason in sentence.reason
    assert [(c.quote, c.supported) for c in sentence.citations] == [(source, False)]


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Delivery of books costs 12 euros.", "Delivery of furniture costs 39 euros."),
        ("Express shipping costs 10 euros.", "Shipping costs 5 euros."),
        ("Shipping takes 5 days.", "Refunds are paid within 14 days."),
        ("The battery lasts 12 hours.", "The battery charges in 2 hours."),
        ("The museum has 5 rooms.", "The museum has 3 floors."),
        ("The museum in Lyon opens at 9.", "The museum in Paris opens at 10."),
        ("It costs 30 euros.", "Delivery costs 12 euros."),
        ("Refunds are free.", "Refunds are paid within 14 days."),
    ],
)  # fmt: skip
def test_a_source_about_something_else_does_not_contradict(claim, source):
    (sentence,) = check(claim, [source])
    assert (sentence.support, sentence.citations) == ("unsupported", ())


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Denmark was beaten by Norway.", "Norway beat Denmark in the final."),
        ("Standard shipping costs less than express shipping.", "Express shipping costs more than standard shipping."),
        ("Marta Ilves met Jonas Petri.", "Jonas Petri met Marta Ilves."),
        ("Oslo is the capital of Norway.", "Norway's capital is Oslo."),
        ("Robert Kraft is the husband of Myra Kraft.", "Myra Kraft is the wife of Robert Kraft, her husband."),
    ],
)  # fmt: skip
def test_the_same_told_from_the_other_side_is_supported(claim, source):
    assert verdict(claim, source) == "supported"


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
    check("Money is paid back to the card within days.", [REFUNDS], embedder=embedder)
    assert embedder.embedded


def test_all_sentences_of_a_text_are_embedded_in_one_batch():
    embedder = Counting()
    check(
        "Money is paid back to the card. Gift vouchers may be exchanged.",
        [REFUNDS],
        embedder=embedder,
    )
    assert len(embedder.batches) == 1


def test_vectors_of_sentences_seen_before_are_remembered():
    embedder = HashingEmbedder()
    document = Document("source", "source", "source", REFUNDS)
    library = Sources([document])
    checker = SupportChecker(library, embedder)
    checker.check("Money is paid back to the card within days.", library.passages)
    embedded = len(embedder.embedded)
    checker.check("Money is paid back to the card within days.", library.passages)
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
