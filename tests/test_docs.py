"""Documented means it runs: every bash and python block of README and docs, top to bottom.

A page runs in a folder of its own that holds `documents/` and `questions.jsonl` (the samples).
Blocks of other kinds (text, toml, json) are shown, not run.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sartor.config import Settings, listing, load
from sartor.prices import Prices

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "src/sartor/samples"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NOT_HERE = ("make ", "pip install", "git clone")  # setting up is what CI itself does


def blocks(page):
    return [(kind, code) for kind, code in BLOCK.findall(page.read_text()) if kind in RUNNERS]


def run_bash(code, folder, environment):
    lines = [line for line in code.splitlines() if not line.startswith(NOT_HERE)]
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(lines)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def run_python(code, folder, environment):
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


RUNNERS = {"bash": run_bash, "python": run_python}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_block_of_a_page_runs(page, tmp_path):
    shutil.copytree(SAMPLES / "documents", tmp_path / "documents")
    shutil.copy(SAMPLES / "questions.jsonl", tmp_path)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "NO_COLOR": "1", "HOME": str(tmp_path)}
    for kind, code in blocks(page):
        done = RUNNERS[kind](code, tmp_path, environment)
        assert done.returncode == 0, f"{page.name}:\n{code}\n{done.stdout}\n{done.stderr}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_toml_block_of_a_page_is_accepted(page, tmp_path):
    for kind, code in BLOCK.findall(page.read_text()):
        if kind != "toml" or code.startswith("[project"):  # that one is for a pyproject.toml
            continue
        if code.startswith("# prices.toml"):
            (tmp_path / "prices.toml").write_text(code)
            assert Prices.load(tmp_path / "prices.toml").price("our-model") is not None
        else:
            (tmp_path / "sartor.toml").write_text(code)
            load(tmp_path, environment={})


def documentation():
    return "\n".join(page.read_text() for page in PAGES)


def test_every_verb_is_documented():
    import typer.main

    from sartor.cli.app import app

    text = documentation()
    group = typer.main.get_command(app)
    for name, command in group.commands.items():
        for inner in getattr(command, "commands", {None: None}):
            verb = f"sartor {name} {inner}" if inner else f"sartor {name}"
            assert verb in text, f"`{verb}` is not in README.md or docs/"
        assert command.help, f"{name} has no help"


def test_every_setting_is_documented():
    page = (ROOT / "docs/settings.md").read_text()
    for row in listing(Settings()):
        assert f"`{row.name}`" in page, f"{row.name} is not in docs/settings.md"
        assert row.about in page, f"docs/settings.md says something else about {row.name}"


def test_every_error_is_documented():
    from sartor import errors

    page = (ROOT / "docs/errors.md").read_text()
    for name, item in vars(errors).items():
        if isinstance(item, type) and issubclass(item, Exception):
            assert f"`{name}`" in page, f"{name} is not in docs/errors.md"


def test_every_protocol_is_documented():
    from sartor import protocols

    page = (ROOT / "docs/extending.md").read_text()
    for name, item in vars(protocols).items():
        if isinstance(item, type) and getattr(item, "_is_protocol", False) and name != "Protocol":
            assert f"`{name}`" in page, f"{name} is not in docs/extending.md"
