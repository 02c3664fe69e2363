"""Examples that stand there twice, nearly twice, or ask the same and answer otherwise."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from sartor.text.given_away import words_of
from sartor.text.near import near_groups
from sartor.tuning.examples.checks.private import quoted
from sartor.tuning.examples.found import about, listed, place_of
from sartor.types import Example, ExampleFinding

Key = tuple[object, ...]

NEAR = 0.8  # share of word triples
_FRAME_SHARE = 0.05  # a piece that more prompts have than this is a frame around the question
_FRAME_LEAST = 20
_PIECE = re.compile(r"(?<=[.!?:])\s+|\n+")


def copy_findings(examples: Sequence[Example]) -> Iterator[ExampleFinding]:
    """Find copies, near copies and contradictions; each names the line it repeats."""
    first: dict[Key, Example] = {}
    single: list[Example] = []
    for example in examples:
        original = first.setdefault(content_of(example), example)
        if original is example:
            single.append(example)
            continue
        told = f"the same as {_named(original)}"
        fix = "twice the same counts twice; --fix keeps the first"
        yield about(example, "warning", "duplicate", told, fix=fix, fixable=True)
    yield from _near(single)
    yield from _contradictions(single)


def content_of(example: Example) -> Key:
    """Give what makes two examples the same: who says what, but for blanks around it."""
    return tuple((message.role, message.content.strip()) for message in example.messages)


def asked_of(example: Example) -> Key:
    """Give what makes two prompts the same: their words, in small letters."""
    return tuple((turn.role, words_of(turn.content) or turn.content) for turn in example.prompt)


def near_prompts(examples: Sequence[Example]) -> list[list[int]]:
    """Group the places of examples whose users say nearly the same.

    What very many prompts share (the same instructions around each question) is not compared.
    """
    said = ["\n".join(m.content for m in one.messages if m.role == "user") for one in examples]
    distinct = set(said)
    counts = Counter(piece for text in distinct for piece in set(_PIECE.split(text)))
    frame = max(_FRAME_LEAST, _FRAME_SHARE * len(distinct))
    frames = {piece for piece, count in counts.items() if count > frame}
    return near_groups([_without(text, frames) for text in said], NEAR)


def _without(text: str, frames: set[str]) -> str:
    if not frames:
        return text
    kept = " ".join(piece for piece in _PIECE.split(text) if piece not in frames)
    return kept if kept.strip() else text


def _near(examples: Sequence[Example]) -> Iterator[ExampleFinding]:
    for group in near_prompts(examples):
        members = [examples[place] for place in group]
        answers = [" ".join(m.content for m in one.messages) for one in members]
        for alike in near_groups(answers, NEAR):
            for place in alike[1:]:
                told = f"nearly the same as {_named(members[alike[0]])}"
                fix = "keep the better one; a split keeps them on one side"
                yield about(members[place], "warning", "near duplicate", told, fix=fix)


def _contradictions(examples: Sequence[Example]) -> Iterator[ExampleFinding]:
    asked: dict[Key, list[Example]] = defaultdict(list)
    for example in examples:
        asked[asked_of(example)].append(example)
    for same in asked.values():
        answers = {words_of(example.target): example for example in same}
        if len(answers) > 1:
            first, other, *_ = answers.values()
            lines = listed(place_of(example) for example in same if example is not other)
            told = f"asks the same as {lines or 'another'} and is answered otherwise: "
            told += f"{quoted(other.target)} against {quoted(first.target)}"
            fix = "decide which answer is right; both cannot be learned"
            yield about(other, "warning", "contradiction", told, fix=fix)


def _named(example: Example) -> str:
    return str(place_of(example) or "another")
