"""Text -> the quantities it states: values with their units, however they are spelled.

"5 km" and "five kilometres" are one quantity, so are "50 %", "50 percent" and "50 Prozent". In goes
any text, out come values in base units with the place where they stand. It knows English and German
number words and Chinese numerals; it does not know what is counted, and dates are not its affair.
"""

# ruff: noqa: RUF001 - signs of other scripts look like ours

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isclose
from typing import Literal

from sartor.text.units import SCALES, SYMBOLS, UNITS, Unit

Bound = Literal["", "about", "over", "under", "least", "most"]

EXACT = 1e-9  # relative difference between two spellings of one value
CONVERTED = 0.02  # ... between two units: "5 miles" is "8 km" to everybody
ABOUT = 0.1  # ... where the claim itself says "about"
_LOOK_BACK = 3  # words before a number in which "at least" may stand

_TOKEN = re.compile(
    r"\d{1,3}(?:[,.'’\u00a0\u202f ]\d{3})+(?![\d])(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
    r"|[零〇一二两兩三四五六七八九十百千万亿萬億]+|[\u4e00-\u9fff]"
    r"|[^\W\d_\u4e00-\u9fff]+|[%‰°$€£¥₹/²³-]"
)

_CODE_BEFORE = re.compile(r"[^\W\d_\u4e00-\u9fff](?:[-\u2010\u2011])?\Z")
_LETTERS = re.compile(r"[^\W\d_]+\d*")

_SMALL = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen
"""
_SMALL_GERMAN = """
    null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn
    sechzehn siebzehn achtzehn neunzehn
"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_TENS_GERMAN = "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig"
_ORDINALS = """
    zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth
    thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth
"""
_WORDS: dict[str, float] = {
    word: float(value)
    for listed in (_SMALL, _SMALL_GERMAN)
    for value, word in enumerate(listed.split())
}
_WORDS |= {
    word: 10.0 * (place + 2)
    for listed in (_TENS, _TENS_GERMAN)
    for place, word in enumerate(listed.split())
}
_WORDS |= {
    f"{one}und{ten}": _WORDS[one if one != "ein" else "eins"] + _WORDS[ten]
    for one in ("ein", *_SMALL_GERMAN.split()[2:10])
    for ten in _TENS_GERMAN.split()
}
_WORDS |= {"dozen": 12.0, "dutzend": 12.0, "half": 0.5, "twice": 2.0, "thrice": 3.0}
_ORDINAL_VALUES = {word: float(value) for value, word in enumerate(_ORDINALS.split())}
_ORDINAL_ENDINGS = frozenset({"st", "nd", "rd", "th"})

