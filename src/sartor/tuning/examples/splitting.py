"""Examples -> those to train on, to choose with and to report, and nothing leaks between them.

Examples that share a prompt or its beginning, whose prompts are nearly the same, or whose answers
rest on the same document stay together. Which side they come to depends on the seed and on what
they say, not on their order in a file.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import sqrt

from sartor.errors import ConfigError, InputError
from sartor.text.given_away import words_of
from sartor.tuning.examples.checks.copies import Key, asked_of, near_prompts
from sartor.tuning.examples.writing import digest, fingerprint
from sartor.types import Example

VERSION = 1
SIDES = ("train", "dev", "test")
TELLING = 0.2  # points either way from which on a share says next to nothing
ENOUGH = 50  # examples by which a gain of some twenty points can be told ...
MOST_HELD_OUT = 0.2  # ... unless that would take more than this share of all
_OPENING = 8  # words from which on the same beginning means the same conversation
_AGAIN = "split again: the examples are not those that were split"


@dataclass(frozen=True, slots=True)
class Split:
    """Three parts of the examples; `clusters` is in how many pieces they could be dealt out.

    `notes` say what the sizes mean for what can be told from them.
    """

    train: tuple[Example, ...]
    dev: tuple[Example, ...]
    test: tuple[Example, ...]
    clusters: int
    seed: int = 0
    notes: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Name which example is on which side, in whatever order."""
        sides = [fingerprint(side) for side in (self.train, self.dev, self.test)]
        return sha256(" ".join(sides).encode()).hexdigest()

    def to_json(self) -> str:
        """Write down which example is where: its source, and the hash of what it says."""
        sides = {
            name: [[example.source, digest(example)] for example in side]
            for name, side in zip(SIDES, (self.train, self.dev, self.test), strict=True)
        }
        told = {
            "version": VERSION,
            "seed": self.seed,
            "clusters": self.clusters,
            "fingerprint": self.fingerprint,
            "notes": self.notes,
            **sides,
        }
        return json.dumps(told, indent=1, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str, examples: Sequence[Example]) -> Split:
        """Find the same split again among the examples; raises `InputError` if they changed."""
        told = _Stored(text)
        left: dict[str, list[Example]] = defaultdict(list)
        for example in examples:
            left[digest(example)].append(example)
        sides = []
        for name in SIDES:
            side = []
            for source, hashed in told.sides[name]:
                if not left[hashed]:
                    raise InputError(f"the split holds {source}, and no example says that", _AGAIN)
                side.append(left[hashed].pop(0))
            sides.append(tuple(side))
        if more := sum(map(len, left.values())):
            raise InputError(f"{more:,} examples stand on no side of the split", _AGAIN)
        train, dev, test = sides
        return cls(train, dev, test, told.clusters, told.seed, told.notes)


def split_examples(
    examples: Sequence[Example], *, seed: int, dev: float = 0.1, test: float = 0.1
) -> Split:
    """Deal out whole clusters, so that the sizes come as near to the shares as they allow.

    There is always something to train on.
    """
    if not (0 <= dev < 1 and 0 <= test < 1 and dev + test < 1):
        raise ConfigError(
            f"dev is {dev} and test {test}; expected shares that leave something to train on",
            "dev=0.1, test=0.1",
        )
    if not examples:
        raise InputError("there is no example to split", "sartor tune check FILE")
    clusters = _clusters(examples)
    wanted = {"train": 1 - dev - test, "dev": dev, "test": test}
    sides: dict[str, list[int]] = {name: [] for name in SIDES}
    for number, cluster in enumerate(_drawn(clusters, examples, seed)):
        sides[_side(sides, wanted, len(cluster), len(examples)) if number else "train"] += cluster
    parts = {name: tuple(examples[place] for place in sorted(sides[name])) for name in SIDES}
    notes = tuple(_notes(parts, wanted, clusters))
    return Split(parts["train"], parts["dev"], parts["test"], len(clusters), seed, notes)


