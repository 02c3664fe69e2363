"""Words of the world without any meaning: to copy, and to put around answers."""

from __future__ import annotations

from random import Random

from sartor.lab.world import words
from sartor.lab.world.names import code, made_up
from sartor.lab.world.values import VALUES

_COPIED_KINDS = ("date", "money", "address", "person", "weight")


def draw_mixed_words(rng: Random, count: int) -> list[str]:
    """Draw names, codes and values, for a model to copy."""
    return [
        rng.choice(
            (
                made_up(rng),
                rng.choice(words.NOUNS),
                code(rng),
                VALUES[rng.choice(_COPIED_KINDS)](rng),
            )
        )
        for _ in range(count)
    ]


def draw_plain_words(rng: Random, most: int) -> str:
    """Draw a few words that go together in no way."""
    pools = (words.ADJECTIVES, words.NOUNS, words.MODIFIERS, (made_up(rng),))
    return " ".join(rng.choice(rng.choice(pools)) for _ in range(rng.randint(1, most)))
