"""Documents come, change, move and go; what did not change keeps its key."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from ledger_samples import embed_all, put, texts

from sartor.errors import InputError, NotFound
from sartor.knowledge.ledger import (
    DeleteDocument,
    FileRecord,
    ForgetFile,
    Ledger,
    MoveFile,
    NewPassage,
    PutDocument,
    RecordFile,
)
from sartor.types import Document, Source, Span

ALPHA, BETA, GAMMA = "Alpha is first.", "Beta is second.", "Gamma is third."


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger.db", synchronous="OFF") as ledger:
        ledger.put_source(Source("docs", "docs/"))
        ledger.put_source(Source("wiki", "wiki/"))
        yield ledger


def stored(folder: Path) -> bytes:
    """Read all bytes of the ledger's files but the locks in shared memory."""
    names = ("ledger.db", "ledger.db-wal")
    return b"".join((folder / name).read_bytes() for name in names)


def test_an_edited_paragraph_gets_a_new_key_and_no_other(ledger: Ledger) -> None:
    ledger.commit([put("a.md", [ALPHA, BETA, GAMMA])])
    before = texts(ledger, "a.md")
    done = ledger.commit([put("a.md", [ALPHA, "Beta has changed and grown.", GAMMA])])
    assert done.documents[0].what == "changed"
    assert done.documents[0].new == 1
    after = texts(ledger, "a.md")
    assert [*after.values()] == [ALPHA, "Beta has changed and grown.", GAMMA]
    keys, new_keys = [*before], [*after]
    assert (new_keys[0], new_keys[2]) == (keys[0], keys[2])
    assert new_keys[1] not in keys
    assert set(ledger.changes_since(done.number - 1).keys) == {keys[1], new_keys[1]}


def test_passage_ids_survive_edits_elsewhere_and_go_with_their_text(ledger: Ledger) -> None:
    ledger.commit([put("a.md", [ALPHA, BETA, ALPHA])])
    first, second, third = ledger.passages_of("a.md").values()
    assert third.id == f"{first.id}.2"
    ledger.commit([put("a.md", ["New beginning.", ALPHA, "Beta!", ALPHA])])
    assert ledger.passage(first.id).text == ALPHA
    assert ledger.passage(first.id).start > first.start
    assert ledger.passage(third.id).start > ledger.passage(first.id).start
    with pytest.raises(NotFound, match="its text was changed"):
        ledger.passage(second.id)


def test_an_identical_document_writes_not_one_byte(ledger: Ledger, tmp_path: Path) -> None:
    changes = [put("a.md", [ALPHA, BETA], metadata={"year": 2020, "open": True}, labels=("x",))]
    changes.append(RecordFile(FileRecord("docs", "a.md", "hash", 10, "reader")))
    ledger.commit(changes)
    before = stored(tmp_path)
    done = ledger.commit(changes)
    ledger.put_source(Source("docs", "docs/"))
    assert (done.number, done.documents[0].what) == (0, "unchanged")
    assert stored(tmp_path) == before


@pytest.mark.parametrize(
    "change",
    [
        {"title": "New title"},
        {"metadata": {"year": 2021}},
        {"labels": ("staff",)},
        {"language": "de"},
        {"collection": "other"},
        {"content_hash": "given"},
        {"file": "elsewhere.md"},
    ],
)
def test_every_property_that_changes_is_stored(ledger: Ledger, change: dict[str, object]) -> None:
    ledger.commit([put("a.md", [ALPHA])])
    changed = put("a.md", [ALPHA], **change)
    assert ledger.commit([changed]).documents[0].what == "changed"
    assert ledger.commit([changed]).documents[0].what == "unchanged"
    summary = ledger.summary("a.md")
    assert all(getattr(summary, name) == value for name, value in change.items())
    assert ledger.faults() == []


def test_new_labels_concern_every_passage_of_the_document(ledger: Ledger) -> None:
    ledger.commit([put("a.md", [ALPHA, BETA])])
    done = ledger.commit([put("a.md", [ALPHA, BETA], labels=("staff",))])
    assert done.documents[0].new == 0
    changed = ledger.changes_since(done.number - 1).keys
    assert set(changed) == set(texts(ledger, "a.md"))
    assert {row.labels for row in ledger.index_rows(changed, "")} == {("staff",)}


