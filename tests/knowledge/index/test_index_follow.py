"""A follower ends up with what the ledger holds, whatever happened in between; verify proves it."""

from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
from paper import CARD, PaperLedger, analyse

from sartor.knowledge.index.card import read_card
from sartor.knowledge.index.edge import EdgeIndex
from sartor.knowledge.index.follow import STEP, follow
from sartor.knowledge.index.verify import Comparison, repair, verify
from sartor.protocols import Where
from sartor.testing.index import MemoryIndex

FOREVER = float("inf")


@pytest.fixture
def ledger(folder):
    ledger = PaperLedger(folder / "ledger")
    ledger.commit({key: f"word{key} first" for key in range(20)}, embedded=False)
    ledger.commit({key: f"word{key} second" for key in range(10)}, drop=[15, 16])
    return ledger


@pytest.fixture(params=["memory", "edge"])
def index(request, folder):
    index = MemoryIndex() if request.param == "memory" else EdgeIndex.create(folder / "edge", CARD)
    yield index
    index.close()


def compare(index, ledger):
    return verify(index, ledger, analyse, CARD.fingerprint)


def catch_up(index, ledger, seconds=FOREVER):
    return follow(index, ledger, analyse, CARD.fingerprint, seconds)


def test_following_ends_where_the_ledger_is(index, ledger):
    assert catch_up(index, ledger)
    assert index.applied() == 2
    assert compare(index, ledger) == Comparison(compared=18)
    assert index.search_terms(["first"], 50, Where())[0].key == 10


def test_following_when_nothing_happened_applies_nothing(index, ledger):
    catch_up(index, ledger)
    index.apply = None  # would fail if it were called
    assert catch_up(index, ledger)


def test_a_change_that_does_not_fit_the_budget_is_not_begun(index, ledger):
    catch_up(index, ledger)
    ledger.commit({key: "many" for key in range(100, 100 + 3 * STEP)})
    assert not catch_up(index, ledger, seconds=0.01)
    assert index.applied() == 2
    assert len(index.keys()) == 18
    assert catch_up(index, ledger)
    assert compare(index, ledger).equal


def test_a_small_change_is_applied_even_without_a_budget(index, ledger):
    catch_up(index, ledger)
    ledger.commit({100: "small"})
    assert catch_up(index, ledger, seconds=0)
    assert index.applied() == 3


def test_a_ledger_restored_from_an_older_copy_is_followed_anew(index, ledger):
    index.apply(7, [], [])
    ledger.changes_since = lambda number, limit: PaperLedger.changes_since(ledger, -1, limit)
    assert catch_up(index, ledger)
    assert index.applied() == 2
    assert compare(index, ledger).equal


def test_verify_finds_what_is_missing_surplus_or_stale_and_repair_mends_just_that(index, ledger):
    catch_up(index, ledger)
    entries = {entry.key: entry for entry in index.entries(list(index.keys()))}
    other_vectors = -entries[2].vectors
    harmed = [
        replace(entries[1], terms=("other", "words")),
        replace(entries[2], vectors=other_vectors),
        replace(entries[3], vectors=None),
        replace(entries[4], labels=("secret",)),
        replace(entries[5], metadata={"third": 99}),
        replace(entries[6], collection="elsewhere"),
        replace(entries[7], document=77),
        replace(entries[0], key=500),
    ]
    index.apply(index.applied(), harmed, [8, 9])
    found = compare(index, ledger)
    assert not found.equal
    assert found == Comparison(18, missing=(8, 9), surplus=(500,), stale=(1, 2, 3, 4, 5, 6, 7))
    repair(index, ledger, analyse, CARD.fingerprint, found)
    assert compare(index, ledger).equal
    assert index.applied() == 2


def test_verify_finds_what_search_does_not_find(index, ledger):
    catch_up(index, ledger)
    index.search_terms = lambda terms, k, where: []
    assert set(compare(index, ledger).unfindable) == set(ledger.now())


def test_the_card_claims_a_change_only_when_it_is_flushed(folder, ledger):
    with closing(EdgeIndex.create(folder / "edge", CARD)) as index:
        catch_up(index, ledger)
        assert (index.applied(), read_card(folder / "edge").applied) == (2, 0)
        index.flush()
        assert read_card(folder / "edge").applied == 2


def test_changes_are_flushed_by_and_by(folder, ledger, monkeypatch):
    monkeypatch.setattr("sartor.knowledge.index.edge.FLUSH_SECONDS", 0.0)
    with closing(EdgeIndex.create(folder / "edge", CARD)) as index:
        catch_up(index, ledger)
        assert read_card(folder / "edge").applied > 0


def test_what_was_closed_is_there_when_it_is_opened(folder, ledger):
    with closing(EdgeIndex.create(folder / "edge", CARD)) as index:
        catch_up(index, ledger)
        before = index.entries(sorted(index.keys()))
    with closing(EdgeIndex.open(folder / "edge", CARD)) as index:
        assert index.applied() == 2
        assert compare(index, ledger).equal
        after = index.entries(sorted(index.keys()))
    for one, other in zip(before, after, strict=True):
        assert np.array_equal(one.vectors, other.vectors) or one.vectors is other.vectors
