"""What every `Index` must do, as tests to inherit.

    class TestMyIndex(IndexConformance):
        @pytest.fixture
        def index(self, tmp_path):
            index = MyIndex(tmp_path, dimension=self.DIMENSION)
            yield index
            index.close()

Rankings are compared with `MemoryIndex`, which compares a query with everything there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from sartor.protocols import Entry, Index, Scored, Where
from sartor.testing.index import MemoryIndex

if TYPE_CHECKING:
    from sartor.protocols import Vectors

EVERYTHING = Where(labels=None)
WORDS = [f"w{number}" for number in range(60)]
COUNT = 600
RECALL_COUNT = 4_000
NEEDED_RECALL = 0.95


class IndexConformance:
    """Inherit it and give a fixture `index`: an empty index for vectors of DIMENSION numbers."""

    DIMENSION = 16

    @pytest.fixture
    def index(self) -> Iterator[Index]:
        raise NotImplementedError("give a fixture `index`")

    @pytest.fixture
    def exact(self) -> MemoryIndex:
        return MemoryIndex()

    def entries(self, count: int = COUNT) -> list[Entry]:
        """Make entries of every kind: with and without labels, vectors, several windows."""
        random = np.random.default_rng(count)
        return [self._entry(key, random) for key in range(1, count + 1)]

    def _entry(self, key: int, random: np.random.Generator) -> Entry:
        words = random.zipf(1.4, size=int(random.integers(3, 30))) % len(WORDS)
        windows = 3 if key % 10 == 0 else 1
        return Entry(
            key=key,
            document=key // 4,
            collection=("default", "other")[key % 2],
            source=f"source {key % 3}",
            labels=((), ("staff",), ("staff", "board"))[key % 3],
            metadata={"hundredth": key % 100, "name": f"Größe {key % 5}", "even": key % 2 == 0},
            terms=tuple(WORDS[word] for word in words),
            vectors=None if key % 7 == 0 else self.vectors(windows, random),
        )

    def vectors(self, count: int, random: np.random.Generator) -> Vectors:
        """Make vectors of length one, in half precision, as the ledger hands them out."""
        rows = random.normal(size=(count, self.DIMENSION))
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        halves: Vectors = rows.astype(np.float16).astype(np.float32)
        return halves

    def query(self, seed: int) -> Vectors:
        one: Vectors = self.vectors(1, np.random.default_rng(seed))[0]
        return one

    # --- putting and dropping -----------------------------------------------------------------

    def test_a_new_index_is_empty_and_has_applied_nothing(self, index: Index) -> None:
        assert index.applied() == 0
        assert dict(index.keys()) == {}
        assert index.search_terms(["w1"], 10, EVERYTHING) == []
        assert index.search_vector(self.query(1), 10, EVERYTHING) == []

    def test_keys_say_what_is_there_and_whether_it_has_vectors(self, index: Index) -> None:
        entries = self.entries()
        index.apply(3, entries, [])
        assert index.applied() == 3
        assert dict(index.keys()) == {entry.key: entry.vectors is not None for entry in entries}

    def test_vectors_come_back_as_they_were_put(self, index: Index) -> None:
        entries = self.entries(40)
        index.apply(1, entries, [])
        found = index.vectors([entry.key for entry in entries] + [9_999])
        embedded = {entry.key: entry.vectors for entry in entries if entry.vectors is not None}
        assert found.keys() == embedded.keys()
        for key, vectors in embedded.items():
            np.testing.assert_array_equal(found[key], vectors)

    def test_an_entry_is_found_at_once_and_gone_at_once(self, index: Index) -> None:
        index.apply(1, self.entries(50), [])
        fresh = replace(self.entries(51)[-1], key=900, labels=(), terms=("quite", "new"))
        index.apply(2, [fresh], [])
        assert [hit.key for hit in index.search_terms(["new"], 5, Where())] == [900]
        index.apply(3, [], [900])
        assert index.search_terms(["new"], 5, Where()) == []
        assert 900 not in dict(index.keys())
        assert index.vectors([900]) == {}

    def test_a_changed_entry_is_found_by_its_new_words_only(self, index: Index) -> None:
        entry = replace(self.entries(1)[0], labels=(), terms=("before",))
        index.apply(1, [entry], [])
        index.apply(2, [replace(entry, terms=("after",), vectors=None)], [])
        assert index.search_terms(["before"], 5, Where()) == []
        assert [hit.key for hit in index.search_terms(["after"], 5, Where())] == [entry.key]
        assert dict(index.keys()) == {entry.key: False}

    def test_words_come_first_and_vectors_follow(self, index: Index) -> None:
        entry = replace(self.entries(1)[0], labels=(), terms=("early",))
        assert entry.vectors is not None
        index.apply(1, [replace(entry, vectors=None)], [])
        assert [hit.key for hit in index.search_terms(["early"], 5, Where())] == [entry.key]
        assert index.search_vector(entry.vectors[0], 5, Where()) == []
        index.apply(2, [entry], [])
        assert [hit.key for hit in index.search_vector(entry.vectors[0], 5, Where())] == [entry.key]

    def test_applying_twice_changes_nothing(self, index: Index) -> None:
        entries = self.entries(100)
        index.apply(1, entries, [5, 6])
        once = index.search_terms(["w1", "w2"], 20, EVERYTHING)
        index.apply(1, entries, [])
        index.apply(1, entries, [5_000, 5_001])
        assert len(index.keys()) == 100
        assert index.search_terms(["w1", "w2"], 20, EVERYTHING) == pytest.approx(once)

    # --- ranking ------------------------------------------------------------------------------

    @pytest.mark.parametrize("terms", [["w1"], ["w2", "w9", "w9"], ["w0", "w3", "unknown"], ["?"]])
    def test_terms_rank_as_bm25_does(
        self, index: Index, exact: MemoryIndex, terms: list[str]
    ) -> None:
        for one in (index, exact):
            one.apply(1, self.entries(), [])
        assert_same(
            index.search_terms(terms, 25, EVERYTHING), exact.search_terms(terms, 25, EVERYTHING)
        )

    def test_deleted_entries_no_longer_count_in_bm25(
        self, index: Index, exact: MemoryIndex
    ) -> None:
        kept, deleted = self.entries(200), self.entries(600)[200:]
        index.apply(1, kept + deleted, [])
        index.apply(2, [], [entry.key for entry in deleted])
        exact.apply(1, kept, [])
        assert_same(
            index.search_terms(["w1", "w7"], 20, EVERYTHING),
            exact.search_terms(["w1", "w7"], 20, EVERYTHING),
        )

    def test_a_passage_counts_by_its_best_window(self, index: Index, exact: MemoryIndex) -> None:
        for one in (index, exact):
            one.apply(1, self.entries(), [])
        for seed in range(5):
            found = index.search_vector(self.query(seed), 25, EVERYTHING)
            assert_same(found, exact.search_vector(self.query(seed), 25, EVERYTHING))

    def test_equals_are_ordered_by_key_even_at_the_cut(self, index: Index) -> None:
        one = replace(self.entries(1)[0], labels=(), terms=("same", "words"))
        assert one.vectors is not None
        index.apply(1, [replace(one, key=key) for key in range(400, 0, -1)], [])
        for k in (1, 7, 150):
            wanted = list(range(1, k + 1))
            assert [hit.key for hit in index.search_terms(["same"], k, Where())] == wanted
            assert [hit.key for hit in index.search_vector(one.vectors[0], k, Where())] == wanted

    @pytest.mark.parametrize("k", [0, 1, 10_000])
    def test_any_number_of_hits_may_be_asked_for(self, index: Index, k: int) -> None:
        index.apply(1, self.entries(30), [])
        embedded = sum(index.keys().values())
        assert len(index.search_vector(self.query(1), k, EVERYTHING)) == min(k, embedded)
        assert index.search_terms([], k, EVERYTHING) == []

    # --- filters ------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        "where",
        [
            Where(),
            Where(labels=("staff",)),
            Where(labels=("board", "nobody")),
            Where(labels=("",)),
            Where(collections=("other",)),
            Where(sources=("source 1", "source 2"), labels=None),
            Where(documents=(3, 4, 99_999), labels=None),
            Where(metadata={"hundredth": 7}, labels=None),
            Where(metadata={"hundredth": 7.0, "even": False}, labels=None),
            Where(metadata={"hundredth": (7, 8, 9), "name": ("Größe 2", "Größe 3")}, labels=None),
            Where(metadata={"hundredth": True}, labels=None),
            Where(metadata={"even": 1}, labels=None),
            Where(metadata={"no such key": "x"}, labels=None),
            Where(collections=("default",), metadata={"even": True}, labels=("staff",)),
        ],
        ids=str,
    )
    def test_both_legs_look_only_where_they_may(
        self, index: Index, exact: MemoryIndex, where: Where
    ) -> None:
        for one in (index, exact):
            one.apply(1, self.entries(), [])
        terms, query = ["w0", "w1", "w4"], self.query(3)
        assert_same(index.search_terms(terms, 30, where), exact.search_terms(terms, 30, where))
        assert_same(index.search_vector(query, 30, where), exact.search_vector(query, 30, where))

    def test_a_filter_that_keeps_one_in_a_hundred_loses_nothing(
        self, index: Index, exact: MemoryIndex
    ) -> None:
        entries = self.entries(RECALL_COUNT)
        for one in (index, exact):
            one.apply(1, entries, [])
        self.settle(index)
        where = Where(metadata={"hundredth": 42}, labels=None)
        found = wanted = 0
        for seed in range(20):
            true = {hit.key for hit in exact.search_vector(self.query(seed), 10, where)}
            got = {hit.key for hit in index.search_vector(self.query(seed), 10, where)}
            found += len(true & got)
            wanted += len(true)
        assert found / wanted >= NEEDED_RECALL

    def settle(self, index: Index) -> None:
        """Override it where an index builds its graphs later: the recall test wants them built."""


def assert_same(found: list[Scored], wanted: list[Scored]) -> None:
    """Compare two rankings; scores may differ by rounding, and order only where they do."""
    assert len(found) == len(wanted)
    assert [hit.score for hit in found] == pytest.approx(
        [hit.score for hit in wanted], rel=1e-4, abs=1e-5
    )
    for one, other in zip(found, wanted, strict=True):
        close = [hit.key for hit in wanted if abs(hit.score - one.score) < 1e-5 + 1e-4 * one.score]
        assert one.key == other.key or one.key in close or other is wanted[-1]
    assert found == sorted(found, key=lambda hit: (-hit.score, hit.key))
