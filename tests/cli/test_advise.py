"""`sartor advise` as a user meets it: questions in a terminal, answers by name, JSON."""

import json
import os
import pty
import subprocess
import sys

import jsonschema
import pytest
from command_line import SARTOR, environment, sartor

from sartor.cli.schemas import HERE
from sartor.project import Project


@pytest.fixture
def shop(tmp_path):
    Project.init(tmp_path / "shop").close()
    return tmp_path / "shop"


def test_advice_names_the_rung_the_reasons_and_the_command_that_measures(tmp_path):
    done = sartor(tmp_path, "advise", "--like", "support")
    assert done.returncode == 0, done.stderr
    for said in (
        "Start with rag.",
        "> 2  rag",
        "not yet: nothing measured shows",
        "Where the guides disagree",
        "G0 G2 G3",
        "The guides behind G0 to G4",
        "G3  The gap both methods close",
        'sartor climb --bar "answers.correct >= 0.85, style.match >= 0.8"',
    ):
        assert said in done.stdout


@pytest.mark.parametrize("columns", [80, 100])
def test_advice_fits_the_terminal_and_two_screens(tmp_path, columns):
    done = sartor(tmp_path, "advise", "--like", "medical", COLUMNS=str(columns))
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= columns
    assert len(lines) <= 60


def test_answers_of_the_command_line_win_over_the_file(tmp_path):
    (tmp_path / "profile.yaml").write_text("style: yes\nknowledge: no\n")
    done = sartor(tmp_path, "advise", "--profile", "profile.yaml", "--set", "style=no", "--json")
    assert json.loads(done.stdout)["data"]["profile"] == {"knowledge": False, "style": False}


def test_json_is_as_its_schema_says(shop):
    done = sartor(shop, "advise", "--set", "cite=yes", "--set", "tokens=50k", "--json")
    assert done.returncode == 0, done.stderr
    jsonschema.validate(json.loads(done.stdout), json.loads((HERE / "advise.json").read_text()))
    assert json.loads(done.stdout)["data"]["taken"] == {"questions": "questions.jsonl"}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--set", "cit=yes"], 2, "did you mean 'cite'"),
        (["--set", "cite"], 2, "--answer cite=yes"),
        (["--like", "suport"], 2, "did you mean 'support'"),
        (["--profile", "none.yaml"], 2, "none.yaml cannot be read"),
        (["--profile", "broken.yaml"], 2, "broken.yaml is no profile"),
        (["--profile", "wrong.yaml"], 2, "did you mean 'cite'"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path, arguments, code, said):
    (tmp_path / "broken.yaml").write_text("cite: [\n")
    (tmp_path / "wrong.yaml").write_text("cit: yes\n")
    done = sartor(tmp_path, "advise", *arguments)
    assert done.returncode == code
    assert said in done.stderr
    assert not done.stdout


def test_a_project_that_is_named_must_be_there(tmp_path):
    assert sartor(tmp_path, "-C", "nowhere", "advise").returncode == 2


def test_in_a_terminal_it_asks_what_the_project_does_not_tell(shop):
    """`changes` is idle once nothing needs to be known; a wrong answer is asked for again."""
    told = in_a_terminal(shop, "no", "perhaps", "yes", "\x04")
    assert "expected yes or no" in told
    assert "How often does that change?" not in told
    assert "Must answers name their sources?" in told
    assert "Start with rag." in told


def in_a_terminal(folder, *answers):
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*SARTOR, "advise"], cwd=folder, env=environment(), stdin=theirs, stdout=theirs,
        stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    told = read(ours, until=b"(yes, no) ")
    for answer in answers:
        os.write(ours, answer.encode() + (b"" if answer == "\x04" else b"\n"))
        told += read(ours, until=b"" if answer == answers[-1] else b"(yes, no) ")
    os.close(ours)
    assert process.wait(60) == 0
    return told.decode()


def read(handle, until):
    """Read until something was said, or to the end."""
    told = b""
    while not until or until not in told:
        try:
            more = os.read(handle, 4096)
        except OSError:  # how Linux says that the other side has gone
            more = b""
        if not more:
            break
        told += more
    return told


pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo terminals there")
