"""Which of two documents is newer, and whether they disagree at all."""

import pytest

from sartor.assistants.conflicts import (
    disagree,
    edition,
    newer_first,
    outdated,
    superseded,
    unfolded,
)
from sartor.testing.retriever import MemoryLibrary
from sartor.types import Document, Hit


def document(id="a.md", title="", text="Some text.", **metadata):
    return Document(id, "docs", title, text, metadata=metadata)


@pytest.mark.parametrize(
    ("one", "kind", "shown"),
    [
        (document(date="2024-05-01"), "date", "2024-05-01"),
        (document(modified="1 May 2024"), "date", "2024-05-01"),
        (document(version="2.10"), "version", "version 2.10"),
        (document(title="Rules, as of March 2023"), "date", "2023-03"),
        (document(id="rules_2022-01-31.md"), "date", "2022-01-31"),
        (document(id="rules-v3.md"), "version", "version 3"),
        (document(text="Valid from 2021.\n\nText."), "date", "2021"),
    ],
)
def test_a_document_says_how_old_it_is(one, kind, shown):
    assert (edition(one).kind, edition(one).shown) == (kind, shown)


def test_versions_are_numbers_and_not_comparable_with_dates():
    assert edition(document(version="2.10")).newer_than(edition(document(version="2.9")))
    assert not edition(document(version="2.10")).newer_than(edition(document(date="2020-01-01")))
    assert edition(document()) is None


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("Refunds take 14 days.", "Refunds take 30 days.", True),
        ("The desk opens at 9 and closes at 17.", "The desk opens at 8 and closes at 16.", True),
        ("The head of the office is Anna Berg.", "The head of the office is Tom Vale.", True),
        ("Dogs are allowed in the park.", "Dogs are not allowed in the park.", True),
        ("Refunds take 14 days.", "Refunds take 14 days.", False),
        ("The Berlin office opens at 9.", "The Munich office opens at 10.", False),
        ("Product A is sold in Berlin.", "Product B is sold in Munich.", False),
        ("Refunds take 14 days.", "The moon is 384,400 km away.", False),
        ("Refunds take 14 days.", "Refunds take 14 days. Shipping is free.", False),
    ],
)
def test_two_texts_disagree_or_not(left, right, expected):
    assert disagree(left, right) is expected
    assert disagree(right, left) is expected


def test_only_a_newer_text_supersedes():
    texts = ["Refunds take 14 days.", "Refunds take 30 days.", "Refunds take 20 days."]
    dated = [document(id=f"{year}.md", date=str(year)) for year in (2020, 2024, 2022)]
    assert superseded(texts, dated) == {0: 1, 2: 1}
    undated = [document(id=str(number)) for number in range(3)]
    assert superseded(texts, undated) == {}


@pytest.fixture
def library():
    return MemoryLibrary(
        [
            document("old.md", text="Refunds take 14 days.", date="2020"),
            document("new.md", text="Refunds take 30 days.", date="2024"),
        ]
    )


def test_a_folded_version_comes_back_and_the_newer_one_first(library):
    old = Hit(library.passage("old.md#0"), 1.0, folded=("new.md#0", "gone#0"))
    assert [hit.passage.id for hit in unfolded([old], library)] == ["old.md#0", "new.md#0"]
    assert [hit.passage.id for hit in newer_first([old], library)] == ["new.md#0", "old.md#0"]


def test_outdated_sentences_are_found_by_their_documents(library):
    said = [("Refunds take 14 days.", "old.md"), ("Refunds take 30 days.", "new.md")]
    assert outdated(said, library) == {0}