def held_out(number: int) -> tuple[float, float]:
    """Say which shares of so many examples choose, and report: a tenth each, or more of few.

    On a handful nothing can be told.
    """
    test = min(MOST_HELD_OUT, max(0.1, ENOUGH / max(1, number)))
    dev = min(MOST_HELD_OUT, max(0.1, ENOUGH / 2 / max(1, number)))
    return dev, test


def _drawn(
    clusters: Sequence[Sequence[int]], examples: Sequence[Example], seed: int
) -> list[Sequence[int]]:
    """Order the clusters, the large ones first, those of one size by lot."""

    def lot(cluster: Sequence[int]) -> str:
        said = fingerprint(examples[place] for place in cluster)
        return sha256(f"{seed} {said}".encode()).hexdigest()

    return sorted(clusters, key=lambda cluster: (-len(cluster), lot(cluster)))


def _side(
    sides: Mapping[str, Sequence[int]], wanted: Mapping[str, float], size: int, total: int
) -> str:
    """Pick the side that misses the largest part of what it should have, if it fits there."""
    missing = {name: wanted[name] * total - len(sides[name]) for name in SIDES if wanted[name]}
    fitting = [name for name, gap in missing.items() if size <= gap]
    if fitting:
        return max(fitting, key=lambda name: missing[name] / wanted[name])
    return max(missing, key=lambda name: missing[name])


def _notes(
    parts: Mapping[str, Sequence[Example]],
    wanted: Mapping[str, float],
    clusters: Sequence[Sequence[int]],
) -> Iterator[str]:
    total, largest = sum(map(len, clusters)), max(map(len, clusters))
    if largest > total / 2:
        yield (
            f"{largest:,} of {total:,} examples are so alike that they must stay together; the "
            "parts cannot have the sizes that were asked for"
        )
    for name in SIDES[1:]:
        part = parts[name]
        around = 0.98 / sqrt(len(part)) if part else 1.0
        if wanted[name] and not part:
            yield f"{name} is empty: nothing can be measured on it"
        elif wanted[name] and around > TELLING:
            yield (
                f"{name} has {len(part)} examples: a share measured on it can be off by "
                f"{100 * around:.0f} points, too much to tell anything"
            )


# --- what stays together ----------------------------------------------------------------------


def _clusters(examples: Sequence[Example]) -> list[list[int]]:
    """Join the examples that share a key or whose prompts are nearly the same."""
    leader = list(range(len(examples)))

    def lead(place: int) -> int:
        while leader[place] != place:
            leader[place] = leader[leader[place]]
            place = leader[place]
        return place

    first: dict[Key, int] = {}
    for place, example in enumerate(examples):
        for key in _keys(example):
            leader[lead(place)] = lead(first.setdefault(key, place))
    for group in near_prompts(examples):
        for place in group[1:]:
            leader[lead(place)] = lead(group[0])
    groups: dict[int, list[int]] = defaultdict(list)
    for place in range(len(examples)):
        groups[lead(place)].append(place)
    return list(groups.values())


def _keys(example: Example) -> Iterator[Key]:
    """Name what an example must not share with another side."""
    yield ("asked", *asked_of(example))
    yield from {("document", rest.document_id) for rest in example.rests_on if rest.answers}
    said: list[tuple[str, tuple[str, ...]]] = []
    for message in example.messages:
        if message.role != "system":
            said.append((message.role, words_of(message.content)))
        if message.role == "assistant" and sum(len(words) for _, words in said) >= _OPENING:
            yield ("opening", *said)


class _Stored:
    """A split as it was written down; raises `InputError` for anything else."""

    def __init__(self, text: str) -> None:
        try:
            told = json.loads(text)
            self.sides = {name: [(str(one), str(two)) for one, two in told[name]] for name in SIDES}
            self.clusters, self.seed = int(told["clusters"]), int(told["seed"])
            self.notes = tuple(map(str, told["notes"]))
            known = told["version"] == VERSION
        except (ValueError, KeyError, TypeError):
            known = False
        if not known:
            raise InputError("this is no stored split", "split again")
