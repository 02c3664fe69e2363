"""The disk is full from the N-th write on, for every N: the ledger is before or after a commit."""

from pathlib import Path

import pytest
from ledger_history import Step, history, states
from simulated_disk import SimulatedDisk, SimulatedDiskDriver

from sartor.errors import StorageError
from sartor.knowledge.ledger import Ledger

# SQLite ignores a checkpoint that fails while it closes; apsw reports it where nobody can catch it.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.slow)])
def test_a_full_disk_leaves_the_ledger_before_or_after_a_commit(tmp_path: Path, every: int) -> None:
    steps = history(rounds=1, documents=2)
    expected = states(tmp_path, steps)
    writes = _writes_of(tmp_path, steps)
    assert writes > 100
    for full_from in range(1, writes + 1, every):
        _fill_and_go_on(tmp_path, steps, expected, full_from)


def _writes_of(folder: Path, steps: list[Step]) -> int:
    disk = SimulatedDisk()
    with Ledger(folder, driver=SimulatedDiskDriver(disk, folder / "counted.db")) as ledger:
        for step in steps:
            step(ledger)
    return disk.writes


def _fill_and_go_on(folder: Path, steps: list[Step], expected: list[str], full_from: int) -> None:
    disk = SimulatedDisk()
    driver = SimulatedDiskDriver(disk, folder / "ledger.db")
    disk.full_from = full_from
    done = _work_until_full(driver, steps)
    assert _state(folder, disk) in expected[done : done + 2]
    disk.full_from = None
    with Ledger(driver.path, driver=driver) as ledger:
        for step in steps[done:]:
            step(ledger)
    assert _state(folder, disk) == expected[-1]


def _work_until_full(driver: SimulatedDiskDriver, steps: list[Step]) -> int:
    """Return how many steps were acknowledged; a checkpoint that fails costs none."""
    done = 0
    try:
        with Ledger(driver.path, driver=driver) as ledger:
            for step in steps:
                step(ledger)
                done += 1
    except StorageError as error:
        assert "disk is full" in str(error)
    return done


def _state(folder: Path, disk: SimulatedDisk) -> str:
    with Ledger(disk.export(folder) / "ledger.db", synchronous="OFF") as ledger:
        assert ledger.faults() == []
        return ledger.logical_state()
