"""An answer while it is being made."""

from __future__ import annotations

from dataclasses import dataclass

from sartor.types.answers import Answer, Sentence
from sartor.types.documents import Hit


@dataclass(frozen=True, slots=True)
class Retrieved:
    """Searching is done. Comes first; once more for each time that is searched again."""

    hits: tuple[Hit, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Token:
    """The next piece of the answer's text, white space included."""

    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The sentence whose text was just sent has been checked."""

    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """All text sent so far is taken back; what comes now replaces it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Done:
    """The whole answer. Its text is that of all `Token`s since the last `Withdrawn`."""

    answer: Answer


Event = Retrieved | Token | Checked | Withdrawn | Done
