"""A BEIR folder -> questions whose evidence is whole documents, graded.

`queries.jsonl` holds the questions, `qrels/SPLIT.tsv` which documents answer them. Answers in the
metadata of a query become its expected text; where `corpus.jsonl` shows that they stand where the
metadata says, the evidence is the exact span.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from sartor.errors import InputError, nearest
from sartor.evaluation.questions.decoding import text_of
from sartor.evaluation.questions.found import Found, Mistake
from sartor.evaluation.questions.jsonl import read_lines
from sartor.evaluation.questions.rows import parse_object
from sartor.types import Evidence, Question

QUERIES, QRELS, CORPUS = "queries.jsonl", "qrels", "corpus.jsonl"
PREFERRED = ("test", "dev", "train")
Starts = Mapping[str, Sequence[int]]  # question id -> where its answers begin


def is_beir(path: Path) -> bool:
    """Tell a BEIR folder, or the queries file of one, from anything else."""
    folder = path if path.is_dir() else path.parent
    return (path.is_dir() or path.name == QUERIES) and (folder / QRELS).is_dir()


def read_beir(path: Path, *, split: str = "") -> Found:
    """Read the questions of one split; without a name "test", or what there is."""
    folder = path if path.is_dir() else path.parent
    gold, mistakes = _gold(_split(folder, split))
    starts: dict[str, Sequence[int]] = {}

    def parse(line: str, default_id: str) -> Question:
        row = parse_object(line)
        id = str(row.get("_id", default_id))
        answers, begins = _answers(row)
        starts[id] = begins
        if not isinstance(row.get("text"), str) or not row["text"].strip():
            raise InputError("text is missing or empty")
        return Question(id, row["text"], answers, evidence=gold.get(id, ()))

    found = read_lines(text_of(folder / QUERIES).split("\n"), parse)
    judged = [question for question in found.questions if question.evidence]
    mistakes += found.mistakes
    mistakes += [
        Mistake(0, f"{id!r} is judged but is no query")
        for id in gold.keys() - {question.id for question in found.questions}
        if not found.mistakes
    ]
    return Found(_with_spans(judged, starts, folder / CORPUS), mistakes, found.lines, "BEIR")


def _split(folder: Path, name: str) -> Path:
    files = {path.stem: path for path in sorted((folder / QRELS).glob("*.tsv"))}
    if name and name not in files:
        raise InputError(
            f"{folder / QRELS} has no split {name!r}{nearest(name, files)}",
            f"it has {', '.join(files) or 'none'}",
        )
    for wanted in (name, *PREFERRED, *files):
        if wanted in files:
            return files[wanted]
    raise InputError(f"{folder / QRELS} has no .tsv file with judgements")


def _gold(path: Path) -> tuple[dict[str, tuple[Evidence, ...]], list[Mistake]]:
    gold: dict[str, tuple[Evidence, ...]] = {}
    mistakes = []
    for number, line in enumerate(text_of(path).split("\n"), start=1):
        cells = line.rstrip("\r").split("\t")
        if not line.strip() or (number == 1 and not cells[-1].lstrip("-").isdigit()):
            continue  # the header
        if len(cells) != 3 or not cells[2].lstrip("-").isdigit():
            told = f"{path.name}: found {len(cells)} columns; expected query, document and grade"
            mistakes.append(Mistake(number, told))
        elif int(cells[2]) > 0:
            piece = Evidence(cells[1], grade=int(cells[2]))
            gold[cells[0]] = (*gold.get(cells[0], ()), piece)
    return gold, mistakes


def _answers(row: Mapping[str, Any]) -> tuple[tuple[str, ...], Sequence[int]]:
    metadata = row.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    given = metadata.get("answers", metadata.get("answer", ()))
    answers = [given] if isinstance(given, str) else given if isinstance(given, list) else []
    starts = metadata.get("answer_start")
    starts = starts if isinstance(starts, list) else []
    texts = tuple(dict.fromkeys(str(answer) for answer in answers if str(answer).strip()))
    return texts, [start for start in starts if isinstance(start, int)]


def _with_spans(questions: Sequence[Question], starts: Starts, corpus: Path) -> list[Question]:
    """Narrow evidence to the answer where the one document has it exactly there."""
    wanted = {
        question.evidence[0].document
        for question in questions
        if len(question.evidence) == 1 and question.expected and starts[question.id]
    }
    if not wanted or not corpus.exists():
        return list(questions)
    texts = dict(_texts(corpus, wanted))
    return [_narrowed(question, texts, starts[question.id]) for question in questions]


def _narrowed(question: Question, texts: Mapping[str, str], starts: Sequence[int]) -> Question:
    if len(question.evidence) != 1 or not starts or not question.expected:
        return question
    piece, start = question.evidence[0], starts[0]
    answer = question.expected[0]
    if not texts.get(piece.document, "").startswith(answer, start):
        return question
    return replace(question, evidence=(replace(piece, start=start, end=start + len(answer)),))


def _texts(corpus: Path, wanted: set[str]) -> Iterator[tuple[str, str]]:
    """Read the texts of a few documents; a row that cannot be read only shows no span."""
    with corpus.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            with suppress(InputError):
                row = parse_object(line)
                if str(row.get("_id")) in wanted:
                    yield str(row["_id"]), str(row.get("text", ""))
