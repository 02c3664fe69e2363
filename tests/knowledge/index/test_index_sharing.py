"""Owner and clients: one answer for all, whoever is asked, and nothing that ends the owner."""

import json
import os
import socket
import stat
import struct
import threading
import time
from contextlib import closing

import pytest
from paper import CARD, DIMENSION, PaperLedger, analyse, vector_of

from sartor.errors import IndexBusy, IndexDamaged, InputError, QueryError
from sartor.knowledge.index import edge, election, wire
from sartor.knowledge.index import home as homes
from sartor.knowledge.index.owner import SharedIndex
from sartor.knowledge.index.verify import verify
from sartor.protocols import Where
from sartor.testing.index import MemoryIndex

WORDS = {key: f"common word{key}" for key in range(50)}


@pytest.fixture
def ledger(folder):
    ledger = PaperLedger(folder / "ledger")
    ledger.commit(WORDS)
    return ledger


@pytest.fixture
def owner(folder, ledger):
    with closing(SharedIndex(folder / "home", CARD, ledger.follow())) as owner:
        owner.applied()
        yield owner


@pytest.fixture
def client(folder, ledger, owner):
    with closing(SharedIndex(folder / "home", CARD, ledger.follow())) as client:
        client.applied()
        assert owner.owns
        assert not client.owns
        yield client


def test_owner_and_client_answer_alike(owner, client, ledger):
    exact = MemoryIndex()
    ledger.follow()(exact, float("inf"))
    where, vector = Where(documents=(1, 2, 3), metadata={"third": (0, 1)}), vector_of("any")
    assert client.applied() == owner.applied() == 1
    assert client.keys() == owner.keys() == exact.keys()
    assert client.search_terms(["word7", "common"], 5, where) == owner.search_terms(
        ["word7", "common"], 5, where
    )
    assert client.search_vector(vector, 5, where) == owner.search_vector(vector, 5, where)
    assert client.vectors([3])[3] == pytest.approx(exact.vectors([3])[3])
    assert verify(client, ledger, analyse, CARD.fingerprint).equal


def test_a_commit_is_found_by_the_next_search_of_anyone(owner, client, ledger):
    for number, index in enumerate((client, owner, client), 100):
        ledger.commit({number: f"fresh{number}"})
        assert [hit.key for hit in index.search_terms([f"fresh{number}"], 3, Where())] == [number]
        ledger.commit({}, drop=[number])
        assert index.search_terms([f"fresh{number}"], 3, Where()) == []


def test_a_large_backlog_is_worked_off_without_holding_searches_up(owner, client, ledger):
    ledger.commit({key: f"bulk word{key}" for key in range(1_000, 4_000)})
    started = time.monotonic()
    client.search_terms(["common"], 3, Where())
    assert time.monotonic() - started < 1.0
    assert client.catch_up(30)
    assert client.applied() == 2
    assert len(client.search_terms(["bulk"], 5_000, Where())) == 3_000


def test_opening_answers_only_when_all_is_applied(folder, ledger):
    ledger.commit({key: f"bulk word{key}" for key in range(1_000, 2_000)})
    with closing(SharedIndex(folder / "home", CARD, ledger.follow())) as index:
        assert len(index.search_terms(["bulk"], 5_000, Where())) == 1_000


