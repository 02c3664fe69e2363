"""A kind of rung and the parts of a project -> about what one answer of it takes, before any.

Tokens are told from the lengths of what a prompt holds, dollars from the price of its model, and
seconds from the traces of answers that were given so; before the first, nobody knows them.
"""

from __future__ import annotations

from pathlib import Path
from statistics import median

from sartor.assistants.rungs import Rung as Kind
from sartor.config.sections import AskSettings
from sartor.ladder.rungs import Effort
from sartor.project.answering import Answering
from sartor.types import Usage

CHARACTERS = 4.0  # of a token, where none are counted
ASKED = 250  # characters of instructions and question together
ANSWERED = 100  # tokens of an answer
TRACES = 200  # the last answers, among which those that were given so tell how long one takes
QUOTED = Effort(None, 0.0, "quotes ask no model", 0.0)


def expected(
    kind: Kind, answering: Answering, settings: AskSettings, examples: Path, model: str
) -> Effort:
    """Say about what one answer takes that a model writes on this rung."""
    characters = float(ASKED)
    if kind.examples and examples.is_file():
        characters += settings.examples * _of_an_example(examples)
    if kind.knowledge != "none":
        rows = answering.library.ledger.documents()
        every = sum(row.characters for row in rows)
        passages = max(1, sum(row.passages for row in rows))
        share = 1.0 if kind.knowledge == "whole" else min(1.0, settings.passages / passages)
        characters += share * every
    usage = Usage(round(characters / CHARACTERS), ANSWERED)
    return Effort(
        seconds=seconds_seen(answering, kind.name, model),
        dollars=answering.prices.cost(model, usage),
        reason="tokens told from the lengths of what prompts hold",
        tokens=float(usage.input_tokens + usage.output_tokens),
    )


def seconds_seen(answering: Answering, rung: str, model: str) -> float | None:
    """Say how long the last answers took that this rung gave by this model; None: it gave none."""
    seen = [
        one.seconds
        for one in answering.traces(TRACES)
        if (one.rung, one.model) == (rung, model) and not (one.cached or one.error)
    ]
    return median(seen) if seen else None


def _of_an_example(examples: Path) -> float:
    text = examples.read_text(encoding="utf-8", errors="replace")
    return len(text) / max(1, sum(bool(line.strip()) for line in text.splitlines()))
