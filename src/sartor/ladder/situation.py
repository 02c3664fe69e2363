"""What is known of a project before anything is measured: plain figures, None where nobody knows.

Advice, warnings and checklists reason with it. It knows no project.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Situation:
    """A project in figures.

    `tokens` counts all documents, `window` is what the model sees at once. `changes_per_month` is
    the share of documents that change in a month, read from the ledger over `days_watched` days.
    `passage_tokens` are quantiles (0.05, 0.5, 0.95) of the length of passages. `examples_leaked`
    counts questions that stand in the examples, `runs` what was measured and kept. `settings` are
    those that checklists name.
    """

    documents: int = 0
    passages: int = 0
    tokens: int | None = None
    window: int | None = None
    changes_per_month: float | None = None
    days_watched: float = 0.0
    passage_tokens: Mapping[float, float] = field(default_factory=dict)
    questions: int = 0
    unanswerable: int = 0
    examples: int = 0
    examples_learnable: int = 0
    examples_leaked: int = 0
    examples_state_facts: int = 0
    adapters: int = 0
    runs: int | None = None
    model: str = ""
    local: bool = False
    embedder: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
