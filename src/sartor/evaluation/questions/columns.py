"""A table (CSV, TSV) -> questions, one a row.

The header says which column is what; names that people use are recognised, others are mapped with
`fields` ({"question": "Kundenfrage"}). Several documents or tags in one cell stand apart by ";",
several right answers by "|".
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sartor.errors import InputError, nearest
from sartor.evaluation.questions.accepting import incomparable
from sartor.evaluation.questions.found import Found, Mistake, collect
from sartor.types import Evidence, Question

NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "_id", "question_id", "qid"),
    "question": ("question", "query", "questions", "prompt", "input", "frage"),
    "expected": (
        "expected", "answer", "answers", "expected_answer", "ground_truth", "reference",
        "gold", "output", "antwort",
    ),
    "document": ("document", "document_id", "doc", "doc_id", "source", "file", "dokument"),
    "page": ("page", "seite"),
    "match": ("match",),
    "answerable": ("answerable",),
    "tags": ("tags", "tag", "category", "topic"),
}  # fmt: skip
DELIMITERS = ",;\t"
TABLES = (".csv", ".tsv")  # how files are named that are tables
TRUTH = {
    "true": True, "yes": True, "1": True, "ja": True,
    "false": False, "no": False, "0": False, "nein": False,
}  # fmt: skip


def looks_tabular(text: str, fields: Mapping[str, str]) -> bool:
    """Tell whether the first line is a header with a column for the question."""
    header = _header(text)
    return bool(fields and header) or (len(header) > 1 and "question" in _columns(header, {}))


def read_columns(text: str, *, fields: Mapping[str, str]) -> Found:
    """Read a table; a row that cannot be used is a mistake with its line."""
    header = _header(text)
    columns = _columns(header, fields)
    if "question" not in columns:
        raise InputError(
            f"no column holds the question; found {', '.join(header) or 'nothing'}",
            "name it: --field question=COLUMN",
        )
    mistakes: list[Mistake] = []
    rows = _rows(text, mistakes)

    def parse(cells: Sequence[str], default_id: str) -> Question:
        return _question(_named(cells, header, columns), default_id)

    found = collect(rows, parse, "a table")
    return replace(found, mistakes=[*found.mistakes, *mistakes])


def delimiter(text: str) -> str:
    """Say what stands between the cells of a table: what its header has most of."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    return max(DELIMITERS, key=first.count)


def _header(text: str) -> list[str]:
    reader = csv.reader(io.StringIO(text), delimiter=delimiter(text))
    try:
        return [cell.strip() for cell in next((row for row in reader if any(row)), [])]
    except csv.Error:
        return []


def _columns(header: Sequence[str], fields: Mapping[str, str]) -> dict[str, int]:
    """Say in which column each of our names stands."""
    for name, column in fields.items():
        if name not in NAMES:
            raise InputError(f"unknown field {name!r}{nearest(name, NAMES)}", ", ".join(NAMES))
        if column not in header:
            raise InputError(f"no column {column!r}{nearest(column, header)}", ", ".join(header))
    known = [cell.casefold().replace(" ", "_") for cell in header]
    found = {
        name: known.index(alias)
        for name, aliases in NAMES.items()
        for alias in reversed(aliases)
        if alias in known
    }
    return found | {name: header.index(column) for name, column in fields.items()}


def _rows(text: str, mistakes: list[Mistake]) -> list[tuple[int, list[str]]]:
    """Give the rows below the header with the line each begins on."""
    reader = csv.reader(io.StringIO(text), delimiter=delimiter(text), strict=True)
    rows: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error as error:
        mistakes.append(Mistake(begins, f"not a row of a table: {error}"))
    return rows[1:]


def _named(
    cells: Sequence[str], header: Sequence[str], columns: Mapping[str, int]
) -> dict[str, str]:
    if len(cells) != len(header):
        raise InputError(f"found {len(cells)} columns; the header has {len(header)}")
    return {name: cells[place].strip() for name, place in columns.items()}


def _question(row: Mapping[str, str], default_id: str) -> Question:
    if not row["question"]:
        raise InputError("question is missing or empty")
    answerable = TRUTH.get(row.get("answerable", "").casefold() or "true")
    if answerable is None:
        raise InputError(f"answerable is {row['answerable']!r}; expected true or false")
    question = Question(
        id=row.get("id") or default_id,
        text=row["question"],
        expected=_listed(row.get("expected", ""), "|"),
        match=row.get("match", ""),
        evidence=_evidence(row),
        answerable=answerable,
        tags=_listed(row.get("tags", ""), ";"),
    )
    if why := incomparable(question):
        raise InputError(why)
    return question


def _evidence(row: Mapping[str, str]) -> tuple[Evidence, ...]:
    page = row.get("page", "")
    if page and not page.isdigit():
        raise InputError(f"page is {page!r}; expected a whole number")
    number = int(page) if page else None
    return tuple(Evidence(id, page=number) for id in _listed(row.get("document", ""), ";"))


def _listed(cell: str, separator: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(separator) if part.strip())
