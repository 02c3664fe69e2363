"""`sartor runs`: listed, shown, deleted; damaged ones too."""

import json

import jsonschema
import pytest
from command_line import sartor, write

from sartor.cli.schemas import HERE

ROWS = [{"id": "a", "question": "How long?", "expected": "14 days"}]


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A project with one stored run."""
    folder = tmp_path_factory.mktemp("runs") / "shop"
    assert sartor(folder.parent, "init", "shop").returncode == 0
    write(folder / "questions.jsonl", ROWS)
    write(folder / "theirs.jsonl", [{"id": "a", "answer": "14 days"}])
    assert sartor(folder, "eval", "--system", "theirs.jsonl").returncode == 0
    return folder


@pytest.mark.parametrize(("verb", "schema"), [("list", "runs-list"), ("show", "runs-show")])
def test_json_is_as_its_schema_says(shop, verb, schema):
    printed = json.loads(sartor(shop, "runs", verb, "--json").stdout)
    jsonschema.validate(printed, json.loads((HERE / f"{schema}.json").read_text()))


def test_the_stored_file_is_as_the_schema_of_show_says(shop):
    stored = json.loads(next(shop.glob(".sartor/runs/*/run.json")).read_text())
    jsonschema.validate(stored, json.loads((HERE / "runs-show.json").read_text()))


def test_a_run_shows_what_it_ran_with(shop):
    done = sartor(shop, "--set", "eval.seed=3", "eval", "--system", "theirs.jsonl")
    assert done.returncode == 0, done.stderr
    shown = sartor(shop, "runs", "show").stdout
    for part in ("theirs", "1 of questions.jsonl", "eval.seed = 3 (flag)", "report.html"):
        assert part in shown


@pytest.mark.parametrize("columns", [200, 80, 60, 40])
def test_ids_and_names_stand_whole_however_narrow_the_terminal(shop, columns):
    id = json.loads(sartor(shop, "runs", "list", "--json").stdout)["data"][0]["id"]
    listed = sartor(shop, "runs", "list", COLUMNS=str(columns)).stdout.splitlines()
    assert max(map(len, listed)) <= columns
    assert len([line for line in listed if line.startswith(f"{id} ")]) == 1
    assert all("correct" in line for line in listed[:1])
    assert ("questions" in listed[0]) == ("questions.jsonl" in "".join(listed))


def test_runs_are_listed_and_deleted_also_broken_ones(shop):
    broken = shop / ".sartor" / "runs" / "20200101-000000-broken"
    broken.mkdir()
    (broken / "run.json").write_text("{")
    listed = sartor(shop, "runs", "list").stdout
    assert "theirs" in listed
    assert "broken" in listed
    shown = sartor(shop, "runs", "show", broken.name)
    assert (shown.returncode, "is damaged" in shown.stderr) == (1, True)
    assert sartor(shop, "runs", "delete", broken.name).returncode == 0
    assert not broken.exists()
    while "theirs" in sartor(shop, "runs", "list").stdout:
        assert sartor(shop, "runs", "delete", "latest").returncode == 0
    assert "sartor eval" in sartor(shop, "runs", "list").stdout
