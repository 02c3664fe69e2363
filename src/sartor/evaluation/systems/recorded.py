"""A file of recorded answers -> a system that replies with them.

JSONL with a row of recorded shape on each line, what `sartor ask --questions --output` writes, or
a table (CSV, TSV) with at least the columns id and answer. The file comes from strangers: every
mistake in it is found and shown with its line before anything is measured.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sartor.errors import InputError
from sartor.evaluation.questions.columns import TABLES, delimiter
from sartor.evaluation.questions.decoding import text_of
from sartor.evaluation.systems.rows import KEYS, Recorded, read_row, refuse, reply_of, text
from sartor.evaluation.systems.system import NoAnswer, Reply
from sartor.protocols import Library, Pricing
from sartor.types import Question

NOT_RECORDED = "no answer recorded"
SHOWN_MISTAKES = 20
SHOWN_IDS = 3
HINT = 'a row looks like {"id": "...", "answer": "..."}, with the ids of the questions'
NUMBERS = ("seconds", "first_token", "cost")
TRUTHS = {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False}

Line = tuple[int, Mapping[str, Any]]


class RecordedSystem:
    """Replies with what a file holds; a question is known by its id.

    Where no id of the file is that of a question, questions are known by their exact text.
    """

    def __init__(
        self,
        path: Path,
        *,
        name: str = "",
        library: Library | None = None,
        pricing: Pricing | None = None,
    ) -> None:
        self.name = name or path.stem
        self._library = library
        self._pricing = pricing
        self._rows: dict[str, Recorded] = {}
        self._asked: dict[str, str] = {}  # id -> the question, where the row says it
        self._foreign: Counter[str] = Counter()  # keys that are not ours
        self._read(path)

    def ask(self, question: Question, deadline: float | None = None) -> Reply:  # noqa: ARG002
        """Reply with the recorded answer."""
        row = self._rows.get(question.id)
        if row is None:
            raise NoAnswer(NOT_RECORDED)
        if row.error:
            raise NoAnswer(row.error)
        return reply_of(row, self._library, self._pricing)

    def match(self, questions: Sequence[Question]) -> list[str]:
        """Find out which row answers which question; say what does not fit together."""
        ids = {question.id for question in questions}
        if ids.isdisjoint(self._rows):
            self._know_by_text(questions)
        return [note for note in self._notes(questions, ids) if note]

    def questions(self) -> list[Question]:
        """Name what was asked as far as the file says it; the text is empty where it does not."""
        return [Question(id, self._asked.get(id, "")) for id in self._rows]

    def _know_by_text(self, questions: Sequence[Question]) -> None:
        by_text = {asked: id for id, asked in self._asked.items()}
        places = {question.id: by_text.get(question.text) for question in questions}
        self._rows = {id: self._rows[place] for id, place in places.items() if place is not None}
        self._asked = {id: self._asked[place] for id, place in places.items() if place is not None}

    def _notes(self, questions: Sequence[Question], ids: set[str]) -> Iterator[str]:
        missing = [id for id in ids if id not in self._rows]
        surplus = [id for id in self._rows if id not in ids]
        reworded = [
            each.id for each in questions if self._asked.get(each.id, each.text) != each.text
        ]
        if missing:
            yield (
                f"{len(missing)} of {len(ids)} questions have no recorded answer and count as "
                f"wrong{_such_as(sorted(missing))}"
            )
        if surplus:
            told = _such_as(surplus)
            yield f"{len(surplus)} recorded answers are to no question of the file{told}"
        if reworded:
            yield (
                f"{len(reworded)} recorded answers have the id of a question and are to another "
                f"wording of it{_such_as(reworded)}"
            )
        if self._foreign:
            keys = ", ".join(f"{key!r} ({count})" for key, count in self._foreign.most_common(5))
            yield f"keys of the recorded answers that mean nothing here: {keys}"

    def _read(self, path: Path) -> None:
        mistakes: list[str] = []
        places: dict[str, int] = {}
        for number, row in _lines(path, mistakes):
            try:
                id = text(row, "id") or text(row, "question")
                if not id.strip():
                    refuse("it has no id")
                if id in places:
                    refuse(f"id {id!r} stands already on line {places[id]}")
                self._rows[id] = read_row(row)
            except InputError as error:
                mistakes.append(f"line {number}: {error}")
                continue
            places[id] = number
            if row.get("question"):
                self._asked[id] = text(row, "question")
            self._foreign.update(key for key in row if key not in KEYS)
        if not self._rows and not mistakes:
            mistakes.append("it holds no answer")
        if mistakes:
            raise InputError(_listed(path, mistakes), HINT)


def recorded_rows(path: Path) -> Iterator[Mapping[str, Any]]:
    """Give the rows of a file as they stand there."""
    return (row for _, row in _lines(path, []))


# --- lines ------------------------------------------------------------------------------------


def _lines(path: Path, mistakes: list[str]) -> Iterator[Line]:
    try:
        if path.suffix.lower() in TABLES:
            yield from _table(text_of(path), path)
            return
        with path.open("rb") as file:
            yield from _json(_decoded(file, mistakes), mistakes)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}", HINT) from None
    except csv.Error as error:
        raise InputError(f"{path} is not a table: {error}", HINT) from None


def _decoded(file: Iterator[bytes], mistakes: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(file, start=1):
        try:
            yield number, line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            mistakes.append(f"line {number}: not UTF-8 at byte {error.start}")


def _json(lines: Iterator[tuple[int, str]], mistakes: list[str]) -> Iterator[Line]:
    for number, line in lines:
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            mistakes.append(f"line {number}: not JSON: {error}")
        except RecursionError:
            mistakes.append(f"line {number}: not JSON that can be read: nested too deeply")
        else:
            if isinstance(row, dict):
                yield number, row
            else:
                mistakes.append(f"line {number}: found {type(row).__name__}; expected an object")


def _table(text: str, path: Path) -> Iterator[Line]:
    """Read the rows of a table, whatever stands between its cells."""
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter(text))
    reader.fieldnames = [column.strip() for column in reader.fieldnames or ()]
    columns = reader.fieldnames
    if "answer" not in columns or not {"id", "question"} & set(columns):
        found = ", ".join(columns) or "none"
        told = f"the columns of {path} are {found}; expected at least id and answer"
        raise InputError(told, HINT)
    for row in reader:
        cells = {key: value for key, value in row.items() if key and value not in (None, "")}
        yield reader.line_num, {"answer": "", **{key: _cell(key, cells[key]) for key in cells}}


def _cell(key: str, value: str) -> object:
    """Read a cell as what its column holds; what cannot be read stays a text, and is refused."""
    readers: Mapping[str, Callable[[str], object]] = {
        **dict.fromkeys(NUMBERS, _number),
        **dict.fromkeys(
            ("correct", "abstained"), lambda cell: TRUTHS.get(cell.strip().lower(), cell)
        ),
        **dict.fromkeys(("citations", "context", "hits"), lambda cell: cell.split(";")),
    }
    return readers[key](value) if key in readers else value


def _number(cell: str) -> float | str:
    try:
        return float(cell)
    except ValueError:
        return cell


# --- mistakes ---------------------------------------------------------------------------------


def _listed(path: Path, mistakes: Sequence[str]) -> str:
    shown = list(mistakes[:SHOWN_MISTAKES])
    if len(mistakes) > len(shown):
        shown.append(f"... and {len(mistakes) - len(shown)} more")
    return f"{path} cannot be used:\n" + "\n".join(f"  {mistake}" for mistake in shown)


def _such_as(ids: Sequence[str]) -> str:
    more = ", ..." if len(ids) > SHOWN_IDS else ""
    return f" ({', '.join(ids[:SHOWN_IDS])}{more})"
