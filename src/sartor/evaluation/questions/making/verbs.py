"""English verbs: which word is one, and what it is called in a question.

"lasts" is "does ... last", "gave" is "did ... give". Only verbs of facts are listed: a noun taken
for a verb makes nonsense, a verb not known only makes one question fewer.
"""

from __future__ import annotations

from dataclasses import dataclass

_AUXILIARY = "is are was were can may must will shall has have had"
AUXILIARIES = frozenset(_AUXILIARY.split())
BE = frozenset({"is", "are", "was", "were"})
HAVE = {"has": "does", "have": "do", "had": "did"}
SINGULAR, PLURAL = frozenset({"is", "was", "has"}), frozenset({"are", "were", "have"})

_REGULAR = """
    last cost weigh measure cover contain include carry need require use offer receive
    open close start end return support allow accept produce reach serve employ own earn provide
    score record establish attract operate generate handle store deliver create publish release
    launch join move expire apply consist comprise refer replace cause occur feature average
    house seat span stretch border hire enrol enroll graduate charge award donate acquire purchase
    increase decrease drop climb host represent accommodate cross discover invent design develop
    introduce pass sign arrive enter finish complete destroy kill capture conquer occupy rule
    govern surrender defeat visit perform appear work study retire appoint elect adopt abolish ban
    form merge unite reject settle propose report estimate count total grant issue renew cancel
    extend limit exceed equal process repair train protect resign
    marry translate organise organize collapse explode vote declare announce invade
    suffer attack name convert export import burn rescue ravage exhibit debut premiere rank
"""
_IRREGULAR = """
    give gave, take took, hold held, win won, lose lost, lead led, make made, build built,
    write wrote, become became, begin began, pay paid, sell sold, spend spent, send sent, run ran,
    rise rose, fall fell, grow grew, meet met, keep kept, leave left, draw drew, get got,
    bring brought, buy bought, find found, set set, cut cut, choose chose, stand stood,
    wear wore, mean meant, teach taught, sink sank, drive drove, fly flew, hit hit, shoot shot
"""
_PARTICIPLES = """
    born built held made written sold paid kept sent found won lost led given taken begun drawn
    brought bought set cut chosen worn taught known seen shown grown spent met run left become hit
    been done gone put read broken driven flown forbidden hidden ridden spoken stolen sworn thrown
    beaten
"""


_DOUBLED = {"drop": "dropped", "enrol": "enrolled", "ban": "banned", "equal": "equalled"}


@dataclass(frozen=True, slots=True)
class Verb:
    """A finite verb: its base form, and the "do" that stands for it in a question."""

    base: str
    helper: str  # do, does or did


def _third(base: str) -> str:
    if base.endswith(("s", "sh", "ch", "x", "z", "o")):
        return f"{base}es"
    if base.endswith("y") and base[-2] not in "aeiou":
        return f"{base[:-1]}ies"
    return f"{base}s"


def _past(base: str) -> str:
    if base.endswith("e"):
        return f"{base}d"
    if base.endswith("y") and base[-2] not in "aeiou":
        return f"{base[:-1]}ied"
    return _DOUBLED.get(base, f"{base}ed")


def _table() -> dict[str, Verb]:
    pairs = [(base, _past(base)) for base in _REGULAR.split()]
    pairs += [(base, past) for base, past in (line.split() for line in _IRREGULAR.split(","))]
    found: dict[str, Verb] = {}
    for base, past in pairs:
        found[past] = Verb(base, "did")
        found[_third(base)] = Verb(base, "does")
        found[base] = Verb(base, "do")
    return found


VERBS = _table()
_IRREGULAR_PARTICIPLES = frozenset(_PARTICIPLES.split())


def is_participle(word: str) -> bool:
    """Tell "paid" and "founded" from other words, by their spelling."""
    return word in _IRREGULAR_PARTICIPLES or (word.endswith("ed") and len(word) > 4)
