"""A seed -> what the sample handbook says, out of the lab's world.

Things with a few facts each, the sentences about them, and the questions that these facts answer.
Nothing in it is true. It knows no files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from sartor.lab.world import Fact, Part, Shape, Thing, draw_missing, is_answered, write_passage
from sartor.lab.world.facts import fill
from sartor.lab.world.names import draw_sibling, draw_thing
from sartor.lab.world.nouns import HEAD_KINDS
from sartor.lab.world.relations import Relation, worded_relation, written_relations
from sartor.lab.world.values import VALUES

WORDED = 0.1  # the share of facts whose relation is made of words, such as "visitor parking fee"
SIBLINGS = 0.05  # the share of things whose name looks like that of another
FACTS_EACH = (1, 1, 1, 2)  # of one thing
NOTE = Shape(sentences=3, headed=0.0)
MISSING = Part(held_out=True, worded=WORDED)


def draw_things(rng: Random, kind: str, count: int) -> list[Thing]:
    """Draw names that training of the lab model never saw, in order."""
    things: dict[str, Thing] = {}
    while len(things) < count:
        sibling = things and rng.random() < SIBLINGS
        near = rng.choice(list(things.values())) if sibling else None
        thing = (
            draw_sibling(rng, near, held_out=True) if near else draw_thing(rng, kind, held_out=True)
        )
        things[thing.name] = thing
    return sorted(things.values(), key=lambda thing: thing.name.lower())


def draw_facts(rng: Random, thing: Thing) -> list[Fact]:
    """Draw facts about a thing; no question could be meant for two of them."""
    known = _relations(thing.kind)
    facts: list[Fact] = []
    for written in rng.sample(known, min(len(known), rng.choice(FACTS_EACH))):
        worded = thing.kind in HEAD_KINDS and rng.random() < WORDED
        relation = worded_relation(rng, thing.kind, held_out=False) if worded else written
        if not is_answered(thing, relation, facts):
            facts.append(state(rng, thing, relation))
    return facts


def state(rng: Random, thing: Thing, relation: Relation) -> Fact:
    """Draw a value and say it."""
    value = VALUES[rng.choice(relation.values)](rng)
    return Fact(thing, relation, value, fill(rng.choice(relation.statements), thing, value))


def revise(rng: Random, fact: Fact) -> Fact:
    """Draw what an older edition said: the same sentence with another value."""
    while True:
        value = VALUES[rng.choice(fact.relation.values)](rng)
        if value != fact.value:
            sentence = fact.sentence.replace(fact.value, value)
            return Fact(fact.thing, fact.relation, value, sentence)


def write_note(rng: Random, facts: Sequence[Fact]) -> str:
    """Write the sentences about one thing, sometimes with one that says nothing."""
    return write_passage(rng, list(facts), NOTE)


def draw_table(rng: Random, kind: str, rows: int) -> list[list[Fact]]:
    """Draw rows of facts for things of their own: each row a thing, each column a relation."""
    named = [relation for relation in _relations(kind) if relation.noun]
    columns = rng.sample(named, min(2, len(named)))
    things = draw_things(rng, kind, rows)
    return [[state(rng, thing, relation) for relation in columns] for thing in things]


def missing_facts(rng: Random, facts: Sequence[Fact]) -> Iterator[Fact]:
    """Draw tempting facts that nobody states, without end."""
    kinds = {fact.thing.kind for fact in facts}
    while True:
        drawn = draw_missing(rng, [rng.choice(facts)], MISSING)
        if drawn.thing.kind in kinds and not is_answered(drawn.thing, drawn.relation, facts):
            yield drawn


def together(rng: Random, first: Fact, second: Fact) -> str:
    """Ask for two facts at once."""
    one, other = (fill(rng.choice(f.relation.questions), f.thing) for f in (first, second))
    return f"{one[:-1]}, and {other[:1].lower()}{other[1:]}"


def _relations(kind: str) -> list[Relation]:
    return [relation for relation in written_relations(kind) if not relation.held_out]
