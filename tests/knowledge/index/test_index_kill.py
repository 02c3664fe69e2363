"""Two real processes on one index; the owner dies by kill -9 in the middle of its work."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress

import pytest
from paper import CARD, PaperLedger, analyse, vector_of

from sartor.errors import SartorError
from sartor.knowledge.index import home as homes
from sartor.knowledge.index.card import read_card
from sartor.knowledge.index.edge import EdgeIndex
from sartor.knowledge.index.follow import follow
from sartor.knowledge.index.owner import SharedIndex
from sartor.knowledge.index.verify import verify
from sartor.protocols import Where

ANSWER_SECONDS = 2.0
SLACK = 0.5  # for the test's own process on a busy machine
STEADY = "steady"  # a document that is never touched: it must be found all the time

# An owner that commits and applies without pause: puts, edits, deletes, a rebuild now and then.
OWNER = """
import random, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from paper import CARD, PaperLedger
from sartor.knowledge.index.owner import SharedIndex
home, ledger, chance = Path(sys.argv[2]), PaperLedger(Path(sys.argv[3])), random.Random(sys.argv[4])
index = SharedIndex(home, CARD, ledger.follow())
index.applied()
assert index.owns
print("ready", flush=True)
while True:
    keys = chance.sample(range(2, 400), 40)
    put = {key: f"word{key} moved {chance.randrange(99)}" for key in keys[:30]}
    ledger.commit(put, keys[30:], embedded=chance.random() < 0.8)
    index.catch_up(5)
    if chance.random() < 0.05:
        index.rebuild()
"""


def start_owner(home, ledger, seed):
    here = os.path.dirname(__file__)
    command = [sys.executable, "-c", OWNER, here, home, ledger.path, str(seed)]
    owner = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert owner.stdout.readline() == "ready\n"
    return owner


def timed_search(index):
    """Ask for the steady document; give the seconds it took, or None after a named error."""
    started = time.monotonic()
    found = None
    with suppress(SartorError):
        found = index.search_terms([STEADY], 3, Where())
    seconds = time.monotonic() - started
    assert found is None or [hit.key for hit in found] == [1]
    return seconds, found is not None


def kill_in_mid_write(folder, seed):
    """Kill an owner at a random moment; give how long the client was without an answer."""
    chance = random.Random(seed)
    ledger = PaperLedger(folder / f"ledger{seed}")
    ledger.commit({1: STEADY, **{key: f"word{key}" for key in range(2, 200)}})
    home = folder / f"home{seed}"
    with closing(SharedIndex(home, CARD, ledger.follow())) as index:
        index.applied()  # so that the owner begins with an index that was closed and sealed
    owner = start_owner(home, ledger, seed)
    with closing(SharedIndex(home, CARD, ledger.follow())) as client:
        assert timed_search(client)[1]
        assert not client.owns
        killer = threading.Timer(chance.uniform(0.0, 0.6), owner.kill)
        killer.start()
        while owner.poll() is None:
            assert timed_search(client)[0] < ANSWER_SECONDS + SLACK
        seconds, answered = timed_search(client)
        assert seconds < ANSWER_SECONDS + SLACK
        assert answered, "with nobody else there, the client is the next owner"
        assert client.owns
        assert client.catch_up(10)
        assert client.applied() == ledger.last_change()
        assert verify(client, ledger, analyse, CARD.fingerprint).equal
    killer.join()
    owner.stdout.close()
    return seconds


def test_a_killed_owner_is_replaced_and_nothing_is_lost(folder):
    for seed in range(5):
        kill_in_mid_write(folder, seed)


@pytest.mark.slow
def test_fifty_killed_owners_are_replaced_and_nothing_is_lost(tmp_path):
    for seed in range(100, 150):
        kill_in_mid_write(tmp_path, seed)


# Applies and flushes without sharing, and says on its output what it is about to claim.
WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from paper import CARD, PaperLedger
from sartor.knowledge.index.edge import EdgeIndex
index = EdgeIndex.open(Path(sys.argv[2]), CARD)
ledger = PaperLedger(Path(sys.argv[3]))
print("ready", flush=True)
while True:
    number = ledger.last_change() + 1
    ledger.commit({key: f"change{number} word{key}" for key in range(number % 50, 400, 50)})
    ledger.follow()(index, 60)
    if number % 3 == 0:
        index.flush()
"""


def test_what_is_applied_after_a_kill_is_really_there(folder):
    ledger = PaperLedger(folder / "ledger")
    ledger.commit({key: f"change0 word{key}" for key in range(400)})
    EdgeIndex.create(folder / "index", CARD).close()
    for seed in range(4):
        command = [sys.executable, "-c", WRITER, os.path.dirname(__file__)]
        with subprocess.Popen(
            [*command, folder / "index", ledger.path], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout.readline() == "ready\n"
            time.sleep(random.Random(seed).uniform(0.1, 0.5))
            writer.send_signal(signal.SIGKILL)
        claimed = read_card(folder / "index").applied
        with closing(EdgeIndex.open(folder / "index", CARD)) as index:
            assert index.applied() == claimed
            assert_holds_at_least(index, ledger, claimed)
            assert follow(index, ledger, analyse, CARD.fingerprint, 60)
            assert verify(index, ledger, analyse, CARD.fingerprint).equal


def assert_holds_at_least(index, ledger, claimed):
    """Every key holds words and a vector of the claimed change, or of a later one.

    A point may be torn between the two: what is later than the claim is applied again anyway.
    """
    wanted = ledger.now(claimed)
    found = {entry.key: entry for entry in index.entries(list(wanted))}
    assert found.keys() == wanted.keys()
    for key, (text, _) in wanted.items():
        later = [line["put"][str(key)] for line in ledger.lines() if str(key) in line["put"]]
        allowed = later[later.index(text) :]
        assert " ".join(found[key].terms) in allowed
        assert any((found[key].vectors == vector_of(one)).all() for one in allowed)


def test_an_owner_that_closes_hands_over_without_an_error(folder):
    ledger = PaperLedger(folder / "ledger")
    ledger.commit({1: STEADY})
    first = SharedIndex(folder / "home", CARD, ledger.follow())
    first.applied()
    with closing(SharedIndex(folder / "home", CARD, ledger.follow())) as second:
        assert timed_search(second)[1]
        first.close()
        assert timed_search(second)[1]
        assert second.owns
        assert homes.current(folder / "home") is not None
