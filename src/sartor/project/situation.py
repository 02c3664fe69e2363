"""A project -> what is known of it before anything is measured.

Counts and quantiles are taken of what stands on disk; no model is opened and nothing is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from sartor.config import listing
from sartor.errors import InputError, SartorError
from sartor.evaluation.questions.leakage import leakage_findings
from sartor.knowledge.ledger import DocumentSummary
from sartor.ladder.situation import Situation
from sartor.models.windows import known_window
from sartor.project.models import located
from sartor.tuning.examples.found import place_of, place_of_finding
from sartor.types import Passage, Question

if TYPE_CHECKING:
    from sartor.project.project import Project

Item = TypeVar("Item")

DAY = 86_400.0  # seconds
MONTH = 30.4  # days
DOCUMENTS_READ = 200  # spread over all; the passages of these stand for the others
PASSAGES_COUNTED = 1_000
QUANTILES = (0.05, 0.5, 0.95)


class ChangeRate(NamedTuple):
    """The share of documents that change in a month, None if unknown, and the days it rests on."""

    per_month: float | None
    days: float


def situation_of(
    project: Project, *, questions: Sequence[Question] = (), examples_file: Path | None = None
) -> Situation:
    """Gather what is known of a project; tokens are counted on a sample, as its embedder counts.

    `examples_file` is where examples stand; None: the file that the settings name.
    """
    documents = project.documents()
    sample = _sample(project, documents)
    lengths = _lengths(project, sample)
    rate = change_rate(documents)
    path = examples_file or project.folder / project.settings.tune.examples_file
    return Situation(
        documents=len(documents),
        passages=sum(row.passages for row in documents),
        tokens=_tokens(documents, sample, lengths),
        window=_window(project),
        changes_per_month=rate.per_month,
        days_watched=rate.days,
        passage_tokens=_quantiles(lengths),
        questions=len(questions),
        unanswerable=sum(not question.answerable for question in questions),
        **_examples(path, questions),
        adapters=len(project.adapters.list()),
        runs=len(project.runs()),
        model=project.settings.model.path or project.settings.model.name,
        local=bool(project.settings.model.path),
        embedder=project.settings.embedding.path or project.settings.embedding.model,
        settings={row.name: str(row.value) for row in listing(project.settings)},
    )


# --- how often documents change ---------------------------------------------------------------


def change_rate(documents: Sequence[DocumentSummary], now: float | None = None) -> ChangeRate:
    """Estimate how often documents are added or changed, from when each was the last time.

    Only that is known, and it is enough: were changes independent, their rate would be their number
    over the sum of the ages of the last ones. Watching begins with the oldest of them, and what was
    read on that day is where it begins from; so reading everything anew is no change.
    """
    now, touched = now or time(), [row.changed_at for row in documents]
    began = min(touched, default=now)
    days = max(0.0, now - began) / DAY
    if days < 1:
        return ChangeRate(None, days)
    changed = [at for at in touched if at > began + DAY]
    ages = sum(now - at for at in changed) / DAY + (len(touched) - len(changed)) * days
    return ChangeRate(1 - exp(-len(changed) / ages * MONTH), days)


# --- how much there is to read ----------------------------------------------------------------


def _sample(project: Project, documents: Sequence[DocumentSummary]) -> list[Passage]:
    """Read passages of documents spread evenly over all."""
    ids = [row.id for row in _spread(documents, DOCUMENTS_READ)]
    corpus = project.corpus
    return _spread([one for id in ids for one in corpus.passages_of(id)], PASSAGES_COUNTED)


def _lengths(project: Project, passages: Sequence[Passage]) -> list[int]:
    """Count the tokens of passages, as the embedder sees them; it is opened only where any are."""
    if not passages:
        return []
    spans = project._embedder.token_spans([passage.text for passage in passages])
    return [len(tokens) for tokens in spans]


def _tokens(
    documents: Sequence[DocumentSummary], sample: Sequence[Passage], lengths: Sequence[int]
) -> int | None:
    """Estimate the tokens of all documents from those of a sample, by characters."""
    characters = sum(len(passage.text) for passage in sample)
    if not characters:
        return None
    return round(sum(row.characters for row in documents) * sum(lengths) / characters)


def _quantiles(lengths: Sequence[int]) -> dict[float, float]:
    ordered = sorted(lengths)
    return {share: float(ordered[int(share * len(ordered))]) for share in QUANTILES if ordered}


def _spread(items: Sequence[Item], most: int) -> list[Item]:
    """Take at most so many, evenly spread."""
    step = max(1, -(-len(items) // most))
    return list(items[::step])


def _window(project: Project) -> int | None:
    """Say how much the configured model sees at once, as far as that can be read."""
    from sartor.tuning.planning import read_shape

    chosen = project.settings.model
    if chosen.window or not chosen.path:
        return chosen.window or known_window(chosen.name)
    try:
        return read_shape(located(chosen.path, project.folder)).window
    except SartorError:  # a family that is not known by its configuration alone
        return None


# --- examples ---------------------------------------------------------------------------------


def _examples(path: Path, questions: Sequence[Question]) -> dict[str, int]:
    """Count examples, those that can be learned from, that state facts, and questions in them.

    A question that is only nearly in them may be the same about another thing: it does not count.
    """
    from sartor.tuning.examples import check_examples, read_examples
    from sartor.tuning.examples.checks.content import facts_that_change

    if not path.is_file():
        return {}
    try:
        checked = check_examples(read_examples(path))
    except InputError:  # nothing can be learned from it; whoever uses the file says why
        return {}
    refused = {place_of_finding(one) for one in checked.errors}
    own = [example for example in checked.examples if not example.rests_on]
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    leaks = [one for one in leakage_findings(questions, lines) if one.severity == "error"]
    return {
        "examples": len(checked.examples),
        "examples_learnable": sum(place_of(one) not in refused for one in checked.examples),
        "examples_leaked": sum(bool(one.question_id) for one in leaks),
        "examples_state_facts": sum(any(facts_that_change(one.target)) for one in own),
    }
