"""A writer is killed at a random moment: what it acknowledged is there, a rerun goes on."""

import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest
from ledger_history import history, states

from sartor.knowledge.ledger import Ledger

WORKER = Path(__file__).with_name("history_worker.py")
ROUNDS = 6
LONGEST_WAIT = 0.02  # seconds after an acknowledged step; a step takes a few milliseconds


@pytest.mark.parametrize("kills", [10, pytest.param(200, marks=pytest.mark.slow)])
@pytest.mark.timeout(900)
def test_a_killed_writer_loses_nothing_it_reported(tmp_path: Path, kills: int) -> None:
    expected = states(tmp_path, history(rounds=ROUNDS))
    random, path, done = Random(7), tmp_path / "ledger.db", 0
    for _ in range(kills):
        acknowledged = done + _killed_after(path, done, random)
        with Ledger(path) as ledger:
            assert ledger.faults() == []
            state = ledger.logical_state()
        assert state in expected[acknowledged : acknowledged + 2]
        done = expected.index(state, acknowledged)
        if done == len(expected) - 1:
            path.unlink()
            done = 0


def test_a_rerun_after_a_kill_ends_in_the_same_state(tmp_path: Path) -> None:
    expected = states(tmp_path, history(rounds=1))
    path = tmp_path / "ledger.db"
    worker = _start(path, rounds=1, first=0)
    worker.stdout.read(3)
    _kill(worker)
    with Ledger(path) as ledger:
        done = expected.index(ledger.logical_state())
    worker = _start(path, rounds=1, first=done)
    assert worker.wait(60) == 0
    worker.stdout.close()
    with Ledger(path) as ledger:
        assert ledger.logical_state() == expected[-1]


def _killed_after(path: Path, done: int, random: Random) -> int:
    """Start a worker, kill it a moment after some step; return how many steps it reported."""
    worker = _start(path, rounds=ROUNDS, first=done)
    seen = len(worker.stdout.read(random.randrange(0, 6)))
    time.sleep(random.uniform(0, LONGEST_WAIT))
    return seen + _kill(worker)


def _start(path: Path, *, rounds: int, first: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, str(WORKER), str(path), str(rounds), str(first)]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def _kill(worker: subprocess.Popen[bytes]) -> int:
    worker.kill()
    assert worker.wait(60) in (0, -signal.SIGKILL)
    with worker.stdout:
        return len(worker.stdout.read())
