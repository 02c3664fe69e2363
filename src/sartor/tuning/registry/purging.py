"""Documents that leave for good in, the versions that learned from them out; their cards let go.

Words are taken off the cards. Weights cannot forget, so the versions are named: whether they are
deleted or trained again is their owner's to decide.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from sartor.errors import NotFound, StateError
from sartor.tuning.examples import read_examples
from sartor.tuning.examples.writing import row_of
from sartor.tuning.registry import records
from sartor.tuning.registry.cards import Card
from sartor.tuning.registry.learned import find_examples
from sartor.tuning.registry.readme import FILE as README
from sartor.tuning.registry.readme import readme
from sartor.tuning.registry.records import Record
from sartor.tuning.registry.versions import Versions
from sartor.types import Unforgotten

UNREADABLE = "its card cannot be read: nobody can say what it learned"
NOTE = (
    "a document it learned from was purged: the example shown here was taken away, and the weights "
    "may still know it; delete this version, or train it again without that document"
)


class Leaving(Protocol):
    """Documents that leave: their ids, whether a value holds their words, what an id becomes."""

    @property
    def ids(self) -> Collection[str]: ...  # noqa: D102

    def touch(self, value: object) -> bool: ...  # noqa: D102

    def unnamed(self, id: str) -> str: ...  # noqa: D102


def purge(versions: Versions, gone: Leaving, places: Sequence[Path]) -> list[Unforgotten]:
    """Clean the card of every version that learned from them, and name it.

    `places` are where the files that they learned from may be.
    """
    numbers = [(name, number) for name in versions.names() for number in versions.of(name)]
    found = []
    for name, number in numbers:
        try:
            record = versions.record(name, number)
            reason = _trace(record, gone, places)
        except StateError:
            record, reason = None, UNREADABLE
        if record and reason:
            _clean(versions.place(name, number), record, gone)
        if reason:
            aliases = versions.named(name).of(number)
            found.append(Unforgotten(f"{name}@{number}", aliases, reason))
    return found


def _trace(record: Record, gone: Leaving, places: Sequence[Path]) -> str:
    """Say by what it is known that a version learned from them; empty if nothing tells so."""
    data = record.card.data
    purged = {gone.unnamed(id): id for id in gone.ids}  # a purge that broke off renamed some
    named = [purged.get(id, id) for id in data.rests_on if id in gone.ids or id in purged]
    if named:
        return f"its examples show passages of {', '.join(named)}"
    if gone.touch("".join(piece for piece, _ in data.sample)):
        return "the example on its card held its words"
    try:
        file = find_examples(record.id, record.card, places)
    except NotFound:
        return ""
    examples = read_examples(file).examples
    count = sum(gone.touch(row_of(example)) for example in examples)
    return f"{count:,} of the {len(examples):,} examples in {file} hold its words" if count else ""


def _clean(place: Path, record: Record, gone: Leaving) -> None:
    """Take words and names of the documents off the card of a version, and say there that it was.

    The card is replaced last: whoever is interrupted finds on it what there is to do.
    """
    card = _cleaned(record.card, gone)
    page = readme(record.id, record.created, card)
    records.rewrite(place, replace(record, card=card), README, page)


def _cleaned(card: Card, gone: Leaving) -> Card:
    kept = (note for note in card.notes if note != NOTE and not gone.touch(note))
    rests_on = tuple(map(gone.unnamed, card.data.rests_on))
    data = replace(card.data, sample=(), rests_on=rests_on)
    return replace(card, data=data, notes=(*kept, NOTE))
