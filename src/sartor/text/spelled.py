"""Text -> the same text with French and Spanish number words as digits: "quinze jours", "15 jours".

From 2 to 100. Alone, words that mean something else as often ("un", "once", "seize", "cent") stay
as they are. What reads numbers knows English and German words itself.
"""

from __future__ import annotations

import re

_FRENCH = """
    un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize
    dix-sept dix-huit dix-neuf
"""
_SPANISH = """
    uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis
    diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco
    veintiséis veintisiete veintiocho veintinueve
"""
_FRENCH_TENS = {
    "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "septante": 70,
    "quatre-vingt": 80, "huitante": 80, "nonante": 90,
}  # fmt: skip
_SPANISH_TENS = {
    "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80,
    "noventa": 90,
}  # fmt: skip
_WIDE = ("soixante", "quatre-vingt")  # counted on to nineteen: "soixante-quinze"
_OFTEN_OTHERS = frozenset({"un", "uno", "seize", "six", "sept", "neuf", "dos", "once"})

_WORD = re.compile(r"[^\W\d_]+")
_SPELLED = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+|[^\W\d_]+(?: (?:et|y) [^\W\d_]+)?", re.IGNORECASE)


def with_digits(text: str) -> str:
    """Write number words as digits; all else stays as it is."""
    if _HEADS.isdisjoint(_WORD.findall(text.lower())):
        return text
    return _SPELLED.sub(_digits, text)


def _digits(found: re.Match[str]) -> str:
    said = found.group()
    value = _VALUES.get(said.lower().replace("-et-", " et "))
    if value is not None:
        return str(value)
    return " ".join(str(_VALUES.get(word.lower(), word)) for word in said.split(" "))


def _values() -> dict[str, int]:
    french, spanish = _FRENCH.split(), _SPANISH.split()
    found = {word: at for at, word in enumerate(french, 1) if word not in _OFTEN_OTHERS}
    found |= {word: at for at, word in enumerate(spanish, 1) if word not in _OFTEN_OTHERS}
    for ten, value in _FRENCH_TENS.items():
        small = french if ten in _WIDE else french[:9]
        found |= {
            f"{ten}{joint}{one}": value + at for at, one in enumerate(small, 1) for joint in "- "
        }
        found |= {
            f"{ten} et {one}": value + at for at, one in ((1, "un"), (1, "une"), (11, "onze"))
        }
        found |= {ten: value}
    for ten, value in _SPANISH_TENS.items():
        found |= {f"{ten} y {one}": value + at for at, one in enumerate(("un", *spanish[1:9]), 1)}
        found |= {ten: value, f"{ten} y uno": value + 1, f"{ten} y una": value + 1}
    return found | {"quatre-vingts": 80, "cien": 100, "veintiún": 21, "veintiuna": 21}


_VALUES = _values()
_HEADS = frozenset(re.split("[- ]", word)[0] for word in _VALUES)
