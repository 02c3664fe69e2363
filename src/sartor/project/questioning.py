"""A project's documents -> candidate questions; questions -> what is wrong with them.

The thin seam between the ledger and `evaluation.questions`, which knows no ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sartor.assistants.conflicts import disagree, edition
from sartor.errors import ConfigError, NotFound
from sartor.project.views import Texts
from sartor.text.numbers import quantities
from sartor.types import Document, Question

if TYPE_CHECKING:
    from sartor.evaluation.questions.findings import QuestionFinding
    from sartor.evaluation.questions.making import Estimate, Made
    from sartor.project.project import Project
    from sartor.protocols import Model, Progress


def make_questions(
    project: Project, n: int = 100, seed: int = 0, model: str | Model | None = None
) -> list[Question]:
    """Make candidates from the documents; see `candidates` for how many were rejected and why."""
    return list(candidates(project, n, seed=seed, model=model).questions)


def candidates(
    project: Project,
    n: int = 100,
    *,
    seed: int = 0,
    model: str | Model | None = None,
    written: bool = False,
    progress: Progress | None = None,
) -> Made:
    """Make candidates by patterns, or let a model write them and the checker verify them.

    A model writes where one is named, or where `written` asks for the configured one.
    """
    from sartor.evaluation.questions.making import make, write

    corpus, answering = _documents(project, n), project._answering
    if model is None and not written:
        blocks = project._ledger.blocks
        return make(
            corpus,
            blocks,
            n,
            seed=seed,
            similarity=answering.alike,
            overtakes=_overtakes,
            progress=progress,
        )
    writer = _writer(project, model)
    return write(corpus, writer, answering.checker, n, seed=seed, progress=progress)


def estimated(
    project: Project,
    n: int = 100,
    *,
    seed: int = 0,
    model: str | Model | None = None,
    written: bool = False,
) -> Estimate:
    """Say what `candidates` would take of a model at most; patterns take nothing."""
    from sartor.evaluation.questions.making import Estimate, estimate

    corpus = _documents(project, n)
    if model is None and not written:
        return Estimate()
    writer, pricing = _writer(project, model), project._answering.prices
    return estimate(corpus, writer, n, seed=seed, pricing=pricing)


def _documents(project: Project, n: int) -> Texts:
    """Give the documents to make questions from, if there are any."""
    if n < 1:
        raise ConfigError(f"{n} questions were asked for; expected 1 or more")
    if not project._ledger.last_change():
        raise NotFound("this project has no documents yet", "sartor add DOCUMENTS")
    return Texts(project._ledger)


def _overtakes(document: Document, text: str, other: Document, said: str) -> bool:
    """Tell whether a sentence differs from an older one, or in numbers from one of unknown age.

    Undated documents often say the same with other words about other things, seldom with other
    numbers about one.
    """
    if not disagree(said, text):
        return False
    age, other_age = edition(document), edition(other)
    if age is not None and age.newer_than(other_age):
        return True
    newer = other_age is not None and other_age.newer_than(age)
    return not newer and _numbers(text) != _numbers(said)


def _numbers(text: str) -> set[tuple[float, ...]]:
    return {one.values for one in quantities(text)}


def _writer(project: Project, model: str | Model | None) -> Model:
    """Open the model that writes, the configured one if none is named."""
    writer = project._answering.model(model)
    if writer is None:
        raise ConfigError(
            "a model is needed to write questions, and none is named",
            "set `name` or `path` under [model] in sartor.toml, or --model NAME",
        )
    return writer


def check_questions(
    project: Project | None,
    path: str | Path,
    examples: str | Path | None = None,
    fields: Mapping[str, str] | None = None,
) -> list[QuestionFinding]:
    """Say what is wrong with a file of questions; without a project no evidence is looked up."""
    from sartor.evaluation.questions.checking import check
    from sartor.evaluation.questions.decoding import text_of
    from sartor.evaluation.questions.reading import open_questions

    corpus = Texts(project._ledger) if project else None
    found = open_questions(Path(path), fields=fields or {}, corpus=corpus)
    rows = text_of(Path(examples)).split("\n") if examples else ()
    return check(found, corpus, rows)
