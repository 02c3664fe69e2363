"""`sartor adapters`: what it prints for people and for programs, and what it refuses."""

import json
import sys
from pathlib import Path

import jsonschema
import pytest
from command_line import sartor

sys.path.insert(0, str(Path(__file__).parents[1] / "tuning" / "registry"))
from made_adapters import guard, made_card, write_small

from sartor.cli.schemas import HERE
from sartor.project import Project


def make_shop(folder):
    """Make a project with three versions, of which the guard failed the second."""
    with Project.init(folder) as project:
        registry = project.adapters
        for passed in (True, False, True):
            registry.add("voice", made_card(guard=guard(passed=passed)), write_small)
        registry.promote("voice@1"), registry.promote("voice@2", "canary", force=True)
    return folder


@pytest.fixture
def shop(tmp_path):
    return make_shop(tmp_path / "shop")


@pytest.fixture(scope="module")
def window(tmp_path_factory):
    """A shop that is only looked at."""
    return make_shop(tmp_path_factory.mktemp("window") / "shop")


@pytest.mark.parametrize(
    "call",
    [
        ("list",),
        ("show", "voice@canary"),
        ("diff", "voice@1", "voice@2"),
        ("promote", "voice@3"),
        ("delete", "voice@3"),
        ("export", "voice", "--to", "out"),
    ],
    ids=lambda call: call[0],
)
def test_json_is_as_its_schema_says(shop, call):
    done = sartor(shop, "adapters", *call, "--json")
    assert done.returncode == 0, done.stderr
    schema = json.loads((HERE / f"adapters-{call[0]}.json").read_text())
    jsonschema.validate(json.loads(done.stdout), schema)


@pytest.mark.parametrize("columns", [120, 80, 60])
def test_the_list_says_what_is_in_use_and_what_the_guard_said(window, columns):
    lines = sartor(window, "adapters", "list", COLUMNS=str(columns)).stdout.splitlines()
    assert max(map(len, lines)) <= columns
    assert ("base" in lines[0]) == (columns >= 80)
    first, second, third = lines[1:]
    assert first.split()[:2] == ["voice@1", "production"]
    assert first.rstrip().endswith("format 0.00 -> 0.96  passed")
    assert second.rstrip().endswith("failed, forced")
    assert third.split()[0] == "voice@3"


@pytest.mark.parametrize("columns", [120, 80])
def test_a_card_says_what_it_does_before_how_it_came_about(window, columns):
    shown = sartor(window, "adapters", "show", "voice@canary", COLUMNS=str(columns)).stdout
    assert max(map(len, shown.splitlines())) <= columns
    parts = (
        "voice@2  lora on tiny", "The guard failed: leak.", "voice@canary since", "by force",
        "task.format", "0.910 to 1.010", "!!", "at most 2 %", "80 to train", "Who asks?",
        "ours: rank 4, targets q_proj v_proj", "stopped early", "apache-2.0", "Note: a note",
    )  # fmt: skip
    places = [shown.index(part) for part in parts]
    assert places == sorted(places)


def test_what_failed_the_guard_is_promoted_by_force_only(shop):
    refused = sartor(shop, "adapters", "promote", "voice@2")
    assert (refused.returncode, refused.stdout) == (7, "")
    assert "failed the guard: leak" in refused.stderr
    forced = sartor(shop, "adapters", "promote", "voice@2", "--force")
    assert forced.returncode == 0
    assert "voice@production is voice@2." in forced.stdout
    assert "The guard had failed it." in forced.stdout


def test_promote_roll_back_and_delete(shop):
    assert sartor(shop, "adapters", "promote", "voice@3").returncode == 0
    back = sartor(shop, "adapters", "rollback", "voice", "--alias", "production")
    assert "voice@production is voice@1." in back.stdout
    kept = sartor(shop, "adapters", "delete", "voice@1")
    assert (kept.returncode, "--force" in kept.stderr) == (3, True)
    gone = sartor(shop, "adapters", "delete", "voice@3", "voice@1", "--force")
    assert "Deleted voice@3, voice@1." in gone.stderr
    assert "voice@1" not in sartor(shop, "adapters", "list").stdout


def test_an_export_prints_lines_that_can_be_copied_whole(shop):
    done = sartor(shop, "adapters", "export", "voice", "--to", "out", COLUMNS="60")
    assert done.returncode == 0, done.stderr
    line = f"text-generation-launcher --model-id tiny --lora-adapters voice={shop / 'out'}"
    assert line in done.stdout.splitlines()
    again = sartor(shop, "adapters", "export", "voice", "--to", "out")
    assert (again.returncode, "not empty" in again.stderr) == (3, True)


def test_damage_is_told_below_the_list(shop):
    card = shop / ".sartor" / "adapters" / "voice" / "1" / "card.json"
    card.chmod(0o644)
    card.write_text("{")
    listed = sartor(shop, "adapters", "list")
    assert listed.returncode == 0
    assert "!! " in listed.stdout
    assert "voice@2" in listed.stdout


@pytest.mark.parametrize("name", ["../../etc", "voice@1@2", ""])
def test_names_that_are_none_are_refused(window, name):
    assert sartor(window, "adapters", "show", name).returncode == 2


def test_a_project_without_adapters_says_how_to_make_one(tmp_path):
    Project.init(tmp_path / "shop").close()
    assert "sartor tune run" in sartor(tmp_path / "shop", "adapters", "list").stdout
    missing = sartor(tmp_path / "shop", "adapters", "show", "voice")
    assert (missing.returncode, "known: none" in missing.stderr) == (3, True)
