"""A stored run -> the same run without what came from certain documents.

Words go: the answer with its passages, reasons, proof, and the question where the documents were
its evidence. Figures stay, for they are what a run proves: scores, stages, gains, times, costs.

A file is replaced whole or left as it was, and the report goes before the run it is about changes:
whoever is interrupted does the same again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from sartor.evaluation.runs.file import put_whole, write_document
from sartor.text.scripts import UNSPACED_CLASS
from sartor.types import Document

PURGED = "(purged)"
# Words in a row that tell where a text is from. Fewer are shared by chance, and evidence would go
# that has nothing to do with the document; systems of ours name their sources besides.
PIECE = 6

_WORD = re.compile(rf"[{UNSPACED_CLASS}]|[^\W{UNSPACED_CLASS}]+")
_NAMES = ("document_id", "document")
_PASSAGES = ("passage_id",)

JsonRow = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Gone:
    """Documents that are leaving: how they are named, and what stands in them."""

    ids: frozenset[str]
    pieces: frozenset[int]  # hashes: a book has a million of them

    @classmethod
    def of(cls, documents: Iterable[Document]) -> Gone:
        """Remember what is needed to know them again."""
        known = list(documents)
        pieces = (piece for document in known for piece in _pieces(document.text))
        return cls(frozenset(document.id for document in known), frozenset(map(hash, pieces)))

    def touch(self, value: object) -> bool:
        """Tell whether a value names one of them, or holds words of one."""
        if isinstance(value, str):
            return any(hash(piece) in self.pieces for piece in _pieces(value))
        if isinstance(value, Mapping):
            return any(self._named(key, item) or self.touch(item) for key, item in value.items())
        return isinstance(value, list) and any(map(self.touch, value))

    def _named(self, key: str, value: object) -> bool:
        if not isinstance(value, str):
            return False
        if key in _PASSAGES:  # "returns.md#3"
            value = value.rpartition("#")[0]
        return key in (*_NAMES, *_PASSAGES) and value in self.ids

    def unnamed(self, id: str) -> str:
        """Name a document so that it can be told from others, and no more."""
        if id not in self.ids:
            return id
        return f"purged {sha256(id.encode('utf-8', 'replace')).hexdigest()[:8]}"


def purge_run(path: Path, report: Path, gone: Gone) -> bool:
    """Clean the file of a run; return whether its report went, and has to be written anew."""
    if not path.exists():
        return False
    try:
        data = json.loads(path.read_text(encoding="utf-8"))["data"]
        cleaned = _cleaned(data, gone)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        path.unlink()  # nobody can read it, and nobody can say what is in it
        report.unlink(missing_ok=True)
        return False
    if cleaned == data:
        return False
    had_report = report.exists()
    report.unlink(missing_ok=True)
    write_document(cleaned, path)
    return had_report


def purge_log(path: Path, gone: Gone) -> None:
    """Leave out of noted answers those that came from the documents: they are asked again."""
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
        lines = list(file)
    kept = [line for line in lines if line.endswith("\n") and not _is_about(line, gone)]
    if len(kept) < len(lines):
        put_whole(kept, path)


def _is_about(line: str, gone: Gone) -> bool:
    try:
        return gone.touch(json.loads(line))
    except (ValueError, RecursionError):
        return True  # a damaged line can hold anything


# --- the parts of a run -----------------------------------------------------------------------


def _cleaned(run: JsonRow, gone: Gone) -> JsonRow:
    card = run["card"]
    about = {row["id"] for row in run["questions"] if gone.touch(row)}
    questions = [_question(row, gone) if row["id"] in about else row for row in run["questions"]]
    rows = [_row(row, gone, row["question_id"] in about) for row in card["rows"]]
    notes = [note for note in card["notes"] if not gone.touch(note)]
    return {**run, "questions": questions, "card": {**card, "notes": notes, "rows": rows}}


def _question(row: JsonRow, gone: Gone) -> JsonRow:
    """Keep what a question counts as, and which others share its document."""
    evidence = [{**one, "document": gone.unnamed(one["document"])} for one in row["evidence"]]
    blank: JsonRow = {"text": PURGED, "expected": [], "history": [], "schema": None, "match": ""}
    return {**row, **blank, "evidence": evidence}


def _row(row: JsonRow, gone: Gone, about: bool) -> JsonRow:
    """Take out passages; where an answer rests on them, its words go as well."""
    given = row["answer"]
    answer = given and _without_passages(given, gone)
    named = any(id in row["proof"] for id in gone.ids)
    row = {**row, "answer": answer, "proof": PURGED if named else row["proof"]}
    unsure = answer and answer["context"] != given["context"] and not _all_cited(answer)
    if not about and not unsure and not gone.touch(row):
        return row
    return {
        **row,
        "answer": answer and _wordless(answer),
        "scores": [{**score, "reason": _blank(score["reason"])} for score in row["scores"]],
        "error": _blank(row["error"]),
        "proof": _blank(row["proof"]),
    }


def _without_passages(answer: JsonRow, gone: Gone) -> JsonRow:
    lists = ("hits", "cut", "context")
    kept = {name: [one for one in answer[name] if not gone.touch(one)] for name in lists}
    return {**answer, **kept}


def _all_cited(answer: JsonRow) -> bool:
    """Tell whether each sentence says where it is from; else it may be from anything it read."""
    sentences = answer["sentences"]
    return bool(sentences) and all(sentence["citations"] for sentence in sentences)


def _wordless(answer: JsonRow) -> JsonRow:
    """Keep what an answer took and how sure it was."""
    lists = ("sentences", "citations", "context", "hits", "notes", "cut")
    empty: JsonRow = {name: [] for name in lists}
    steps = [
        {**step, "content": "", "counts": _numbers(step["counts"])} for step in answer["steps"]
    ]
    return {**answer, **empty, "text": _blank(answer["text"]), "steps": steps}


def _blank(text: str) -> str:
    return PURGED if text else ""


def _numbers(counts: JsonRow) -> JsonRow:
    return {name: count for name, count in counts.items() if not isinstance(count, str)}


# --- words ------------------------------------------------------------------------------------


def _pieces(text: str) -> Iterator[str]:
    """Cut a text into all its runs of a few words, however they are spaced and spelled."""
    words = _WORD.findall(text.casefold())
    for start in range(len(words) - PIECE + 1):
        yield " ".join(words[start : start + PIECE])
