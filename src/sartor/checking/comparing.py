"""Claim and evidence -> the window that bears the claim out best, and the verdict on it.

Words find the windows; details (numbers, dates, names, negation) can veto; what is left is a
probability. An embedder is asked only where words leave it open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sartor.checking.amounts import granted
from sartor.checking.bearing import bearing
from sartor.checking.conflicts import findings
from sartor.checking.evidence import Evidence, Sought, Window, coverage
from sartor.checking.facts import Facts, facts
from sartor.checking.meaning import Meaning
from sartor.checking.pair import Finding, Pair
from sartor.checking.weights import WITH_MEANING, WITHOUT_MEANING, Signals, probability
from sartor.checking.words import weight
from sartor.types import Support

CANDIDATES = 3  # windows that are compared in detail
ABOUT_THE_SAME = (
    0.5  # coverage from which a differing detail contradicts; below, it is another topic
)
SAME_MATTER = 0.75  # share of all but the differing detail from which it is the same matter
QUOTED = 0.85  # coverage from which words decide alone; an embedder costs more than all the rest
ELSEWHERE = 0.2  # focus below which nothing in the passage is about it
RIVAL = 0.2  # coverage by which a window may be less near and still be embedded
MEANING = 0.5  # what likeness in meaning counts beside shared words when windows compete
NEARLY_AS_NEAR = 0.1  # coverage by which a supporting window may be less near than a denying one
NOT_SAID = "no source says this"
SUPPORTED = 0.5  # probability from which a claim counts as supported


@dataclass(frozen=True, slots=True)
class Compared:
    """A claim beside one window: what was seen, and what follows."""

    window: Window | None
    signals: Signals
    findings: tuple[Finding, ...]
    support: Support = "unsupported"
    confidence: float = 0.01
    reason: str = "no source has words in common with it"
    bearing: float = 0.0


def compare(
    claim: Facts,
    evidence: Evidence,
    meaning: Meaning | None,
    given: frozenset[str] = frozenset(),
) -> Compared:
    """Find the window that supports a claim best, or contradicts it most plainly.

    `given` are the stems that the question takes for granted.
    """
    sought = evidence.sought(claim.words, given)
    windows = evidence.nearest(sought, CANDIDATES)
    if not windows:
        return Compared(None, Signals(0, 0, 0, 0, 0), ())
    compared = [_beside(claim, sought, window, evidence, given) for window in windows]
    nearest = max(compared, key=_nearness)
    if not meaning or not _left_open(nearest):
        return nearest
    near = [one for one in compared if one.signals.coverage >= nearest.signals.coverage - RIVAL]
    return max(_with_meaning(claim, near, evidence, meaning), key=_nearness)


def _left_open(one: Compared) -> bool:
    """Tell whether words alone leave it open: not what is quoted, denied or nowhere to be found."""
    quoted = one.signals.coverage >= QUOTED and not one.findings
    return not (quoted or one.support == "contradicted" or one.signals.focus < ELSEWHERE)


def _with_meaning(
    claim: Facts, compared: Sequence[Compared], evidence: Evidence, meaning: Meaning
) -> list[Compared]:
    """Weigh each window again, now with its likeness in meaning."""
    texts = [evidence.text(one.window) if one.window else "" for one in compared]
    cosines = meaning.cosines([(claim.text, text) for text in texts])
    return [
        _decided(one, replace(one.signals, meaning=cosine), WITH_MEANING)
        for one, cosine in zip(compared, cosines, strict=True)
    ]


def _decided(one: Compared, signals: Signals, weights: Mapping[str, float]) -> Compared:
    confidence = probability(signals, weights)
    support, reason = _verdict(signals, one.findings, confidence)
    return replace(one, signals=signals, support=support, confidence=confidence, reason=reason)


def _nearness(one: Compared) -> float:
    """Rate a window by what it holds of the claim: a far one must not outvote a near one."""
    supports = NEARLY_AS_NEAR if one.support == "supported" else 0.0
    return one.signals.coverage + MEANING * one.signals.meaning + one.bearing + supports


def _beside(
    claim: Facts,
    sought: Sequence[Sought],
    window: Window,
    evidence: Evidence,
    given: frozenset[str],
) -> Compared:
    lines = evidence.lines[window.first : window.last]
    passage = evidence.passages[lines[0].passage]
    nearest = max(lines, key=lambda line: coverage(sought, line.stems))
    pair = Pair(
        claim=claim,
        nearest=facts(nearest.text, evidence.language),
        window=tuple(facts(line.text, evidence.language) for line in lines),
        passage=" ".join((*passage.headings, passage.document_id, passage.text)).lower(),
        given=given,
    )
    known = granted(pair)
    found = [
        finding
        if matter(sought, finding, pair.stems | known) >= SAME_MATTER
        else replace(finding, contradicts=False, reason=NOT_SAID)
        for finding in findings(pair)
    ]
    new = [word for word in sought if word.word.stem not in given]
    around = evidence.around(lines[0].passage)
    signals = Signals(
        coverage=coverage(sought, evidence.stems(window), known),
        focus=coverage(new, around, known) if new else 1.0,
        meaning=0.0,
        missing=_share_missing(claim, found),
        contradicted=float(any(finding.contradicts for finding in found)),
    )
    seen = Compared(window, signals, tuple(found), bearing=bearing(nearest.text))
    return _decided(seen, signals, WITHOUT_MEANING)


def matter(sought: Sequence[Sought], finding: Finding, stems: frozenset[str]) -> float:
    """Say which share of a claim, without the detail that differs, some evidence speaks of."""
    others = [one for one in sought if one.word.stem not in finding.stems]
    total = sum(weight(one.word) for one in others)
    held = sum(
        weight(one.word)
        for one in others
        if one.word.stem in stems or not stems.isdisjoint(one.met_by)
    )
    return held / total if total else 0.0


def _share_missing(claim: Facts, found: Sequence[Finding]) -> float:
    details = len(claim.quantities) + len(claim.dates) + len(claim.names)
    missing = sum(finding.kind in ("number", "date", "name") for finding in found)
    return min(1.0, missing / details) if details else 0.0


def _verdict(signals: Signals, found: Sequence[Finding], confidence: float) -> tuple[Support, str]:
    against = next((finding for finding in found if finding.contradicts), None)
    if against:
        return "contradicted", against.reason
    if found and (signals.coverage >= ABOUT_THE_SAME or confidence < SUPPORTED):
        return "unsupported", found[0].reason
    if confidence >= SUPPORTED:
        return "supported", "the source says so"
    return "unsupported", NOT_SAID
