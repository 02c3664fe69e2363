"""What an index and an embedder see of the ledger: changes, rows, vectors."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from ledger_samples import FINGERPRINT, embed_all, put, texts, vector_of

from sartor.knowledge.ledger import DeleteDocument, Ledger
from sartor.types import Source

ALPHA, BETA, GAMMA = "Alpha is first.", "Beta is second.", "Gamma is third."


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger.db", synchronous="OFF") as ledger:
        ledger.put_source(Source("docs", "docs/"))
        yield ledger


def test_changes_come_in_order_each_key_once(ledger: Ledger) -> None:
    for number, paragraphs in enumerate([[ALPHA], [ALPHA, BETA], [BETA]], start=1):
        assert ledger.commit([put("a.md", paragraphs)]).number == number
    assert ledger.last_change() == 3
    everything = ledger.changes_since(0)
    assert (everything.upto, sorted(everything.keys)) == (3, [1, 2])
    assert ledger.changes_since(0, limit=1).upto == 1
    assert ledger.changes_since(2).keys == (1,)
    assert ledger.changes_since(3) == type(everything)(3, ())


def test_a_follower_behind_a_compacted_log_gets_everything(ledger: Ledger) -> None:
    ledger.commit([put("a.md", [ALPHA]), put("b.md", [BETA])])
    ledger.commit([DeleteDocument("a.md")])
    ledger.commit([put("c.md", [GAMMA])])
    ledger.compact_log(2)
    assert ledger.changes_since(2).everything is False
    behind = ledger.changes_since(1)
    assert behind.everything
    assert (behind.upto, set(behind.keys)) == (3, {*texts(ledger, "b.md"), *texts(ledger, "c.md")})
    assert ledger.changes_since(99).everything  # a follower of another ledger


def test_an_index_row_holds_all_an_index_needs(ledger: Ledger) -> None:
    change = put(
        "a.md",
        [ALPHA, BETA],
        title="Guide",
        language="en",
        labels=("staff", "boss"),
        metadata={"year": 2020, "draft": False, "score": 0.5, "kind": "memo"},
        collection="manuals",
    )
    ledger.commit([change])
    embed_all(ledger)
    row, _ = ledger.index_rows(ledger.changes_since(0).keys, FINGERPRINT)
    assert row.document == ledger.document_keys(["a.md"])["a.md"]
    assert (row.collection, row.source, row.language) == ("manuals", "docs", "en")
    assert row.labels == ("boss", "staff")
    assert row.metadata == {"year": 2020, "draft": False, "score": 0.5, "kind": "memo"}
    assert row.text == f"Guide\n{ALPHA}"
    assert row.vectors is not None
    assert row.vectors.dtype == np.float32
    np.testing.assert_array_equal(row.vectors, vector_of(row.text))


def test_equal_passages_share_one_vector_computed_once(ledger: Ledger) -> None:
    ledger.commit([put("a.md", [ALPHA, BETA, ALPHA]), put("b.md", [ALPHA])])
    assert ledger.waiting(FINGERPRINT) == 4
    assert embed_all(ledger) == [ALPHA, BETA]
    assert ledger.waiting(FINGERPRINT) == 0
    assert len(ledger.changes_since(1).keys) == 4
    ledger.commit([put("c.md", [BETA])])
    assert embed_all(ledger) == []


def test_vectors_of_one_embedder_say_nothing_about_another(ledger: Ledger) -> None:
    ledger.commit([put("a.md", [ALPHA])])
    embed_all(ledger)
    assert embed_all(ledger, "other-embedder") == [ALPHA]
    assert ledger.vector_fingerprints() == {FINGERPRINT: 1, "other-embedder": 1}
    assert ledger.drop_vectors(FINGERPRINT) > 0
    assert ledger.vector_fingerprints() == {"other-embedder": 1}
    assert ledger.index_rows([1], FINGERPRINT)[0].vectors is None
    assert ledger.drop_vectors("never seen") == 0


def test_vectors_nobody_waits_for_are_not_stored(ledger: Ledger) -> None:
    ledger.commit([put("a.md", [ALPHA])])
    lacking = list(ledger.unembedded(FINGERPRINT))
    ledger.commit([DeleteDocument("a.md")])
    found = {lacking[0].hash: vector_of(ALPHA)}
    assert ledger.put_vectors(FINGERPRINT, found) == 0
    assert ledger.vector_fingerprints() == {}


def test_vectors_may_be_put_while_the_texts_are_gone_through(ledger: Ledger) -> None:
    paragraphs = [f"Paragraph number {at}." for at in range(2_500)]
    ledger.commit([put("long.md", paragraphs)])
    seen = []
    for lacking in ledger.unembedded(FINGERPRINT):
        seen.append(lacking.text)
        if len(seen) % 700 == 0:
            ledger.put_vectors(FINGERPRINT, {lacking.hash: vector_of(lacking.text)})
    assert seen == paragraphs
    assert ledger.waiting(FINGERPRINT) == 2_497


def test_a_snapshot_does_not_move(ledger: Ledger, tmp_path: Path) -> None:
    ledger.commit([put("a.md", [ALPHA])])
    with Ledger(tmp_path / "ledger.db") as other, ledger.snapshot():
        assert ledger.last_change() == 1
        other.commit([put("a.md", [BETA])])
        assert ledger.last_change() == 1
        assert ledger.document("a.md").text == ALPHA
    assert ledger.document("a.md").text == BETA
