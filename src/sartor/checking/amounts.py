"""Claim and evidence -> the numbers and dates in which they differ.

Another value contradicts only where it is the value of the same thing: it stands in the same place
of a nearly equal sentence, measures the same, or counts the same. "5 rooms" is no answer to
"3 floors", nor "14 days" to "50 euros".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sartor.checking.facts import Facts
from sartor.checking.pair import Finding, Kind, Pair
from sartor.checking.words import Word, alike
from sartor.text import dates, numbers
from sartor.text.dates import Date
from sartor.text.numbers import Quantity
from sartor.text.units import CURRENCIES

COUNTED_WITHIN = 2  # words behind a bare number, where what it counts is named
_BOUND_WORDS: dict[str, str] = {"least": "at least", "most": "at most"} | {
    word: word for word in ("about", "over", "under", "after", "before")
}
_BARE = frozenset({"", "ordinal"})
_DIGITS = re.compile(r"\d+")
_TRIVIAL = frozenset({"one", "first", "half", "eins"})


def other_numbers(pair: Pair) -> Iterator[Finding]:
    """Find the quantities of a claim that its evidence does not state."""
    for quantity in pair.claim.quantities:
        if trivial(pair.claim, quantity):
            continue
        equal = [other for other in pair.nearest.quantities if numbers.agree(quantity, other)]
        others = [other for other in pair.nearest.quantities if other not in equal]
        place = _place(pair, quantity, equal)
        rivals = [other for other in others if _of_one_thing(pair, quantity, other)]
        instead = [other for other in rivals if _within(other, place)]
        if not instead and borne_out(quantity, pair.quantities, pair.dates):
            continue
        instead += [other for other in rivals if _named_alike(pair, quantity, other)]
        yield _differs("number", pair, quantity, instead)


def other_dates(pair: Pair) -> Iterator[Finding]:
    """Find the dates of a claim that its evidence does not state."""
    for date in pair.claim.dates:
        equal = [other for other in pair.nearest.dates if dates.agree(date, other)]
        others = [other for other in pair.nearest.dates if other not in equal]
        place = _place(pair, date, equal)
        instead = [other for other in others if _within(other, place)]
        if not instead and dated(date, pair.dates, pair.quantities):
            continue
        instead += [other for other in others if not dates.compatible(date, other)]
        yield _differs("date", pair, date, instead)


def granted(pair: Pair) -> frozenset[str]:
    """Give the stems of the claim's numbers and dates that the evidence bears out.

    "Five kilometres" shares no word with "5 km".
    """
    items: list[Quantity | Date] = [
        q for q in pair.claim.quantities if borne_out(q, pair.quantities, pair.dates)
    ]
    items += [date for date in pair.claim.dates if dated(date, pair.dates, pair.quantities)]
    return frozenset().union(*(pair.stems_at(item.start, item.end) for item in items))


def trivial(claim: Facts, quantity: Quantity) -> bool:
    """Tell the "one" of "one of them" and the "first" of a list from what is counted."""
    if quantity.digits or quantity.unit not in ("", "ordinal"):
        return False
    return claim.text[quantity.start : quantity.end].lower() in _TRIVIAL


def borne_out(quantity: Quantity, said: Sequence[Quantity], years: Sequence[Date]) -> bool:
    """Tell whether the evidence states a quantity, be it as a year."""
    return any(numbers.agree(quantity, other) for other in said) or (
        not quantity.unit and any(date.year in quantity.values for date in years)
    )


def dated(date: Date, said: Sequence[Date], plain: Sequence[Quantity]) -> bool:
    """Tell whether the evidence states a date, be its year written like a plain number."""
    return any(dates.agree(date, other) for other in said) or any(
        not quantity.unit and date.year in quantity.values for quantity in plain
    )


def _differs(
    kind: Kind, pair: Pair, item: Quantity | Date, instead: Sequence[Quantity | Date]
) -> Finding:
    spelled = _spelled(pair.claim, item)
    stems = pair.stems_at(item.start, item.end)
    if not instead:
        return Finding(kind, f"the source does not say {spelled}", False, stems)
    said = _spelled(pair.nearest, instead[0])
    if said == spelled:
        spelled, said = (_in_full(spelled, item), _in_full(said, instead[0]))
    if said == spelled:
        return Finding(kind, f"the source says {said} of something else", True, stems)
    return Finding(kind, f"the source says {said}, not {spelled}", True, stems)


def _spelled(facts: Facts, item: Quantity | Date) -> str:
    return facts.text[item.start : item.end]


def _in_full(spelled: str, item: Quantity | Date) -> str:
    """Add what tells two equal numerals apart: "over 18", "150 euros per night"."""
    if isinstance(item, Date):
        return spelled
    bound = f"{_BOUND_WORDS[item.bound]} " if item.bound else "exactly "
    return f"{spelled} per {item.per}" if item.per else f"{bound}{spelled}"


def _place(pair: Pair, item: Quantity | Date, equal: Sequence[Quantity | Date]) -> tuple[int, int]:
    """Give the span of the nearest sentence that stands where the claim has this number.

    It is empty where nothing does, or where an `equal` number stands there too.
    """
    for slot in pair.slots:
        if any(item.start <= word.start < item.end for word in slot.claimed):
            span = slot.said[0].start, slot.said[-1].end
            return (0, 0) if any(_within(other, span) for other in equal) else span
    return 0, 0


def _within(item: Quantity | Date, span: tuple[int, int]) -> bool:
    return item.start < span[1] and span[0] < item.end


def _of_one_thing(pair: Pair, claimed: Quantity, said: Quantity) -> bool:
    """Tell whether two quantities may be values of one thing: both lengths, both money.

    One numeral with another unit counts as well: "5 miles" for "5 km". Bare numbers must not count
    different things.
    """
    if not numbers.same_kind(claimed, said):
        return bool(claimed.unit and said.unit) and (
            {claimed.unit, said.unit} <= CURRENCIES
            or _numeral(pair.claim, claimed) == _numeral(pair.nearest, said)
        )
    mine, theirs = _counted(pair.claim, claimed), _counted(pair.nearest, said)
    return not (mine and theirs) or alike(mine.stem, theirs.stem)


def _named_alike(pair: Pair, claimed: Quantity, said: Quantity) -> bool:
    """Tell whether it is said what both are: by their units, or by what they count."""
    if claimed.unit not in _BARE:
        return True
    return bool(_counted(pair.claim, claimed) and _counted(pair.nearest, said))


def _numeral(facts: Facts, quantity: Quantity) -> str:
    return "".join(_DIGITS.findall(facts.text[quantity.start : quantity.end]))


def _counted(facts: Facts, quantity: Quantity) -> Word | None:
    """Give what a bare number counts: a word close behind it."""
    if quantity.unit not in _BARE:
        return None
    following = [word for word in facts.words if word.start >= quantity.end][:COUNTED_WITHIN]
    return next((word for word in following if word.content), None)
