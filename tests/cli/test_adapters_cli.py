"""`sartor adapters`: what it prints for people and for programs, and what it refuses."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from command_line import sartor
from safetensors.numpy import save_file

sys.path.insert(0, str(Path(__file__).parents[1] / "tuning" / "registry"))
from made_adapters import CONFIG, WEIGHTS, guard, made_card, write_small

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


def save_theirs(folder):
    """Save a base of one matrix, and a LoRA as somebody else may have trained it."""
    matrix = "model.layers.0.q_proj"
    halves = {f"base_model.model.{matrix}.lora_{half}.weight": np.ones(shape, np.float32)
              for half, shape in (("A", (2, 4)), ("B", (4, 2)))}  # fmt: skip
    for place in ("base", "theirs"):
        (folder / place).mkdir()
    save_file({f"{matrix}.weight": np.eye(4, dtype=np.float32)},
              folder / "base" / "model.safetensors")  # fmt: skip
    save_file(halves, folder / "theirs" / WEIGHTS)
    config = {"peft_type": "LORA", "r": 2, "target_modules": ["q_proj"]}
    (folder / "theirs" / CONFIG).write_text(json.dumps(config))


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
        ("import", "theirs", "--name", "found", "--base", "base"),
    ],
    ids=lambda call: call[0],
)
def test_json_is_as_its_schema_says(shop, call):
    save_theirs(shop)
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


def test_what_was_trained_elsewhere_comes_in_unproven_and_says_what_proves_it(shop):
    save_theirs(shop)
    done = sartor(shop, "adapters", "import", "theirs", "--name", "found", "--base", "base")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("found@1 is a lora adapter of base.")
    assert "Note: unproven: it was trained elsewhere" in done.stdout
    assert "->  sartor --set model.adapter=found@1 eval QUESTIONS" in done.stdout
    listed = sartor(shop, "adapters", "list").stdout
    assert next(line for line in listed.splitlines() if "found@1" in line).split()[-1] == "unproven"
    shown = sartor(shop, "adapters", "show", "found").stdout
    assert "Unproven: no guard has looked at it." in shown
    assert " 0 steps" not in shown
    refused = sartor(shop, "adapters", "promote", "found")
    assert (refused.returncode, "is unproven" in refused.stderr) == (7, True)
    nowhere = sartor(shop, "adapters", "import", "theirs", "--name", "found")
    assert (nowhere.returncode, "--base FOLDER" in nowhere.stderr) == (2, True)


@pytest.mark.parametrize("how", [(), ("--json",)])
def test_a_purge_names_what_cannot_forget_and_what_to_do(shop, how):
    (shop / "pay.txt").write_text("A fitter earns 24 euros an hour when the work is done at night.")
    assert sartor(shop, "add", "pay.txt").returncode == 0
    card = made_card(data=replace(made_card().data, rests_on=("pay.txt",)))
    with Project(shop) as project:
        project.adapters.add("pay", card, write_small)
    done = sartor(shop, "purge", "pay.txt", *how)
    assert done.returncode == 0, done.stderr
    if how:
        schema = json.loads((HERE / "purge.json").read_text())
        jsonschema.validate(json.loads(done.stdout), schema)
        return
    assert "Weights cannot forget" in done.stdout
    assert "its examples show passages of pay.txt" in done.stdout
    assert "->  sartor tune run EXAMPLES --name pay" in done.stdout
    assert "->  sartor adapters delete pay@1\n" in done.stdout
    assert "voice" not in done.stdout


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
