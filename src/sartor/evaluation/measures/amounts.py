"""An expected number or date -> is it in the answer, however it is spelled?

"14 days" is in "a fourteen-day window", "€12" in "12 euros", "1 March 1991" in "1991-03-01". Units
are compared; what is counted is not looked at.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import isclose

from sartor.text.dates import Date, dates
from sartor.text.dates import agree as dates_agree
from sartor.text.numbers import ABOUT, CLOCK, CONVERTED, EXACT, Quantity, opposed, quantities
from sartor.text.numbers import agree as quantities_agree
from sartor.text.units import UNITS

LONGEST = 20_000  # characters of an answer in which numbers are looked for
LONGEST_AMOUNT = 80  # characters: a longer text is more than an amount
ROUNDED = 0.005  # relative difference of "3.1 million" to 3,096,000
_ROUND_FROM = 10_000  # a smaller whole number is not rounded, it is wrong
_BARE = ("", "count")

_UNIT_OF = {unit.name: unit for unit in UNITS.values()}
_MINUS = re.compile(r"(?:(?<![\w.,])[-−–]\s?|\bminus\s)[$€£¥]?\Z", re.IGNORECASE)  # noqa: RUF001
_BEFORE_SIGN = 10  # characters in which a sign may stand
_SLASHED = re.compile(r"\d/\d")
_WORD = re.compile(r"[^\W_]+")
_FILLING_WORDS = """
    a about above after an approx approximately around at before below by ca circa each every
    exactly for from in just least less more most nearly of on only or over per roughly since than
    the to under until up within
    am bis etwa genau höchstens im mehr mindestens nach pro rund seit ungefähr unter über vor
    weniger als 约 至少 最多
"""
_FILLING = frozenset(_FILLING_WORDS.split())


@dataclass(frozen=True, slots=True)
class Amount:
    """A text that is nothing but a number or a date; "1991" may be both."""

    quantity: Quantity | None
    date: Date | None
    negative: bool


@lru_cache(maxsize=10_000)
def amount(text: str) -> Amount | None:
    """Read a text that is nothing but one number or one date; None when it is something else."""
    if len(text) > LONGEST_AMOUNT:
        return None
    text = as_compared(text)
    days, numbers = dates(text), quantities_in(text)
    # "3/4/1991" may be in March or in April: only its own spelling is sure.
    date = days[0] if len(days) == 1 and not _SLASHED.search(text) else None
    if date and not _fills(text, date.start, date.end, ""):
        date = None
    quantity = numbers[0] if len(numbers) == 1 else None
    if quantity and not _fills(text, quantity.start, quantity.end, quantity.per):
        quantity = None
    if not date and not quantity:
        return None
    return Amount(quantity, date, quantity is not None and _negative(text, quantity.start))


def amount_in(wanted: Amount, answer: str) -> bool:
    """Say whether an answer states an amount."""
    text = as_compared(answer[:LONGEST])
    unit = wanted.quantity.unit if wanted.quantity else ""
    days = dates(text) if unit in _BARE else []  # "14 days" is no part of a date
    if wanted.date and any(dates_agree(wanted.date, one) for one in days):
        return True
    if wanted.quantity is None:
        return False
    said = [
        one
        for one in said_in(text)
        if _negative(text, one.start) == wanted.negative and not of_a_date(one, days)
    ]
    if stated(wanted.quantity, said):
        return True
    alone = len(said) == 1 and said[0].unit in _BARE  # "14", asked how many days
    return alone and _near(_written(wanted.quantity), said[0])


@lru_cache(maxsize=16)  # an answer is looked through for several measures
def said_in(answer: str) -> Sequence[Quantity]:
    """Find the quantities of an answer."""
    return quantities_in(as_compared(answer[:LONGEST]))


def stated(wanted: Quantity, said: Sequence[Quantity]) -> bool:
    """Say whether one of the quantities that are said is the one wanted."""
    return any(_equal(wanted, one) for one in said)


def quantities_in(text: str) -> list[Quantity]:
    """Find the quantities of a text; a comma before three digits groups them: "2,000" is no 2."""
    return [
        replace(one, values=one.values[:1]) if "," in text[one.start : one.end] else one
        for one in quantities(text)
    ]


def as_compared(text: str) -> str:
    """Make full-width digits and signs plain ones."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _equal(wanted: Quantity, said: Quantity) -> bool:
    if CLOCK in (wanted.unit, said.unit):
        return quantities_agree(said, wanted)
    if opposed(said, wanted) or (wanted.per and said.per and wanted.per != said.per):
        return False
    if wanted.bound == "about" and wanted.unit == said.unit:
        return _close(wanted.values, said.values, ABOUT)
    if wanted.unit in _BARE:
        return said.unit != "ordinal" and _near(_written(wanted), said)
    if wanted.unit != said.unit:
        return False
    if wanted.written != said.written:
        return _close(wanted.values, said.values, CONVERTED)
    return _near(_written(wanted), said)


def _near(wanted: Sequence[float], said: Quantity) -> bool:
    """Compare numbers as they are written; an answer may round a large one."""
    values = _written(said)
    if _close(wanted, values, EXACT):
        return True
    if said.bound == "about":
        return _close(wanted, values, CONVERTED)
    return any(_rounds(value, truth) for value in values for truth in wanted)


def _rounds(said: float, truth: float) -> bool:
    if truth < _ROUND_FROM and truth.is_integer():
        return False
    digits = len(f"{said:.12g}".split("e")[0].replace(".", "").strip("0-"))
    rounded = digits >= 2 and float(f"{truth:.{digits}g}") == said
    return rounded and isclose(said, truth, rel_tol=ROUNDED)


def _close(wanted: Sequence[float], said: Sequence[float], tolerance: float) -> bool:
    return any(isclose(one, other, rel_tol=tolerance) for one in wanted for other in said)


def _written(quantity: Quantity) -> tuple[float, ...]:
    """Give the number as it is written, before its unit was converted."""
    unit = _UNIT_OF.get(quantity.written)
    if unit is None:
        return quantity.values
    return tuple((value - unit.offset) / unit.factor for value in quantity.values)


def of_a_date(quantity: Quantity, days: Sequence[Date]) -> bool:
    """Tell the 14 of "14 March 2020" from a number; a lone year may be one."""
    return any(day.start <= quantity.start < day.end and day.month is not None for day in days)


def _negative(text: str, start: int) -> bool:
    return _MINUS.search(text, max(0, start - _BEFORE_SIGN), start) is not None


def _fills(text: str, start: int, end: int, per: str) -> bool:
    """Tell whether nothing beside `text[start:end]` says anything: "within 14 days."."""
    beside = _WORD.findall(f"{text[:start]} {text[end:]}".casefold())
    return all(word in _FILLING or (per and word.startswith(per[:3])) for word in beside)
