"""The power fails at a random moment: what was acknowledged is there, and nothing is half there."""

from pathlib import Path
from random import Random

import pytest
from ledger_history import Step, history, states
from simulated_disk import SimulatedDisk, SimulatedDiskDriver

from sartor.errors import StorageError
from sartor.knowledge.ledger import Ledger
from sartor.protocols import Synchronous

# SQLite ignores a checkpoint that fails while it closes; apsw reports it where nobody can catch it.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

OPERATIONS_BETWEEN_CRASHES = 600


class Loss(AssertionError):
    """Something acknowledged is gone, or what is there is not sound."""


@pytest.mark.parametrize("crashes", [40, pytest.param(1_000, marks=pytest.mark.slow)])
def test_what_was_acknowledged_survives_power_failures(tmp_path: Path, crashes: int) -> None:
    crash_many_times(tmp_path, crashes=crashes, synchronous="FULL")


def test_the_same_test_fails_when_the_ledger_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    with pytest.raises(Loss):
        crash_many_times(tmp_path, crashes=40, synchronous="OFF")


def crash_many_times(folder: Path, *, crashes: int, synchronous: Synchronous) -> None:
    """Repeat the history on fresh disks until the power failed often enough."""
    steps = history()
    expected = states(folder, steps)
    random = Random(1)
    done = 0
    while done < crashes:
        done += _one_history(folder, steps, expected, random, synchronous=synchronous)


def _one_history(
    folder: Path,
    steps: list[Step],
    expected: list[str],
    random: Random,
    *,
    synchronous: Synchronous,
) -> int:
    """Go through the history on one disk, through as many power failures as it takes."""
    disk = SimulatedDisk()
    driver = SimulatedDiskDriver(disk, folder / "ledger.db", synchronous=synchronous)
    done, crashes = 0, 0
    while done < len(steps):
        disk.fails_at = disk.operations + random.randrange(1, OPERATIONS_BETWEEN_CRASHES)
        acknowledged = _work(driver, steps, done)
        if acknowledged == len(steps):
            break
        disk.lose_power(random)
        crashes += 1
        done = _found(folder, disk, expected, done=acknowledged)
    return crashes


def _work(driver: SimulatedDiskDriver, steps: list[Step], done: int) -> int:
    """Carry out steps until the power fails; return how many have been acknowledged."""
    try:
        with Ledger(driver.path, driver=driver) as ledger:
            for step in steps[done:]:
                step(ledger)
                done += 1
    except StorageError:
        pass
    return done


def _found(folder: Path, disk: SimulatedDisk, expected: list[str], *, done: int) -> int:
    """Open what is left with the real driver; say which step of the history it shows."""
    try:
        with Ledger(disk.export(folder) / "ledger.db", synchronous="OFF") as ledger:
            faults, state = ledger.faults(), ledger.logical_state()
    except StorageError as error:
        raise Loss(str(error)) from error
    if faults:
        raise Loss(faults)
    if state not in expected[done : done + 2]:
        raise Loss(f"step {done} was acknowledged, the ledger shows another state")
    return expected.index(state, done)
