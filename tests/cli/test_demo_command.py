"""`sartor demo`: the steps, the table and the verdicts; reduced, and whole as a slow test."""

import json
from html import escape
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sartor.cli.app import app
from sartor.samples import demonstration
from sartor.samples.demonstration import Scale


@pytest.fixture
def small(monkeypatch):
    """Ask twelve questions, of two rungs."""
    monkeypatch.setattr(demonstration, "QUICK", Scale(12, ("prompt", "rag")))


def test_the_demo_prints_verdicts_and_table_as_json(tmp_path, small):
    done = CliRunner().invoke(app, ["demo", str(tmp_path / "demo"), "--quick", "--json"])
    assert done.exit_code == 0, done.output
    data = json.loads(done.stdout)["data"]
    table = {line["rung"]: line for line in data["table"]}
    assert list(table) == ["prompt", "rag"]
    right = {rung: line["measurements"]["answers.correct"]["mean"] for rung, line in table.items()}
    assert right["rag"] > right["prompt"] + 0.4
    assert [verdict["bar"] for verdict in data["verdicts"]] == list(demonstration.BARS)
    assert table["rag"]["chosen_for"] == ["right"]
    assert list(data["reports"]) == ["right", "in form", "right and in form"]
    pages = [Path(page) for page in data["reports"].values()]
    assert len({*pages}) == 3
    for page, bar in zip(pages, demonstration.BARS, strict=True):
        assert f"bar: {escape(bar)}" in page.read_text()


def test_without_the_extra_answers_are_quotes_and_every_step_is_shown(tmp_path, small, monkeypatch):
    monkeypatch.setattr(demonstration, "can_tune", lambda: False)
    done = CliRunner().invoke(app, ["demo", str(tmp_path / "demo"), "--quick"])
    assert done.exit_code == 0, done.output
    for part in (
        "answers are quotes",
        "70 added",
        "on level 4",
        "8 changed, 62 unchanged",
        "New passages: 16, embedded: 16",
        "on floor 17",
        "teams/teams-1.pdf, page 1",
        "Which rung is enough to be right?",
        "right (answers.correct): ",
        "to be right: ",
        "to be in form: ",
        "to be right and in form: ",
        "prompt: no model is configured",
        "report.html",
        "sartor init myproject",
    ):
        assert part in done.output
    assert (tmp_path / "demo/samples/questions.jsonl").is_file()


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_each_bar_has_its_own_right_rung(tmp_path):
    done = CliRunner().invoke(app, ["demo", str(tmp_path / "demo"), "--json"])
    assert done.exit_code == 0, done.output
    data = json.loads(done.stdout)["data"]
    assert [verdict["rung"] for verdict in data["verdicts"]] == ["rag", "lora", "lora+rag"]
