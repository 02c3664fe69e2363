"""Text -> the quantities it states: values with their units, however they are spelled.

"5 km" and "five kilometres" are one quantity, so are "50 %", "50 percent" and "50 Prozent". In goes
any text, out come values in base units with the place where they stand. It does not
know what is counted, and dates are not its affair.
"""

# ruff: noqa: RUF001 - signs of other scripts look like ours

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import isclose
from typing import Literal

from sartor.text.clock import Time, either_half, times
from sartor.text.numerals import ORDINAL_ENDINGS, Numeral, Token, numeral
from sartor.text.units import CURRENCY_NAMES, SCALES, SYMBOLS, UNITS, Unit

Bound = Literal["", "about", "over", "under", "least", "most", "after", "before"]

EXACT = 1e-9  # relative difference between two spellings of one value
CONVERTED = 0.02  # ... between two units: "5 miles" is "8 km" to everybody
ABOUT = 0.1  # ... where the claim itself says "about"
CLOCK = "clock"  # the unit of times of day, in minutes since midnight
_LOOK_BACK = 3  # words before a number in which "at least" may stand

_TOKEN = re.compile(
    r"\d{1,3}(?:[,.'’\u00a0\u202f ]\d{3})+(?![\d])(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
    r"|[零〇一二两兩三四五六七八九十百千万亿萬億]+|[\u4e00-\u9fff]"
    r"|[^\W\d_\u4e00-\u9fff]+|[%‰°$€£¥₹/²³-]"
)

_CODE_BEFORE = re.compile(r"[^\W\d_\u4e00-\u9fff](?:[-\u2010\u2011])?\Z")
_LETTERS = re.compile(r"[^\W\d_]+\d*")

_BOUNDS: dict[str, Bound] = {
    "about": "about", "around": "about", "approximately": "about", "roughly": "about",
    "nearly": "about", "almost": "about", "circa": "about", "some": "about", "etwa": "about",
    "ungefähr": "about", "rund": "about", "fast": "about", "约": "about", "approx": "about",
    "over": "over", "above": "over", "exceeding": "over", "exceeds": "over", "über": "over",
    "more than": "over", "greater than": "over", "mehr als": "over", "exceeded": "over",
    "longer than": "over", "higher than": "over", "larger than": "over", "older than": "over",
    "under": "under", "below": "under", "less than": "under", "fewer than": "under",
    "unter": "under", "weniger als": "under", "lower than": "under", "shorter than": "under",
    "smaller than": "under", "younger than": "under",
    "at least": "least", "minimum of": "least", "no less than": "least", "mindestens": "least",
    "not less than": "least", "no fewer than": "least", "至少": "least",
    "at most": "most", "up to": "most", "maximum of": "most", "no more than": "most",
    "not more than": "most", "höchstens": "most", "bis zu": "most", "within": "most",
    "最多": "most", "after": "after", "before": "before", "nach": "after", "vor": "before",
}  # fmt: skip


