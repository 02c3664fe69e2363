"""A backup holds what cannot be made again, runs among it, and nothing leads out of the project."""

import json
import zipfile

import pytest

from sartor.project import Project
from sartor.testing.embedder import HashingEmbedder

QUESTION = {"id": "cost", "question": "What does delivery cost?", "expected": "39 euros"}


@pytest.fixture
def shop(project, documents):
    project.add(documents)
    (project.folder / "questions.jsonl").write_text(json.dumps(QUESTION) + "\n")
    return project


def test_runs_and_climbs_come_back_with_their_reports(shop, tmp_path):
    id = shop.evaluate().run
    shop.climb(rungs=("rag",))
    (shop.folder / ".sartor/runs" / id / "run.json.part").write_text("half")
    shop.backup(tmp_path / "backup")
    Project.restore(tmp_path / "backup", tmp_path / "copy").close()
    with Project(tmp_path / "copy", embedder=HashingEmbedder()) as copy:
        assert copy.runs() == shop.runs()
        assert copy.run(id) == shop.run(id)
        assert copy.report(id).read_text() == shop.report(id).read_text()
        (copy.folder / "questions.jsonl").write_text(json.dumps(QUESTION) + "\n")
        assert any("Measured before" in note for note in copy.climb(rungs=("rag",)).notes)
    assert not (tmp_path / "copy/.sartor/runs" / id / "run.json.part").exists()
    assert not (tmp_path / "copy/.sartor/answers.db").exists()


def test_a_member_that_leads_elsewhere_is_left_alone(shop, tmp_path):
    shop.backup(tmp_path / "backup")
    with zipfile.ZipFile(tmp_path / "backup", "a") as archive:
        for name in ("runs/../../../stray", "/runs/stray", "other/stray", "runs/", "runs"):
            archive.writestr(name, "stray")
    Project.restore(tmp_path / "backup", tmp_path / "copy").close()
    assert not list(tmp_path.rglob("stray"))
