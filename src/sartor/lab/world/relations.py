"""What can be said about things of the world, and the ways to say and to ask it.

Two sources: relations.txt (written by hand), and relations made of words, such as "the visitor
parking fee", for any kind of thing. Held out of training are whole relations, the last question of
each, and some frames of questions: with them a test sees wordings that training never showed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
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

_STATEMENTS = (
    "The {n} of {e} is {v}.",
    "{E} has {v} as its {n}.",
    "For {e} the {n} is {v}.",
    "At {e} the {n} is {v}.",
    "The {n} for {e} was set to {v}.",
    "As for {e}, the {n} is {v}.",
    "We changed the {n} of {e} to {v}.",
    "Note the {n} of {e}: {v}.",
)
_QUESTIONS = (
    "What is the {n} of {e}?",
    "What is the {n} for {e}?",
    "What {n} does {e} have?",
    "Which {n} has {e}?",
    "Tell me the {n} of {e}.",
    "Can you tell me the {n} of {e}?",
    "I need the {n} of {e}.",
    "What {n} was set for {e}?",
    "{N} of {e}?",
    "What is known about the {n} of {e}?",
    "Please look up the {n} of {e}.",
)
_HELD_OUT_QUESTIONS = (
    "Do you know the {n} of {e}?",
    "I would like to know the {n} for {e}.",
    "Could you give me the {n} of {e}?",
)
_FRAME_SHARE = 0.35
_OPENINGS = ("Hello. ", "Please help me. ", "I have a question. ", "Good morning. ")
_CLOSINGS = (" Thank you.", " Thanks!", " Please be brief.", " I have to know it today.")
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


@dataclass(frozen=True, slots=True)
class Relation:
    """One thing that can be said about a kind of thing, with its wordings."""

    kind: str
    values: tuple[str, ...]
    noun: str
    statements: tuple[str, ...]
    questions: tuple[str, ...]
    unseen_questions: tuple[str, ...]
    held_out: bool

    @property
    def key(self) -> str:
        """Name the relation, the same in every run."""
        return f"{self.kind}: {self.noun or self.statements[0]}"

    def blurs(self, other: Relation) -> bool:
        """Say whether a question for one could also be meant for the other."""
        if self.key == other.key:
            return True
        return bool(_topics(self.noun) & _topics(other.noun))


def ask(rng: Random, relation: Relation, *, unseen: bool) -> str:
    """Choose the wording of a question; unseen ones are never used in training."""
    if unseen:
        return rng.choice(relation.unseen_questions)
    wording = rng.choice(relation.questions)
    if relation.noun and rng.random() < _FRAME_SHARE:
        wording = rng.choice(_framed(_QUESTIONS, relation.noun))
    draw = rng.random()
    if draw < 0.04:
        return rng.choice(_OPENINGS) + wording
    return wording + rng.choice(_CLOSINGS) if draw < 0.08 else wording


@cache
def written_relations(kind: str) -> tuple[Relation, ...]:
    """Return the relations of relations.txt for one kind of thing."""
    return tuple(relation for relation in _read_relations() if relation.kind == kind)


def worded_relation(rng: Random, kind: str, *, held_out: bool) -> Relation:
    """Make a relation of words, such as "visitor parking fee"."""
    while True:
        modifiers = _modifiers(rng)
        head = rng.choice(sorted(HEADS))
        unseen = head in HELD_OUT_HEADS or not words.HELD_OUT_MODIFIERS.isdisjoint(modifiers)
        if unseen == held_out:
            break
    noun = " ".join((*modifiers, head))
    values = tuple(HEADS[head].split(", "))
    return Relation(
        kind,
        values,
        noun,
        _framed(_STATEMENTS, noun),
        _framed(_QUESTIONS, noun),
        _framed(_HELD_OUT_QUESTIONS, noun),
        held_out,
    )


def _modifiers(rng: Random) -> tuple[str, ...]:
    if rng.random() < 0.25:
        return ()
    count = 2 if rng.random() < 0.15 else 1
    return tuple(rng.sample(words.MODIFIERS, count))


def _framed(frames: tuple[str, ...], noun: str) -> tuple[str, ...]:
    capital = noun[:1].upper() + noun[1:]
    return tuple(frame.replace("{n}", noun).replace("{N}", capital) for frame in frames)


def _topics(noun: str) -> set[str]:
    own = set(noun.split()) - {"of"}
    groups = {str(at) for at, group in enumerate(_NEAR) if own & set(group.split())}
    return own | groups


@cache
def _read_relations() -> tuple[Relation, ...]:
    text = resources.files("sartor.lab.world").joinpath("relations.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return tuple(_relation(*lines[at : at + 3]) for at in range(0, len(lines), 3))


def _relation(header: str, statements: str, questions: str) -> Relation:
    kind, values, noun = (part.strip() for part in header.removeprefix("=").split(";"))
    asked = tuple(questions.removeprefix("? ").split(" | "))
    unseen = (asked[-1], *(_framed(_HELD_OUT_QUESTIONS[:1], noun) if noun else ()))
    return Relation(
        kind.removeprefix("! "),
        tuple(values.split(", ")),
        noun,
        tuple(statements.removeprefix("+ ").split(" | ")),
        asked[:-1],
        unseen,
        held_out=kind.startswith("!"),
    )
