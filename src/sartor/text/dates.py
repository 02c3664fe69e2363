"""Text -> the dates it states, as far as it states them.

"March 1, 1991", "1 March 1991", "1991-03-01", "1. März 1991", "1991年3月1日" are one date; "1991"
agrees with all of them. In go English, German, French, Spanish, Italian or Chinese texts, out come
year, month and day with the place where they stand. A bare four-digit number is a year between 1000
and 2099.
"""

# ruff: noqa: RUF001 - dashes of dates look like hyphens

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sartor.text.units import UNITS

_MONTHS = """
    january jan januar jänner 1, february feb februar 2, march mar märz 3, april apr 4, may mai 5,
    june jun juni 6, july jul juli 7, august aug 8, september sep sept 9,
    october oct oktober okt 10, november nov 11, december dec dezember dez 12
"""
_DAY_FIRST = """
    janvier janv enero gennaio 1, février févr fevrier febrero febbraio 2, mars marzo 3,
    avril abril aprile 4, mayo maggio 5, juin junio giugno 6, juillet juil julio luglio 7,
    août aout agosto 8, septembre septiembre setiembre settembre 9, octobre octubre ottobre 10,
    novembre noviembre 11, décembre déc decembre diciembre dicembre 12
"""


def _numbered(months: str) -> dict[str, int]:
    return {name: int(line.split()[-1]) for line in months.split(",") for name in line.split()[:-1]}


def _one_of(names: Iterable[str]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


_MONTH_OF = _numbered(_MONTHS) | _numbered(_DAY_FIRST)
_MONTH = rf"(?:{_one_of(_numbered(_MONTHS))})\b\.?"
_ROMANCE = _one_of(_numbered(_DAY_FIRST).keys() - {"mars"})  # "Mars 2020" went to Mars
_YEAR = r"(?:1\d|20)\d\d"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_LED_MONTH = rf"{_MONTH}|(?:{_ROMANCE}|mars(?=\s{_YEAR}))\b\.?"

_DATE = re.compile(
    rf"(?<!\w)(?:(?P<iso_year>{_YEAR})-(?P<iso_month>0\d|1[0-2])-(?P<iso_day>{_DAY})(?!\w)"
    rf"|(?P<han_year>{_YEAR})\s?年(?:\s?(?P<han_month>1[0-2]|0?\d)\s?月(?:\s?(?P<han_day>{_DAY})\s?日)?)?"
    rf"|(?P<dot_day>{_DAY})\.(?P<dot_month>1[0-2]|0?[1-9])\.(?P<dot_year>{_YEAR})(?!\w)"
    rf"|(?P<first>1[0-2]|0?[1-9])/(?P<second>{_DAY})/(?P<slash_year>{_YEAR})(?!\w)"
    rf"|(?P<turned_day>3[01]|2\d|1[3-9])/(?P<turned_month>1[0-2]|0?[1-9])/(?P<turned_year>{_YEAR})(?!\w)"
    rf"|(?P<lead_day>{_DAY})(?:st|nd|rd|th|er|\.|º|°)?\s(?:of\s|de\s)?(?P<lead_month>{_LED_MONTH})"
    rf"(?:,?\s(?:del?\s)?(?P<lead_year>{_YEAR})(?!\w))?"
    rf"|(?P<month>{_MONTH})\s(?P<day>{_DAY})(?:st|nd|rd|th)?(?![\d.,]\d|\w)(?:,?\s(?P<year>{_YEAR})(?!\w))?"
    rf"|(?P<of_month>{_MONTH}|(?:{_ROMANCE})\b\.?),?\s(?:of\s|del?\s)?(?P<of_year>{_YEAR})(?!\w)"
    rf"|(?P<decade>{_YEAR[:-2]}\d)0?(?:'|’)?s\b"
    rf"|(?P<lone>{_YEAR})(?![\w%]|[.,]\d|\s?[°$€£]))",
    re.IGNORECASE,
)
_HINT = re.compile(r"\d")
_COUNTED = re.compile(r"[\s-]?([^\W\d_]+\d?|[%°$€£])")
_PEOPLE = frozenset({"people", "persons", "inhabitants", "einwohner", "menschen"})
_PREFIXES = ("iso_", "han_", "dot_", "slash_", "turned_", "lead_", "of_", "")


@dataclass(frozen=True, slots=True)
class Date:
    """A date, as far as `text[start:end]` gives it; None: unsaid. A decade has its first year."""

    year: int | None
    month: int | None
    day: int | None
    start: int
    end: int
    decade: bool = False


def dates(text: str) -> list[Date]:
    """Find every date of a text, in order."""
    if not _HINT.search(text):
        return []
    return list(_found(text))


def agree(claimed: Date, said: Date) -> bool:
    """Tell whether a claimed date follows from one that is said: all that it gives is there."""
    if claimed.decade and said.year is not None and claimed.year is not None:
        return claimed.year <= said.year < claimed.year + 10
    pairs = [
        (claimed.year, said.year),
        (claimed.month, said.month),
        (claimed.day, said.day),
    ]
    return not said.decade and all(left is None or left == right for left, right in pairs)


def compatible(left: Date, right: Date) -> bool:
    """Tell whether two dates do not exclude each other: all parts that both give are equal."""
    pairs = ((left.year, right.year), (left.month, right.month), (left.day, right.day))
    return all(one is None or other is None or one == other for one, other in pairs)


def _found(text: str) -> Iterator[Date]:
    for match in _DATE.finditer(text):
        date = _date(text, match)
        if date:
            yield date


def _date(text: str, match: re.Match[str]) -> Date | None:
    parts = match.groupdict()
    start, end = match.span()
    if parts["lone"]:
        return None if _counts(text, end) else Date(int(parts["lone"]), None, None, start, end)
    if parts["decade"]:
        return Date(int(f"{parts['decade']}0"[:4]), None, None, start, end, decade=True)
    if parts["first"]:
        return _with_slashes(parts, start, end)
    year, month, day = (
        next((parts[p + name] for p in _PREFIXES if parts.get(p + name)), None)
        for name in ("year", "month", "day")
    )
    if month == "may" and day is None and year is None:
        return None
    return Date(int(year) if year else None, _month(month), int(day) if day else None, start, end)


def _counts(text: str, end: int) -> bool:
    """Tell whether what follows makes a number of a seeming year: "2000 km"."""
    match = _COUNTED.match(text, end)
    word = match.group(1).casefold() if match else ""
    return word in _PEOPLE or word in UNITS


def _with_slashes(parts: dict[str, str | None], start: int, end: int) -> Date:
    """Read "3/14/1991"; where both could be the month, month and day stay unsaid."""
    first, second = int(parts["first"] or 0), int(parts["second"] or 0)
    year = int(parts["slash_year"] or 0)
    if second <= 12 and first != second:
        return Date(year, None, None, start, end)
    return Date(year, first, second, start, end)


def _month(name: str | None) -> int | None:
    if name is None:
        return None
    bare = name.casefold().rstrip(".")
    return int(bare) if bare.isdigit() else _MONTH_OF[bare]
