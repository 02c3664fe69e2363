"""A call is written again as it was typed, so that it can be pasted into a shell."""

import shlex

import pytest
from typer.main import get_command

from sartor.cli.again import again
from sartor.cli.app import app


@pytest.fixture
def typed():
    """Give the context of a call, parsed and not run."""

    def context(line):
        words = shlex.split(line)
        root = get_command(app)
        above = root.make_context("sartor", words)
        while hasattr(above.command, "commands"):
            rest = [*above._protected_args, *above.args]
            command = above.command.commands[rest[0]]
            above = command.make_context(rest[0], rest[1:], parent=above)
        return above

    return context


@pytest.mark.parametrize(
    "line",
    [
        "tune run",
        "tune run --name voice",
        "--project 'a town' --set tune.base=lab tune run --with rank=8 --with epochs=2 'a.jsonl'",
        "tune run --replay 0.5 --seed 0 --json examples.jsonl",
    ],
)
def test_all_that_was_given_is_given_again(typed, line):
    told = again(typed(line), "--resume", without=("resume", "fresh"))
    assert sorted(shlex.split(told)) == sorted(["sartor", *shlex.split(line), "--resume"])
    assert again(typed(told.removeprefix("sartor ")), without=("resume",)) == again(typed(line))


def test_what_is_left_out_is_not_said_twice(typed):
    told = again(typed("tune run --fresh --resume"), "--resume", without=("resume", "fresh"))
    assert told == "sartor tune run --resume"
