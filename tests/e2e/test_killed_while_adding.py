"""kill -9 at any moment of `add`: nothing reported is lost, nothing half there, a rerun heals."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sartor.project import Project
from sartor.testing.embedder import HashingEmbedder

ADDING = Path(__file__).parent / "adding.py"
DOCUMENTS = 24


def text(number):
    lines = [f"Paragraph {n} of document {number} says {number * n}." for n in range(12)]
    return f"# Document {number}\n\n" + "\n\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("documents")
    for number in range(DOCUMENTS):
        (root / f"{number:02}.md").write_text(text(number))
    return root


@pytest.fixture(scope="module")
def undisturbed(folder, tmp_path_factory):
    """The state that adding without any trouble leaves, and how long it takes."""
    root = tmp_path_factory.mktemp("undisturbed") / "project"
    started = time.monotonic()
    subprocess.run([sys.executable, ADDING, root, folder], check=True, capture_output=True)
    with Project(root, embedder=HashingEmbedder()) as project:
        return project._ledger.logical_state(), time.monotonic() - started


def add_and_kill(root, folder, seconds):
    """Add in a process of its own, kill it that long after it is ready; return what it said."""
    with subprocess.Popen(
        [sys.executable, ADDING, root, folder], stdout=subprocess.PIPE, text=True
    ) as process:
        said = [process.stdout.readline()]
        time.sleep(seconds)
        process.kill()
        said += process.stdout.readlines()
    return {line.strip() for line in said if line.endswith("\n")} - {"ready", "done"}


def check_nothing_is_half_there(root, reported):
    with Project(root, embedder=HashingEmbedder()) as project:
        there = {document.id for document in project.documents()}
        assert reported <= there
        for id in there:
            document = project.document(id)
            assert document.text == text(int(id.removesuffix(".md")))
        hits = project.search("which paragraph says 42", mode="bm25") if there else ()
        for hit in hits:
            found = project.document(hit.passage.document_id).text
            assert found[hit.passage.start : hit.passage.end] == hit.passage.text


def kill_often(times, folder, undisturbed, tmp_path):
    expected, usual = undisturbed
    chance = random.Random(7)
    reported = set()
    for round in range(times):
        root = tmp_path / f"project-{round // 10}"  # ten kills each, then a fresh project
        if round % 10 == 0:
            reported = set()
        reported |= add_and_kill(root, folder, chance.uniform(0, usual))
        check_nothing_is_half_there(root, reported)
        if round % 10 == 9 or round == times - 1:
            subprocess.run([sys.executable, ADDING, root, folder], check=True, capture_output=True)
            with Project(root, embedder=HashingEmbedder()) as project:
                assert project._ledger.logical_state() == expected
                assert project.verify_index().equal


def test_a_few_kills_lose_nothing(folder, undisturbed, tmp_path):
    kill_often(5, folder, undisturbed, tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_two_hundred_kills_lose_nothing(folder, undisturbed, tmp_path):
    kill_often(200, folder, undisturbed, tmp_path)
