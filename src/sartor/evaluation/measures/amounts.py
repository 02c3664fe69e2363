"""An expected number or date -> is it in the answer, however it is spelled?

"14 days" is in "a fourteen-day window", "€12" in "12 euros", "1 March 1991" in "1991-03-01". Units
are compared; what is counted is not looked at.
"""

# ruff: noqa: RUF001 - signs of other scripts look like ours

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from math import isclose

from sartor.text.dates import Date, dates
from sartor.text.dates import agree as dates_agree
from sartor.text.numbers import ABOUT, CLOCK, CONVERTED, EXACT, Quantity, opposed, quantities
from sartor.text.numbers import agree as quantities_agree
from sartor.text.spelled import with_digits
from sartor.text.units import CURRENCIES, SCALES, UNITS

LONGEST = 20_000  # characters of an answer in which numbers are looked for
LONGEST_AMOUNT = 80  # characters: a longer text is more than an amount
ROUNDED = 0.005  # relative difference of "3.1 million" to 3,096,000
_ROUND_FROM = 10_000  # a smaller whole number is not rounded, it is wrong
_BARE = ("", "count")

_UNIT_OF = {unit.name: unit for unit in UNITS.values()}
_MINUS = re.compile(r"(?:(?<![\w.,])[-−–]\s?|\bminus\s)[$€£¥]?\Z", re.IGNORECASE)
_FALLS = re.compile(
    r"\b(?:decreas|declin|fell|fall|drop|shr[aiu]nk|reduc|contract|down|los[st]|negative"
    r"|sank|gesunken|gefallen|zurückgegangen|rückgang|verlust|baiss|recul|diminu|baj|disminu|ca[íy])"
    r"\w*\s(?:by\s|of\s|um\s|von\s|de\s|(?:an?|was|is|about)\s){0,2}[$€£¥]?\Z",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"(?:\b(?:not|never|no|instead\sof|rather\sthan|nicht|keine?|statt|pas)|n['’]t|不是|而非)\s*"
    r"(?:(?:in|on|for|by|at|the|am|im|le)\s)?[$€£¥]?\Z",
    re.IGNORECASE,
)
_TIMES = re.compile(r"(?<=\d)[x×](?!\w)")
_BEFORE_SIGN = 10  # characters in which a sign may stand
_BEFORE = 40  # ... in which it may be denied, or said to fall
_APART = 20  # characters between the ends of a range
_SCALE = re.compile(
    r"\b(thousands|millions|billions|millionen|milliarden)\b|(?:\b(?:in|usd|eur|gbp|chf)|[$€£])\s?"
    r"(thousand|million|billion|tausend|tsd|mio|mn|mrd|bn)\b",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\s*(?:[-–—]|to|bis|until|till|and|und|à|a|至|到|~)\s*", re.IGNORECASE)
_SLASHED = re.compile(r"\d/\d")
_WORD = re.compile(r"[^\W_]+")
_FILLING_WORDS = """
    a about above after an approx approximately around at before below between by ca circa each
    every exactly for from in just least less more most nearly of on only or over per roughly
    since than the to under until up within
    am bis etwa genau höchstens im mehr mindestens nach pro rund seit ungefähr unter über vor
    weniger als zwischen 约 至少 最多
"""
_FILLING = frozenset(_FILLING_WORDS.split())


@dataclass(frozen=True, slots=True)
class Amount:
    """A text that is nothing but a number or a date; "1991" may be both."""

    quantity: Quantity | None
    date: Date | None
    negative: bool


@dataclass(frozen=True, slots=True)
class Range:
    """A text that is nothing but two numbers and what joins them: "10-15 days"."""

    first: Quantity
    last: Quantity


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


@lru_cache(maxsize=10_000)
def spread(text: str) -> Range | None:
    """Read a text that is nothing but the two ends of a range; None when it is something else."""
    text = as_compared(text)
    numbers = quantities_in(text) if len(text) <= LONGEST_AMOUNT else []
    if len(numbers) != 2 or numbers[0].values == numbers[1].values:
        return None
    first, last = numbers
    joined = _JOINED.fullmatch(text, first.end, last.start)
    alone = joined and _fills(f"{text[: first.start]} {text[last.end :]}", 0, 0, last.per)
    return Range(first, last) if alone else None


def spread_in(wanted: Range, answer: str) -> bool:
    """Say whether an answer names both ends of a range, one right behind the other."""
    return any(
        last.start - first.end <= _APART
        and _equal(wanted.first, first)
        and _equal(wanted.last, last)
        for first, last in pairwise(said_in(answer))
    )


@lru_cache(maxsize=10_000)
def scale_named(question: str) -> float:
    """Read the scale that a question asks for: "in USD millions"; 1 where it names none."""
    found = _SCALE.search(question)
    return SCALES[(found[1] or found[2]).casefold()] if found else 1.0


def scaled(wanted: Amount, factor: float) -> Amount:
    """Multiply an amount: "1577", asked for in millions."""
    if wanted.quantity is None or wanted.quantity.unit not in (*_BARE, *CURRENCIES):
        return wanted
    values = tuple(value * factor for value in wanted.quantity.values)
    return replace(wanted, quantity=replace(wanted.quantity, values=values), date=None)


def amount_in(wanted: Amount, answer: str) -> bool:
    """Say whether an answer states an amount, and does not deny it."""
    text = as_compared(answer[:LONGEST])
    unit = wanted.quantity.unit if wanted.quantity else ""
    days = dates(text) if unit in _BARE else []  # "14 days" is no part of a date
    if wanted.date and any(
        dates_agree(wanted.date, one) and not _denied(text, one.start) for one in days
    ):
        return True
    if wanted.quantity is None:
        return False
    said = [
        one
        for one in said_in(text)
        if _same_sign(wanted, text, one.start)
        and not of_a_date(one, days)
        and not _denied(text, one.start)
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


@lru_cache(maxsize=64)  # several measures ask for one answer
def as_compared(text: str) -> str:
    """Make full-width digits and signs plain ones, number words digits, "0.66x" a bare number."""
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return _TIMES.sub(" ", with_digits(plain))


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


def _same_sign(wanted: Amount, text: str, start: int) -> bool:
    """Compare signs; "decreased by 3.7%" is both "-3.7%" and a decrease of "3.7%"."""
    if _negative(text, start) == wanted.negative:
        return True
    return wanted.negative and _FALLS.search(text, max(0, start - _BEFORE), start) is not None


def _denied(text: str, start: int) -> bool:
    return _DENIES.search(text, max(0, start - _BEFORE), start) is not None


def _fills(text: str, start: int, end: int, per: str) -> bool:
    """Tell whether nothing beside `text[start:end]` says anything: "within 14 days."."""
    beside = _WORD.findall(f"{text[:start]} {text[end:]}".casefold())
    return all(word in _FILLING or (per and word.startswith(per[:3])) for word in beside)