def test_a_deleted_document_is_gone_in_one_change(ledger: Ledger) -> None:
    ledger.commit([put("a.md", [ALPHA, BETA]), put("b.md", [BETA])])
    embed_all(ledger)
    keys = [*texts(ledger, "a.md")]
    done = ledger.commit([DeleteDocument("a.md")])
    assert (done.documents[0].what, done.documents[0].passages) == ("deleted", 2)
    assert set(ledger.changes_since(done.number - 1).keys) == set(keys)
    assert ledger.passages(keys) == {}
    assert ledger.index_rows(keys, "") == []
    assert ledger.vector_fingerprints() == {"test-embedder": 1}  # the other Beta keeps its vector
    with pytest.raises(NotFound):
        ledger.document("a.md")
    assert ledger.faults() == []


def test_deleting_what_is_not_there_changes_nothing(ledger: Ledger) -> None:
    done = ledger.commit([DeleteDocument("never.md")])
    assert (done.number, done.documents[0].what) == (0, "unchanged")


def test_a_group_is_committed_whole_or_not_at_all(ledger: Ledger) -> None:
    with pytest.raises(NotFound, match="'dogs'; did you mean 'docs'"):
        ledger.commit([put("a.md", [ALPHA]), put("b.md", [BETA], source="dogs")])
    assert ledger.documents() == []
    assert ledger.last_change() == 0


@pytest.mark.parametrize("span", [Span(0, 0), Span(3, 2), Span(-1, 2), Span(0, 99)])
def test_a_passage_outside_its_text_is_refused(ledger: Ledger, span: Span) -> None:
    change = PutDocument(Document("a.md", "docs", "", "short text"), (NewPassage(span),))
    with pytest.raises(InputError, match=r"'a.md' spans .* 10 characters"):
        ledger.commit([change])


def test_a_name_that_is_not_unicode_is_refused_by_name(ledger: Ledger) -> None:
    with pytest.raises(InputError, match=r"bad\\udcff.*not valid Unicode"):
        ledger.commit([put("bad\udcff", [ALPHA])])


def test_two_sources_with_one_local_id_do_not_collide(ledger: Ledger) -> None:
    first = ledger.commit([put("a.md", [ALPHA])]).documents[0].id
    second = ledger.commit([put("a.md", [BETA], source="wiki")]).documents[0].id
    assert (first, second) == ("a.md", "wiki/a.md")
    ledger.commit([DeleteDocument("a.md")])
    again = ledger.commit([put("a.md", [GAMMA], source="wiki")]).documents[0]
    assert (again.id, again.what) == ("wiki/a.md", "changed")
    assert ledger.document("wiki/a.md").text == GAMMA


def test_a_moved_file_keeps_keys_and_vectors(ledger: Ledger) -> None:
    record = FileRecord("docs", "a.md", "hash", 10, "reader")
    ledger.commit([put("a.md", [ALPHA, BETA]), RecordFile(record)])
    embed_all(ledger)
    keys = [*texts(ledger, "a.md")]
    done = ledger.commit([MoveFile("docs", "a.md", "new/b.md")])
    assert (done.documents[0].id, done.documents[0].what) == ("new/b.md", "moved")
    assert [*texts(ledger, "new/b.md")] == keys
    assert embed_all(ledger) == []
    assert [*ledger.files("docs")] == ["new/b.md"]
    assert ledger.commit([put("new/b.md", [ALPHA, BETA])]).documents[0].what == "unchanged"


def test_rows_of_a_moved_file_keep_their_ids(ledger: Ledger) -> None:
    ledger.commit([put("row-1", [ALPHA], file="t.csv"), put("row-2", [BETA], file="t.csv")])
    ledger.commit([MoveFile("docs", "t.csv", "u.csv")])
    assert [found.id for found in ledger.documents(file="u.csv")] == ["row-1", "row-2"]


def test_a_file_moved_over_another_replaces_it(ledger: Ledger) -> None:
    for name, text in (("a.md", ALPHA), ("b.md", BETA)):
        record = FileRecord("docs", name, name, 10, "reader")
        ledger.commit([put(name, [text]), RecordFile(record)])
    ledger.commit([MoveFile("docs", "a.md", "b.md")])
    assert [found.id for found in ledger.documents()] == ["b.md"]
    assert ledger.document("b.md").text == ALPHA
    assert ledger.files("docs")["b.md"].content_hash == "a.md"
    assert ledger.faults() == []


