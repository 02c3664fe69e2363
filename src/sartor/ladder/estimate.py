"""Rungs and questions -> what measuring them is expected to take, before anything is asked.

Rests on scorecards of such rungs where there are any, else on what each rung says of itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum
from types import MappingProxyType

from sartor.ladder.rungs import Effort, Rung
from sartor.types import Question, Scorecard

SECONDS = "latency.seconds"
NOTHING = Effort(0.0, 0.0, "", 0.0)
NO_CARDS: Mapping[str, Scorecard] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Outlook:
    """What one rung is expected to take; None: nobody knows.

    It is asked `questions`, 0 where it was measured before. `building` comes before that, and only
    where no other rung is enough. `reason` says what the figures rest on.
    """

    rung: str
    questions: int
    building: Effort = NOTHING
    answering: Effort = NOTHING
    reason: str = ""

    @property
    def seconds(self) -> float | None:
        """Building and answering together."""
        return _sum([self.building.seconds, self.answering.seconds])

    @property
    def dollars(self) -> float | None:
        """Building and answering together."""
        return _sum([self.building.dollars, self.answering.dollars])

    @property
    def at_least(self) -> Effort:
        """Add up what is known, and nothing for what is not."""
        known = (self.building, self.answering)
        return Effort(
            seconds=fsum(one.seconds or 0.0 for one in known),
            dollars=fsum(one.dollars or 0.0 for one in known),
        )


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a whole climb takes at most; None as soon as one of its parts is unknown.

    `missing` says of the rungs that cannot be measured why not.
    """

    rungs: tuple[Outlook, ...]
    missing: Mapping[str, str] = field(default_factory=dict)

    @property
    def questions(self) -> int:
        """All that would be asked."""
        return sum(one.questions for one in self.rungs)

    @property
    def tokens(self) -> float | None:
        """All that models would read and write."""
        return _sum(one.answering.tokens for one in self.rungs)

    @property
    def building(self) -> float | None:
        """The seconds that building takes, should every rung have to be built."""
        return _sum(one.building.seconds for one in self.rungs)

    @property
    def seconds(self) -> float | None:
        """Building and answering together."""
        return _sum(one.seconds for one in self.rungs)

    @property
    def dollars(self) -> float | None:
        """Building and answering together."""
        return _sum(one.dollars for one in self.rungs)


def estimate(
    rungs: Sequence[Rung],
    questions: Sequence[Question],
    *,
    development: Sequence[Question] = (),
    cards: Mapping[str, Scorecard] | None = None,
    earlier: Mapping[str, Scorecard] | None = None,
) -> Estimate:
    """Say what measuring all rungs that are ready is expected to take.

    `cards` are scorecards that still hold, `earlier` those of a climb on other questions or older
    documents: they tell how long an answer takes. `development` are the questions that wordings are
    raced on.
    """
    ready = sorted((rung for rung in rungs if not rung.needs), key=lambda one: one.order)
    held, count = cards or {}, len(development)
    return Estimate(
        tuple(
            outlook(rung, len(questions), development=count, cards=held, earlier=earlier or {})
            for rung in ready
        ),
        {rung.name: rung.needs for rung in rungs if rung.needs},
    )


def outlook(
    rung: Rung,
    questions: int,
    *,
    development: int = 0,
    cards: Mapping[str, Scorecard],
    earlier: Mapping[str, Scorecard] = NO_CARDS,
) -> Outlook:
    """Say what one rung is expected to take; one that has a scorecard takes nothing."""
    if rung.name in cards:
        return Outlook(rung.name, 0, reason="measured before")
    if rung.variants:
        questions += development * len(rung.wordings)
    each = _each(rung, cards, earlier)
    reason = "; ".join(filter(None, (rung.effort.reason if rung.effort else "", each.reason)))
    return Outlook(rung.name, questions, rung.effort or NOTHING, _times(each, questions), reason)


def _each(rung: Rung, cards: Mapping[str, Scorecard], earlier: Mapping[str, Scorecard]) -> Effort:
    """Say what one answer takes: as its own did, or those of a rung like it, or as it says."""
    if rung.like in cards:
        return _as_measured(rung, cards[rung.like], f"answers as those of {rung.like}")
    if rung.name in earlier:
        return _as_measured(rung, earlier[rung.name], "answers as in the last climb")
    if rung.like in earlier:
        reason = f"answers as those of {rung.like} in the last climb"
        return _as_measured(rung, earlier[rung.like], reason)
    return rung.each or Effort(reason="nobody knows what its answers take")


def _as_measured(rung: Rung, alike: Scorecard, reason: str) -> Effort:
    rows = [row for row in alike.rows if row.answer]
    seconds = [one.value for row in rows for one in row.scores if one.metric == SECONDS]
    answers = [row.answer for row in rows if row.answer]
    used = [float(one.usage.input_tokens + one.usage.output_tokens) for one in answers]
    dollars = _mean([one.cost for one in answers])
    return Effort(
        seconds=_mean(seconds),
        dollars=rung.each.dollars if dollars is None and rung.each else dollars,
        reason=reason,
        tokens=_mean(used),
    )


def _times(each: Effort, count: int) -> Effort:
    taken = [
        None if one is None else one * count for one in (each.seconds, each.dollars, each.tokens)
    ]
    return Effort(taken[0], taken[1], each.reason, taken[2])


def _mean(values: Sequence[float | None]) -> float | None:
    total = _sum(values)
    return total / len(values) if values and total is not None else None


def _sum(values: Iterable[float | None]) -> float | None:
    """Add up; unknown as soon as one is."""
    known = list(values)
    return None if None in known else fsum(one for one in known if one is not None)
