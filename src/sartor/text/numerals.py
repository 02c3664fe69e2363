"""A run of tokens -> the number it spells: digits, English and German words, Chinese numerals.

In go the tokens of a text and a place among them, out come the possible values of the number there
("1.000" is one or a thousand) and where it ends. Units, signs and bounds are not its affair.
"""

# ruff: noqa: RUF001 - signs of other scripts look like ours

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from sartor.text.units import SCALES

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
ORDINAL_ENDINGS = frozenset({"st", "nd", "rd", "th"})

_HAN_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "兩": 2,
}
_HAN_TENS = {"十": 10, "百": 100, "千": 1000}
_HAN_SCALES = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
_LONE_HAN = frozenset("一两兩")  # as often "a" as "one", mostly part of a word


class Token(NamedTuple):
    """A word, a numeral or a sign of a text, in lower case, and where it stands."""

    text: str
    start: int
    end: int


class Numeral(NamedTuple):
    """A number: the place of the token behind it, its possible values, whether it ranks things."""

    after: int
    values: tuple[float, ...]
    ordinal: bool = False


def numeral(tokens: Sequence[Token], place: int) -> Numeral | None:
    """Read one number from `place` on; None where none begins."""
    token = tokens[place]
    if token.text[0].isdigit() and token.text[0].isdecimal():
        return _from_digits(tokens, place)
    if token.text[0] in _HAN_DIGITS or token.text[0] in _HAN_TENS:
        value = _from_han(token.text)
        following = tokens[place + 1].text if place + 1 < len(tokens) else ""
        if value is None or token.text in _LONE_HAN or following == "分":
            return None
        return Numeral(place + 1, (value,))
    if token.text in _ORDINAL_VALUES and token.text != "second":
        return Numeral(place + 1, (_ORDINAL_VALUES[token.text],), ordinal=True)
    return _from_words(tokens, place) if token.text in _WORDS else None


def _from_digits(tokens: Sequence[Token], place: int) -> Numeral:
    token = tokens[place]
    values, after = _readings(token.text), place + 1
    following = tokens[after] if after < len(tokens) else None
    if following and following.start == token.end and following.text in ORDINAL_ENDINGS:
        return Numeral(after + 1, values, ordinal=True)
    return _scaled(tokens, after, values, token.end)


def _scaled(tokens: Sequence[Token], after: int, values: tuple[float, ...], end: int) -> Numeral:
    """Take in "million" and its like behind a number."""
    while after < len(tokens):
        scale = SCALES.get(tokens[after].text) or _HAN_SCALES.get(tokens[after].text)
        short = len(tokens[after].text) == 1 and tokens[after].text.isascii()
        if not scale or (short and tokens[after].start > end):
            break
        values, after = tuple(value * scale for value in values), after + 1
    return Numeral(after, values)


def _from_words(tokens: Sequence[Token], place: int) -> Numeral:
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
    return Numeral(after, (total + part,))


def _goes_on(tokens: Sequence[Token], joint: int, part: float) -> bool:
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