def test_many_threads_may_ask_at_once(client):
    failures = []

    def ask(number):
        for _ in range(20):
            found = client.search_terms([f"word{number}"], 1, Where())
            if [hit.key for hit in found] != [number]:
                failures.append(found)

    threads = [threading.Thread(target=ask, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_an_error_of_the_owner_is_the_same_error_at_the_client(folder, ledger):
    def follow(index, seconds):
        if index.applied():
            raise QueryError("the ledger says no", hint="ask differently")
        return ledger.follow()(index, seconds)

    with closing(SharedIndex(folder / "home", CARD, follow)) as owner:
        owner.applied()
        with closing(SharedIndex(folder / "home", CARD, follow)) as client:
            with pytest.raises(QueryError, match="the ledger says no") as caught:
                client.search_terms(["word1"], 1, Where())
            assert caught.value.hint == "ask differently"


def test_an_owner_that_does_not_answer_is_named_within_two_seconds(folder, ledger):
    lock = election.take_lock(folder / "home")
    listener = election.listen(folder / "home")
    with closing(SharedIndex(folder / "home", CARD, ledger.follow())) as client:
        started = time.monotonic()
        with pytest.raises(IndexBusy, match=str(os.getpid())) as caught:
            client.search_terms(["word1"], 1, Where())
        assert time.monotonic() - started < 2.5
        assert "try again" in str(caught.value)
    listener.close()
    election.forget_address(folder / "home")
    os.close(lock)


def test_an_owner_that_cannot_open_the_index_lets_another_try(folder, ledger):
    with closing(SharedIndex(folder / "home", CARD, ledger.follow())) as index:
        index.applied()
    card = homes.current(folder / "home") / "card.json"
    whole = card.read_text()
    card.write_text("{")
    with closing(SharedIndex(folder / "home", CARD, ledger.follow())) as index:
        with pytest.raises(IndexDamaged):
            index.applied()
        card.write_text(whole)
        with closing(SharedIndex(folder / "home", CARD, ledger.follow())) as other:
            assert other.applied() == 1


# --- builds beside the one in use ----------------------------------------------------------------


@pytest.mark.parametrize("who", ["owner", "client"])
def test_a_rebuild_goes_on_beside_searches(owner, client, ledger, folder, who):
    before = homes.current(folder / "home")
    failures = []
    done = threading.Event()

    def search():
        while not done.is_set():
            found = client.search_terms(["word7"], 1, Where())
            if [hit.key for hit in found] != [7]:
                failures.append(found)

    searching = threading.Thread(target=search)
    searching.start()
    {"owner": owner, "client": client}[who].rebuild()
    done.set()
    searching.join()
    assert failures == []
    assert homes.current(folder / "home") != before
    assert not before.exists()
    assert verify(client, ledger, analyse, CARD.fingerprint).equal


def test_what_grew_large_gets_graphs_in_the_background(folder, ledger, monkeypatch):
    monkeypatch.setattr(edge, "LOOSE_UP_TO", 200)
    ledger.commit({key: f"bulk word{key}" for key in range(1_000, 1_600)})
    with closing(SharedIndex(folder / "home", CARD, ledger.follow())) as index:
        index.applied()
        before = homes.current(folder / "home")
        assert index.catch_up(30)
        deadline = time.monotonic() + 60
        while homes.current(folder / "home") == before and time.monotonic() < deadline:
            assert [hit.key for hit in index.search_terms(["word7"], 1, Where())] == [7]
            time.sleep(0.05)
        assert homes.current(folder / "home") != before
        assert verify(index, ledger, analyse, CARD.fingerprint).equal


def test_closing_does_not_wait_for_graphs(folder, ledger, monkeypatch):
    monkeypatch.setattr(edge, "LOOSE_UP_TO", 200)
    ledger.commit({key: f"bulk word{key}" for key in range(1_000, 1_600)})
    with closing(SharedIndex(folder / "home", CARD, ledger.follow())) as index:
        index.catch_up(30)
        time.sleep(0.2)
        started = time.monotonic()
    assert time.monotonic() - started < 3.0
    with closing(SharedIndex(folder / "home", CARD, ledger.follow())) as index:
        assert verify(index, ledger, analyse, CARD.fingerprint).equal
        index.optimize()
        assert homes.current(folder / "home").name > "g000001"
        assert verify(index, ledger, analyse, CARD.fingerprint).equal


# --- what else may arrive at the socket ----------------------------------------------------------

GARBAGE = {
    "noise": b"\x00\xff" * 500,
    "another protocol": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "a huge header": struct.pack("!4sII", wire.MAGIC, 0xFFFFFFFF, 0),
    "a huge body": struct.pack("!4sII", wire.MAGIC, 2, 0xFFFFFFFF) + b"{}",
    "no JSON": struct.pack("!4sII", wire.MAGIC, 4, 0) + b"nope",
    "no object": struct.pack("!4sII", wire.MAGIC, 2, 0) + b"[]",
    "deep JSON": struct.pack("!4sII", wire.MAGIC, 200_000, 0) + b"[" * 200_000,
    "half a message": struct.pack("!4sII", wire.MAGIC, 100, 0) + b"{",
}

WHERE = wire.pack_where(Where())
BAD_REQUESTS = {
    "unknown": {"do": "format the disk"},
    "unhashable": {"do": ["search_terms"]},
    "nothing": {},
    "no terms": {"do": "search_terms", "k": 1, **WHERE},
    "wrong terms": {"do": "search_terms", "terms": 7, "k": 1, **WHERE},
    "wrong k": {"do": "search_terms", "terms": ["a"], "k": "many", **WHERE},
    "huge k": {"do": "search_terms", "terms": ["a"], "k": 2**70, **WHERE},
    "wrong place": {"do": "search_terms", "terms": ["a"], "k": 1, **WHERE, "documents": ["x"]},
    "wrong keys": {"do": "entries", "keys": ["x"]},
    "wrong entries": {"do": "apply", "upto": 9, "drop": [], "rows": [[1]], "shapes": []},
    "wrong shapes": {"do": "apply", "upto": 9, "drop": [], "rows": [], "shapes": [[-1, 3]]},
}


def talk(folder, sent):
    with election.connect(folder / "home", 5) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        try:
            return connection.recv(1_000)
        except ConnectionResetError:
            return b""


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_is_refused_and_the_owner_lives_on(folder, client, name):
    answer = talk(folder, GARBAGE[name])
    assert answer == b"" or b"InputError" in answer
    assert [hit.key for hit in client.search_terms(["word7"], 1, Where())] == [7]


@pytest.mark.parametrize("name", BAD_REQUESTS)
def test_a_request_without_sense_is_refused_and_the_owner_lives_on(folder, client, name):
    header = json.dumps(BAD_REQUESTS[name]).encode()
    answer = talk(folder, wire.PREFIX.pack(wire.MAGIC, len(header), 0) + header)
    assert b"InputError" in answer
    assert [hit.key for hit in client.search_terms(["word7"], 1, Where())] == [7]


def test_a_vector_of_another_dimension_is_refused(client):
    with pytest.raises(InputError, match=str(DIMENSION)):
        client.search_vector(vector_of("x")[0][:-1], 1, Where())
    assert client.search_terms(["word7"], 1, Where())


# --- the meeting place ---------------------------------------------------------------------------


def test_socket_and_folder_are_for_this_user_alone(folder, owner):
    home = folder / "home"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / election.SOCKET).stat().st_mode) == 0o600


def test_a_path_too_long_for_a_socket_gets_a_short_one_elsewhere(folder, ledger):
    home = folder / ("long" * 40)
    with closing(SharedIndex(home, CARD, ledger.follow())) as owner:
        owner.applied()
        with closing(SharedIndex(home, CARD, ledger.follow())) as client:
            assert client.search_terms(["word7"], 1, Where())
            assert not client.owns
        address = os.fsdecode((home / election.ADDRESS).read_bytes())
        assert stat.S_IMODE(os.stat(os.path.dirname(address)).st_mode) == 0o700
    assert not os.path.exists(os.path.dirname(address))


def test_closing_leaves_neither_socket_nor_thread(folder, ledger):
    before = set(threading.enumerate())
    index = SharedIndex(folder / "home", CARD, ledger.follow())
    index.applied()
    index.close()
    index.close()
    assert not (folder / "home" / election.SOCKET).exists()
    assert set(threading.enumerate()) <= before
