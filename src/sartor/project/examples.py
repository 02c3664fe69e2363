"""A file of examples and no project -> what is wrong with it, as far as that can be told.

A newcomer has a file and nothing else. What only a project has (its test questions, its documents)
is left out, and said. Finding a base and its tokenizer is the same inside of a project.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sartor.config import load
from sartor.evaluation.questions import read_questions
from sartor.project.models import LAB, located
from sartor.tuning.base import find_base
from sartor.tuning.examples import Checked, check_examples, read_examples
from sartor.tuning.examples.found import NOT_CHECKED
from sartor.tuning.planning import read_shape
from sartor.types import Example, ExampleFinding

if TYPE_CHECKING:
    from sartor.tuning.encoding import Encoder

NOTHING: Mapping[str, str] = {}


def check_alone(
    path: Path,
    *,
    base: str | None = None,
    questions: Path | None = None,
    fields: Mapping[str, str] = NOTHING,
    flags: Mapping[str, object] = NOTHING,
) -> Checked:
    """Check a file that belongs to no project; `flags` are settings of this call."""
    here = Path.cwd()
    settings = load(here, flags=flags).tune
    folder = base_folder(base or settings.base, here) if base or settings.base else None
    tested = read_questions(questions) if questions else ()
    read = read_examples(path, fields=fields)
    encoder = encoder_for(folder, settings.max_length) if folder else None
    return check_examples(read, encoder=encoder, questions=tested, also=_without_documents)


def base_folder(named: str, root: Path) -> Path:
    """Find the folder of a model to tune: the lab's, one on disk, or one in the hub's cache."""
    return located(named, root) if named == LAB else find_base(named, root=root)


def encoder_for(folder: Path, max_length: int = 0) -> Encoder:
    """Open the tokenizer of a base, and no weights; the model's own window is the default."""
    window = max_length or read_shape(folder).window
    from sartor.tuning.base import open_tokenizer
    from sartor.tuning.encoding import Encoder

    return Encoder(open_tokenizer(folder), window=window)


def _without_documents(examples: Sequence[Example]) -> Iterator[ExampleFinding]:
    resting = sum(bool(example.rests_on) for example in examples)
    if resting:
        many = f"{resting:,} examples rest" if resting > 1 else "1 example rests"
        told = f"whether the passages that {many} on are still the same"
        told += ": there is no project with documents"
        yield ExampleFinding("note", NOT_CHECKED, told, fix="sartor -C FOLDER tune check FILE")
