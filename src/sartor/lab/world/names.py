"""Seeded names for the things of the world, and which of them training never sees.

In goes a random generator, out come names. One fifth of all names, chosen by their hash, belongs to
the held-out side; no name of one side is ever drawn for the other. It knows no facts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from sartor.lab.world import words

_HELD_OUT_EVERY = 5
_SIBLING_TRIES = 30
_OPEN_END = 0.25  # the share of made-up words that end in a vowel
_CODE_LETTERS = "ABCDEFGHKLMNPRSTVXZ"


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that facts are about: its kind, its name, and how sentences refer to it."""

    kind: str
    name: str

    @property
    def mention(self) -> str:
        """The name as it stands inside a sentence, "the Heron kettle" or "Anna Weber"."""
        return f"the {self.name}" if KINDS[self.kind].article else self.name


@dataclass(frozen=True, slots=True)
class Kind:
    """How names of one kind of thing are made, and whether they take an article."""

    make: Callable[[Random], str]
    article: bool


def made_up(rng: Random) -> str:
    """Make a pronounceable word without meaning, such as "Velmora"."""
    count = 2 if rng.random() < 0.65 else 3
    syllables = (rng.choice(words.ONSETS) + rng.choice(words.NUCLEI) for _ in range(count))
    word = "".join(syllables).capitalize()
    return word if rng.random() < _OPEN_END else word + rng.choice(words.CODAS)


def brand(rng: Random) -> str:
    """Make the name of a make or a house: mostly made up, sometimes of common words."""
    draw = rng.random()
    if draw < 0.6:
        return made_up(rng)
    noun = rng.choice(words.NOUNS)
    return f"{rng.choice(words.ADJECTIVES)} {noun}" if draw < 0.85 else noun


def person(rng: Random) -> str:
    """Make a first and a last name."""
    last = rng.choice(words.LAST_NAMES) if rng.random() < 0.6 else made_up(rng)
    return f"{rng.choice(words.FIRST_NAMES)} {last}"


def town(rng: Random) -> str:
    """Take a city, or make up a place."""
    return rng.choice(words.CITIES) if rng.random() < 0.4 else made_up(rng)


def digits(rng: Random, count: int) -> str:
    """Draw so many digits."""
    return "".join(rng.choice("0123456789") for _ in range(count))


def code(rng: Random) -> str:
    """Make a code such as "KX-402"."""
    letters = "".join(rng.choice(_CODE_LETTERS) for _ in range(rng.choice((1, 2, 2, 3))))
    return letters + rng.choice(("-", "", " ")) + digits(rng, rng.choice((2, 3, 4)))


def firm(rng: Random) -> str:
    """Make the name of a company."""
    return f"{brand(rng)} {rng.choice(words.FIRM_KINDS)}"


def site(rng: Random) -> str:
    """Make the name of a building with a use."""
    return f"{town(rng)} {rng.choice(words.SITE_KINDS)}"


def _device(rng: Random) -> str:
    model = f"{code(rng)} " if rng.random() < 0.2 else ""
    return f"{brand(rng)} {model}{rng.choice(words.DEVICES)}"


def _team(rng: Random) -> str:
    house = brand(rng) if rng.random() < 0.5 else town(rng)
    return f"{house} {rng.choice(words.TEAM_TOPICS)} {rng.choice(words.TEAM_KINDS)}"


def _book(rng: Random) -> str:
    subject = rng.choice(words.NOUNS) if rng.random() < 0.6 else made_up(rng)
    return f'"The {rng.choice(words.ADJECTIVES)} {subject}"'


def _vehicle(rng: Random) -> str:
    house = brand(rng) if rng.random() < 0.5 else code(rng)
    return f"{house} {rng.choice(words.VEHICLE_KINDS)}"


def _branded(kinds: list[str]) -> Callable[[Random], str]:
    return lambda rng: f"{brand(rng)} {rng.choice(kinds)}"


KINDS = {
    "device": Kind(_device, article=True),
    "firm": Kind(firm, article=False),
    "site": Kind(site, article=True),
    "team": Kind(_team, article=True),
    "plan": Kind(_branded(words.PLAN_KINDS), article=True),
    "program": Kind(_branded(words.PROGRAM_KINDS), article=True),
    "error": Kind(lambda rng: f"error {code(rng)}", article=False),
    "person": Kind(person, article=False),
    "project": Kind(lambda rng: f"project {brand(rng)}", article=False),
    "room": Kind(_branded(words.ROOM_KINDS), article=True),
    "course": Kind(_branded(words.COURSE_KINDS), article=True),
    "mountain": Kind(lambda rng: f"Mount {made_up(rng)}", article=False),
    "book": Kind(_book, article=False),
    "dish": Kind(_branded(words.DISH_KINDS), article=True),
    "vehicle": Kind(_vehicle, article=True),
    "train": Kind(lambda rng: f"train {code(rng)}", article=False),
    "river": Kind(lambda rng: f"{made_up(rng)} river", article=True),
    "ship": Kind(lambda rng: f"ship {brand(rng)}", article=True),
}


def is_held_out(name: str) -> bool:
    """Say whether training never sees this name; the hash decides, so every run agrees."""
    return hashlib.sha256(name.encode()).digest()[0] % _HELD_OUT_EVERY == 0


def draw_thing(rng: Random, kind: str, *, held_out: bool) -> Thing:
    """Draw a name of the kind from one side of the split."""
    while True:
        name = KINDS[kind].make(rng)
        if is_held_out(name) == held_out:
            return Thing(kind, name)


def draw_sibling(rng: Random, thing: Thing, *, held_out: bool) -> Thing:
    """Draw a neighbour that is easily confused: it shares the first or the last words."""
    own = thing.name.split(" ")
    for _ in range(_SIBLING_TRIES):
        other = draw_thing(rng, thing.kind, held_out=held_out).name.split(" ")
        if len(own) < 2 or len(other) < 2:
            break
        parts = own[:-1] + other[-1:] if rng.random() < 0.5 else other[:-1] + own[-1:]
        name = " ".join(parts)
        if name != thing.name and is_held_out(name) == held_out:
            return Thing(thing.kind, name)
    return draw_thing(rng, thing.kind, held_out=held_out)