_HAN_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "兩": 2,
}
_HAN_TENS = {"十": 10, "百": 100, "千": 1000}
_HAN_SCALES = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_LONE_HAN = frozenset("一两兩")  # as often "a" as "one", mostly part of a word

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
    "最多": "most",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value as `text[start:end]` states it.

    `values` are its possible readings in the base unit ("1.000" is one or a thousand), `unit` is
    what is measured ("length", "%", "EUR", "ordinal"; empty: a bare number), `written` the unit's
    own spelling. `bound` says whether the text means exactly this, about this, more or less.
    """

    values: tuple[float, ...]
    unit: str
    start: int
    end: int
    bound: Bound = ""
    written: str = ""
    digits: bool = True


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int


def quantities(text: str) -> list[Quantity]:
    """Find every quantity of a text, in order."""
    tokens = [
        _Token(match.group().casefold(), match.start(), match.end())
        for match in _TOKEN.finditer(text)
        if not _in_a_code(text, match)
    ]
    found: list[Quantity] = []
    place = 0
    while place < len(tokens):
        after, values, ordinal = _number(tokens, place)
        if after == place:
            place += 1
            continue
        found.append(_quantity(tokens, place, after, values, ordinal))
        place = max(after, place + 1)
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
    return word not in UNITS and word not in SCALES and word not in _ORDINAL_ENDINGS


def agree(claimed: Quantity, said: Quantity) -> bool:
    """Tell whether a claimed quantity follows from one that is said."""
    if not _comparable(claimed, said):
        return False
    tolerance = CONVERTED if claimed.written != said.written and claimed.unit else EXACT
    if claimed.bound == "about":
        tolerance = ABOUT
    equal = any(
        isclose(left, right, rel_tol=tolerance) or _rounds(left, right)
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


def opposed(claimed: Quantity, said: Quantity) -> bool:
    """Tell whether one says more where the other says less."""
    upward, downward = ("over", "least"), ("under", "most")
    return (claimed.bound in upward and said.bound in downward) or (
        claimed.bound in downward and said.bound in upward
    )


def same_kind(left: Quantity, right: Quantity) -> bool:
    """Tell whether two quantities measure the same thing: lengths, euros, percentages."""
    return left.unit == right.unit


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


def _number(tokens: Sequence[_Token], place: int) -> tuple[int, tuple[float, ...], bool]:
    """Read one number from `place` on: where it ends, its readings, whether it ranks things."""
    token = tokens[place]
    if token.text[0].isdigit() and token.text[0].isdecimal():
        return _from_digits(tokens, place)
    if token.text[0] in _HAN_DIGITS or token.text[0] in _HAN_TENS:
        value = _from_han(token.text)
        following = tokens[place + 1].text if place + 1 < len(tokens) else ""
        usable = value is not None and token.text not in _LONE_HAN and following != "分"
        return (place + 1, (value or 0.0,), False) if usable else (place, (), False)
    if token.text in _ORDINAL_VALUES and token.text != "second":
        return place + 1, (_ORDINAL_VALUES[token.text],), True
    if token.text in _WORDS:
        return _from_words(tokens, place)
    return place, (), False


def _from_digits(tokens: Sequence[_Token], place: int) -> tuple[int, tuple[float, ...], bool]:
    token = tokens[place]
    values, after = _readings(token.text), place + 1
    following = tokens[after] if after < len(tokens) else None
    if following and following.start == token.end and following.text in _ORDINAL_ENDINGS:
        return after + 1, values, True
    return *_scaled(tokens, after, values, token.end), False


def _scaled(
    tokens: Sequence[_Token], after: int, values: tuple[float, ...], end: int
) -> tuple[int, tuple[float, ...]]:
    """Take in "million" and its like behind a number."""
    while after < len(tokens):
        scale = SCALES.get(tokens[after].text) or _HAN_SCALES.get(tokens[after].text)
        short = len(tokens[after].text) == 1 and tokens[after].text.isascii()
        if not scale or (short and tokens[after].start > end):
            break
        values, after = tuple(value * scale for value in values), after + 1
    return after, values


def _from_words(tokens: Sequence[_Token], place: int) -> tuple[int, tuple[float, ...], bool]:
    """Read "two hundred and five thousand": add up what is small, multiply by what is large."""
    total = part = 0.0
    after = place
    while after < len(tokens):
        word = tokens[after].text
        if word in _WORDS:
            part += _WORDS[word]
        elif word in ("hundred", "hundert") and part:
            part *= 100
        elif word in SCALES and len(word) > 2 and part:
            total, part = total + part * SCALES[word], 0.0
        elif word in ("and", "-", "und") and _goes_on(tokens, after, part):
            pass
        else:
            break
        after += 1
    return after, (total + part,), False


def _goes_on(tokens: Sequence[_Token], joint: int, part: float) -> bool:
    """Tell "two hundred and five" and "forty-two" from "two and five"."""
    following = tokens[joint + 1].text if joint + 1 < len(tokens) else ""
    if following not in _WORDS:
        return False
    if tokens[joint].text == "-":
        return part >= 20 and _WORDS[following] < 10
    return part >= 100


def _from_han(numeral: str) -> float | None:
    """Read a Chinese numeral; None where it is none."""
    total = part = digit = 0
    for sign in numeral:
        if sign in _HAN_DIGITS:
            digit = digit * 10 + _HAN_DIGITS[sign]
        elif sign in _HAN_TENS:
            part, digit = part + (digit or 1) * _HAN_TENS[sign], 0
        elif sign in _HAN_SCALES:
            total, part, digit = total + (part + digit) * _HAN_SCALES[sign], 0, 0
        else:
            return None
    return float(total + part + digit)


def _readings(digits: str) -> tuple[float, ...]:
    """Read digits with separators; a lone group of three after a dot or comma is read both ways."""
    bare = re.sub(r"['’\u00a0\u202f ]", "", digits)
    marks = re.findall(r"[.,]", bare)
    if not marks:
        return (float(bare),)
    grouped = float(re.sub(r"[.,]", "", bare))
    head, _, tail = bare.replace(",", ".").rpartition(".")
    decimal = float(f"{head.replace('.', '')}.{tail}")
    if len(set(marks)) == 2 or len(tail) != 3:
        return (decimal,)
    if len(marks) > 1 or len(head) > 3:
        return (grouped,)
    return (grouped, decimal) if marks[0] == "," else (decimal, grouped)


def _quantity(
    tokens: Sequence[_Token], place: int, after: int, values: tuple[float, ...], ordinal: bool
) -> Quantity:
    start, end = tokens[place].start, tokens[after - 1].end
    digits = tokens[place].text[0].isdecimal()
    bound = _bound(tokens, place)
    if ordinal:
        return Quantity(values, "ordinal", start, end, "", "", digits)
    before = SYMBOLS.get(tokens[place - 1].text) if place else None
    if before and tokens[place - 1].end >= start - 1:
        written = tokens[place - 1].text
        return Quantity(values, before, tokens[place - 1].start, end, bound, written, digits)
    if place > 2 and _percent_of(tokens, place):
        return Quantity(values, "%", tokens[place - 3].start, end, bound, "%", digits)
    found = _unit(tokens, after, end)
    if found is None:
        return Quantity(values, "", start, end, bound, "", digits)
    unit, written, end = found
    converted = tuple(value * unit.factor + unit.offset for value in values)
    return Quantity(converted, unit.measures, start, end, bound, written, digits)


def _percent_of(tokens: Sequence[_Token], place: int) -> bool:
    return [token.text for token in tokens[place - 3 : place]] == ["百", "分", "之"]


def _unit(tokens: Sequence[_Token], after: int, end: int) -> tuple[Unit, str, int] | None:
    """Find the unit behind a number: the longest spelling of up to three words wins."""
    if after < len(tokens) and tokens[after].text == "-":
        after += 1  # "a 5-kilometre run"
    for length in (3, 2, 1):
        words = tokens[after : after + length]
        if len(words) < length or words[0].start > end + 2:
            continue
        spelled = " ".join(word.text for word in words)
        unit = UNITS.get(spelled)
        if unit and (len(spelled) > 1 or words[0].start <= end + 1):
            return unit, unit.name, words[-1].end
    return None


def _bound(tokens: Sequence[_Token], place: int) -> Bound:
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
            unit = next((unit for unit in UNITS.values() if unit.name == following.written), None)
            factor, offset = (unit.factor, unit.offset) if unit else (1.0, 0.0)
            values = tuple(value * factor + offset for value in quantity.values)
            quantity = Quantity(  # noqa: PLW2901
                values,
                following.unit,
                quantity.start,
                quantity.end,
                quantity.bound,
                following.written,
                quantity.digits,
            )
        yield quantity
        following = quantity
