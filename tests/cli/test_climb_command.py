"""`sartor climb` as a user meets it: what it prints and the exit codes."""

import json
import sys
from typing import NamedTuple

import pytest

from sartor.cli import main
from sartor.project import Project

COUNT = 30


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A project without documents, questions, and two recorded systems: 30 and 15 of 30 right."""
    shop = tmp_path_factory.mktemp("climb") / "shop"
    Project.init(shop).close()
    write(shop / "questions.jsonl", [question(number) for number in range(COUNT)])
    write(shop / "good.jsonl", [answer(number, right=True) for number in range(COUNT)])
    write(shop / "half.jsonl", [answer(number, right=number % 2 == 0) for number in range(COUNT)])
    return shop


def question(number):
    return {"id": str(number), "question": f"The code of item {number}?", "expected": f"zx{number}"}


def answer(number, *, right):
    said = f"It is zx{number}." if right else "It is blue."
    return {"id": str(number), "answer": said, "seconds": 0.5, "cost": 0.002 if right else 0.001}


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.fixture
def sartor(folder, monkeypatch, capsys):
    """Call the command line in the project's folder."""

    def call(*arguments, columns=100):
        monkeypatch.chdir(folder)
        monkeypatch.setenv("NO_COLOR", "1")
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setattr(sys, "argv", ["sartor", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        return Done(left.value.code, *capsys.readouterr())

    return call


@pytest.fixture
def climb(sartor):
    """Climb with both recorded systems."""
    both = ("--system", "good=good.jsonl", "--system", "half=half.jsonl")

    def call(*arguments, **more):
        return sartor("climb", *both, *arguments, **more)

    return call


@pytest.mark.parametrize("columns", [80, 100])
def test_the_table_fits_and_marks_what_was_chosen(climb, columns):
    done = climb(
        "--bar", "answers.correct >= 0.8, latency.p95 <= 2s", "--volume", "100k",
        columns=columns,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "> good" in done.stdout
    assert "100 % [89, 100]" in done.stdout
    assert "$200" in done.stdout
    assert "What to do next" in done.stdout
    assert "Not measured" in done.stdout
    lines = [line for line in done.stdout.splitlines() if "report.html" not in line]
    assert max(map(len, lines)) <= columns


def test_without_a_bar_the_one_that_no_other_beats_is_chosen(climb):
    done = climb()
    assert done.returncode == 0, done.stderr
    assert "> good" in done.stdout
    assert "worse" in done.stdout


def test_the_bar_decides_and_not_the_better_system(climb):
    done = climb("--bar", "answers.correct >= 0.3")
    assert done.returncode == 0, done.stderr
    assert "> half" in done.stdout


def test_a_bar_that_nothing_meets_exits_with_seven(climb):
    done = climb("--bar", "answers.correct >= 0.3, cost.month <= $1 at 100k")
    assert done.returncode == 7, done.stderr
    assert "No rung meets the bar" in done.stdout


def test_strict_wants_proof(climb):
    bar = ("--bar", "answers.correct >= 0.95")
    assert climb(*bar).returncode == 0
    assert climb(*bar, "--strict").returncode == 7


def test_json_has_the_whole_verdict(climb):
    done = climb("--bar", "answers.correct >= 0.8", "--json")
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert printed["schema"] == "sartor/climb/1"
    verdict = printed["data"]
    assert verdict["rung"] == "good"
    assert verdict["comparisons"]["half"]["outcome"] == "worse"
    assert verdict["costs"]["good"]["per_month"]["mean"] == pytest.approx(20)
    assert set(verdict["missing"]) >= {"prompt", "rag", "lora"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--bar", "answers.corect >= 0.8"], "did you mean 'answers.correct'"),
        (["--rung", "raag"], "did you mean 'rag'"),
        (["--models", "lap"], "no model on this machine; did you mean 'lab'?"),
        (["--models", "nope"], "on this machine: lab; else export OPENAI_API_KEY"),
        (["--volume", "lots"], "--volume 100k"),
        (["--volume", "100kk"], "--volume 100k"),
        (["--system", "theirs"], "--system theirs=answers.jsonl"),
    ],
)
def test_what_cannot_be_meant_exits_with_two(climb, arguments, said):
    done = climb(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert not done.stdout


def test_an_empty_file_of_questions_is_bad_input(climb, folder):
    (folder / "empty.jsonl").write_text("")
    done = climb("empty.jsonl")
    assert done.returncode == 3
    assert "empty.jsonl" in done.stderr


def test_a_model_that_nobody_reaches_exits_with_five_and_says_how_to_go_on(sartor, monkeypatch):
    monkeypatch.setenv("SOME_KEY", "k")
    done = sartor(
        "--set", "model.name=ours", "--set", "model.endpoint=http://127.0.0.1:9/v1",
        "--set", "model.api_key_env=SOME_KEY", "--set", "model.retries=0",
        "climb", "--rung", "prompt",
    )  # fmt: skip
    assert done.returncode == 5, done.stderr
    assert "sartor climb" in done.stderr


# --- budgets, and what was found before -----------------------------------------------------------


def test_a_plan_is_printed_and_nothing_is_kept(climb, folder):
    known = len(list((folder / ".sartor").glob("climbs/*")))
    done = climb("--dry-run")
    assert done.returncode == 0, done.stderr
    assert "At most 60 answers" in done.stdout or "At most 0 answers" in done.stdout
    assert len(list((folder / ".sartor").glob("climbs/*"))) == known
    planned = json.loads(climb("--dry-run", "--json").stdout)
    assert planned["schema"] == "sartor/climb-plan/1"
    assert {one["rung"] for one in planned["data"]["rungs"]} == {"good", "half"}
    reasons = {one["reason"] for one in planned["data"]["rungs"]}
    assert reasons <= {"its answers are recorded", "measured before"}


def test_a_plan_says_what_is_known_and_how_the_rest_becomes_known(sartor, folder):
    (folder / "examples.jsonl").write_text("")
    planned = sartor(
        "--set", "model.name=ours", "--set", "model.endpoint=http://127.0.0.1:9/v1",
        "climb", "--dry-run", "--rung", "prompt", "--system", "web=http://127.0.0.1:9/v1",
    )  # fmt: skip
    (folder / "examples.jsonl").unlink()
    assert planned.returncode == 0, planned.stderr
    told = " ".join(planned.stdout.split())
    assert "tokens and what web will take" in told
    assert "prompt: how long an answer takes, the first one tells: sartor ask" in told
    assert "prompt: no price is known: model.prices_file" in told
    assert "web: nobody knows what its answers take" in told


def test_a_verdict_tells_the_whole_command_to_type_next(climb):
    bar = "answers.correct >= 0.99, cost.month <= $1 at 100k"
    done = climb("questions.jsonl", "--bar", bar, "--minutes", "0", "--fresh", columns=400)
    assert (
        f"sartor climb questions.jsonl --bar '{bar}' --system good=good.jsonl "
        "--system half=half.jsonl; with a larger --minutes"
    ) in done.stdout


def test_minutes_that_are_over_leave_a_partial_verdict_and_exit_with_six(climb):
    done = climb("--minutes", "0", "--fresh")
    assert done.returncode == 6
    assert "over" in done.stdout


def test_the_last_verdict_is_shown_again(climb, sartor):
    before = json.loads(climb("--bar", "answers.correct >= 0.8", "--json").stdout)
    again = json.loads(sartor("climb", "--last", "--json").stdout)
    assert again["data"]["rung"] == before["data"]["rung"] == "good"
    assert again["data"]["reason"] == before["data"]["reason"]


def test_a_value_of_the_recipe_is_read_as_it_is_written(climb):
    done = climb("--with", "rank", "--dry-run")
    assert done.returncode == 2
    assert "--with rank=8" in done.stderr
