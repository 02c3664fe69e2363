"""What answers took, dues and a volume -> a month in parts, each with its range and its reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sartor.ladder.costing.answers import Answers
from sartor.ladder.costing.assumptions import CostAssumptions
from sartor.ladder.costing.dues import Due, money
from sartor.types import Measurement

MONTH = "cost.month"
MODEL, MACHINE = "model", "machine"
NO_PRICE = "what the machine costs is not known: set cost.machine_per_hour"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a month, in dollars; None is unknown. `reasons` are how it came about."""

    name: str
    dollars: Measurement | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """A month of `volume` questions. `total` is unknown as soon as one part is."""

    volume: int
    total: Measurement | None
    parts: tuple[Part, ...]

    @property
    def unknown(self) -> tuple[str, ...]:
        """Say why the total is not known."""
        lacking = [part.reasons for part in self.parts if part.dollars is None]
        return tuple(dict.fromkeys(reason for reasons in lacking for reason in reasons))


def month(
    answers: Answers, dues: Sequence[Due], assumptions: CostAssumptions, volume: int
) -> Month:
    """Project a month of `volume` questions like those that were answered."""
    asked = volume * (1 - assumptions.repeated)
    parts = (
        *_model(answers, asked),
        *_machines(answers, assumptions, asked),
        *(_due(one, volume, answers.count) for one in dues),
    )
    return Month(volume, _sum(part.dollars for part in parts), parts)


def scaled(measured: Measurement, factor: float) -> Measurement:
    """Scale the price of one answer to a month of them."""
    return replace(
        measured,
        metric=MONTH,
        mean=measured.mean * factor,
        low=measured.low * factor,
        high=measured.high * factor,
    )


def _model(answers: Answers, asked: float) -> Iterator[Part]:
    """Price the tokens that are paid for one by one; on machines of one's own none are."""
    if answers.price is None:
        yield Part(MODEL, None, answers.unknown)
    elif answers.hosted < answers.count:
        reason = f"{asked:,.0f} answers at {money(answers.price.mean)}"
        yield Part(MODEL, scaled(answers.price, asked), (reason,))


def _machines(answers: Answers, assumptions: CostAssumptions, asked: float) -> Iterator[Part]:
    """Price machines of one's own, where answers were written on any."""
    machine, time = assumptions.machine, answers.time
    if not answers.hosted:
        return
    if time is None or machine.per_hour is None:
        yield Part(MACHINE, None, answers.unknown or (NO_PRICE,))
        return
    mean, low, high = (machine.dollars(asked, one) for one in (time.mean, time.low, time.high))
    count = machine.needed(asked, time.mean)
    reason = (
        f"{count:,} machine{'' if count == 1 else 's'} at {money(machine.per_hour)} an hour, for "
        f"{asked:,.0f} answers of {time.mean:.2f} s"
    )
    yield Part(MACHINE, Measurement(MONTH, mean, low, high, time.n), (reason,))


def _due(due: Due, volume: int, seen: int) -> Part:
    if due.monthly is None:
        return Part(due.name, None, (due.reason,))
    dollars = due.monthly + due.per_question * volume
    return Part(due.name, Measurement(MONTH, dollars, dollars, dollars, seen), (due.reason,))


def _sum(parts: Iterable[Measurement | None]) -> Measurement | None:
    """Add measurements end by end: no range comes out narrower than it is."""
    found = list(parts)
    known = [one for one in found if one is not None]
    if len(known) < len(found):
        return None
    return Measurement(
        MONTH,
        sum(one.mean for one in known),
        sum(one.low for one in known),
        sum(one.high for one in known),
        known[0].n,
    )
