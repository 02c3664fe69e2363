"""Where the things of a project stand on disk, and how a folder becomes a project."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sartor.config import FILE_NAME, template
from sartor.errors import ConfigError, NotAProject

STATE = ".sartor"
GITIGNORE = "# State of Sartor: rebuilt or restored, never committed.\n*\n"


@dataclass(frozen=True, slots=True)
class Folder:
    """The paths of one project."""

    root: Path

    @property
    def config(self) -> Path:
        """The settings, which belong into version control."""
        return self.root / FILE_NAME

    @property
    def state(self) -> Path:
        """Everything Sartor keeps; git-ignored."""
        return self.root / STATE

    @property
    def ledger(self) -> Path:
        """The truth."""
        return self.state / "ledger.db"

    @property
    def index(self) -> Path:
        """The search index, which may be deleted at any time."""
        return self.state / "index"

    @property
    def cache(self) -> Path:
        """Compiled models, which may be deleted at any time."""
        return self.state / "cache"

    @property
    def answers(self) -> Path:
        """Remembered answers and traces, which may be deleted at any time."""
        return self.state / "answers.db"

    @property
    def runs(self) -> Path:
        """What was measured: a folder for each run."""
        return self.state / "runs"

    @property
    def adapters(self) -> Path:
        """What was trained: a folder for each name, and in it one for each version."""
        return self.state / "adapters"

    @property
    def tuning(self) -> Path:
        """Trainings under way: checkpoints, and how the examples were split."""
        return self.state / "tuning"

    @property
    def climbing(self) -> Path:
        """What climbs remember: which run stands for what, and which questions choose."""
        return self.state / "climbing"

    @property
    def completions(self) -> Path:
        """What models wrote while climbing, which may be deleted at any time."""
        return self.climbing / "completions.db"

    @property
    def trained(self) -> Path:
        """What the adapters of climbs were trained for, and the examples that were made."""
        return self.climbing / "trained"

    @property
    def variants(self) -> Path:
        """Documents split and embedded otherwise, to be tried; it may be deleted at any time."""
        return self.state / "variants"

    @property
    def judgements(self) -> Path:
        """What a model said of answers, which may be deleted at any time."""
        return self.state / "judgements.db"

    @property
    def prompts(self) -> Path:
        """Prompt templates of the project's own, which belong into version control."""
        return self.root / "prompts"

    @property
    def embedding_lock(self) -> Path:
        """Held by the process that embeds; others would only compute the same vectors again."""
        return self.state / "embedding.lock"


def make(root: Path) -> Folder:
    """Turn a folder into a project; a project that is already there is left as it is."""
    folder = Folder(root.resolve())
    if root.exists() and not root.is_dir():
        raise ConfigError(f"{root} is a file; expected a folder", "sartor init ANOTHER_NAME")
    try:
        folder.state.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder.state / ".gitignore").write_text(GITIGNORE, encoding="utf-8")
        if not folder.config.exists():
            folder.config.write_text(template(), encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"no project can be made in {root}: {error.strerror}") from error
    return folder


def existing(root: Path) -> Folder:
    """Return the project in this very folder; raises `NotAProject`."""
    folder = Folder(root.resolve())
    if not folder.config.is_file():
        raise NotAProject(f"{root} is not a project: it has no {FILE_NAME}", f"sartor init {root}")
    folder.state.mkdir(mode=0o700, exist_ok=True)
    return folder


def nearest_above(start: Path) -> Folder:
    """Return the project that a folder lies in; raises `NotAProject`."""
    start = start.resolve()
    for root in (start, *start.parents):
        if (root / FILE_NAME).is_file():
            return existing(root)
    raise NotAProject(
        f"neither {start} nor a folder above it has a {FILE_NAME}",
        "sartor init   makes a project here; sartor -C FOLDER ...   works on another one",
    )
