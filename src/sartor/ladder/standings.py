"""A requirement and what was measured -> how the system stands to it, in a word and a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sartor.evaluation.measures.names import Unit, about
from sartor.evaluation.statistics import questions_to_prove
from sartor.ladder.bars import MONTH, Requirement
from sartor.types import Measurement

Status = Literal["proved", "likely", "unlikely", "unmeasured", "failed"]

STATUSES: tuple[Status, ...] = ("proved", "likely", "unlikely", "unmeasured", "failed")
NO_VALUE = "no question has a value"
ROUNDING = 1e-9  # 0.1 + 0.2 meets 0.3
MISSING = {  # by measure or room: why a system may have no figure
    "answers.abstained": "every question can be answered (mark others with answerable: false)",
    "answers.silent": "no question can be answered",
    "answers": "no question says what is right (expected)",
    "retrieval": "no question has evidence, or the system does not say what it found",
    "citations": "no answer was checked against its sources",
    "faithfulness": "no answer was checked against its sources",
    "format": "no question has a schema or says what form its answer takes",
    "rules": "no such output rule is set",
    "style": "there are no examples of the voice to compare with",
    "judge": "no model judged the answers (eval.judge)",
    "latency": "the system gives no times",
    "tokens": "the system gives no tokens",
    "cost": "a price is unknown (model.prices_file)",
}
CENT = 0.01


@dataclass(frozen=True, slots=True)
class Standing:
    """How one system stands to one requirement.

    `more` is how many further questions would probably prove what is likely.
    """

    requirement: Requirement
    status: Status
    measured: Measurement | None
    reason: str
    more: int | None = None

    @property
    def shortfall(self) -> float:
        """How far the estimate misses what is asked for, as a share of that; 0 when it meets it."""
        if self.measured is None:
            return 1.0
        asked, sign = self.requirement.value, 1 if self.requirement.at_least else -1
        return max(0.0, sign * (asked - self.measured.mean)) / (abs(asked) or 1.0)


def stand(requirement: Requirement, measured: Measurement | None) -> Standing:
    """Say whether the interval proves the requirement, rules it out, or leaves it open."""
    if measured is None:
        metric = requirement.metric
        why = MISSING.get(metric) or MISSING.get(metric.partition(".")[0], NO_VALUE)
        return Standing(requirement, "unmeasured", None, f"not measured, as {why}")
    status = _status(requirement, measured)
    more = None
    if status == "likely":
        more = questions_to_prove(measured, requirement.value, at_least=requirement.at_least)
    return Standing(requirement, status, measured, _reason(requirement, measured, status), more)


def worst(standings: Sequence[Standing]) -> Standing:
    """Give the standing that decides: a system is as good as its worst."""
    return max(standings, key=lambda one: (STATUSES.index(one.status), one.shortfall))


def figure(metric: str, value: float) -> str:
    """Write a value in the unit of its measure."""
    unit: Unit = about(metric).unit
    if unit == "share":
        return f"{100 * value:.1f}".removesuffix(".0") + " %"
    if unit == "seconds":
        return f"{value:.2f} s" if value < 10 else f"{value:.0f} s"
    if unit == "dollars":
        return _dollars(value) if metric == MONTH else f"${value:.4g}"
    return f"{value:,.0f} {unit}"


def _dollars(value: float) -> str:
    """Write what a month costs to the cent."""
    if 0 < value < CENT:
        return "less than $0.01"
    return f"${value:,.0f}" if value >= 100 or value == int(value) else f"${value:,.2f}"


def _status(requirement: Requirement, measured: Measurement) -> Status:
    ends = (measured.low, measured.mean, measured.high)
    pessimist, estimate, optimist = ends if requirement.at_least else ends[::-1]
    if _meets(requirement, pessimist):
        return "proved"
    if _meets(requirement, estimate):
        return "likely"
    return "unlikely" if _meets(requirement, optimist) else "failed"


def _meets(requirement: Requirement, value: float) -> bool:
    slack = ROUNDING * max(1.0, abs(requirement.value))
    short = requirement.value - value if requirement.at_least else value - requirement.value
    return short <= slack


def _reason(requirement: Requirement, measured: Measurement, status: Status) -> str:
    metric = requirement.metric
    low, high = figure(metric, measured.low), figure(metric, measured.high)
    near, far = ("lower", "upper") if requirement.at_least else ("upper", "lower")
    found = (
        f"{figure(metric, measured.mean)} [{low}, {high}] over {measured.n:,} "
        f"question{'' if measured.n == 1 else 's'}"
    )
    said = {
        "proved": f"even the {near} end meets it",
        "likely": f"that meets it, but the {near} end does not",
        "unlikely": f"that misses it, but the {far} end does not",
        "failed": f"even the {far} end misses it",
    }
    return f"{found}; {said[status]}"
