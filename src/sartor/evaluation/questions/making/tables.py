"""Tables and labelled lines -> questions about one cell or one label.

A row's first cell says what it is about, the header what is asked. Tables are read as they stand
in the text: cells between bars, one row a line.
"""

# ruff: noqa: RUF001 - dashes as people type them

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sartor.evaluation.questions.making.asking import Asking
from sartor.evaluation.questions.making.prose import plain
from sartor.types import Block

MOST_CELL_WORDS = 6
LEAST_LABELS = 3
MOST_LABEL_WORDS = 3
LEAST_ROWS = 3  # with the header
_RULE = re.compile(r"^[\s|:+-]+$")
_ROW = re.compile(r"[^\n]+")
_ODD_VALUE = re.compile(r"[<>{}|]|://|:\Z")
_LETTER = re.compile(r"[^\W\d_]")
_LABELLED = re.compile(
    r"^(?:[-*+•]\s+)?(?:\*\*)?(?P<label>[A-Z][\w /&-]{2,40}?)(?:\*\*)?:(?:\*\*)?\s+"
    r"(?P<value>\S[^\n]*)$",
    re.MULTILINE,
)
_ROLE_LIST = "manager owner author contact head lead leader director chair president editor"
_ROLES = frozenset(_ROLE_LIST.split())
_NO_VALUE = frozenset({"", "-", "–", "—", "n/a", "yes", "no", "x", "✓", "none"})
# Labels that introduce what follows instead of naming it.
_NOTICE_LIST = "note tip warning example info hint important caution danger see todo"
_NOTICES = frozenset(_NOTICE_LIST.split())


@dataclass(frozen=True, slots=True)
class Told:
    """A question with the span that answers it."""

    asking: Asking
    start: int
    end: int


def cells(text: str, blocks: Sequence[Block]) -> Iterator[Told]:
    """Ask for the cells of all tables."""
    for block, heading in _under_headings(text, blocks):
        if block.kind == "table":
            yield from _of_table(text, block, heading)


def labels(text: str, blocks: Sequence[Block]) -> Iterator[Told]:
    """Ask for what stands behind a label ("Support hours: 9 to 5"), under its heading.

    Only where several stand together: a colon alone introduces all kinds of things.
    """
    for block, heading in _under_headings(text, blocks):
        if block.kind in ("paragraph", "list") and heading:
            found = list(_LABELLED.finditer(text, block.start, block.end))
            if len(found) >= LEAST_LABELS:
                for one in found:
                    yield from _of_label(one, heading)


def _under_headings(text: str, blocks: Sequence[Block]) -> Iterator[tuple[Block, str]]:
    """Give each block with the heading it stands under."""
    heading = ""
    for block in blocks:
        if block.kind == "heading":
            heading = plain(text[block.start : block.end])
        else:
            yield block, heading


def _of_table(text: str, block: Block, heading: str) -> Iterator[Told]:
    rows = [row for row in _ROW.finditer(text, block.start, block.end) if "|" in row.group()]
    rows = [row for row in rows if not _RULE.match(row.group())]
    if len(rows) < LEAST_ROWS:
        return
    header = _split(rows[0].group())
    for row in rows[1:]:
        values = _split(row.group())
        if len(values) != len(header) or len(header) < 2:
            continue
        for name, value in zip(header[1:], values[1:], strict=True):
            if _can_be_asked(name, values[0], value):
                yield Told(_cell(name, values[0], value, heading), row.start(), row.end())


def _split(row: str) -> list[str]:
    return [plain(cell) for cell in row.strip().strip("|").split("|")]


def _can_be_asked(name: str, label: str, value: str) -> bool:
    short = all(0 < len(cell.split()) <= MOST_CELL_WORDS for cell in (name, label, value))
    worded = _LETTER.search(name) and _LETTER.search(label)
    return bool(short and worded) and value.casefold() not in _NO_VALUE


def _cell(name: str, label: str, value: str, heading: str) -> Asking:
    """Ask for a cell: how many, who, what are, what is; the heading says of which table."""
    column = _small(name)
    many = column.endswith("s") and not column.endswith("ss")
    under = f" under “{heading}”" if heading and heading.casefold() != label.casefold() else ""
    if many and value.replace(",", "").isdigit():
        return Asking("table", f"How many {column} does ", label, " have?", value)
    if column in _ROLES:
        return Asking("table", f"Who is the {column} of ", label, f"{under}?", value)
    verb = "are" if many else "is"
    return Asking("table", f"What {verb} the {column} for ", label, f"{under}?", value)


def _of_label(found: re.Match[str], heading: str) -> Iterator[Told]:
    label, value = found["label"].strip(), plain(found["value"]).rstrip(".")
    if len(label.split()) > MOST_LABEL_WORDS or _ODD_VALUE.search(value):
        return
    if label.split()[0].casefold() in _NOTICES or len(value.split()) > MOST_CELL_WORDS:
        return
    if value and value.casefold() not in _NO_VALUE and len(heading.split()) <= MOST_CELL_WORDS:
        asking = Asking(
            "label", "What is given as the ", _small(label), f" under “{heading}”?", value
        )
        yield Told(asking, found.start("label"), found.end())


def _small(name: str) -> str:
    """Write a column's name inside a sentence; names in capitals stay."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name
