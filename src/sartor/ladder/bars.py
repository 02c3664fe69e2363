"""What a user demands of a system, as text -> requirements that can be checked.

    answers.correct >= 0.85, format.valid >= 99%, latency.p95 <= 2s, cost.month <= $300 at 100k

Requirements stand between commas, line ends or the word "and". Knows the names of all measures,
and no figure of any system. `>` and `<` mean the same as `>=` and `<=`: no measurement is so exact
that it would matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sartor.errors import ConfigError, nearest
from sartor.evaluation.measures.names import MEASURES, Unit, about, is_measure

EXAMPLE = "answers.correct >= 0.85, latency.p95 <= 2s"
MONTH = "cost.month"
UNITS: dict[Unit, dict[str, float]] = {  # what may stand behind (or, for $, before) a number
    "share": {"": 1, "%": 0.01},
    "seconds": {"": 1, "s": 1, "ms": 0.001},
    "dollars": {"": 1, "$": 1, "k": 1e3, "M": 1e6},
    "tokens": {"": 1, "k": 1e3, "M": 1e6},
    "words": {"": 1, "k": 1e3},
}
EXAMPLES: dict[Unit, str] = {
    "share": "0.85 or 85%",
    "seconds": "2s or 800ms",
    "dollars": "$300 or $1.5k",
    "tokens": "1500 or 1.5k",
    "words": "120",
}

_BETWEEN = re.compile(r"[\n;]|\band\b|,(?!\d{3}(?!\d))")  # the comma in 100,000 parts nothing
_CLAUSE = re.compile(
    r"(?P<metric>[A-Za-z][\w.@-]*)\s*(?P<operator>[<>=!≤≥]+)\s*(?P<value>.*?)"
    r"(?:\s+at\s+(?P<volume>.+))?"
)
_NUMBER = re.compile(
    r"(?P<dollar>\$?)\s*(?P<digits>(?:\d{1,3}(?:[,_]\d{3}){1,4}|\d{1,15})(?:\.\d+)?|\.\d+)"
    r"\s*(?P<unit>%|[A-Za-z]+|\$|)"
)
_AT_LEAST = {">=": True, ">": True, "≥": True, "<=": False, "<": False, "≤": False}


@dataclass(frozen=True, slots=True)
class Requirement:
    """One demand: a measure that must reach a value, or stay at or below it.

    `value` is a share, seconds, dollars, tokens or words. `volume` is the number of questions a
    month that a monthly cost is asked for.
    """

    metric: str
    at_least: bool
    value: float
    volume: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """All that a system must fulfil to be good enough."""

    text: str
    requirements: tuple[Requirement, ...]

    @property
    def wanted(self) -> str:
        """Name what it asks for as headings do: "right and in form"."""
        measures = (about(one.metric) for one in self.requirements)
        return " and ".join(dict.fromkeys(one.called or one.name for one in measures))


def read_bar(text: str, *, volume: int) -> Bar:
    """Read a bar; `volume` is meant where a monthly cost names none.

    Raises `ConfigError` with everything that is wrong with it at once.
    """
    clauses = [" ".join(clause.split()) for clause in _BETWEEN.split(text) if clause.strip()]
    requirements, mistakes = [], []
    for clause in clauses:
        try:
            requirements.append(_requirement(clause, volume))
        except ConfigError as error:
            mistakes.append(f"{clause}: {error}")
    mistakes += _conflicts(requirements)
    if not clauses:
        mistakes.append("the bar is empty; expected at least one requirement")
    if mistakes:
        raise ConfigError("\n".join(mistakes), f'write it like "{EXAMPLE}"')
    return Bar(", ".join(clauses), tuple(requirements))


def _requirement(clause: str, volume: int) -> Requirement:
    parts = _CLAUSE.fullmatch(clause)
    if not parts:
        raise ConfigError("expected a measure, then >= or <=, then a number")
    metric, operator = parts["metric"], parts["operator"]
    if not is_measure(metric):
        known = [measure.name.replace("@K", "@10") for measure in MEASURES]
        raise ConfigError(f"there is no measure {metric!r}{nearest(metric, known)}")
    if operator not in _AT_LEAST:
        raise ConfigError(f"{operator!r} cannot be proved; expected >= or <=")
    if parts["volume"] and metric != MONTH:
        raise ConfigError(f'"at" goes with {MONTH} alone')
    at_least = _AT_LEAST[operator]
    value = _value(metric, parts["value"])
    _sensible(metric, at_least, value)
    if parts["volume"]:
        volume = _volume(parts["volume"])
    return Requirement(metric, at_least, value, volume if metric == MONTH else None, clause)


def _value(metric: str, text: str) -> float:
    unit = about(metric).unit
    number = _NUMBER.fullmatch(text)
    if not number or (number["dollar"] and unit != "dollars"):
        raise ConfigError(f"{text!r} does not fit {metric}; expected {EXAMPLES[unit]}")
    given = _unit_of(number)
    if given not in UNITS[unit]:
        raise ConfigError(f"{given!r} is no unit of {metric}; expected {EXAMPLES[unit]}")
    value = _digits_of(number)
    if unit == "share" and not given and value > 1:
        meant = f"did you mean {text}% or {value / 100:g}?" if value <= 100 else "expected 0 to 1"
        raise ConfigError(f"{metric} is a share of all, at most 1; {meant}")
    return round(value * UNITS[unit][given], 12)  # 35 % is 0.35, not 0.35000000000000003


def _volume(text: str) -> int:
    number = _NUMBER.fullmatch(text)
    factor = UNITS["tokens"].get(_unit_of(number)) if number and not number["dollar"] else None
    count = _digits_of(number) * factor if number and factor else 0.0
    if count < 1 or count != int(count):
        raise ConfigError(f"at {text!r}: expected questions a month, like 100k or 250,000")
    return int(count)


def _digits_of(number: re.Match[str]) -> float:
    return float(re.sub("[,_]", "", number["digits"]))


def _unit_of(number: re.Match[str]) -> str:
    """Give the unit as written; thousands may be K as well as k."""
    return "k" if number["unit"] == "K" else number["unit"]


def _sensible(metric: str, at_least: bool, value: float) -> None:
    """Refuse what asks for a bad system, for the impossible, or for nothing."""
    measure = about(metric)
    if measure.higher_is_better is not None and measure.higher_is_better != at_least:
        better, sign = ("more", ">=") if measure.higher_is_better else ("less", "<=")
        raise ConfigError(f"{better} is better of {metric}; did you mean {sign}?")
    if measure.unit == "share" and value > 1:
        raise ConfigError(f"{metric} is a share of all, at most 100%")
    if (at_least and value == 0) or (measure.unit == "share" and not at_least and value == 1):
        raise ConfigError("every system meets that; leave it out or ask for more")
    if measure.unit == "seconds" and value == 0:
        raise ConfigError("no system answers in no time")


def _conflicts(requirements: Sequence[Requirement]) -> Iterator[str]:
    """Find two requirements on one measure of which one says nothing, or both cannot hold."""
    for place, later in enumerate(requirements):
        for earlier in requirements[:place]:
            if (earlier.metric, earlier.volume) != (later.metric, later.volume):
                continue
            if earlier.at_least == later.at_least:
                yield f"{earlier.text} and {later.text} are about the same; keep one"
            elif (earlier.value > later.value) == earlier.at_least and earlier.value != later.value:
                yield f"{earlier.text} and {later.text} contradict each other"
