"""Reading: documents, pages and passages come back exactly as they were put."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ledger_samples import put

from sartor.errors import NotFound
from sartor.knowledge.ledger import Ledger, NewPassage, PutDocument
from sartor.types import Block, Document, Page, Source, Span

AWKWARD = "Tab\tand\r\nbreak, NUL \x00, é as e\u0301, 漢字, 👍🏽, lone \ud800 surrogate. "


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger.db", synchronous="OFF") as ledger:
        ledger.put_source(Source("docs", "docs/"))
        yield ledger


def test_a_document_comes_back_as_it_was_put(ledger: Ledger) -> None:
    text = AWKWARD * 400
    document = Document(
        "a.pdf",
        "docs",
        "Title",
        text,
        pages=(Page(1, 0, 9_000, 595.5, 842.0, b"boxes" * 99), Page(2, 9_001, len(text))),
        metadata={"author": "Ada", "year": 1843},
        labels=("open",),
        content_hash="given",
        language="en",
        collection="manuals",
    )
    blocks = (Block("heading", 0, 5, 1), Block("table", 7, 900), Block("code", 950, 990, 2))
    ledger.commit([PutDocument(document, (NewPassage(Span(0, len(text))),), blocks)])
    assert ledger.document("a.pdf") == document
    assert ledger.blocks("a.pdf") == blocks
    assert ledger.page("a.pdf", 1) == document.pages[0]
    assert ledger.document("a.pdf", boxes=False).pages[0].boxes == b""


def test_every_passage_is_a_slice_of_its_document(ledger: Ledger) -> None:
    text = AWKWARD * 700
    spans = [
        Span(at, min(at + 997, len(text)), ("Part", "Ü"), 3) for at in range(0, len(text), 800)
    ]
    spans += [Span(3_999, 4_001), Span(4_000, 8_000), Span(0, len(text))]
    document = Document("a.md", "docs", "", text)
    ledger.commit([PutDocument(document, tuple(NewPassage(span) for span in spans))])
    passages = [*ledger.passages_of("a.md").values()]
    assert [passage.text for passage in passages] == [text[s.start : s.end] for s in spans]
    assert (passages[0].headings, passages[0].page) == (("Part", "Ü"), 3)
    assert all(ledger.passage(passage.id) == passage for passage in passages)
    assert ledger.faults() == []


def test_passages_come_in_the_order_asked_for_without_the_lost_ones(ledger: Ledger) -> None:
    ledger.commit([put("a.md", [f"Paragraph {at}." for at in range(40)])])
    keys = [30, 7, 999, 12]
    assert [*ledger.passages(keys)] == [30, 7, 12]
    assert ledger.passages(keys)[7].text == "Paragraph 6."


def test_neighbours_surround_a_passage(ledger: Ledger) -> None:
    ledger.commit([put("a.md", ["One.", "Two.", "Three.", "Four."])])
    first, _, third, _ = ledger.passages_of("a.md").values()
    around = [passage.text for passage in ledger.neighbours(third.id)]
    assert around == ["Two.", "Three.", "Four."]
    assert [p.text for p in ledger.neighbours(first.id, before=5, after=0)] == ["One."]


def test_documents_are_listed_page_by_page(ledger: Ledger) -> None:
    ledger.put_source(Source("wiki", "wiki/"))
    ledger.commit([put(f"{at}.md", ["Text."]) for at in range(5)])
    ledger.commit([put("w.md", ["Text."], source="wiki", collection="other")])
    first = ledger.documents(limit=3)
    assert [found.id for found in first] == ["0.md", "1.md", "2.md"]
    assert [f.id for f in ledger.documents(after=first[-1].id)] == ["3.md", "4.md", "w.md"]
    assert [found.id for found in ledger.documents(source="wiki")] == ["w.md"]
    assert [found.id for found in ledger.documents(collection="other")] == ["w.md"]
    assert [found.id for found in ledger.documents(file="3.md")] == ["3.md"]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [("guide.md", "handbook/guide.md"), ("handbok/guid.md", "handbook/guide.md")],
)
def test_an_unknown_id_is_answered_with_the_nearest(ledger: Ledger, asked: str, meant: str) -> None:
    ledger.commit([put("handbook/guide.md", ["Text."]), put("other.txt", ["Text."])])
    with pytest.raises(NotFound, match=f"did you mean '{meant}'"):
        ledger.document(asked)


@pytest.mark.parametrize("id", ["", "a.md", "a.md#", "a.md#xyz", "a.md#12", "a.md#1f3a09bc.x"])
def test_what_is_no_passage_id_is_said_so(ledger: Ledger, id: str) -> None:
    with pytest.raises(NotFound, match="not the id of a passage"):
        ledger.passage(id)


def test_a_page_that_is_not_there_is_answered_with_their_number(ledger: Ledger) -> None:
    ledger.commit([put("a.md", ["Text."])])
    with pytest.raises(NotFound, match=r"no page 3; it has no pages"):
        ledger.page("a.md", 3)


def test_a_backup_says_the_same(ledger: Ledger, tmp_path: Path) -> None:
    ledger.commit([put("a.md", ["One.", "Two."], metadata={"year": 1})])
    ledger.backup_to(tmp_path / "copy.db")
    with Ledger(tmp_path / "copy.db") as copy:
        assert copy.logical_state() == ledger.logical_state()
        assert copy.last_change() == ledger.last_change()
        copy.commit([put("a.md", ["One."])])
        assert copy.logical_state() != ledger.logical_state()