_PER = frozenset({"per", "/", "each", "every", "pro", "je"})
_ADVERBS = {
    "hourly": "hour", "daily": "day", "nightly": "night", "weekly": "week", "monthly": "month",
    "yearly": "year", "annually": "year", "täglich": "day", "monatlich": "month",
    "jährlich": "year",
}  # fmt: skip
_SAME_SHARE = {
    "annum": "year", "head": "person", "capita": "person", "people": "person", "nacht": "night",
    "kopf": "person",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value as `text[start:end]` states it.

    `values` are its possible readings in the base unit ("1.000" is one or a thousand), `unit` is
    what is measured ("length", "%", "EUR", "ordinal"; empty: a bare number), `written` the unit's
    own spelling. `bound` says whether the text means exactly this, about this, more or less; `per`
    what it is counted by ("night" of "150 euros per night").
    """

    values: tuple[float, ...]
    unit: str
    start: int
    end: int
    bound: Bound = ""
    written: str = ""
    digits: bool = True
    per: str = ""


def quantities(text: str) -> list[Quantity]:
    """Find every quantity of a text, in order."""
    tokens = [
        Token(match.group().casefold(), match.start(), match.end())
        for match in _TOKEN.finditer(text)
        if not _in_a_code(text, match)
    ]
    found: list[Quantity] = []
    place = 0
    clock = {time.start: time for time in times(text)}
    while place < len(tokens):
        time = clock.get(tokens[place].start)
        if time:
            found.append(_time_of_day(tokens, place, time))
            place = _behind(tokens, place, time.end)
            continue
        spelled = numeral(tokens, place)
        if spelled:
            found.append(_quantity(tokens, place, spelled))
        place = spelled.after if spelled else place + 1
    return _with_shared_units(text, found)


def _in_a_code(text: str, match: re.Match[str]) -> bool:
    """Tell the digits of "CD28", "IL-2" and "3K4" from a number."""
    if not match.group()[0].isdecimal():
        return False
    if _CODE_BEFORE.search(text, max(0, match.start() - 2), match.start()):
        return True
    tail = _LETTERS.match(text, match.end())
    if not tail or not tail.group().isascii():
        return False
    word = tail.group().casefold()
    return word not in UNITS and word not in SCALES and word not in ORDINAL_ENDINGS


def agree(claimed: Quantity, said: Quantity) -> bool:
    """Tell whether a claimed quantity follows from one that is said."""
    if {claimed.unit, said.unit} == {CLOCK, ""}:
        claimed, said = _by_the_clock(claimed), _by_the_clock(said)
    if not _comparable(claimed, said) or _shared_out(claimed, said):
        return False
    tolerance = CONVERTED if claimed.written != said.written and claimed.unit else EXACT
    if claimed.bound == "about":
        tolerance = ABOUT
    equal = any(
        isclose(left, right, rel_tol=tolerance)
        or (_rounds(left, right) and not _to_the_cent(said, right))
        for left in claimed.values
        for right in said.values
    )
    if equal:
        return not opposed(claimed, said)
    if said.bound in ("", "about"):
        return _inside(claimed, said)
    return False


def _rounds(claimed: float, said: float) -> bool:
    """Tell whether a value is another one rounded: 3.1 million for 3,096,000."""
    digits = len(f"{claimed:.12g}".replace(".", "").split("e")[0].strip("0-"))
    return digits >= 2 and said != claimed and float(f"{said:.{digits}g}") == claimed


def _to_the_cent(said: Quantity, value: float) -> bool:
    """Tell a sum of money that is said too exactly to be rounded."""
    return said.unit in CURRENCY_NAMES and not value.is_integer()


def opposed(claimed: Quantity, said: Quantity) -> bool:
    """Tell whether one says more where the other says less."""
    upward, downward = ("over", "least", "after"), ("under", "most", "before")
    return (claimed.bound in upward and said.bound in downward) or (
        claimed.bound in downward and said.bound in upward
    )


def same_kind(left: Quantity, right: Quantity) -> bool:
    """Tell whether two quantities measure the same thing: lengths, euros, percentages."""
    return left.unit == right.unit


def _shared_out(claimed: Quantity, said: Quantity) -> bool:
    """Tell whether two amounts are counted by different things: per night and per week."""
    return bool(claimed.per and said.per) and claimed.per != said.per


def _by_the_clock(quantity: Quantity) -> Quantity:
    """Read a bare number beside a time of day as an hour: "at 8" and "8 pm"."""
    if quantity.unit == CLOCK:
        return quantity
    values = tuple(minutes for value in quantity.values for minutes in either_half(value))
    return replace(quantity, values=values, unit=CLOCK, written=CLOCK)


def _comparable(claimed: Quantity, said: Quantity) -> bool:
    if claimed.unit == said.unit:
        return True
    bare = {"", "count"}
    return claimed.unit in bare and said.unit in bare


def _inside(claimed: Quantity, said: Quantity) -> bool:
    """Tell whether the value that is said lies where the claim puts it: 207 is over 200."""
    value, limit = said.values[0], claimed.values[0]
    if claimed.bound in ("over", "least"):
        return limit < value <= 2 * limit
    if claimed.bound in ("under", "most"):
        return limit / 2 <= value < limit
    return False


def _time_of_day(tokens: Sequence[Token], place: int, time: Time) -> Quantity:
    bound = _bound(tokens, place)
    return Quantity(time.minutes, CLOCK, time.start, time.end, bound, CLOCK)


def _quantity(tokens: Sequence[Token], place: int, spelled: Numeral) -> Quantity:
    after, values, ordinal = spelled
    start, end = tokens[place].start, tokens[after - 1].end
    digits = tokens[place].text[0].isdecimal()
    bound = _bound(tokens, place)
    if ordinal:
        return Quantity(values, "ordinal", start, end, "", "", digits)
    before = SYMBOLS.get(tokens[place - 1].text) if place else None
    if before and tokens[place - 1].end >= start - 1:
        start, written = tokens[place - 1].start, CURRENCY_NAMES[before]
        if _in_millions(tokens, after, end):
            values = tuple(value * SCALES["million"] for value in values)
            after, end = after + 1, end + 1
        per = _per(tokens, after)
        return Quantity(values, before, start, end, bound, written, digits, per)
    if place > 2 and _percent_of(tokens, place):
        return Quantity(values, "%", tokens[place - 3].start, end, bound, "%", digits)
    found = _unit(tokens, after, end)
    if found is None:
        return Quantity(values, "", start, end, bound, "", digits)
    unit, written, end = found
    converted = tuple(value * unit.factor + unit.offset for value in values)
    per = _per(tokens, _behind(tokens, after, end))
    return Quantity(converted, unit.measures, start, end, bound, written, digits, per)


def _in_millions(tokens: Sequence[Token], after: int, end: int) -> bool:
    """Tell the millions of "$45m" from metres."""
    return after < len(tokens) and tokens[after].text == "m" and tokens[after].start == end


def _percent_of(tokens: Sequence[Token], place: int) -> bool:
    return [token.text for token in tokens[place - 3 : place]] == ["百", "分", "之"]


def _unit(tokens: Sequence[Token], after: int, end: int) -> tuple[Unit, str, int] | None:
    """Find the unit behind a number: the longest spelling of up to three words wins."""
    if after < len(tokens) and tokens[after].text == "-":
        after += 1  # "a 5-kilometre run"
    for length in (3, 2, 1):
        words = tokens[after : after + length]
        if len(words) < length or words[0].start > end + 2:
            continue
        spelled = " ".join(word.text for word in words)
        unit = UNITS.get(spelled)
        if unit is None and not spelled.isascii():
            unit = UNITS.get(spelled.replace(" ", ""))  # 公 里 is 公里, "3M in" no minutes
        if unit and (len(spelled) > 1 or words[0].start <= end + 1):
            return unit, unit.name, words[-1].end
    return None


def _behind(tokens: Sequence[Token], place: int, end: int) -> int:
    """Give the place of the first token from `place` on that begins at `end` or later."""
    while place < len(tokens) and tokens[place].start < end:
        place += 1
    return place


def _per(tokens: Sequence[Token], place: int) -> str:
    """Read by what an amount is counted: "per night", "a week", "monthly"."""
    first, second = ([token.text for token in tokens[place : place + 2]] + ["", ""])[:2]
    if first in _ADVERBS:
        return _ADVERBS[first]
    unit = UNITS.get(second)
    if first in _PER and second.isalpha():
        named = unit.name if unit else _SAME_SHARE.get(second, second.removesuffix("s"))
        return _SAME_SHARE.get(named, named)
    return unit.name if unit and first in ("a", "an") else ""


def _bound(tokens: Sequence[Token], place: int) -> Bound:
    """Read what stands before a number: about, over, under, at least, at most."""
    if place and tokens[place - 1].text in SYMBOLS:
        place -= 1
    before = [token.text for token in tokens[max(0, place - _LOOK_BACK) : place]]
    for length in (3, 2, 1):
        bound = _BOUNDS.get(" ".join(before[-length:])) if len(before) >= length else None
        if bound:
            return bound
    return ""


def _with_shared_units(text: str, found: Sequence[Quantity]) -> list[Quantity]:
    """Give the first number of "10 to 15 km" the unit of the second."""
    return list(reversed(list(_shared(text, found))))


def _shared(text: str, found: Sequence[Quantity]) -> Iterator[Quantity]:
    following: Quantity | None = None
    for quantity in reversed(found):
        between = text[quantity.end : following.start] if following else ""
        if (
            following
            and not quantity.unit
            and following.written
            and re.fullmatch(r"\s*(?:-|–|to|and|or|bis|und|至|到)\s*", between)
        ):
            if following.unit == CLOCK:
                yield _by_the_clock(quantity)
                continue
            unit = next((unit for unit in UNITS.values() if unit.name == following.written), None)
            factor, offset = (unit.factor, unit.offset) if unit else (1.0, 0.0)
            values = tuple(value * factor + offset for value in quantity.values)
            quantity = replace(  # noqa: PLW2901
                quantity, values=values, unit=following.unit, written=following.written
            )
        yield quantity
        following = quantity
