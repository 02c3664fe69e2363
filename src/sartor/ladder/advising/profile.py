"""What a project needs, as answers to plain questions; None where nobody knows.

In come values as people write them ("yes", "100k", "99 %"), out comes a profile. It knows no rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any, get_args, get_type_hints

from sartor.errors import ConfigError, nearest

Value = bool | int | float | str

YES, NO = ("yes", "y", "true"), ("no", "n", "false")
UNKNOWN = ("", "?", "unknown", "none", "null")
_NUMBER = re.compile(r"(\d+(?:[,_]\d{3})*(?:\.\d+)?)\s*([%km]?)")
FACTORS = {"%": 0.01, "k": 1e3, "m": 1e6, "": 1.0}


def asked(question: str, *choices: str, only_if: str = "") -> Any:  # noqa: ANN401
    """Declare a question, the answers to choose from, and which must not be denied before."""
    metadata = {"question": question, "choices": choices, "only_if": only_if}
    return field(default=None, metadata=metadata)


@dataclass(frozen=True, slots=True)
class Profile:
    """The answers, in the order of asking. Shares are between 0 and 1."""

    knowledge: bool | None = asked("Must it know what the model cannot: your documents, prices?")
    changes: str | None = asked(
        "How often does that change?", "never", "rarely", "often", only_if="knowledge"
    )
    tokens: int | None = asked(
        "How many tokens is that? A page has about 500.", only_if="knowledge"
    )
    domains: bool | None = asked("Are these several collections, apart?", only_if="knowledge")
    cite: bool | None = asked("Must answers name their sources?")
    live: bool | None = asked("Does it need the state of something, such as an account?")
    style: bool | None = asked("Is there a tone, a house voice?")
    format: str | None = asked("Must answers have a form?", "free", "layout", "json")
    format_needed: float | None = asked("Which share must be in form?", only_if="format")
    format_reached: float | None = asked("Which share is, by prompt alone?", only_if="format")
    jargon: bool | None = asked("Has the field a language of its own?")
    code: bool | None = asked("Does it write code?")
    narrow: bool | None = asked("Is it one narrow task?")
    unwanted: bool | None = asked("Are there things it must never say?")
    volume: int | None = asked("How many questions a month?")
    latency: str | None = asked("How quick must it be?", "relaxed", "critical")
    slow: bool | None = asked("Is the model that is good enough too slow or too dear?")
    offline: bool | None = asked("Must it work offline?")
    budget: str | None = asked("The budget is", "limited", "flexible")
    examples: int | None = asked("How many good examples of answers are there?")
    falls_short: bool | None = asked("Was it measured that prompt and retrieval fall short?")
    maintained: bool | None = asked("Would somebody keep a tuned model up?")
    new_base: bool | None = asked("Will a better base model be there within six months?")
    questions: int | None = asked("How many test questions are there?")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the profile, as it is put to a person."""

    name: str
    question: str
    kind: type
    choices: tuple[str, ...]
    only_if: str


@cache
def questions() -> tuple[Asked, ...]:
    """List the questions, in order."""
    hints = get_type_hints(Profile)
    return tuple(
        Asked(one.name, kind=get_args(hints[one.name])[0], **one.metadata)
        for one in fields(Profile)
    )


def is_asked(question: Asked, profile: Profile) -> bool:
    """Tell whether a question is open, and nothing that was said before makes it idle."""
    before = getattr(profile, question.only_if) if question.only_if else None
    return getattr(profile, question.name) is None and before not in (False, "free")


# --- answers as people write them ---------------------------------------------------------------


def read_profile(given: Mapping[str, object]) -> Profile:
    """Make a profile of named answers; raises `ConfigError` with all that is wrong."""
    known, values, mistakes = {one.name: one for one in questions()}, {}, []
    for name, value in given.items():
        if name not in known:
            mistakes.append(f"there is no question {name!r}{nearest(name, known)}")
            continue
        try:
            values[name] = read_answer(known[name], value)
        except ConfigError as error:
            mistakes.append(f"{name}: {error.args[0]}")
    if mistakes:
        raise ConfigError("\n".join(mistakes), f"known are {', '.join(known)}")
    return Profile(**values)  # type: ignore[arg-type]  # each was read by its own kind


def read_answer(question: Asked, given: object) -> Value | None:
    """Read one answer; None for what nobody knows."""
    text = str(given).strip().casefold()
    if given is None or text in UNKNOWN:
        return None
    if question.kind is bool:
        return _yes_or_no(text)
    if question.kind is str:
        return _choice(text, question.choices)
    return _number(text, question.kind)


def _yes_or_no(text: str) -> bool:
    if text not in (*YES, *NO):
        raise ConfigError(f"{text!r}; expected yes or no")
    return text in YES


def _choice(text: str, choices: Sequence[str]) -> str:
    """Find the answer that is meant; its first letters are enough."""
    found = [choice for choice in choices if choice.startswith(text)]
    if len(found) != 1:
        raise ConfigError(f"{text!r}; expected {_listed(choices)}")
    return found[0]


def _number(text: str, kind: type) -> float | int:
    """Read "100k", "99 %" or "250,000"."""
    match = _NUMBER.fullmatch(text)
    if not match:
        raise ConfigError(f"{text!r}; expected a number, as in 250000 or 100k")
    digits = re.sub(r"[,_]", "", match[1])
    value = float(digits) * FACTORS[match[2]]
    if kind is float and not 0 <= value <= 1:
        raise ConfigError(f"{text!r}; expected a share, as in 99 % or 0.99")
    return round(value) if kind is int else round(value, 12)


def _listed(choices: Iterable[str]) -> str:
    *others, last = choices
    return f"{', '.join(others)} or {last}"
