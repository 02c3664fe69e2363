"""A project of the lab's world: everything in it can be tried offline, with a model that can read.

Documents, questions and examples are made up and new to the lab model; nothing in them is true.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sartor.errors import ConfigError

if TYPE_CHECKING:
    from sartor.project import Project

# What the lab model needs: short answers, few passages, no second try with other words.
SETTINGS = """\
# A project of the lab's world. The model is tiny and made for trying things out: it reads the short
# notes of its own world and nothing else. It is not for questions of yours.

[model]
path = "lab"
max_tokens = 64

[ask]
passages = 4
context_tokens = 420
rewrite = false

[tune]
base = "lab"
"""


def make_town(folder: Path, *, facts: int, examples: int, seed: int) -> Project:
    """Write the project into a new or empty folder and open it; the documents are not added yet."""
    from sartor.lab.handbook import write_project
    from sartor.project import Project

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError(f"{folder} is not empty", "sartor lab project ANOTHER_FOLDER")
    folder.mkdir(parents=True, exist_ok=True)
    write_project(folder, facts=facts, seed=seed, examples=examples)
    (folder / "sartor.toml").write_text(SETTINGS, encoding="utf-8")
    return Project.init(folder)
