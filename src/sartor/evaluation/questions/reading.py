"""A path -> the questions there, whatever the form they are in.

Our questions.jsonl, a BEIR folder, a reading-comprehension set, a table: recognised by what they
hold. Every mistake is found and shown with its line before anything runs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sartor.errors import InputError
from sartor.evaluation.questions.beir import is_beir, read_beir
from sartor.evaluation.questions.columns import TABLES, looks_tabular, read_columns
from sartor.evaluation.questions.decoding import text_of
from sartor.evaluation.questions.found import UNREVIEWED, Found, Mistake, counted, refused
from sartor.evaluation.questions.jsonl import first_object, read_lines
from sartor.evaluation.questions.squad import is_flat, is_squad, read_flat, read_squad
from sartor.protocols import Corpus
from sartor.types import Question

NO_FIELDS: Mapping[str, str] = {}


def read_questions(
    path: Path,
    *,
    fields: Mapping[str, str] = NO_FIELDS,
    split: str = "",
    corpus: Corpus | None = None,
) -> list[Question]:
    """Read the questions that count, or raise `InputError` with every mistake in the file.

    Candidates that nobody has reviewed are left out. `fields` maps our names to the columns of a
    table, `split` names the judgements of a BEIR folder, and a `corpus` lets the contexts of a
    reading-comprehension set be found in the documents.
    """
    return read_and_told(path, fields=fields, split=split, corpus=corpus)[0]


def read_and_told(
    path: Path,
    *,
    fields: Mapping[str, str] = NO_FIELDS,
    split: str = "",
    corpus: Corpus | None = None,
) -> tuple[list[Question], tuple[str, ...]]:
    """Read the questions that count, and say what of the file was left out."""
    found = open_questions(path, fields=fields, split=split, corpus=corpus)
    mistakes = list(found.mistakes)
    if not found.questions and not mistakes:
        mistakes.append(Mistake(0, "it holds no question"))
    if mistakes:
        raise refused(path, mistakes)
    questions = counted(found.questions)
    if not questions:
        raise InputError(
            f"{path} holds {len(found.questions)} candidates, none of them reviewed",
            f"sartor questions review {path}",
        )
    return questions, tuple(_left_out(found.questions, path))


def _left_out(questions: Sequence[Question], path: Path) -> Iterator[str]:
    waiting = sum(UNREVIEWED in question.tags for question in questions)
    if waiting:
        yield (
            f"{waiting} of {len(questions)} questions of the file are not reviewed and were left "
            f"out: sartor questions review {path.name}"
        )


def open_questions(
    path: Path,
    *,
    fields: Mapping[str, str] = NO_FIELDS,
    split: str = "",
    corpus: Corpus | None = None,
) -> Found:
    """Read all there is, unreviewed candidates and mistakes included.

    Raises `InputError` where nothing can be read: no such file, no text, another kind of file.
    """
    if is_beir(path):
        return read_beir(path, split=split)
    if path.is_dir():
        raise InputError(
            f"{path} is a folder without queries.jsonl and qrels/",
            "name a file of questions, or a folder in the BEIR layout",
        )
    text = text_of(path)
    row = first_object(text)
    _refuse_other_kinds(path, row)
    if path.suffix.lower() in TABLES or (not row and looks_tabular(text, fields)):
        return read_columns(text, fields=fields)
    nested = _nested(text)
    if nested is not None:
        return read_squad(nested, corpus)
    lines = text.split("\n")
    return read_flat(lines, corpus) if is_flat(row) else read_lines(lines)


def _nested(text: str) -> Mapping[str, Any] | None:
    """Read a whole file as one object with "data", if that is what it is."""
    if '"data"' not in text[:10_000] and '"data"' not in text[-10_000:]:
        return None
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return document if is_squad(document) else None


def _refuse_other_kinds(path: Path, row: Mapping[str, Any]) -> None:
    """Name the kind of file that was probably meant for another place."""
    if not row or "question" in row:
        return
    if "messages" in row:
        raise InputError(
            f"{path} holds no questions: it looks like example conversations",
            f"sartor questions check QUESTIONS --examples {path}",
        )
    if "answer" in row:
        raise InputError(
            f"{path} holds no questions: it looks like a system's recorded answers",
            f"sartor eval QUESTIONS --system {path}",
        )
    if {"_id", "text"} <= row.keys():
        raise InputError(
            f"{path} holds no questions: it looks like a file of the BEIR layout",
            "name the folder that has queries.jsonl and qrels/",
        )
