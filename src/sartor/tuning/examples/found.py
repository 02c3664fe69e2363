"""What passes between reading, checking and mending examples."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sartor.types import Example, ExampleFinding, Severity

_PLACE = re.compile(r":(\d+)(?:\[(\d+)\])?\Z")


@dataclass(frozen=True, slots=True)
class Mended:
    """What can be made of a row that cannot be used as it is; no example: it is left out."""

    line: int
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
    learned; it and `supervised_share` need an encoder.
    """

    name: str
    kind: str
    counts: Mapping[str, int]
    lengths: Lengths
    supervised_share: float | None
    sample: tuple[tuple[str, bool], ...]
    findings: tuple[ExampleFinding, ...]


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


def line_of(example: Example) -> int | None:
    """Say on which line an example begins; None: it came from no file."""
    found = _PLACE.search(example.source)
    return int(found[1]) if found else None


def place_of(example: Example) -> tuple[int, int]:
    """Order examples as they stand in their file: by line, then along the line."""
    found = _PLACE.search(example.source)
    return (int(found[1]), int(found[2] or 0)) if found else (0, 0)


def about(
    example: Example,
    severity: Severity,
    kind: str,
    message: str,
    *,
    fix: str = "",
    fixable: bool = False,
) -> ExampleFinding:
    """Make a finding about one example; where a line holds many it says which."""
    found = _PLACE.search(example.source)
    if found and found[2]:
        message = f"example {found[2]} of the line: {message}"
    return ExampleFinding(severity, kind, message, line_of(example), fix, fixable)


def listed(lines: Sequence[int | None], shown: int = 5) -> str:
    """Write a list of lines: "lines 3, 9, 12 and 40 more"."""
    known = [str(line) for line in lines if line is not None]
    more = f" and {len(known) - shown:,} more" if len(known) > shown else ""
    word = "line" if len(known) == 1 else "lines"
    return f"{word} {', '.join(known[:shown])}{more}" if known else ""
