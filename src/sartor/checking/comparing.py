"""Claims and evidence -> for each claim the window that bears it out best, and the verdict on it.

Words find the windows; details (numbers, dates, names, negation) can veto; what is left is a
probability. An embedder is asked once for all claims, and only where its answer could turn a
verdict: it costs more than all the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sartor.checking.beside import NOT_SAID, Posed, Seen, beside
from sartor.checking.evidence import Evidence, Window
from sartor.checking.meaning import Meaning
from sartor.checking.pair import Finding
from sartor.checking.weights import WITH_MEANING, WITHOUT_MEANING, Signals, probability
from sartor.types import Support

CANDIDATES = 3  # windows that are compared in detail
QUOTED = 0.99  # coverage of a window that has every word of the claim
ABOUT_THE_SAME = 0.5  # coverage from which a missing detail counts, however likely the rest
UNLIKE, LIKE = 0.4, 0.8  # cosines between which most claims and their windows lie
RIVAL = 0.1  # coverage by which a window may be less near and still be embedded
MEANING = 0.5  # what likeness in meaning counts beside shared words when windows compete
NEARLY_AS_NEAR = 0.1  # coverage by which a supporting window may be less near than a denying one
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


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A window, the verdict that it would give, and how near it is."""

    seen: Seen
    compared: Compared

    @property
    def nearness(self) -> float:
        """Rate a window by what it holds of the claim: a far one must not outvote a near one."""
        signals = self.seen.signals
        supports = NEARLY_AS_NEAR if self.compared.support == "supported" else 0.0
        return signals.coverage + MEANING * signals.meaning + self.seen.bearing + supports


def compare(claims: Sequence[Posed], evidence: Evidence, meaning: Meaning | None) -> list[Compared]:
    """Find for each claim the window that supports it best, or contradicts it most plainly."""
    compared = [_by_words(posed, evidence) for posed in claims]
    rivals = [_rivals(windows) if meaning else [] for windows in compared]
    pairs = [
        (posed.claim.text, evidence.text(seen.window))
        for posed, asked in zip(claims, rivals, strict=True)
        for seen in asked
    ]
    cosines = iter(meaning.cosines(pairs) if meaning and pairs else [])
    return [
        _best([_with_meaning(seen, next(cosines)) for seen in asked] or windows)
        for windows, asked in zip(compared, rivals, strict=True)
    ]


def _by_words(posed: Posed, evidence: Evidence) -> list[_Weighed]:
    """Compare a claim with the nearest windows, up to one that says it word for word."""
    sought = evidence.sought(posed.claim.words, posed.given)
    found: list[_Weighed] = []
    for window in evidence.nearest(sought, CANDIDATES):
        found.append(_weighed(beside(posed, sought, window, evidence), WITHOUT_MEANING))
        if found[-1].seen.signals.coverage >= QUOTED and found[-1].compared.support == "supported":
            break
    return found


def _best(windows: Sequence[_Weighed]) -> Compared:
    if not windows:
        return Compared(None, Signals(0, 0, 0, 0, 0), ())
    return max(windows, key=lambda one: one.nearness).compared


def _rivals(windows: Sequence[_Weighed]) -> list[Seen]:
    """Give the windows whose likeness in meaning could turn the verdict; none where it cannot."""
    if not windows:
        return []
    nearest = max(windows, key=lambda one: one.nearness).seen
    bounds = {_with_meaning(nearest, cosine).compared.support for cosine in (UNLIKE, LIKE)}
    if len(bounds) == 1:
        return []
    least = nearest.signals.coverage - RIVAL
    return [one.seen for one in windows if one.seen.signals.coverage >= least]


def _with_meaning(seen: Seen, cosine: float) -> _Weighed:
    known = replace(seen, signals=replace(seen.signals, meaning=cosine))
    return _weighed(known, WITH_MEANING)


def _weighed(seen: Seen, weights: Mapping[str, float]) -> _Weighed:
    confidence = probability(seen.signals, weights)
    support, reason = _verdict(seen, confidence)
    return _Weighed(
        seen, Compared(seen.window, seen.signals, seen.findings, support, confidence, reason)
    )


def _verdict(seen: Seen, confidence: float) -> tuple[Support, str]:
    against = next((finding for finding in seen.findings if finding.contradicts), None)
    if against:
        return "contradicted", against.reason
    about_it = seen.signals.coverage >= ABOUT_THE_SAME
    if seen.findings and (about_it or confidence < SUPPORTED):
        return "unsupported", seen.findings[0].reason
    if confidence >= SUPPORTED:
        return "supported", "the source says so"
    return "unsupported", NOT_SAID
