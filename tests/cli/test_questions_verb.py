"""`sartor questions`: made, reviewed and checked from the command line."""

import json
import re

import pytest
from typer.testing import CliRunner

from sartor.cli.questions import app
from sartor.evaluation.questions import read_questions
from sartor.project import Project
from sartor.project.answering import Answering
from sartor.testing.embedder import HashingEmbedder
from sartor.testing.model import ScriptedModel

TEXT = """# Returns

Unused items may be returned within 30 days of delivery.

Delivery of furniture costs 39 euros.

The notice period is three months.
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    folder = tmp_path / "shop"
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "returns.md").write_text(TEXT)
    with Project.init(folder, embedder=HashingEmbedder()) as project:
        project.add(documents)
    monkeypatch.chdir(folder)
    monkeypatch.setattr("sartor.project.embedders.embedder_of", lambda *_: HashingEmbedder())
    return folder


def run(*arguments, keys=""):
    return CliRunner().invoke(app, list(arguments), input=keys, catch_exceptions=False)


def test_candidates_are_made_reviewed_and_checked(here):
    made = run("make", "-n", "10")
    assert made.exit_code == 0
    assert "They count once they are reviewed" in made.output
    rows = [json.loads(line) for line in (here / "candidates.jsonl").read_text().splitlines()]
    asked = [row for row in rows if row.get("answerable", True)]
    assert len(asked) == 3

    seen = run("review", keys="a\nb\ne\nHow long is it?\n\nd\nq\n")
    assert "3 of 3 to decide" in seen.output
    assert "1 accepted, 1 dropped, 1 to decide" in seen.output
    (question,) = read_questions(here / "questions.jsonl")
    assert question.text == "How long is it?"
    assert question.expected == (asked[0]["expected"],)

    loud = run("review", "--accept-all")
    assert "NOBODY HAS LOOKED AT THESE" in loud.output
    assert run("check").exit_code == 0


def test_candidates_are_not_written_over(here):
    run("make")
    with pytest.raises(Exception, match="is there already"):
        run("make")
    assert '"question"' in run("make", "--output", "-").stdout


LONG = (
    "# Pier\n\nThe pier of the old harbour was built in 1889 by the town, and since then it has "
    "been mended twice, once after the storm and once after the fire of the warehouse.\n"
)


def test_what_a_model_would_take_is_told_before_it_is_asked(here, monkeypatch, tmp_path):
    asked = []

    def says(messages):
        asked.append(messages)
        return '{"question": "When was it?", "answer": "1889", "quote": "in 1889, long ago"}'

    (tmp_path / "pier.md").write_text(LONG)
    with Project(here, embedder=HashingEmbedder()) as project:
        project.add(tmp_path / "pier.md")
    monkeypatch.setattr(Answering, "model", lambda *_: ScriptedModel(says))
    told = run("make", "--with-model", "--dry-run", "-n", "5").stdout
    assert re.fullmatch(
        r"up to 2 calls of scripted: \d{3} tokens read, 600 written, price unknown\n", told
    )
    data = json.loads(run("make", "--with-model", "--dry-run", "--json").stdout)
    assert data["schema"] == "sartor/questions-estimate/1"
    assert (data["data"]["calls"], data["data"]["cost"]) == (2, None)
    assert run("make", "--dry-run").stdout == ("questions by patterns take no model: 0 calls, $0\n")
    assert asked == []
    assert not (here / "candidates.jsonl").exists()
    assert "up to 2 calls" in run("make", "--with-model").stderr
    assert len(asked) == 2


def test_errors_end_with_code_3_and_json_has_its_schema(here):
    row = {"question": "How long?", "expected": "30 days", "evidence": [{"document": "return.md"}]}
    (here / "questions.jsonl").write_text(json.dumps(row) + "\n")
    found = run("check", "--json")
    assert found.exit_code == 3
    told = json.loads(found.stdout)
    assert told["schema"] == "sartor/questions-check/1"
    assert told["data"][0]["kind"] == "no document"
    assert "did you mean 'returns.md'" in run("check").stdout


def test_examples_that_give_questions_away_are_found(here):
    asked = "How long may unused items be kept?"
    (here / "questions.jsonl").write_text(json.dumps({"question": asked, "expected": "x"}))
    example = {"messages": [{"role": "user", "content": asked}]}
    (here / "examples.jsonl").write_text(json.dumps(example))
    found = run("check", "--examples", "examples.jsonl")
    assert found.exit_code == 3
    assert "stands in the examples, on line 1" in found.stdout


def test_a_table_is_checked_without_a_project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "t.csv").write_text("Kunde,Soll\nWie lange?,14 Tage\n")
    found = run("check", "t.csv", "--field", "question=Kunde", "--field", "expected=Soll")
    assert found.exit_code == 0
    assert "0 errors" in found.stdout
