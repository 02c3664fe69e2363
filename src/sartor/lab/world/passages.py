"""Facts -> numbered passages that state them among sentences that say nothing.

In goes a random generator and facts, out come passages of one to four sentences, some with a
heading, and each fact with the number of its passage. It knows no prompt.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from sartor.lab.world import words
from sartor.lab.world.facts import Fact, Part, draw_facts, fill
from sartor.lab.world.names import Thing

_ABOUT_NOTHING = (
    "Please read this page with care.",
    "This page was last checked in {year}.",
    "More can be found on the board in the hall.",
    "The rules were changed on a {weekday}.",
    "If anything is unclear, ask your contact.",
    "Details are in section {n}.{m}.",
    "This holds for every region.",
    "Many people ask for this.",
    "Everything else stays as it was.",
    "A copy on paper is kept in the archive.",
    "We thank you for your patience.",
    "An exception has to be asked for in writing.",
    "The list is renewed every {weekday}.",
    "Keep this note.",
    "Some of this may change in {year}.",
    "The following is only a summary.",
    "The other questions are answered in chapter {n}.",
    "New colleagues should know this.",
    "The former rule no longer holds.",
    "There were {n} comments on the draft.",
    "Nobody has complained so far.",
    "The next meeting is about something else.",
)
_ABOUT_THING = (
    "{E} is known to most of us.",
    "Many like {e}.",
    "{E} was named in the last report.",
    "This note is about {e}.",
    "{E} has been with us for years.",
    "We are proud of {e}.",
    "Here is what to know about {e}.",
    "{E} was added to the list in {year}.",
    "You may have heard of {e}.",
    "Page {n} describes {e}.",
    "Some confuse {e} with another one.",
    "Opinions about {e} differ.",
)
_HEADINGS = ("{}", "About {}", "Notes on {}", "{}: what to know", "Facts about {}", "{} in short")
_HEADED = 0.35
_MARKS_OF_HEADINGS = ("# {}\n\n", "# {}\n\n", "## {}\n\n", "# {}\n", "{}\n\n")


@dataclass(frozen=True, slots=True)
class Passage:
    """A numbered piece of text."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Scene:
    """Passages and the facts that they state; each fact knows the number of its passage."""

    passages: list[Passage]
    facts: list[Fact]


@dataclass(frozen=True, slots=True)
class Shape:
    """How long passages are, how many facts they state, and whether numbers run in order."""

    sentences: int = 4
    facts_each: float = 1.4
    shuffled_numbers: float = 0.5
    headed: float = _HEADED


def draw_scene(rng: Random, count: int, part: Part, shape: Shape | None = None) -> Scene:
    """Draw facts and write them into so many passages."""
    shape = shape or Shape()
    most = 1.0 if shape.sentences == 1 else rng.uniform(1, 2 * shape.facts_each - 1)
    facts = draw_facts(rng, max(count, round(count * most)), part)
    groups = _grouped(rng, facts, count)
    passages, placed = [], []
    for number, group in zip(_numbers(rng, count, shape), groups, strict=True):
        passages.append(Passage(number, write_passage(rng, group, shape)))
        placed += [fact.at(number) for fact in group]
    return Scene(passages, placed)


def write_passage(rng: Random, facts: list[Fact], shape: Shape) -> str:
    """Write the sentences of some facts, fillers among them and perhaps a heading above."""
    room = max(0, shape.sentences - len(facts))
    fillers = min(room, rng.choice((0, 0, 1, 1, 2)))
    told: list[Fact | None] = [*facts, *[None] * fillers]
    rng.shuffle(told)
    thing = facts[0].thing
    lines = [fact.sentence if fact else filler(rng, thing) for fact in told]
    heading = _heading(rng, thing) if rng.random() < shape.headed else ""
    return heading + " ".join(lines)


def filler(rng: Random, thing: Thing) -> str:
    """Write a sentence that answers nothing."""
    wording = rng.choice(_ABOUT_THING if rng.random() < 0.55 else _ABOUT_NOTHING)
    for name, drawn in (
        ("{year}", rng.randint(2015, 2030)),
        ("{weekday}", rng.choice(words.WEEKDAYS)),
        ("{n}", rng.randint(2, 40)),
        ("{m}", rng.randint(1, 9)),
    ):
        wording = wording.replace(name, str(drawn))
    return fill(wording, thing)


def _heading(rng: Random, thing: Thing) -> str:
    mention = thing.name if rng.random() < 0.7 else thing.mention
    title = rng.choice(_HEADINGS).format(mention)
    title = title[:1].upper() + title[1:]
    return rng.choice(_MARKS_OF_HEADINGS).format(title)


def _grouped(rng: Random, facts: list[Fact], count: int) -> list[list[Fact]]:
    groups = [[fact] for fact in facts[:count]]
    for fact in facts[count:]:
        own = [group for group in groups if group[0].thing == fact.thing and len(group) < 3]
        rng.choice(own if own and rng.random() < 0.6 else groups).append(fact)
    rng.shuffle(groups)
    return groups


def _numbers(rng: Random, count: int, shape: Shape) -> list[int]:
    if rng.random() < shape.shuffled_numbers:
        return rng.sample(range(1, max(9, count) + 1), count)
    return list(range(1, count + 1))
