"""Verdicts -> win rate or share of right answers with its interval, labels, preference pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sartor.evaluation.asked import Asked
from sartor.evaluation.rating.items import Item
from sartor.evaluation.statistics import measurement
from sartor.types import Measurement, Question
from sartor.types.packing import plain

WIN_RATE, RIGHT = "rating.win_rate", "rating.correct"
_WON = {"first": 1.0, "tie": 0.5, "second": 0.0}
_RIGHT = {"right": 1.0, "wrong": 0.0}

JsonRow = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rated:
    """The outcome of rating.

    For pairs `measured` is the win rate of the first system, ties counted half (two answers that
    are the same are one); for single answers the share that is right. None: nothing was rated yet.
    """

    systems: tuple[str, ...]
    measured: Measurement | None
    counts: Mapping[str, int]
    left: int


def rated(systems: Sequence[str], items: Sequence[Item], verdicts: Mapping[str, str]) -> Rated:
    """Count the verdicts about these items."""
    pairs = len(systems) == 2
    worth = _WON if pairs else _RIGHT
    said = [(item, _verdict(item, verdicts)) for item in items]
    telling = [(item, worth[verdict]) for item, verdict in said if verdict in worth]
    counts = Counter(verdict for _, verdict in said)
    return Rated(
        tuple(systems),
        _measured(WIN_RATE if pairs else RIGHT, telling),
        {verdict: counts[verdict] for verdict in (*worth, "skip")},
        counts[""],
    )


def _verdict(item: Item, verdicts: Mapping[str, str]) -> str:
    return "tie" if item.same else verdicts.get(item.question.id, "")


def _measured(metric: str, telling: Sequence[tuple[Item, float]]) -> Measurement | None:
    if not telling:
        return None
    clusters = [Asked(item.question, None).cluster for item, _ in telling]
    return measurement(metric, [value for _, value in telling], clusters=clusters)


def label_rows(
    items: Sequence[Item], verdicts: Mapping[str, str], recorded: Iterable[Mapping[str, Any]] = ()
) -> Iterator[JsonRow]:
    """Write all answers as recorded ones, with what a person said about those that were rated.

    `recorded` are the rows of the file that was rated, if it was one; they stay as they are. A row
    is known by its id, else by its question.
    """
    rows = list(recorded) or [
        {"id": item.question.id, "question": item.question.text, "answer": item.texts[0]}
        for item in sorted(items, key=lambda item: item.question.id)
    ]
    by_text = {item.question.text: item.question.id for item in items}
    for row in rows:
        asked = str(row.get("question", ""))
        id = str(row.get("id") or asked)
        verdict = verdicts.get(id) or verdicts.get(by_text.get(asked, ""))
        yield {**row, "correct": verdict == "right"} if verdict in _RIGHT else dict(row)


def preference_rows(items: Sequence[Item], verdicts: Mapping[str, str]) -> Iterator[JsonRow]:
    """Write preference pairs as chats; ties and skipped ones prefer nothing."""
    for item in items:
        verdict = verdicts.get(item.question.id)
        if verdict in ("first", "second"):
            place = item.order.index("1" if verdict == "first" else "2")
            yield {
                "prompt": _prompt(item.question),
                "chosen": [{"role": "assistant", "content": item.texts[place]}],
                "rejected": [{"role": "assistant", "content": item.texts[1 - place]}],
            }


def _prompt(question: Question) -> list[JsonRow]:
    return [*plain(question.history), {"role": "user", "content": question.text}]
