"""Answers that are empty, cut off, all alike, or of very different lengths."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice

from sartor.tuning.examples.checks.private import quoted
from sartor.tuning.examples.found import about
from sartor.types import Example, ExampleFinding

MOSTLY = 0.8  # share of answers from which on the others stand out
ALIKE = 0.5  # share that one answer may have before it is nearly all that is learned
HEAVY = 0.4  # share of all characters that the longest twentieth may hold
LEAST_FOR_HABITS = 10  # answers from which on they have habits
_TAIL = 0.05
_PROSE = 8  # words from which on an answer is expected to end like a sentence
_CUT_TOGETHER = 3  # answers that end in the open at the very same length: a limit cut them
_SHORTEST_LIMIT = 40  # characters
_NEAR_LIMIT = 0.9  # of the greatest length: where lengths spread, some come near it
_VOCABULARY = 5_000  # answers that words are taken from
_LAST_WORD = re.compile(r"[^\W\d_]{2,}\Z")
_WORD = re.compile(r"[^\W\d_]{2,}")
_OPEN = ",-–—"  # signs after which something follows  # noqa: RUF001
_GOES_ON = re.compile(
    r"(?:[,–—-]|\b(?:and|or|but|the|a|an|to|of|with|und|oder|aber|der|die|das|ein|eine|mit|zu|von"  # noqa: RUF001
    r"|et|ou|le|la|de|y|o|el))\Z"
)
_COMPLETE = "look whether it is complete; leave it out if it is not"


def answer_findings(examples: Sequence[Example]) -> Iterator[ExampleFinding]:
    """Find what no model should learn to answer."""
    for example in examples:
        for message in example.messages:
            if message.role != "system" and not message.content.strip():
                told = "an empty answer" if message.role == "assistant" else "an empty question"
                fix = "--fix leaves the example out"
                yield about(example, "error", "empty", told, fix=fix, fixable=True)
                break
    yield from _cut(examples)
    yield from _alike(examples)
    yield from _unbalanced(examples)


def _cut(examples: Sequence[Example]) -> Iterator[ExampleFinding]:
    habits = _Habits([example.target.strip() for example in examples])
    for example in examples:
        why = habits.broken_by(example.target.strip())
        if why:
            yield about(example, "warning", "cut", why, fix=_COMPLETE)


class _Habits:
    """How most answers end: what ends otherwise was probably cut."""

    def __init__(self, answers: Sequence[str]) -> None:
        prose = [answer for answer in answers if _is_prose(answer)]
        self._answers = answers
        self.ended = sum(_ends(answer) for answer in prose) / len(prose) if prose else 0.0
        self.sentences = len(prose) >= LEAST_FOR_HABITS and self.ended >= MOSTLY
        self.limit = _limit(answers)
        objects = sum(answer[:1] in "{[" and _is_json(answer) for answer in answers if answer)
        self.json = len(answers) >= LEAST_FOR_HABITS and objects >= MOSTLY * len(answers)

    @cached_property
    def words(self) -> Counter[str]:
        """How often words stand inside answers, not at their end."""
        counts: Counter[str] = Counter()
        for answer in islice(self._answers, _VOCABULARY):
            counts.update(_WORD.findall(answer.casefold())[:-1])
        return counts

    def broken_by(self, answer: str) -> str:
        """Say why an answer looks cut; empty: it does not."""
        if not answer:
            return ""
        if answer.endswith(("...", "…")):
            return f"the answer ends with {_tail(answer)}"
        if answer.count("```") % 2:
            return "the answer opens a block of code and does not close it"
        if self.json and not _is_json(answer):
            return "the answer is not JSON, as nearly all others are"
        if _is_prose(answer) and _GOES_ON.search(answer):
            return f"the answer ends with {_tail(answer)}: something should follow"
        if len(answer) == self.limit and not _ends(answer):
            return f"the answer is cut at {self.limit} characters, as others are"
        return self._no_end(answer) if self.sentences and _is_prose(answer) else ""

    def _no_end(self, answer: str) -> str:
        if _ends(answer):
            return ""
        if longer := self._in_mid_word(answer):
            return f"the answer ends in mid word: {_tail(answer)}, as of {longer!r}"
        return f"no full stop at the end ({_tail(answer)}); {self.ended:.0%} of answers have one"

    def _in_mid_word(self, answer: str) -> str:
        found = _LAST_WORD.search(answer.casefold())
        if not found or self.words[found[0]]:
            return ""
        begun = (word for word, count in self.words.items() if word.startswith(found[0]) and count)
        return next(begun, "")


def _limit(answers: Sequence[str]) -> int:
    """Find the length that several answers reach, end at in the open, and none goes beyond."""
    lengths = [len(answer) for answer in answers]
    longest = heaped(lengths)
    at_it = {answer for answer in answers if len(answer) == longest and not _ends(answer)}
    return longest if longest >= _SHORTEST_LIMIT and len(at_it) >= _CUT_TOGETHER else 0


def heaped(lengths: Sequence[int]) -> int:
    """Give the greatest length if far more have it than come near it; else 0."""
    longest = max(lengths, default=0)
    near = sum(_NEAR_LIMIT * longest <= length < longest for length in lengths)
    return longest if lengths.count(longest) >= 2 * near else 0


def _tail(answer: str) -> str:
    """Quote how an answer ends."""
    return quoted(" ".join(answer.split()[-3:]), most=40)


def _is_prose(answer: str) -> bool:
    return answer.count(" ") + 1 >= _PROSE


def _ends(answer: str) -> bool:
    """Tell whether a text has an end: any sign but a letter, a digit or a comma."""
    return bool(answer) and not answer[-1].isalnum() and answer[-1] not in _OPEN


def _is_json(answer: str) -> bool:
    try:
        json.loads(answer)
    except (ValueError, RecursionError):
        return False
    return True


def _alike(examples: Sequence[Example]) -> Iterator[ExampleFinding]:
    if len(examples) < LEAST_FOR_HABITS:
        return
    (answer, count), *_ = Counter(example.target.strip() for example in examples).most_common(1)
    if count == len(examples):
        told = f"every answer is the same: {quoted(answer)}"
        fix = "nothing else would be learned than to say this always"
        yield ExampleFinding("warning", "alike", told, fix=fix)
    elif count > ALIKE * len(examples):
        told = f"{count / len(examples):.0%} of the answers are {quoted(answer)}"
        fix = "add examples with other answers, or the model learns to say mostly this"
        yield ExampleFinding("warning", "alike", told, fix=fix)


def _unbalanced(examples: Sequence[Example]) -> Iterator[ExampleFinding]:
    lengths = sorted((len(example.target) for example in examples), reverse=True)
    few = int(len(lengths) * _TAIL)
    if few < 2 or sum(lengths[:few]) <= HEAVY * sum(lengths):
        return
    share = sum(lengths[:few]) / sum(lengths)
    median = lengths[len(lengths) // 2]
    told = (
        f"the longest {few:,} answers hold {share:.0%} of all that is learned; the longest has "
        f"{lengths[0]:,} characters, the middle one {median:,}"
    )
    fix = "shorten the longest or add long ones: a few decide what is learned"
    yield ExampleFinding("warning", "lengths", told, fix=fix)
