"""What a training cost and what was measured -> the card of the model, as data and as a page.

It knows no model: figures go in, a dictionary for card.json and text for README.md come out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_PURPOSE = (
    "A small language model that can read. It answers from numbered passages by quoting the "
    "sentence and its number, and says that it does not know otherwise. It exists so that "
    "retrieval, prompts and tuning can be measured for real, offline, on a CPU."
)
_WARNING = "It is not for users' questions: it knows nothing, and reads little beyond its world."
_DATA = (
    "Made up: passages, questions and answers from the generator in sartor.lab.world, whose names "
    "and values mean nothing; drawn anew at every step, nothing was seen twice.",
    "Plain English: the documentation that comes with Python itself (its topics and the docstrings "
    "of its standard library), without code; one row in twelve, fewer in the end.",
)
_LIMITS = (
    "It reads sentences like those of its world well, and other English badly: documents and "
    "questions of a demonstration have to be rendered from the world (sartor.lab.handbook).",
    "Relations that it never saw are read much worse than names and values that it never saw.",
    "It was trained on prompts of up to 640 tokens and eight passages; it sees 1,024 tokens.",
    "It quotes one sentence. It does not reason, count, compare, translate or sum up.",
    "English only. No data of persons: all names are drawn from lists or made up.",
)
_COLUMNS = {
    "sentences": "sentence right",
    "citations": "number right after it",
    "both": "both",
    "abstains": "abstains when it should",
    "abstains_wrongly": "abstains wrongly",
}


@dataclass(frozen=True, slots=True)
class Trained:
    """What the training took."""

    parameters: int
    bytes: int
    steps: int
    tokens: int
    questions: int
    minutes: float
    cpu_minutes: float
    note: str = ""


def make_card(
    trained: Trained, reading: Mapping[str, Mapping[str, float]], perplexity: float
) -> dict[str, Any]:
    """Put purpose, data, cost, scores and limits together."""
    return {
        "name": "sartor-lab",
        "purpose": _PURPOSE,
        "warning": _WARNING,
        "license": "Apache-2.0",
        "architecture": "Llama: 256 wide, 5 layers, 8 heads, vocabulary 2,560, tied embeddings",
        "parameters": trained.parameters,
        "bytes": trained.bytes,
        "data": list(_DATA),
        "training": {
            "steps": trained.steps,
            "tokens": trained.tokens,
            "questions": trained.questions,
            "minutes": round(trained.minutes),
            "cpu minutes": round(trained.cpu_minutes),
            "note": trained.note,
            "command": "make lab",
        },
        "scores": {
            "reading, names never seen": {name: dict(row) for name, row in reading.items()},
            "english perplexity": round(perplexity, 1),
        },
        "limits": list(_LIMITS),
    }


def write_page(card: Mapping[str, Any]) -> str:
    """Write a card as Markdown."""
    training = card["training"]
    return "\n".join(
        (
            f"# {card['name']}",
            "",
            card["purpose"],
            "",
            f"**{card['warning']}**",
            "",
            f"{card['architecture']}; {card['parameters']:,} parameters, {card['bytes']:,} bytes "
            f"of weights in bf16. Licence: {card['license']}.",
            "",
            "## Data",
            "",
            *(f"- {line}" for line in card["data"]),
            "",
            "## Training",
            "",
            f"{training['steps']:,} steps, {training['tokens']:,} tokens, "
            f"{training['questions']:,} questions; {training['minutes']} minutes "
            f"({training['cpu minutes']} CPU-minutes). "
            f"`{training['command']}` does it again. {training['note']}".strip(),
            "",
            "## Scores",
            "",
            *_score_lines(card["scores"]),
            "",
            "## Limits",
            "",
            *(f"- {line}" for line in card["limits"]),
            "",
        )
    )


def _score_lines(scores: Mapping[str, Any]) -> list[str]:
    rows = scores["reading, names never seen"]
    head = ["passages", "questions", *_COLUMNS.values()]
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for name, row in rows.items():
        cells = [name, str(row["questions"]), *(f"{row[key]:.2f}" for key in _COLUMNS)]
        lines.append(f"| {' | '.join(cells)} |")
    return [
        "Names that training never saw; greedy. Every token of the sentence must be right; the "
        "number is looked at behind the right sentence.",
        "",
        *lines,
        "",
        f"Perplexity of plain English that it never saw: {scores['english perplexity']}.",
    ]
