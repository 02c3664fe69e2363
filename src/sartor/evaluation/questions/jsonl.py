"""Lines of JSON -> questions: our own rows, or the flat rows of reading-comprehension sets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sartor.errors import InputError
from sartor.evaluation.questions.found import ROWS, Found, collect
from sartor.evaluation.questions.rows import parse_object, parse_row
from sartor.types import Question

Parse = Callable[[str, str], Question]  # (line, id where the row has none)


def read_lines(lines: Iterable[str], parse: Parse = parse_row, *, kind: str = ROWS) -> Found:
    """Read one question a line; blank lines are skipped."""
    rows = ((number, line) for number, line in enumerate(lines, start=1) if line.strip())
    return collect(rows, parse, kind)


def first_object(text: str) -> Mapping[str, Any]:
    """Read the first line of a text if it is a JSON object; else an empty one."""
    line = next((line for line in text.split("\n") if line.strip()), "")
    try:
        return parse_object(line)
    except InputError:
        return {}


def parse_questions(lines: Iterable[str]) -> tuple[list[Question], list[str]]:
    """Parse lines into questions and mistakes ("line 3: ..."), whatever their tags."""
    found = read_lines(lines)
    return list(found.questions), [str(mistake) for mistake in found.mistakes]
