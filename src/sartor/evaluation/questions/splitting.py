"""Questions -> those to choose with and those to report, no document on both sides.

Questions that share a document stand or fall together, so they stay together. What was assigned
once stays where it is: the assignment is stored by what is asked and by document, not by place in
the file, and questions added later find their side beside it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

from sartor.errors import InputError
from sartor.evaluation.questions.writing import write_text
from sartor.types import Question

Side = Literal["choose", "report"]
CHOOSE: Side = "choose"
REPORT: Side = "report"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Split:
    """Questions to choose anything with, and questions that nothing was chosen with."""

    choose: tuple[Question, ...]
    report: tuple[Question, ...]


def split(
    questions: Sequence[Question], share: float = 0.5, *, seed: int = 0, stored: Path | None = None
) -> Split:
    """Put `share` of the questions on the side of choosing, whole documents at a time.

    A stored assignment wins over share and seed. Where later evidence joins documents of both
    sides, questions that are there stay, and new ones are only good for choosing.
    """
    if not 0.0 < share < 1.0:
        raise InputError(f"share is {share}; expected a number between 0 and 1")
    before = _load(stored)
    sides: dict[str, Side] = {}
    clusters = _clusters(questions)
    for cluster in sorted(clusters, key=lambda one: (-len(one), _drawn(one, seed))):
        known = {before[key] for question in cluster for key in _keys(question) if key in before}
        if not known:
            side = _lighter(sides, len(questions), share)
        else:
            side = REPORT if known == {REPORT} else CHOOSE
        for question in cluster:
            sides[question.id] = before.get(_asked(question), side)
    if stored is not None:
        _store(stored, before, questions, sides)
    return Split(
        tuple(question for question in questions if sides[question.id] == CHOOSE),
        tuple(question for question in questions if sides[question.id] == REPORT),
    )


def _clusters(questions: Sequence[Question]) -> list[list[Question]]:
    """Group the questions that share a document, directly or through others."""
    leader = list(range(len(questions)))

    def lead(place: int) -> int:
        while leader[place] != place:
            leader[place] = leader[leader[place]]
            place = leader[place]
        return place

    first: dict[str, int] = {}
    for place, question in enumerate(questions):
        for key in _keys(question):
            leader[lead(place)] = lead(first.setdefault(key, place))
    groups: dict[int, list[Question]] = defaultdict(list)
    for place, question in enumerate(questions):
        groups[lead(place)].append(question)
    return list(groups.values())


def _keys(question: Question) -> list[str]:
    return [_asked(question), *(_document(piece.document) for piece in question.evidence)]


def _document(id: str) -> str:
    """Name a document by a hash: one that is purged later leaves not even its name."""
    return "document " + sha256(id.encode("utf-8", "replace")).hexdigest()[:16]


def _asked(question: Question) -> str:
    """Name a question by what is asked, so that it is known again under another id."""
    said = [turn.content for turn in question.history] + [question.text.casefold().strip()]
    return "asked " + sha256("\0".join(said).encode("utf-8", "replace")).hexdigest()[:16]


def _drawn(cluster: Sequence[Question], seed: int) -> str:
    keys = min(key for question in cluster for key in _keys(question))
    return sha256(f"{seed} {keys}".encode("utf-8", "replace")).hexdigest()


def _lighter(sides: Mapping[str, Side], total: int, share: float) -> Side:
    """Give the side that is further from its share."""
    choosing = sum(side == CHOOSE for side in sides.values())
    reporting = len(sides) - choosing
    return CHOOSE if share * total - choosing >= (1 - share) * total - reporting else REPORT


def _load(stored: Path | None) -> dict[str, Side]:
    if stored is None or not stored.exists():
        return {}
    try:
        data = json.loads(stored.read_text(encoding="utf-8"))
        sides = data["sides"]
        known = data["version"] == _VERSION and set(sides.values()) <= {CHOOSE, REPORT}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        known = False
    if not known:
        raise InputError(
            f"{stored} is no stored split",
            "restore it: without it questions that were used to choose would be used to report",
        )
    return dict(sides)


def _store(
    stored: Path,
    before: Mapping[str, Side],
    questions: Sequence[Question],
    sides: Mapping[str, Side],
) -> None:
    """Add what is new; a document that stands on both sides is only good for choosing."""
    after = dict(before)
    for question in questions:
        side = sides[question.id]
        after.setdefault(_asked(question), side)
        for key in _keys(question)[1:]:
            after[key] = side if after.get(key, side) == side else CHOOSE
    if after != before:
        told = {"version": _VERSION, "sides": dict(sorted(after.items()))}
        write_text(stored, json.dumps(told, indent=1) + "\n")
