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

from sartor.lab.world.nouns import HEADS, blur, draw_noun

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
        return self.key == other.key or blur(self.noun, other.noun)


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


def worded_relation(rng: Random, kind: str, *, held_out: bool, head: str = "") -> Relation:
    """Make a relation of words, such as "visitor parking fee"."""
    noun = draw_noun(rng, held_out=held_out, head=head)
    return Relation(
        kind,
        tuple(HEADS[noun.split()[-1]].split(", ")),
        noun,
        _framed(_STATEMENTS, noun),
        _framed(_QUESTIONS, noun),
        _framed(_HELD_OUT_QUESTIONS, noun),
        held_out,
    )


def _framed(frames: tuple[str, ...], noun: str) -> tuple[str, ...]:
    capital = noun[:1].upper() + noun[1:]
    return tuple(frame.replace("{n}", noun).replace("{N}", capital) for frame in frames)


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
