"""Their answers and a base assistant's to the same prompts -> a voice that texts can be held to.

`Voice.learn` says first whether the two can be told apart at all, on prompts that were not
learned from; a voice that cannot be told judges nothing. Knows nothing about who wrote what.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from sartor.errors import InputError
from sartor.evaluation.statistics import measurement
from sartor.evaluation.style.comparing import Feature, compare_features
from sartor.evaluation.style.features import features
from sartor.evaluation.style.reading import Discriminator, Likeness, Reader
from sartor.evaluation.style.separating import Separation, separate, steepness
from sartor.evaluation.style.sides import Sides
from sartor.text.languages import detect
from sartor.types import Measurement

LEAST_EXAMPLES = 10
GOOD_EXAMPLES = 50  # clear voices are told with fewer, this many is a safe start
CHANCE = 0.5
RISK = 0.01  # of calling one voice two
POWER = 2.8  # standard errors that a difference must have to be seen in 80 % of trials
MOST_TO_ADVISE = 2_000
READ_FOR_LANGUAGE = 50
SHOWN = 3  # features in a note


@dataclass(frozen=True, slots=True)
class Voice:
    """What was learned. `auc` is None where there were too few examples to measure anything.

    `ceiling` is the share of their own held-out texts that match, `floor` that of the base
    assistant's: between them lies what any system can be expected to reach.
    """

    tells: bool
    reason: str
    examples: int
    language: str
    features: tuple[Feature, ...]
    auc: Measurement | None = None
    ceiling: Measurement | None = None
    floor: Measurement | None = None
    discriminator: Discriminator | None = None

    @classmethod
    def learn(
        cls,
        theirs: Sequence[str],
        base: Sequence[str],
        *,
        prompts: Sequence[str] | None = None,
        seed: int = 0,
    ) -> Voice:
        """Learn from their answers and the base assistant's.

        With as many of one as of the other, those at the same place answer the same prompt;
        `prompts` names it, so that one asked twice is held out as one.
        """
        sides = Sides.given(theirs, base, prompts).drawn(seed)
        language = detect("\n".join(sides.theirs[:READ_FOR_LANGUAGE]))
        table = compare_features(
            [features(text, language) for text in sides.theirs],
            [features(text, language) for text in sides.base],
            sides.groups,
            seed=seed,
        )
        if sides.examples < LEAST_EXAMPLES:
            return cls(False, _too_few(sides.examples), sides.examples, language, table)
        return _measured(sides, language, table, seed)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader of `style.match` should know, a sentence each."""
        if not self.tells or self.ceiling is None or self.floor is None:
            return (self.reason,)
        apart = ", ".join(
            f"{one.name} {one.theirs:.3g} against {one.base:.3g}" for one in self.features[:SHOWN]
        )
        return (
            self.reason,
            f"of their own answers, held out, {self.ceiling.mean:.0%} match: no system can be "
            f"expected to reach more; of the base assistant's {self.floor.mean:.0%}",
            f"what sets them apart most: {apart}",
        )

    def match(self, texts: Sequence[str]) -> list[float]:
        """Give for each text the probability that it is in their voice.

        From 0.5 on it is; exactly 0 is a text that is not in the base assistant's either. Raises
        `InputError` when the voice cannot be told.
        """
        if not self.tells or self.discriminator is None:
            raise InputError(self.reason, "give more examples of the voice")
        return list(self.discriminator.probabilities(texts))

    def furthest(self, text: str) -> str:
        """Name the feature in which a text is furthest from their examples."""
        found = features(text, self.language)
        worst = max(self.features, key=lambda one: abs(found[one.name] - one.theirs) / one.spread)
        value = found[worst.name]
        away = (value - worst.theirs) / worst.spread
        return (
            f"{worst.name} {value:.3g}, theirs {worst.theirs:.3g}, {away:+.1f} standard deviations"
        )


def _measured(sides: Sides, language: str, table: tuple[Feature, ...], seed: int) -> Voice:
    theirs = sides.are_theirs
    reader = Reader.learn(sides.texts)
    rows = reader.rows(sides.texts)
    found = separate(rows - reader.middle, theirs, np.concatenate(sides.groups), seed=seed)
    slope, offset = steepness(found.scores, theirs)
    likeness, nearness = Likeness.learn(rows[theirs])
    matches = slope * found.scores + offset >= 0
    tells = found.p <= RISK and found.auc.low > CHANCE
    return Voice(
        tells,
        _verdict(found, tells=tells),
        sides.examples,
        language,
        table,
        found.auc,
        _share("style.ceiling", matches[theirs] & (nearness >= likeness.least)),
        _share("style.floor", matches[~theirs] & likeness.holds(rows[~theirs])),
        Discriminator(reader, likeness, found.weights, slope, offset),
    )


def _share(metric: str, matches: NDArray[np.bool_]) -> Measurement:
    return measurement(metric, matches.astype(float).tolist())


def _too_few(examples: int) -> str:
    return (
        f"cannot tell the voice: {examples} examples of different prompts; "
        f"{LEAST_EXAMPLES} are the least, {GOOD_EXAMPLES} a good start"
    )


def _verdict(found: Separation, *, tells: bool) -> str:
    auc = found.auc
    said = f"AUC {auc.mean:.2f} [{auc.low:.2f}, {auc.high:.2f}] on {auc.n} examples"
    if tells:
        return f"the voice is told from the base assistant's: {said}, each held out once"
    doubt = f"{found.p:.0%} of random labellings of the same texts do as well"
    wanted = _examples_to_tell(auc)
    more = (
        f"about {wanted} examples would tell, if the difference is as large as it looks"
        if wanted
        else "as far as they show it is one voice, and no number of examples in reach would tell"
    )
    return f"cannot tell the voice from the base assistant's: {said}, {doubt}; {more}"


def _examples_to_tell(auc: Measurement) -> int | None:
    """Say how many examples would show this difference in 80 % of trials, were it true."""
    error = (auc.high - auc.low) / (2 * 1.96)
    if auc.mean <= CHANCE:
        return None
    wanted = ceil(auc.n * (POWER * error / (auc.mean - CHANCE)) ** 2)
    return max(wanted, auc.n + LEAST_EXAMPLES) if wanted <= MOST_TO_ADVISE else None
