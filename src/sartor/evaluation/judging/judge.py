"""A model as a judge: one answer against what was expected, or two answers against each other.

Goes through the `Model` protocol. What fails or cannot be read is a missing verdict with its
reason, never a bad one. Nothing here knows how good the judge is: one that obeys what an answer
tells it can be talked into any verdict, and only people's labels show that (`agreement`).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sartor.errors import ConfigError, KeyRefused, SartorError
from sartor.evaluation.judging.cache import JudgementCache, judgement_key
from sartor.evaluation.judging.prompting import CORRECT, PAIR, Task, judging_messages
from sartor.protocols import Generation, Model, Pricing
from sartor.types import Usage

MAX_TOKENS = 300
Winner = Literal["first", "second", "tie"]

_WINNERS: Mapping[str, Winner] = {"A": "first", "B": "second", "tie": "tie"}
_SWAPPED = {"A": "B", "B": "A", "tie": "tie"}
_NOTHING = Usage()
_HOPELESS = (ConfigError, KeyRefused)  # every other judgement would fail for the same reason


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the judge said: empty where it said nothing usable, and why."""

    verdict: str
    reason: str


@dataclass(frozen=True, slots=True)
class Preference:
    """Which of two answers the judge prefers; None where a judgement is missing.

    `agreed` is False where the order decided: then it is a tie.
    """

    winner: Winner | None
    reason: str
    agreed: bool = True


@dataclass(frozen=True, slots=True)
class Spent:
    """What judging took. `cost` is None where the price of the model is unknown."""

    asked: int
    cached: int
    missing: int
    usage: Usage
    cost: float | None

    def __str__(self) -> str:
        tokens = self.usage.input_tokens + self.usage.output_tokens
        price = "price unknown" if self.cost is None else f"${self.cost:.4f}"
        return (
            f"the judge was asked {self.asked} times, {self.cached} verdicts were known: "
            f"{tokens} tokens, {price}"
        )


class AnswerJudge:
    """Judge answers by a model, each exact prompt once; any thread may call."""

    def __init__(
        self, model: Model, *, cache: JudgementCache | None = None, pricing: Pricing | None = None
    ) -> None:
        self._model = model
        self._cache = cache
        self._pricing = pricing
        self._lock = threading.Lock()
        self._asked = self._cached = self._missing = 0
        self._usage = Usage()

    @property
    def name(self) -> str:
        """The model that judges."""
        return self._model.name

    def correct(self, question: str, answer: str, expected: Sequence[str]) -> Verdict:
        """Say whether an answer gives what was expected: "correct", "wrong" or nothing."""
        wanted = "\n".join(f"- {text}" for text in expected)
        return self._judged(CORRECT, {"question": question, "expected": wanted, "answer": answer})

    def pair(
        self, question: str, first: str, second: str, expected: Sequence[str] = ()
    ) -> Preference:
        """Say which answer is better, asked in both orders; a tie if the order decides."""
        there = self._compared(question, first, second, expected)
        back = self._compared(question, second, first, expected)
        if not there.verdict or not back.verdict:
            return Preference(None, there.reason if not there.verdict else back.reason)
        winner, swapped = _WINNERS[there.verdict], _WINNERS[_SWAPPED[back.verdict]]
        if winner == swapped:
            return Preference(winner, there.reason)
        return Preference("tie", "the verdict changes with the order of the answers", agreed=False)

    @property
    def spent(self) -> Spent:
        """What all judgements so far took; cached ones cost nothing."""
        cost = self._pricing.cost(self.name, self._usage) if self._pricing else None
        return Spent(self._asked, self._cached, self._missing, self._usage, cost)

    def _compared(self, question: str, a: str, b: str, expected: Sequence[str]) -> Verdict:
        parts = {"question": question}
        if expected:
            parts["expected"] = "\n".join(f"- {text}" for text in expected)
        return self._judged(PAIR, {**parts, "A": a, "B": b})

    def _judged(self, task: Task, parts: Mapping[str, str]) -> Verdict:
        messages = judging_messages(task, parts)
        key = judgement_key(self.name, messages, task.verdicts)
        known = self._cache.get(key) if self._cache else None
        if known is not None:
            self._count(cached=1)
            return _read(known, task)
        options = Generation(max_tokens=MAX_TOKENS, temperature=0.0, schema=task.schema)
        try:
            completion = self._model.complete(messages, options)
        except _HOPELESS:
            raise
        except SartorError as error:
            self._count(asked=1, missing=1)
            return Verdict("", f"the judge failed: {error.args[0]}")
        verdict = _read(completion.text, task)
        self._count(asked=1, missing=int(not verdict.verdict), usage=completion.usage)
        if verdict.verdict and self._cache:
            self._cache.put(key, completion.text)
        return verdict

    def _count(
        self, *, asked: int = 0, cached: int = 0, missing: int = 0, usage: Usage = _NOTHING
    ) -> None:
        with self._lock:
            self._asked += asked
            self._cached += cached
            self._missing += missing
            self._usage += usage


def _read(text: str, task: Task) -> Verdict:
    """Read a verdict; a model without schemas may have written anything."""
    try:
        found = json.loads(text)
        verdict, reason = found["verdict"], str(found.get("reason", ""))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Verdict("", f"the judge wrote no verdict: {text[:80]!r}")
    if verdict not in task.verdicts:
        return Verdict("", f"the judge wrote the verdict {verdict!r:.80}")
    return Verdict(verdict, reason)
