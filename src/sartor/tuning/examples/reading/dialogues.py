"""Plain text -> examples: a dialogue with labels, or questions with their answers below them.

    User: How long does it take?          How long does it take?
    Assistant: Two days.                  Two days.

A blank line before a user's label begins another conversation, unless there are blank lines
between all turns or lines like "---" between conversations. Anything else is refused, with what it
looks like.
"""

# ruff: noqa: RUF001 - question marks of other scripts look like ours

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sartor.errors import InputError
from sartor.tuning.examples.found import Place
from sartor.tuning.examples.reading.rows import Row
from sartor.tuning.examples.reading.turns import Role

_LABELS: dict[str, Role] = {
    "user": "user", "human": "user", "question": "user", "q": "user", "customer": "user",
    "frage": "user", "kunde": "user", "nutzer": "user", "f": "user", "prompt": "user",
    "assistant": "assistant", "ai": "assistant", "bot": "assistant", "answer": "assistant",
    "a": "assistant", "agent": "assistant", "support": "assistant", "antwort": "assistant",
    "assistent": "assistant", "completion": "assistant", "response": "assistant",
    "system": "system",
}  # fmt: skip
_LABEL = re.compile(
    rf"\s{{0,3}}[*_#\[<]{{0,3}}({'|'.join(_LABELS)})[*_\]>]{{0,3}}\s?:[*_]{{0,2}}[ \t]*", re.I
)
_RULE = re.compile(r"\s*(?:[-=*_#~]\s?){3,}\s*\Z")
_ASKS = re.compile(r"[?？؟]\s*\Z")
_OF_PAIRS = frozenset({"question", "q", "frage", "f"})  # each begins a conversation of its own
_LONG = 20  # turns that are hardly one conversation
_LEAST_ASKING = 0.8  # share of blocks that begin with a question
_LOOKS = (  # what a text that is no dialogue may be, by its first lines
    (re.compile(r"\A\s*(?:<!doctype|<html|<\?xml)", re.I), "a web page"),
    (
        re.compile(r"\A\s*(?:#!/|\"\"\"|import \w|from \w+ import|def \w+\(|package \w|#include)"),
        "code",
    ),
    (
        re.compile(r"\A---\n|\A\[[\w.-]+\]\n|\A\w[\w-]*:[ \t]*(?:\n|\S+\n\w[\w-]*:)"),
        "a file of settings",
    ),
    (re.compile(r"\A\s*#{1,3} \S|\n#{1,3} \S"), "a Markdown document"),
    (re.compile(r"\A.{0,40}\d\d:\d\d:\d\d.*\n.{0,40}\d\d:\d\d:\d\d"), "a log"),
)
_EXPECTED = (
    'write "User: ..." and "Assistant: ..." on lines of their own; documents go in with: '
    "sartor add FILE"
)


@dataclass(frozen=True, slots=True)
class _Turn:
    """What stands below one label; text below none has no role."""

    line: int
    role: Role | None
    text: str
    apart: bool  # whether a blank line stands before it
    cut: bool  # whether a rule does


def dialogue_rows(text: str) -> tuple[list[Row], str]:
    """Read conversations as objects with "messages", and say how they were told apart."""
    labels = _labels(text)
    if {"user", "assistant"} <= {_LABELS[label] for label in labels}:
        return _conversations(list(_turns(text, labels)), faq=bool(labels & _OF_PAIRS))
    blocks = list(_blocks(text))
    asking = [block for block in blocks if len(block) > 1 and _ASKS.search(block[0][1])]
    if asking and len(asking) >= _LEAST_ASKING * len(blocks):
        told = "read the first line of each block as the question, the others as its answer"
        return [_pair(block) for block in blocks], told
    raise InputError(f"holds no examples: it looks like {_looks_like(text)}", _EXPECTED)


def _labels(text: str) -> set[str]:
    """Say which labels a text uses, one for each role: "Answer:" may also stand in an answer."""
    counts = Counter(found[1].lower() for found in map(_LABEL.match, text.split("\n")) if found)
    used: dict[Role, str] = {}
    for label, _ in counts.most_common():
        used.setdefault(_LABELS[label], label)
    return set(used.values())


def _turns(text: str, labels: set[str]) -> Iterator[_Turn]:
    """Cut a text at its labels and rules."""
    line, role = 1, None
    said: list[str] = []
    apart = cut = blank = False
    for number, written in enumerate([*text.split("\n"), "---"], start=1):
        found = _LABEL.match(written)
        label = found[1].lower() if found and found[1].lower() in labels else ""
        ruled = not label and bool(_RULE.match(written))
        if label or ruled:
            if role or "".join(said).strip():
                yield _Turn(line, role, "\n".join(said).strip(), apart, cut)
                cut = False
            line, role, apart = number, _LABELS.get(label), blank
            said, cut = [], cut or ruled
        if not ruled:
            said.append(written[found.end() :] if found and label else written)
        blank = not written.strip()


def _conversations(turns: Sequence[_Turn], *, faq: bool) -> tuple[list[Row], str]:
    ruled = any(turn.cut for turn in turns[1:])
    spaced = all(turn.apart for turn in turns if turn.role == "assistant")
    groups: list[list[_Turn]] = []
    before: Role | None = None
    for turn in turns:
        opens = turn.role == "system" or (turn.role == "user" and before != "system")
        apart = opens and not ruled and (turn.apart or spaced or faq)
        if not groups or turn.cut or apart or turn.role is None:
            groups.append([])
        groups[-1].append(turn)
        before = turn.role
    told = ""
    if spaced and not ruled and not faq:
        told = 'read each "User:" as a new conversation; write --- between conversations if not'
    elif len(groups) == 1 and len(turns) > _LONG:
        told = "read as one conversation; write a blank line or --- where another one begins"
    return [_row(group) for group in groups], told


def _row(group: Sequence[_Turn]) -> Row:
    nobody = next((turn for turn in group if turn.role is None), None)
    if nobody:
        line = nobody.line
        return Row(Place(line), wrong=f"said by nobody: {nobody.text[:60]!r}")
    messages = [{"role": turn.role, "content": turn.text} for turn in group]
    return Row(Place(group[0].line), {"messages": messages})


def _blocks(text: str) -> Iterator[list[tuple[int, str]]]:
    """Give the runs of lines between blank ones, each line with its number."""
    block: list[tuple[int, str]] = []
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        if line.strip():
            block.append((number, line.strip()))
        elif block:
            yield block
            block = []


def _pair(block: Sequence[tuple[int, str]]) -> Row:
    line, question = block[0]
    if len(block) < 2 or not _ASKS.search(question):
        missing = "an answer below the question" if len(block) < 2 else "a question first"
        return Row(Place(line), wrong=f"expected {missing}; found {question[:60]!r}")
    answer = "\n".join(said for _, said in block[1:])
    messages = [
        {"role": "user", "content": question},
        {"role": "assistant", "content": answer},
    ]
    return Row(Place(line), {"messages": messages})


def _looks_like(text: str) -> str:
    begun = text[:5000]
    return next((name for sign, name in _LOOKS if sign.search(begun)), "running text")
