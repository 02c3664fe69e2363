"""Files that changed since they were read are noticed without reading them into the project."""

import shutil

import pytest

from sartor.project import Project
from sartor.project.unsynced import unsynced
from sartor.testing.embedder import HashingEmbedder


@pytest.fixture
def documents(tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    for name in "abc":
        (folder / f"{name}.md").write_text(f"Rule {name} holds for 30 days.\n")
    return folder


@pytest.fixture
def project(tmp_path, documents):
    with Project.init(tmp_path / "shop", embedder=HashingEmbedder()) as project:
        project.add(documents)
        yield project


def test_what_is_as_it_was_read_is_not_mentioned(project, documents):
    (documents / "a.md").touch()
    assert list(unsynced(project)) == []


def test_edited_new_and_vanished_files_are_counted(project, documents):
    (documents / "a.md").write_text("Rule a holds for 14 days.\n")  # as long as before
    (told,) = unsynced(project)
    assert told == "1 file of documents changed since the last sync: sartor sync"
    (documents / "b.md").unlink()
    (documents / "d.md").write_text("Rule d is new.\n")
    assert list(unsynced(project)) == [
        "3 files of documents changed since the last sync: sartor sync"
    ]
    project.sync()
    assert list(unsynced(project)) == []


def test_a_source_that_is_not_there_says_nothing(project, documents):
    shutil.rmtree(documents)
    assert list(unsynced(project)) == []