def test_a_forgotten_file_takes_its_documents_along(ledger: Ledger) -> None:
    record = FileRecord("docs", "t.csv", "hash", 10, "reader")
    ledger.commit([put("row-1", [ALPHA], file="t.csv"), put("b.md", [BETA]), RecordFile(record)])
    ledger.commit([ForgetFile("docs", "t.csv")])
    assert [found.id for found in ledger.documents()] == ["b.md"]
    assert ledger.files("docs") == {}


def test_a_file_that_failed_is_remembered_with_its_reason(ledger: Ledger) -> None:
    failed = FileRecord("docs", "bad.pdf", "hash", 9, "pdf-1", outcome="failed", reason="no text")
    ledger.commit([RecordFile(failed)])
    assert ledger.files("docs") == {"bad.pdf": failed}
    read = FileRecord("docs", "bad.pdf", "hash", 9, "pdf-2")
    ledger.commit([RecordFile(read)])
    assert ledger.files("docs") == {"bad.pdf": read}


def test_a_dropped_source_leaves_nothing(ledger: Ledger) -> None:
    record = FileRecord("wiki", "a.md", "hash", 10, "reader")
    ledger.commit([put("keep.md", [ALPHA]), put("a.md", [BETA], source="wiki"), RecordFile(record)])
    done = ledger.drop_source("wiki")
    assert [change.id for change in done.documents] == ["a.md"]
    assert [source.name for source in ledger.sources()] == ["docs"]
    assert [found.id for found in ledger.documents()] == ["keep.md"]
    with pytest.raises(NotFound, match="'wiki'"):
        ledger.drop_source("wiki")


def test_a_source_is_kept_with_all_its_settings(ledger: Ledger) -> None:
    source = Source(
        "shop", "shop.csv", "sales", ("staff",), {"id": "_id"}, ("*.csv",), ("drafts/*",)
    )
    ledger.put_source(source)
    assert source in ledger.sources()


def test_a_purged_document_leaves_no_byte_of_its_text(ledger: Ledger, tmp_path: Path) -> None:
    secret = "Xyzzy is the secret word. " * 300
    ledger.commit([put("secret.md", [secret, BETA]), put("other.md", [ALPHA, GAMMA])])
    ledger.commit([DeleteDocument("secret.md")])
    ledger.commit([put("secret.md", [secret, BETA])])
    assert b"Xyzzy" in stored(tmp_path)
    ledger.purge(["secret.md"])
    assert b"Xyzzy" not in stored(tmp_path)
    assert ledger.document("other.md").text == f"{ALPHA}\n\n{GAMMA}"
    assert ledger.faults() == []


def test_times_of_first_sight_and_last_change_are_kept(tmp_path: Path) -> None:
    now = 1_000.0
    with Ledger(tmp_path / "timed.db", synchronous="OFF", clock=lambda: now) as ledger:
        ledger.put_source(Source("docs", "."))
        ledger.commit([put("a.md", [ALPHA])])
        now = 2_000.0
        ledger.commit([put("a.md", [ALPHA])])
        assert ledger.summary("a.md").changed_at == 1_000
        ledger.commit([put("a.md", [BETA])])
        summary = ledger.summary("a.md")
        assert (summary.added_at, summary.changed_at) == (1_000, 2_000)


def test_counts_follow_what_comes_and_goes(ledger: Ledger) -> None:
    ledger.commit(
        [
            put("a.md", [ALPHA, BETA], language="en", labels=("staff", "boss"), metadata={"y": 1}),
            put("b.md", [GAMMA], language="de", labels=("staff",), collection="other"),
        ]
    )
    ledger.commit([put("a.md", [ALPHA], language="en", labels=("boss",)), DeleteDocument("b.md")])
    counts = ledger.counts()
    assert (counts.sources, counts.documents, counts.passages) == (2, 1, 1)
    assert counts.languages == {"en": 1}
    assert counts.labels == {"boss": 1}
    assert (counts.collections, counts.metadata_keys) == ({"default": 1}, {})
