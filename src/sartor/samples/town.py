"""A project of the lab's world: everything in it can be tried offline, with a model that can read.

Documents, questions and examples are made up and new to the lab model; nothing in them is true.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sartor.errors import ConfigError

if TYPE_CHECKING:
    from sartor.project import Project

TO_LEARN = "questions-to-learn.jsonl"  # with evidence, about other facts than the test questions

# What the lab model needs: short answers, few passages, no second try with other words.
SETTINGS = """\
# A project of the lab's world. The model is tiny and made for trying things out: it reads the short
# notes of its own world and nothing else. It is not for questions of yours.

[model]
path = "lab"
max_tokens = 80
threads = 1

[ask]
passages = 3
rewrite = false

[tune]
base = "lab"
threads = 1
"""


def make_town(folder: Path, *, facts: int, examples: int, seed: int) -> Project:
    """Write the project into a new or empty folder and open it; the documents are not added yet."""
    from sartor.evaluation.questions.writing import write_questions
    from sartor.lab.handbook import write_project
    from sartor.project import Project

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConfigError(f"{folder} is not empty", "sartor lab project ANOTHER_FOLDER")
    folder.mkdir(parents=True, exist_ok=True)
    book = write_project(folder, facts=facts, seed=seed, examples=examples)
    write_questions(folder / TO_LEARN, [question for question, _ in book.pairs])
    (folder / "sartor.toml").write_text(SETTINGS, encoding="utf-8")
    return Project.init(folder)
