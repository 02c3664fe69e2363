"""Texts of two sides -> the same with the number of the prompt that each of them answers."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from sartor.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]
    Integers = NDArray[np.int64]

MOST_EXAMPLES = 500  # a side; more cost time and change little


@dataclass(frozen=True, slots=True)
class Sides:
    """Their texts and the base assistant's; `groups` are the numbers of the prompts, from 0."""

    theirs: Sequence[str]
    base: Sequence[str]
    groups: tuple[Integers, Integers]

    @classmethod
    def given(
        cls, theirs: Sequence[str], base: Sequence[str], prompts: Sequence[str] | None
    ) -> Self:
        """Pair what stands at the same place; where the sides differ in length nothing is paired.

        Raises `InputError` where a side is empty, or prompts do not fit.
        """
        if not theirs or not base:
            raise InputError(
                f"a voice is learned from two sides: found {len(theirs)} of their answers and "
                f"{len(base)} of the base assistant",
                "ask the base assistant the prompts of the examples",
            )
        if prompts is not None and not len(prompts) == len(theirs) == len(base):
            raise InputError(
                f"found {len(prompts)} prompts, {len(theirs)} of their answers and {len(base)} of "
                "the base assistant; expected as many of each",
                "leave out the examples that the base assistant did not answer",
            )
        if prompts is not None:
            here = there = _numbers(prompts)
        else:
            here, there = np.arange(len(theirs)), np.arange(len(base))
            there = there if len(theirs) == len(base) else there + len(theirs)
        return cls(theirs, base, (here, there))

    def drawn(self, seed: int) -> Sides:
        """Keep at most `MOST_EXAMPLES` of each side, the same places where they are paired."""

        def kept(count: int) -> Integers:
            return np.sort(np.random.default_rng(seed).permutation(count)[:MOST_EXAMPLES])

        here, there = kept(len(self.theirs)), kept(len(self.base))
        groups = _numbers([*self.groups[0][here].tolist(), *self.groups[1][there].tolist()])
        return Sides(
            [self.theirs[at] for at in here],
            [self.base[at] for at in there],
            (groups[: len(here)], groups[len(here) :]),
        )

    @property
    def texts(self) -> list[str]:
        """All texts, theirs first."""
        return [*self.theirs, *self.base]

    @property
    def are_theirs(self) -> Flags:
        """Say for each of the texts whether it is theirs."""
        return np.arange(len(self.theirs) + len(self.base)) < len(self.theirs)

    @property
    def examples(self) -> int:
        """How many different prompts the side with fewer has answered."""
        return min(len(np.unique(groups)) for groups in self.groups)


def _numbers(names: Sequence[Hashable]) -> Integers:
    """Number equal names alike, from 0."""
    known = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return np.array([known[name] for name in names], dtype=np.int64)
