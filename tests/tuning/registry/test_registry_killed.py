"""Writers that are killed, or many at once: a version stands there whole or not at all."""

import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest
from made_adapters import made_card, write_small

WORKER = Path(__file__).with_name("adding_worker.py")


def start(folder, *, count, seconds=0.0):
    command = [sys.executable, str(WORKER), str(folder), str(count), str(seconds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def kill(worker):
    worker.kill()
    worker.wait(60)
    with worker.stdout:
        return worker.stdout.read().count(".")


def leftovers(folder):
    return [path for path in (folder / "voice").iterdir() if not path.name.isdigit()]


@pytest.mark.parametrize("kills", [6, pytest.param(80, marks=pytest.mark.slow)])
@pytest.mark.timeout(600)
def test_a_killed_writer_leaves_whole_versions_and_loses_none_it_reported(
    registry, tmp_path, kills
):
    random, reported = Random(5), 0
    for _ in range(kills):
        worker = start(tmp_path / "adapters", count=1000)
        worker.stdout.read(1)
        time.sleep(random.uniform(0, 0.05))
        reported += kill(worker)
        adapters = registry.list()
        assert registry.faults() == []
        for adapter in adapters:
            registry.resolve(adapter.id)
        assert len(adapters) >= reported
    registry.add("voice", made_card(), write_small)
    assert leftovers(tmp_path / "adapters") == []


def test_what_a_killed_writer_left_is_swept_and_what_a_living_one_writes_is_not(registry, tmp_path):
    killed, alive = (start(tmp_path / "adapters", count=1, seconds=60) for _ in range(2))
    for worker in (killed, alive):
        assert worker.stdout.read(1) == "w"
    assert registry.list() == []
    kill(killed)
    assert registry.add("voice", made_card(), write_small).id == "voice@1"
    assert len(leftovers(tmp_path / "adapters")) == 1
    kill(alive)
    assert registry.add("voice", made_card(), write_small).id == "voice@2"
    assert leftovers(tmp_path / "adapters") == []


def test_writers_at_the_same_time_get_different_versions(registry, tmp_path):
    workers = [start(tmp_path / "adapters", count=5) for _ in range(3)]
    for worker in workers:
        assert worker.stdout.read().count(".") == 5
        worker.stdout.close()
        assert worker.wait(60) == 0
    assert [one.version for one in registry.list()] == list(range(1, 16))
    assert registry.faults() == []
