"""The command that a verdict tells to type next is one that can be pasted."""

import shlex

import pytest

from sartor.cli.app import app
from sartor.ladder.again import AGAIN
from sartor.project import Project
from sartor.project.again import again
from sartor.project.climbing import ClimbOptions
from sartor.testing.embedder import HashingEmbedder

BAR = "answers.correct >= 0.7, cost.month <= $300"


@pytest.fixture
def shop(tmp_path, monkeypatch):
    with Project.init(tmp_path / "shop", embedder=HashingEmbedder()) as project:
        monkeypatch.chdir(tmp_path / "shop")
        yield project


def test_what_was_given_is_given_again_and_the_shell_leaves_it_alone(shop):
    chosen = ClimbOptions(
        bar=BAR, rungs=["rag"], systems={"theirs": "recorded.jsonl"}, volume=1000, strict=True,
        tune={"rank": 8, "targets": ("q_proj", "v_proj")}, models=("small", "large"),
    )  # fmt: skip
    assert shlex.split(again(shop, "my questions.jsonl", chosen)("--all")) == [
        "sartor", "climb", "my questions.jsonl", "--bar", BAR, "--models", "small,large",
        "--volume", "1000", "--system", "theirs=recorded.jsonl", "--with", "rank=8",
        "--with", "targets=q_proj,v_proj", "--strict", "--rung", "rag", "--all",
    ]  # fmt: skip


def test_another_rung_takes_the_place_of_those_that_were_named(shop):
    typed = again(shop, None, ClimbOptions(rungs=["rag"]))
    assert typed.trained("lora @ small") == "sartor climb --rung 'lora @ small' --all"


def test_what_no_command_line_can_hold_and_budgets_are_left_out(shop):
    chosen = ClimbOptions(systems={"theirs": object()}, minutes=5, dollars=1.0, fresh=True)
    assert again(shop, [], chosen)() == "sartor climb"


def test_the_project_is_named_from_elsewhere_and_settings_of_the_call_are_kept(
    shop, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    with Project("shop", **{"search.k": 5, "cost.hosted": ("a", "b")}) as project:
        words = shlex.split(again(project, None, ClimbOptions())())
    assert words == [
        "sartor", "-C", str(project.folder), "--set", "search.k=5", "--set", "cost.hosted=a;b",
        "climb",
    ]  # fmt: skip


def test_every_option_that_is_written_is_one_of_the_command_line(shop):
    from typer.main import get_command

    known = {name for one in get_command(app).commands["climb"].params for name in one.opts}
    chosen = ClimbOptions(
        bar=BAR, rungs=["rag"], systems={"a": "b"}, volume=1, strict=True, tune={"rank": 8},
        models=("a",), margin=0.1, seed=1, examples="e.jsonl",
    )  # fmt: skip
    words = shlex.split(again(shop, "q.jsonl", chosen)("--all", "--tune-retrieval"))
    assert {word for word in words if word.startswith("--")} <= known


def test_without_a_call_it_is_the_plain_command():
    assert AGAIN("--all") == "sartor climb --all"
