"""Four processes write at once while one reads: as if they had come one after another."""

import subprocess
import sys
from pathlib import Path

import pytest
from crowd_worker import add_all

from sartor.knowledge.ledger import Ledger

WORKER = Path(__file__).with_name("crowd_worker.py")
NAMES = ("north", "east", "south", "west")


@pytest.mark.parametrize("documents", [5, pytest.param(60, marks=pytest.mark.slow)])
def test_four_writers_and_a_reader_end_as_one_writer_would(tmp_path: Path, documents: int) -> None:
    path = tmp_path / "ledger.db"
    workers = [
        subprocess.Popen([sys.executable, str(WORKER), str(path), name, str(documents)])
        for name in NAMES
    ]
    (tmp_path / "go").touch()  # all of them create the ledger at the same time, too
    with Ledger(path) as ledger:
        _read_until_done(ledger, workers)
        assert [worker.wait(60) for worker in workers] == [0, 0, 0, 0]
        assert ledger.faults() == []
        state = ledger.logical_state()
    with Ledger(tmp_path / "serial.db") as serial:
        for name in NAMES:
            add_all(serial, name, documents)
        assert serial.logical_state() == state


def _read_until_done(ledger: Ledger, workers: list[subprocess.Popen[bytes]]) -> None:
    """Follow the ledger; in each snapshot every document must be whole."""
    position = 0
    while any(worker.poll() is None for worker in workers):
        with ledger.snapshot():
            changes = ledger.changes_since(position)
            assert position <= changes.upto <= ledger.last_change()
            for passage in ledger.passages(changes.keys).values():
                document = ledger.document(passage.document_id, boxes=False)
                assert document.text[passage.start : passage.end] == passage.text
            position = changes.upto
