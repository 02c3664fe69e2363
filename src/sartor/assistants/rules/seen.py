"""A text -> the same text as a reader sees it, each character with its place in the original.

Invisible characters are gone, entities are the characters they stand for, wide and fancy letters
are plain ones. Forbidden things are searched here, so that they cannot hide in spelling. Knows no
rule.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from sartor.text.normal import fold_accents

# What is rendered as one thing is read as one thing. Markup comes first, where it is dropped.
_CLUSTER = (
    r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]\w{1,31});"
    r"|[\u1100-\u115f][\u1160-\u11a7][\u11a8-\u11ff]?|.[\u0300-\u036f\u20d0-\u20f0\ufe20-\ufe2f]*"
)
_MARKUP = r"<!--.{0,500}?-->|</?[a-zA-Z][^<>]{0,500}>|\]\([^()\n]{0,500}\)|[*~`\\\[]|__"
_SHOWN = re.compile(_CLUSTER, re.DOTALL)
_RENDERED = re.compile(rf"(?P<markup>{_MARKUP})|{_CLUSTER}", re.DOTALL)

_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0), range(0x180B, 0x1810))
_TAGS = range(0xE0020, 0xE007F)  # an ASCII character each, moved out of sight
_DASHES = re.compile("[\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d]")
_SOFT_HYPHEN = "\u00ad"

# Letters in boxes and circles that Unicode does not decompose: 26 of each, from A.
_BOXED = (0x1F150, 0x1F170, 0x1F1E6)
_LOOKALIKES = str.maketrans(
    dict(
        zip(
            "АВЕКМНОРСТУХІЈЅԌԚԜаеорсухіјѕһԁԛԝѵӏгкмнтв"
            "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβεικνορτυχγωη"
            "օսհոցզɑɡɩʟᴀʙᴄᴅᴇꜰɢʜɪᴊᴋᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ",
            "ABEKMHOPCTYXIJSGQWaeopcyxijshdqwvlrkmhtb"
            "ABEZHIKMNOPTYXabeikvoptuxywn"
            "ouhngqagilabcdefghijkmnoprstuvwyz",
            strict=True,
        )
    )
)

Spell = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Seen:
    """A text as it is seen; `places[i]` is where its character `i` begins in the original."""

    text: str
    places: Sequence[int]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Give the span of the original that shows `text[start:end]`."""
        return self.places[start], self.places[end - 1] + 1


def seen(text: str, spell: Spell, *, rendered: bool = False) -> Seen:
    """Spell a text the given way; `rendered` also leaves out HTML tags and Markdown's marks."""
    if not rendered and text.isascii() and "&" not in text and spell is not lookalike:
        return Seen(spell(text), range(len(text) + 1))
    shown: list[str] = []
    places: list[int] = []
    for cluster in (_RENDERED if rendered else _SHOWN).finditer(text):
        if cluster.lastgroup == "markup":
            continue
        piece = spell(unescape(cluster.group()))
        shown.append(piece)
        places += [cluster.start()] * len(piece)
    return Seen("".join(shown), [*places, len(text)])


def has_markup(text: str) -> bool:
    """Say whether leaving out markup would change anything."""
    return re.search(_MARKUP, text, re.DOTALL) is not None


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """Keep what is visible, in compatible form: plain letters, digits, spaces and hyphens."""
    if text.isascii():
        return text
    kept = "".join(_visible(char) for char in text)
    kept = _DASHES.sub("-", unicodedata.normalize("NFKC", kept))
    return "".join(str(unicodedata.decimal(char, char)) for char in kept)


@lru_cache(maxsize=8192)
def letters(text: str) -> str:
    """Make case and accents equal too; a soft hyphen may end a line, so it stays a hyphen."""
    return fold_accents(plain(text.replace(_SOFT_HYPHEN, "-")).casefold())


@lru_cache(maxsize=8192)
def lookalike(text: str) -> str:
    """Put the Latin letter in the place of those that look like it."""
    bare = unicodedata.normalize("NFD", plain(text.replace(_SOFT_HYPHEN, "-")))
    return fold_accents(bare.translate(_LOOKALIKES).casefold())


def _visible(char: str) -> str:
    code = ord(char)
    if code in _TAGS:
        return chr(code - 0xE0000)
    if char in _FILLERS or any(code in selectors for selectors in _SELECTORS):
        return ""
    boxed = next((first for first in _BOXED if first <= code < first + 26), None)
    if boxed is not None:
        return chr(ord("a") + code - boxed)
    return "" if unicodedata.category(char) == "Cf" else char
