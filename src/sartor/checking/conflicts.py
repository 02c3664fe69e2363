"""Claim and evidence -> every detail in which they differ, each with a plain reason.

Numbers, dates, names, reversals, how much is claimed and of whom, in this order. Whether the two
speak of the same thing at all is not looked at here.
"""

from __future__ import annotations

from collections.abc import Iterator

from sartor.checking.amounts import other_dates, other_numbers
from sartor.checking.named import other_names
from sartor.checking.pair import Finding, Pair
from sartor.checking.reversals import negations, opposites
from sartor.checking.subjects import other_rows, other_subjects


def findings(pair: Pair) -> list[Finding]:
    """Compare all details of a claim with its evidence."""
    return [
        *other_numbers(pair),
        *other_dates(pair),
        *other_names(pair),
        *negations(pair),
        *opposites(pair),
        *_strength(pair),
        *other_subjects(pair),
        *other_rows(pair),
    ]


def _strength(pair: Pair) -> Iterator[Finding]:
    """Find where a claim says more than its source: all for some, must for may."""
    claim, nearest = pair.claim, pair.nearest
    if claim.quantifier > nearest.quantifier > 0:
        yield Finding("quantifier", "the source does not say it of so many", True)
    if claim.modal == 1 and nearest.modal == -1:
        yield Finding("obligation", "the source allows it and does not demand it", True)
