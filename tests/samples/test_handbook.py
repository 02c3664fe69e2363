"""The handbook of `sartor demo`: what it holds, how it is drawn again, and its two editions."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from sartor.errors import ConfigError
from sartor.evaluation.questions import read_questions
from sartor.knowledge.reading.kinds import reader_for
from sartor.protocols import ReadOptions
from sartor.samples.handbook import HANDBOOK, OLDER, make_handbook, renew

ROOT = Path(__file__).parents[2]
DOCUMENTS = HANDBOOK / "documents"


def read(path):
    return next(iter(reader_for(path).read(path, ReadOptions())))


def paths(folder):
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def readings():
    return {str(path): read(DOCUMENTS / path) for path in paths(DOCUMENTS)}


@pytest.fixture(scope="module")
def questions():
    return read_questions(HANDBOOK / "questions.jsonl")


def lines(name):
    return [json.loads(line) for line in (HANDBOOK / name).read_text().splitlines()]


def test_it_is_large_enough_to_measure_on_and_small_enough_to_ship(readings, questions):
    assert len(readings) >= 60
    assert len(questions) >= 300
    assert sum(not one.answerable for one in questions) >= 30
    assert sum("several documents" in one.tags for one in questions) >= 5
    assert len(lines("examples.jsonl")) >= 500
    assert sum(path.stat().st_size for path in HANDBOOK.rglob("*") if path.is_file()) < 3_000_000


def test_every_kind_of_file_has_documents_and_tables(readings):
    kinds = Counter(Path(name).suffix for name in readings)
    assert {".md", ".html", ".docx", ".pdf"} == kinds.keys()
    tables = {
        Path(name).suffix
        for name, reading in readings.items()
        if any(block.kind == "table" for block in reading.blocks)
    }
    assert tables == kinds.keys()


def test_the_evidence_of_every_question_says_what_is_expected(readings, questions):
    for one in questions:
        spans = [readings[e.document].text[e.start : e.end] for e in one.evidence]
        said = " ".join(" ".join(spans).split())
        for expected in one.expected[0].split(" and ") if one.answerable else ():
            assert expected in said, (one.id, said)
        assert bool(spans) == one.answerable


def test_what_is_learned_is_asked_nowhere(questions):
    learned = read_questions(HANDBOOK / "questions-to-learn.jsonl")
    asked = {(e.document, e.start) for one in questions for e in one.evidence}
    assert asked.isdisjoint((e.document, e.start) for one in learned for e in one.evidence)
    texts = {one.text for one in questions}
    assert texts.isdisjoint(row["messages"][0]["content"] for row in lines("examples.jsonl"))


def test_examples_have_the_form_that_the_questions_ask_for(questions):
    from sartor.evaluation.measures.formats import follows

    schema = questions[0].schema
    assert all(one.schema == schema for one in questions)
    for row in lines("examples.jsonl"):
        assert follows(row["messages"][-1]["content"], schema).valid


def test_the_script_draws_the_same_handbook_again(tmp_path, readings):
    command = [sys.executable, str(ROOT / "scripts/make_handbook.py"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for name in ("questions.jsonl", "questions-to-learn.jsonl", "examples.jsonl"):
        assert (tmp_path / name).read_bytes() == (HANDBOOK / name).read_bytes()
    assert paths(tmp_path / "older") == paths(OLDER)
    assert {
        str(p): read(tmp_path / "documents" / p).text for p in paths(tmp_path / "documents")
    } == {name: reading.text for name, reading in readings.items()}


def test_of_a_new_edition_only_what_changed_is_embedded_again(tmp_path):
    with make_handbook(tmp_path / "demo") as project:
        project.add(tmp_path / "demo/documents")
        changed = renew(tmp_path / "demo")
        report = project.sync()
    assert sorted(report.changed) == sorted(changed) == [str(path) for path in paths(OLDER)]
    assert report.embedded == 2 * len(changed)  # in each the date above, and one note


def test_a_folder_of_somebody_else_is_left_alone(tmp_path):
    with make_handbook(tmp_path / "demo") as project:
        first = project.folder
    with make_handbook(tmp_path / "demo", model=False) as project:
        assert project.folder == first
        assert project.settings.model.path == ""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/file").write_text("")
    with (
        pytest.raises(ConfigError, match="is not empty"),
        make_handbook(tmp_path / "mine"),
    ):
        pass
