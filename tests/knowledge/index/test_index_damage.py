"""A damaged index is either noticed or does no harm; it never takes the process with it."""

import os
import random
import shutil
import subprocess
import sys
from contextlib import closing
from functools import partial

import pytest
from paper import CARD, PaperLedger, analyse, vector_of

from sartor.errors import EmbedderChanged, IndexDamaged
from sartor.knowledge.index import home as homes
from sartor.knowledge.index.build import copy_without_holes
from sartor.knowledge.index.card import Card
from sartor.knowledge.index.edge import SHARD, EdgeIndex
from sartor.knowledge.index.owner import SharedIndex
from sartor.knowledge.index.seal import DIRTY, SEAL
from sartor.knowledge.index.verify import verify
from sartor.protocols import Where

WORDS = {key: f"common word{key} tenth{key % 10}" for key in range(1, 301)}

# Opened in a process of its own, as a user's program would: damage must not end it by a signal.
OPEN_AND_SEARCH = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from paper import CARD, PaperLedger, analyse, vector_of
from sartor.errors import IndexDamaged
from sartor.knowledge.index.edge import EdgeIndex
from sartor.knowledge.index.verify import verify
from sartor.protocols import Where
try:
    index = EdgeIndex.open(Path(sys.argv[2]), CARD)
    index.search_terms(["common"], 10, Where())
    index.search_vector(vector_of("common word1 tenth1"), 10, Where())
    print("equal" if verify(index, PaperLedger(Path(sys.argv[3])), analyse, "").equal else "found")
    index.close()
except IndexDamaged as error:
    print("damaged")
"""


@pytest.fixture
def ledger(folder):
    ledger = PaperLedger(folder / "ledger")
    ledger.commit(WORDS)
    return ledger


@pytest.fixture
def built(folder, ledger):
    """An index of two segments, one with a graph, closed cleanly."""
    index = EdgeIndex.create(folder / "built", CARD)
    ledger.follow()(index, float("inf"))
    index.optimize()
    index.apply(1, [], [])
    index.close()
    return folder / "built"


def open_apart(index, ledger):
    """Open and use an index in another process; say how that went."""
    command = [sys.executable, "-c", OPEN_AND_SEARCH, os.path.dirname(__file__), index, ledger.path]
    child = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert child.returncode == 0, (child.returncode, child.stderr[-2_000:])
    return child.stdout.strip()


def files_of(index):
    return sorted(path for path in (index / SHARD).rglob("*") if path.is_file())


def flip_a_byte(path, random):
    place = random.randrange(path.stat().st_size)
    with path.open("r+b") as file:
        file.seek(place)
        byte = file.read(1)[0]
        file.seek(place)
        file.write(bytes([byte ^ (1 << random.randrange(8))]))


def halve(path, random):
    os.truncate(path, path.stat().st_size // 2)


def remove(path, random):
    path.unlink()


@pytest.mark.parametrize("harm", [flip_a_byte, halve, remove])
def test_every_file_harmed_after_a_clean_close_is_noticed_before_anything_is_mapped(built, harm):
    chance = random.Random(1)
    for path in files_of(built):
        stat, content = path.stat(), path.read_bytes()
        if not content:
            continue
        harm(path, chance)
        with pytest.raises(IndexDamaged) as caught:
            EdgeIndex.open(built, CARD)
        assert "sartor index rebuild" in str(caught.value)
        path.write_bytes(content)
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    EdgeIndex.open(built, CARD).close()


@pytest.mark.parametrize("harm", [flip_a_byte, halve, remove])
def test_harm_after_a_crash_never_kills_the_process(folder, built, ledger, harm):
    survive_harm(folder, built, ledger, harm, every=40)


@pytest.mark.slow
@pytest.mark.parametrize("harm", [flip_a_byte, halve, remove])
def test_harm_to_any_file_after_a_crash_never_kills_the_process(folder, built, ledger, harm):
    survive_harm(folder, built, ledger, harm, every=2)


def survive_harm(folder, built, ledger, harm, every):
    chance = random.Random(2)
    for path in files_of(built)[::every]:
        if path.stat().st_size == 0:
            continue
        harmed = folder / "harmed"
        shutil.copytree(built, harmed, copy_function=copy_without_holes)
        (harmed / DIRTY).touch()
        harm(harmed / path.relative_to(built), chance)
        assert open_apart(harmed, ledger) in ("equal", "found", "damaged"), path
        shutil.rmtree(harmed)


@pytest.mark.parametrize("seal", ["", "{}", "[1]", '{"a": 1}', '{"a": [1]}'])
def test_an_unreadable_seal_only_costs_a_closer_look(built, ledger, seal):
    (built / SEAL).write_text(seal)
    (built / DIRTY).touch()
    assert open_apart(built, ledger) == "equal"


def test_an_undamaged_copy_opens(folder, built, ledger):
    shutil.copytree(built, folder / "copy", copy_function=shutil.copy)  # other times of change
    assert open_apart(folder / "copy", ledger) == "equal"


@pytest.mark.parametrize("card", ["", "{", '{"fingerprint": 1}', "[]"])
def test_an_unreadable_card_is_damage(built, card):
    (built / "card.json").write_text(card)
    with pytest.raises(IndexDamaged, match="cannot be read"):
        EdgeIndex.open(built, CARD)


def test_another_embedder_is_refused_with_the_fix(built):
    other = Card(fingerprint="another", dimension=CARD.dimension, analyser=CARD.analyser)
    with pytest.raises(EmbedderChanged, match="another") as caught:
        EdgeIndex.open(built, other)
    assert "sartor index rebuild" in str(caught.value)


@pytest.mark.parametrize("changed", ["analyser", "ledger"])
def test_an_index_of_something_else_asks_for_a_rebuild(built, changed):
    fields = {"fingerprint": CARD.fingerprint, "dimension": CARD.dimension, "analyser": "spaces"}
    with pytest.raises(IndexDamaged, match=changed):
        EdgeIndex.open(built, Card(**{**fields, changed: "else"}))


@pytest.mark.parametrize("lost", ["everything", "current", "generation", "contents"])
def test_rebuilding_heals_whatever_is_gone(folder, ledger, lost):
    home = folder / "home"
    with closing(SharedIndex(home, CARD, ledger.follow())) as index:
        index.applied()
    harm = {
        "everything": partial(shutil.rmtree, home),
        "current": (home / homes.CURRENT).unlink,
        "generation": lambda: shutil.rmtree(homes.current(home)),
        "contents": lambda: shutil.rmtree(homes.current(home) / SHARD),
    }
    harm[lost]()
    with closing(SharedIndex(home, CARD, ledger.follow())) as index:
        if lost == "contents":
            with pytest.raises(IndexDamaged):
                index.applied()
            index.rebuild()
        assert verify(index, ledger, analyse, CARD.fingerprint).equal
        assert len(index.search_vector(vector_of("x"), 500, Where())) == len(WORDS)


def test_a_crash_during_a_rebuild_leaves_the_old_index(folder, ledger):
    home = folder / "home"
    with closing(SharedIndex(home, CARD, ledger.follow())) as index:
        index.applied()
    before = homes.current(home)
    (home / "current.new").write_text("g0000")
    half = homes.fresh(home)
    shutil.copy(before / "card.json", half)
    with closing(SharedIndex(home, CARD, ledger.follow())) as index:
        assert index.applied() == 1
        assert homes.current(home) == before
        assert not half.exists()
