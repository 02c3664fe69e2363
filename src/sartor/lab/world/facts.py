"""Facts of the world: which thing has which value, and which questions have no answer here.

In goes a random generator, out come facts that are easily confused with each other: several about
one thing, one relation for several things, names that share a word. It knows nothing of passages.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from random import Random

from sartor.lab.world.names import KINDS, Thing, draw_sibling, draw_thing
from sartor.lab.world.nouns import HEAD_KINDS, HEADS, HELD_OUT_HEADS
from sartor.lab.world.relations import Relation, ask, worded_relation, written_relations
from sartor.lab.world.values import VALUES


@dataclass(frozen=True, slots=True)
class Part:
    """Which side of the splits a draw comes from, and how confusable its facts are.

    `unseen_relations` takes relations that training never saw; it needs held-out names. `worded` is
    the share of relations that are made of words, `alike` of those that end as the one beside.
    """

    held_out: bool = False
    unseen_relations: bool = False
    same_thing: float = 0.3
    same_relation: float = 0.4
    sibling: float = 0.35
    worded: float = 0.3
    alike: float = 0.4


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing, one relation, its value, the sentence that states it and where that stands."""

    thing: Thing
    relation: Relation
    value: str = ""
    sentence: str = ""
    passage: int | None = None

    def at(self, passage: int) -> Fact:
        """Return the fact as it stands in the passage of this number."""
        return replace(self, passage=passage)

    def question(self, rng: Random, *, unseen: bool = False) -> str:
        """Ask for the value, in a wording that training showed or in an unseen one."""
        return fill(ask(rng, self.relation, unseen=unseen), self.thing)


def fill(wording: str, thing: Thing, value: str = "") -> str:
    """Put a thing and a value into a sentence or a question."""
    mention = thing.mention
    capital = mention[:1].upper() + mention[1:]
    return wording.format(e=mention, E=capital, v=value)


def draw_facts(rng: Random, count: int, part: Part) -> list[Fact]:
    """Draw facts of which no two could answer the same question."""
    facts: list[Fact] = []
    values: set[str] = set()
    while len(facts) < count:
        thing, relation = _subject(rng, facts, part)
        value = VALUES[rng.choice(relation.values)](rng)
        if value in values or is_answered(thing, relation, facts):
            continue
        values.add(value)
        sentence = fill(rng.choice(relation.statements), thing, value)
        facts.append(Fact(thing, relation, value, sentence))
    return facts


def draw_missing(rng: Random, facts: list[Fact], part: Part) -> Fact:
    """Draw a question to which these facts have no answer, most often a tempting one.

    It asks another thing about one of their things, or the same about a neighbour.
    """
    while True:
        near, draw = rng.choice(facts), rng.random()
        if draw < 0.45:
            fact = Fact(near.thing, _relation(rng, near.thing.kind, part, beside=near.relation))
        elif draw < 0.9:
            fact = Fact(_neighbour(rng, near.thing, part, sibling=0.6), near.relation)
        else:
            fact = draw_facts(rng, 1, part)[0]
        if not is_answered(fact.thing, fact.relation, facts):
            return fact


def is_answered(thing: Thing, relation: Relation, facts: Iterable[Fact]) -> bool:
    """Say whether one of the facts could be taken for the answer to a question about the thing."""
    return any(fact.thing == thing and relation.blurs(fact.relation) for fact in facts)


def _subject(rng: Random, facts: list[Fact], part: Part) -> tuple[Thing, Relation]:
    draw = rng.random()
    if facts and draw < part.same_thing:
        near = rng.choice(facts)
        return near.thing, _relation(rng, near.thing.kind, part, beside=near.relation)
    if facts and draw < part.same_thing + part.same_relation:
        near = rng.choice(facts)
        return _neighbour(rng, near.thing, part, part.sibling), near.relation
    kind = rng.choice(_kinds(part))
    return draw_thing(rng, kind, held_out=part.held_out), _relation(rng, kind, part)


def _neighbour(rng: Random, thing: Thing, part: Part, sibling: float) -> Thing:
    if rng.random() < sibling:
        return draw_sibling(rng, thing, held_out=part.held_out)
    return draw_thing(rng, thing.kind, held_out=part.held_out)


def _relation(rng: Random, kind: str, part: Part, *, beside: Relation | None = None) -> Relation:
    """Draw a relation; beside another one sometimes a confusable one, with the same last word."""
    written = _written(kind, part)
    if kind not in HEAD_KINDS or (written and rng.random() >= part.worded):
        return rng.choice(written)
    head = beside.noun.split()[-1] if beside and beside.noun else ""
    alike = head in HEADS and head not in HELD_OUT_HEADS and rng.random() < part.alike
    return worded_relation(rng, kind, held_out=part.unseen_relations, head=head if alike else "")


def _written(kind: str, part: Part) -> list[Relation]:
    return [r for r in written_relations(kind) if r.held_out == part.unseen_relations]


def _kinds(part: Part) -> list[str]:
    return [kind for kind in KINDS if _written(kind, part)]
