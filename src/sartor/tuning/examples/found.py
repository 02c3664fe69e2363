"""What passes between reading, checking and mending examples."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sartor.types import Example, ExampleFinding, Severity

NOT_CHECKED = "not checked"  # the kind of what could not be looked at
BROKEN_OFF = "broken off"  # the kind of what hides the rest of its file
_PLACE = re.compile(r":(\d+)(?:\[(\d+)\])?\Z")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where an example stands in its file: its line, or its number where a line holds several."""

    line: int
    item: int = 0

    def __str__(self) -> str:
        return f"item {self.item:,} of the list" if self.item else f"line {self.line}"

    def of(self, name: str) -> str:
        """Write the place in a file, as the source of an example."""
        return f"{name}:{self.line}[{self.item}]" if self.item else f"{name}:{self.line}"


@dataclass(frozen=True, slots=True)
class Mended:
    """What can be made of a row that cannot be used as it is; no example: it is left out."""

    place: Place
    why: str
    example: Example | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """What a file of examples holds. `mended` stands in for the rows that are no examples."""

    examples: tuple[Example, ...]
    kind: str = "openai chat"
    findings: tuple[ExampleFinding, ...] = ()
    name: str = ""
    mended: tuple[Mended, ...] = ()


@dataclass(frozen=True, slots=True)
class Bin:
    """How many examples have a length from `low` up to `high`, both included."""

    low: int
    high: int
    count: int


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long examples are, in `unit`: tokens, or characters where nobody counts tokens."""

    unit: str
    total: int = 0
    median: int = 0
    long: int = 0  # 95 of 100 examples are no longer
    longest: int = 0
    bins: tuple[Bin, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What is said about a file of examples: all that is known but the examples themselves.

    `sample` is one example decoded from its tokens, piece by piece, each with whether it is
    learned; it and `supervised_share` need an encoder. Where a cleaned copy was written, `changes`
    are what was done, and `left` the errors that nothing could be done about.
    """

    name: str
    kind: str
    counts: Mapping[str, int]
    lengths: Lengths
    supervised_share: float | None
    sample: tuple[tuple[str, bool], ...]
    findings: tuple[ExampleFinding, ...]
    changes: tuple[str, ...] = ()
    left: tuple[ExampleFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """Examples with all that was found out about them; errors among the findings refuse training.

    `leaked` holds the places of those that give a test question away.
    """

    examples: tuple[Example, ...]
    findings: tuple[ExampleFinding, ...]
    lengths: Lengths
    supervised_share: float | None = None
    sample: tuple[tuple[str, bool], ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    kind: str = ""
    name: str = ""
    mended: tuple[Mended, ...] = ()
    leaked: frozenset[int] = frozenset()

    @property
    def errors(self) -> tuple[ExampleFinding, ...]:
        """The findings that refuse training."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    @property
    def report(self) -> Report:
        """The same without the examples."""
        return Report(
            self.name,
            self.kind,
            self.counts,
            self.lengths,
            self.supervised_share,
            self.sample,
            self.findings,
        )


def place_of(example: Example) -> Place | None:
    """Say where an example stands; None: it came from nowhere that could be named."""
    found = _PLACE.search(example.source)
    return Place(int(found[1]), int(found[2] or 0)) if found else None


def folded(same: Iterable[ExampleFinding]) -> list[tuple[str, str, str]]:
    """Put what is said of many lines in one: (what, where, fix)."""
    alike: dict[tuple[str, str], list[ExampleFinding]] = {}
    for finding in same:
        alike.setdefault((finding.message, finding.fix), []).append(finding)
    return [
        (told, listed(map(place_of_finding, found)), fix) for (told, fix), found in alike.items()
    ]


def about(
    example: Example,
    severity: Severity,
    kind: str,
    message: str,
    *,
    fix: str = "",
    fixable: bool = False,
) -> ExampleFinding:
    """Make a finding about one example."""
    return found_at(place_of(example), severity, kind, message, fix=fix, fixable=fixable)


def found_at(
    place: Place | None,
    severity: Severity,
    kind: str,
    message: str,
    *,
    fix: str = "",
    fixable: bool = False,
) -> ExampleFinding:
    """Make a finding about a place in a file."""
    line, item = (place.line, place.item) if place else (0, 0)
    return ExampleFinding(severity, kind, message, line or None, fix, fixable, item or None)


def place_of_finding(finding: ExampleFinding) -> Place | None:
    """Say where what was found stands; None: everywhere."""
    if finding.line is None and finding.item is None:
        return None
    return Place(finding.line or 0, finding.item or 0)


def listed(places: Iterable[Place | None], shown: int = 5) -> str:
    """Write a list of places: "lines 3, 9, 12 and 40 more", "items 3, 9 of the list"."""
    known = [place for place in places if place is not None]
    if not known:
        return ""
    word, end = ("item", " of the list") if known[0].item else ("line", "")
    numbers = ", ".join(str(place.item or place.line) for place in known[:shown])
    more = f" and {len(known) - shown:,} more" if len(known) > shown else ""
    return f"{word}{'s' * (len(known) > 1)} {numbers}{more}{end}"
