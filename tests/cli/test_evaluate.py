"""`sartor eval` as a user meets it: on recorded answers, so that no model is loaded."""

import json
import shlex
import signal
import subprocess
import time

import jsonschema
import pytest
from command_line import SARTOR, environment, sartor, write

from sartor.cli.schemas import HERE

QUESTIONS = [
    {"id": str(number), "question": f"How many days is {number}?", "expected": f"{number} days"}
    for number in range(40)
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A project with questions, and two files of recorded answers: one right, one half right."""
    folder = tmp_path_factory.mktemp("cli") / "shop"
    assert sartor(folder.parent, "init", "shop").returncode == 0
    write(folder / "questions.jsonl", QUESTIONS)
    write(folder / "good.jsonl", [{"id": str(n), "answer": f"{n} days"} for n in range(40)])
    write(folder / "half.jsonl", [{"id": str(n), "answer": f"{n + n % 2} days"} for n in range(40)])
    assert sartor(folder, "eval", "--system", "good.jsonl").returncode == 0
    return folder


def data(done, schema):
    printed = json.loads(done.stdout)
    jsonschema.validate(printed, json.loads((HERE / f"{schema}.json").read_text()))
    return printed["data"]


def test_the_questions_of_the_project_are_asked_and_the_report_is_named(shop):
    done = sartor(shop, "eval", "--system", "half.jsonl", "--report", "mine.html")
    assert done.returncode == 0, done.stderr
    assert "20 of 40 questions answered correctly" in done.stdout
    assert "answers.correct" in done.stdout
    assert "mine.html" in done.stdout
    assert (shop / "mine.html").read_text().startswith("<!doctype html>")


def test_json_is_as_its_schema_says_and_nothing_else_is_on_stdout(shop):
    done = sartor(shop, "eval", "questions.jsonl", "--system", "half.jsonl", "--json", "--no-save")
    card = data(done, "eval")
    assert card["measurements"]["answers.correct"]["mean"] == 0.5
    assert card["run"] == ""


def test_two_systems_are_compared(shop):
    done = sartor(shop, "eval", "diff", "good.jsonl", "half.jsonl")
    assert done.returncode == 0, done.stderr
    assert "good is better" in done.stdout
    assert "Only good is right on 20" in done.stdout
    found = data(sartor(shop, "eval", "diff", "half.jsonl", "latest", "--json"), "eval-diff")
    assert found["comparisons"][0]["metric"] == "answers.correct"


def test_a_bar_that_is_not_met_gives_exit_code_7(shop):
    good, half = ("eval", "--system", "good.jsonl"), ("eval", "--system", "half.jsonl")
    bar = ("--bar", "answers.correct >= 0.85", "--no-save")
    met, missed = sartor(shop, *good, *bar), sartor(shop, *half, *bar)
    assert (met.returncode, missed.returncode) == (0, 7)
    assert "The bar is met." in met.stdout
    assert "failed" in missed.stdout


def test_a_gate_holds_a_stored_run_to_a_bar(shop):
    newest = json.loads(sartor(shop, "runs", "list", "--json").stdout)["data"]
    good = next(run["id"] for run in newest if run["system"] == "good")
    likely = sartor(shop, "eval", "gate", good, "--bar", "answers.correct >= 0.95", "--json")
    assert likely.returncode == 0
    assert data(likely, "eval-gate")["standings"][0]["status"] == "likely"
    strict = sartor(shop, "eval", "gate", good, "--bar", "answers.correct >= 0.95", "--strict")
    assert strict.returncode == 7
    assert "more questions" in strict.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["eval", "nothing.jsonl"], 3, "nothing.jsonl"),
        (["eval", "--system", "nothing.jsonl"], 3, "MODULE:FUNCTION"),
        (["eval", "--system", "no_such_module:bot"], 2, "cannot be imported"),
        (["eval", "--bar", "answers.corect >= 1"], 2, "answers.corect"),
        (["eval", "--no-save", "--report", "x.html"], 2, "leave one out"),
        (["eval", "--resume", "nonsense"], 3, "the last ones"),
        (["eval"], 3, "no documents yet"),
        (["eval", "diff", "latest", "nothing"], 3, "no run 'nothing'"),
        (["eval", "gate", "latest"], 2, "no bar is given"),
        (["runs", "show", "nonsense"], 3, "sartor runs list"),
    ],
)
def test_mistakes_are_named_with_a_next_step(shop, arguments, code, says):
    done = sartor(shop, *arguments)
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_stopped_by_hand_it_says_how_to_go_on(shop):
    (shop / "slow_bot.py").write_text(
        "import os, time\n"
        "def reply(question):\n"
        "    time.sleep(0 if os.path.exists('in_a_hurry') else 0.2)\n"
        "    return 'some days'\n"
    )
    running = subprocess.Popen(
        [*SARTOR, "eval", "--system", "slow_bot:reply"],
        cwd=shop,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    log = None
    for _ in range(400):
        log = next((shop / ".sartor" / "runs").glob("*slow_bot-reply/answers.jsonl"), None)
        if log and log.read_text().count("\n") >= 2:
            break
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "the same command continues" not in told
    _, _, line = told.partition("to go on:  ")
    assert shlex.split(line)[:4] == ["sartor", "eval", "--resume", log.parent.name]
    (shop / "in_a_hurry").touch()
    done = sartor(shop, *shlex.split(line)[1:])
    assert done.returncode == 0, done.stderr
    assert "answers were there from before" in done.stdout


def test_help_shows_the_verbs_and_the_options_of_the_default_one(shop):
    shown = sartor(shop, "eval", "--help").stdout
    for part in ("diff", "gate", "--system", "--resume", "--no-save"):
        assert part in shown


def test_an_address_where_nobody_listens_is_no_result(shop):
    write(shop / "one.jsonl", QUESTIONS[:1])
    done = sartor(shop, "eval", "one.jsonl", "--system", "http://127.0.0.1:9/ask")
    assert (done.returncode, done.stdout) == (5, "")
    assert "cannot be reached" in done.stderr


def test_answers_that_were_not_recorded_are_named_and_each_measure_says_how_many_it_counts(shop):
    write(shop / "some.jsonl", [{"id": str(n), "answer": f"{n} days"} for n in range(30)])
    done = sartor(shop, "eval", "diff", "good.jsonl", "some.jsonl")
    assert done.returncode == 0, done.stderr
    assert "some has no answer recorded to 10 of them: they count as wrong." in done.stdout
    assert "interval" in done.stdout
    assert " n " in done.stdout
    found = data(sartor(shop, "eval", "diff", "good.jsonl", "some.jsonl", "--json"), "eval-diff")
    assert found["unanswered"] == [0, 10]


def test_a_gate_says_why_a_measure_is_missing(shop):
    good = ("eval", "--system", "good.jsonl", "--no-save", "--bar", "answers.abstained >= 0.5")
    done = sartor(shop, *good)
    assert done.returncode == 7
    assert "every question can be answered" in " ".join(done.stdout.split())
