"""A claim beside one window of the evidence -> what was seen there, without any verdict.

How much of the claim the window and its passage hold, which details differ, and whether the two
speak of the same matter: only then does another number contradict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sartor.checking.amounts import granted
from sartor.checking.bearing import bearing
from sartor.checking.conflicts import findings
from sartor.checking.evidence import Evidence, Sought, Window, coverage
from sartor.checking.facts import Facts, facts
from sartor.checking.pair import Finding, Pair
from sartor.checking.vocabulary import PRONOUNS
from sartor.checking.weights import Signals
from sartor.checking.words import weight

SAME_MATTER = 0.75  # share of all but the differing detail from which it is the same matter
NAMED = 2.0  # weight of other words that a pronoun needs: "It costs 5 euros" names no matter
NOT_SAID = "no source says this"


@dataclass(frozen=True, slots=True)
class Posed:
    """A claim, and the stems that its question takes for granted."""

    claim: Facts
    given: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Seen:
    """What a window shows of a claim."""

    window: Window
    signals: Signals
    findings: tuple[Finding, ...]
    bearing: float


def beside(posed: Posed, sought: Sequence[Sought], window: Window, evidence: Evidence) -> Seen:
    """Read a claim beside a window."""
    pair = _pair(posed, sought, window, evidence)
    known = granted(pair)
    found = [
        finding
        if same_matter(pair, sought, finding, known)
        else replace(finding, contradicts=False, reason=NOT_SAID)
        for finding in findings(pair)
    ]
    new = [word for word in sought if word.word.stem not in posed.given]
    around = evidence.around(window)
    signals = Signals(
        coverage=coverage(sought, pair.stems, known),
        focus=coverage(new, around, known) if new else 1.0,
        meaning=0.0,
        missing=_share_missing(posed.claim, found),
        contradicted=float(any(finding.contradicts for finding in found)),
    )
    return Seen(window, signals, tuple(found), bearing(pair.nearest.text))


def same_matter(
    pair: Pair, sought: Sequence[Sought], finding: Finding, known: frozenset[str]
) -> bool:
    """Tell whether the evidence speaks of what a claim is about, apart from what differs.

    "Refunds take 30 days" and "Refunds are paid within 14 days" do; of "Express shipping costs 10
    euros" a source that knows no express says nothing.
    """
    stems = pair.stems | known
    others = [one for one in sought if one.word.stem not in finding.stems]
    held = [one for one in others if one.word.stem in stems or not stems.isdisjoint(one.met_by)]
    total = sum(weight(one.word) for one in others)
    if pair.claim.words[0].lower in PRONOUNS and total < NAMED:
        return False
    return bool(held) and sum(weight(one.word) for one in held) >= SAME_MATTER * total


def _pair(posed: Posed, sought: Sequence[Sought], window: Window, evidence: Evidence) -> Pair:
    lines = evidence.lines[window.first : window.last]
    nearest = max(lines, key=lambda line: coverage(sought, line.stems))
    return Pair(
        claim=posed.claim,
        nearest=facts(nearest.text, evidence.language),
        window=tuple(facts(line.text, evidence.language) for line in lines),
        passage=evidence.lowered(lines[0].passage),
        given=posed.given,
        language=evidence.language,
        other_rows=evidence.other_rows(window),
    )


def _share_missing(claim: Facts, found: Sequence[Finding]) -> float:
    details = len(claim.quantities) + len(claim.dates) + len(claim.names)
    missing = sum(finding.kind in ("number", "date", "name") for finding in found)
    return min(1.0, missing / details) if details else 0.0
