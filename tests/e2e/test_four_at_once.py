"""Four processes add at once while one searches: the same result as one after another."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from sartor.errors import NotFound
from sartor.project import Project
from sartor.testing.embedder import HashingEmbedder

ADDING = Path(__file__).parent / "adding.py"


@pytest.fixture
def folders(tmp_path):
    made = []
    for name in ("north", "east", "south", "west"):
        folder = tmp_path / name
        folder.mkdir()
        for number in range(8):
            (folder / f"{name}-{number}.md").write_text(
                f"# {name}\n\nRule {number} of the {name}.\n"
            )
        made.append(folder)
    return made


def test_four_at_once_while_one_searches(folders, tmp_path):
    together, serial = tmp_path / "together", tmp_path / "serial"
    with Project.init(together, embedder=HashingEmbedder()) as searching:
        running = [
            subprocess.Popen([sys.executable, ADDING, together, folder], stdout=subprocess.DEVNULL)
            for folder in folders
        ]
        while any(process.poll() is None for process in running):
            with suppress(NotFound):  # nothing is there yet
                for hit in searching.search("rule of the north", mode="bm25"):
                    assert "Rule" in hit.passage.text
        assert [process.returncode for process in running] == [0, 0, 0, 0]
        for folder in folders:
            subprocess.run(
                [sys.executable, ADDING, serial, folder], check=True, capture_output=True
            )
        with Project(serial, embedder=HashingEmbedder()) as alone:
            assert searching._ledger.logical_state() == alone._ledger.logical_state()
            assert len(searching.documents()) == 32
            for query in ("rule 3 of the west", "south"):
                assert {h.passage.id for h in searching.search(query)} == {
                    h.passage.id for h in alone.search(query)
                }
        assert searching.verify_index().equal
