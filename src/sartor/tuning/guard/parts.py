"""Many texts in, the parts that all of them share out, in order: a greeting, tags, a closing.

Works on whole words, so that two texts that begin with "The" and "Then" share nothing. What is so
common that texts share it by chance (a full stop, "of the") is no part.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from math import ceil

SAMPLE = 200  # texts that are compared
LONGEST = 400  # words of a text in which shared runs are looked for
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_WORD = re.compile(r"\w{2,}")
_MARKUP = re.compile(r"[<>{}|#*=_\[\]`~^\\/@$%&]|\n")
_PUNCTUATION = re.compile(r"[!?:,.;-]")
_STEP = "\x00"  # between words where runs of them are searched as text

Words = Sequence[str]


def fixed_parts(texts: Sequence[str], share: float) -> tuple[str, tuple[str, ...], str]:
    """Return what so large a share of the texts begin with, hold in this order, and end with."""
    rows: list[Words] = [_TOKEN.findall(text.strip()) for text in texts[:SAMPLE]]
    needed = ceil(share * len(rows))
    start, rows = _shared_start(rows, needed)
    backwards, rows = _shared_start([row[::-1] for row in rows], needed)
    rows, end = [row[::-1] for row in rows], backwards[::-1]
    inside = tuple("".join(run).strip() for run in _shared_runs(rows, needed))
    return _telling("".join(start)), inside, _telling("".join(end))


def _telling(part: str) -> str:
    """Return a first or last part, or nothing where it could stand anywhere."""
    words = _WORD.findall(part)
    marked = _MARKUP.search(part.strip()) or (words and _PUNCTUATION.search(part))
    return part.strip() if marked or len(words) > 1 else ""


def _telling_inside(run: Words) -> bool:
    """Ask more of a part that may stand anywhere: every long text has "of the" in it."""
    part = "".join(run)
    return bool(_MARKUP.search(part.strip()) or len(_WORD.findall(part)) > 2)


def _shared_start(rows: Sequence[Words], needed: int) -> tuple[list[str], list[Words]]:
    """Return the words that enough rows begin with, and those rows without them."""
    shared: list[str] = []
    kept = list(rows)
    while True:
        at = len(shared)
        following = Counter(row[at] for row in kept if len(row) > at)
        if not following or (best := following.most_common(1)[0])[1] < needed:
            return shared, [row[at:] for row in kept]
        shared.append(best[0])
        kept = [row for row in kept if len(row) > at and row[at] == best[0]]


def _shared_runs(rows: Sequence[Words], needed: int) -> list[Words]:
    """Return the longest run that enough rows have, and what they share before and behind it."""
    run = _longest_run(rows, needed)
    if not run or not _telling_inside(run):
        return []
    cut = [(row, _place(row, run)) for row in rows]
    found = [(row[:at], row[at + len(run) :]) for row, at in cut if at >= 0]
    before, behind = zip(*found, strict=True)
    return [*_shared_runs(before, needed), run, *_shared_runs(behind, needed)]


def _longest_run(rows: Sequence[Words], needed: int) -> Words:
    """Halve the lengths in question: where a run is shared, so is every part of it."""
    model = sorted(rows, key=len)[len(rows) // 2][:LONGEST] if rows else ()
    joined = [_joined(row) for row in rows]
    low, high, longest = 1, len(model), ()  # type: tuple[int, int, Words]
    while low <= high:
        length = (low + high) // 2
        run = _shared_of(model, length, joined, needed)
        if run:
            longest, low = run, length + 1
        else:
            high = length - 1
    return longest


def _shared_of(model: Words, length: int, joined: Sequence[str], needed: int) -> Words:
    for at in range(len(model) - length + 1):
        run = model[at : at + length]
        looked_for = _joined(run)
        if sum(looked_for in row for row in joined) >= needed:
            return run
    return ()


def _place(row: Words, run: Words) -> int:
    """Return where a run begins in a row, counted in words; -1: nowhere."""
    found = _joined(row).find(_joined(run))
    return _joined(row)[:found].count(_STEP) if found >= 0 else -1


def _joined(words: Words) -> str:
    return _STEP + _STEP.join(words) + _STEP
