"""Nouns for what can be asked: made of words, and told apart from nouns that mean nearly the same.

In goes a random generator, out comes "visitor parking fee"; in go two nouns, out comes whether a
question for one could be meant for the other. It knows no sentences.
"""

from __future__ import annotations

from random import Random

from sartor.lab.world import words

HEADS = {
    "allowance": "money, days",
    "bonus": "money, percent",
    "budget": "money",
    "capacity": "people, weight, litres, count",
    "charge": "money",
    "code": "code, pin",
    "colour": "colour",
    "contact": "person, email, phone",
    "date": "date",
    "day": "weekday, date",
    "deadline": "date, day, time",
    "delay": "minutes, seconds, days",
    "distance": "km, metres",
    "fee": "money",
    "interval": "days, weeks, hours, minutes",
    "length": "minutes, km, metres",
    "limit": "count, money, weight, percent",
    "material": "material",
    "number": "extension, phone, code",
    "office": "address, floor",
    "officer": "person",
    "owner": "person, firm, team",
    "partner": "firm, person",
    "period": "weeks, months, days",
    "place": "site, town, address",
    "price": "money",
    "quota": "count, storage, percent",
    "rate": "percent, money",
    "size": "count, storage, people",
    "speaker": "person",
    "temperature": "degrees",
    "time": "time, minutes, hours",
    "version": "version",
    "weight": "weight",
    "window": "days, opening, hours",
    "deposit": "money",
    "password": "code, pin",
    "supplier": "firm",
    "target": "percent, count",
}
HELD_OUT_HEADS = frozenset({"deposit", "password", "supplier", "target"})
HEAD_KINDS = frozenset(
    {
        *("device", "firm", "site", "team", "plan", "program", "project"),
        *("room", "course", "vehicle", "dish", "person", "train"),
    }
)

# Words that mean nearly the same: a question with one of them may be meant for any.
_NEAR = (
    "price cost fee charge rate deposit total",
    "address office place floor source port town",
    "head leader director manager owner officer caretaker maintainer contact teacher speaker",
    "period time window duration interval delay timeout deadline date day departure weekday length",
    "limit capacity size quota target number",
    "code number password badge plate extension phone contact",
    "client firm partner supplier maker sponsor owner",
    "budget allowance bonus limit",
)


def draw_noun(rng: Random, *, held_out: bool, head: str = "") -> str:
    """Draw a noun with modifiers before it, around the given head if there is one."""
    while True:
        chosen = head or rng.choice(sorted(HEADS))
        modifiers = _modifiers(rng)
        unseen = chosen in HELD_OUT_HEADS or not words.HELD_OUT_MODIFIERS.isdisjoint(modifiers)
        if unseen == held_out:
            return " ".join((*modifiers, chosen))


def blur(noun: str, other: str) -> bool:
    """Say whether two nouns could be meant by one question.

    "Visitor fee" and "parking fee" are told apart by their modifiers; "fee" alone is not, and
    "visitor charge" means what "visitor fee" means.
    """
    *own, head = noun.split() or [""]
    *others, other_head = other.split() or [""]
    if own and others:
        nested = set(own) <= set(others) or set(others) <= set(own)
        return nested and bool(_topics([head]) & _topics([other_head]))
    return bool(_topics([*own, head]) & _topics([*others, other_head]))


def _modifiers(rng: Random) -> tuple[str, ...]:
    if rng.random() < 0.25:
        return ()
    count = 2 if rng.random() < 0.15 else 1
    return tuple(rng.sample(words.MODIFIERS, count))


def _topics(said: list[str]) -> set[str]:
    """Return the words themselves and the groups of words of nearly the same meaning."""
    own = set(said) - {"", "of"}
    return own | {group for group in _NEAR if own & set(group.split())}
