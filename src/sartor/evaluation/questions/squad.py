"""Reading-comprehension sets (SQuAD 1.1, 2.0 and their flat rows) -> questions.

Their answers stand in a context, not in a document. Where the document is known (named beside the
context, or found in the corpus by its text) it becomes the evidence, exact to the character when
the corpus shows it; otherwise there is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sartor.errors import InputError
from sartor.evaluation.questions.found import Found, Mistake
from sartor.evaluation.questions.jsonl import read_lines
from sartor.evaluation.questions.rows import parse_object
from sartor.protocols import Corpus
from sartor.types import Evidence, Question

DOCUMENT_KEYS = ("document_id", "document", "doc_id")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the context it was asked about, and where in that its answer begins.

    `doubt` says which answer does not begin where it is said to.
    """

    question: Question
    context: str
    start: int | None
    doubt: str = ""


def is_squad(row: object) -> bool:
    """Tell the nested JSON of such a set."""
    return isinstance(row, dict) and isinstance(row.get("data"), list)


def is_flat(row: Mapping[str, Any]) -> bool:
    """Tell a flat row of such a set."""
    return {"question", "context", "answers"} <= row.keys()


def read_squad(document: Mapping[str, Any], corpus: Corpus | None = None) -> Found:
    """Read the nested form."""
    asked: dict[str, Asked] = {}
    mistakes: list[Mistake] = []
    doubts: list[Mistake] = []
    for number, (place, row) in enumerate(_rows(document), start=1):
        try:
            one = _asked(row, f"q{number}")
        except InputError as error:
            mistakes.append(Mistake(0, f"{place}: {error.args[0]}"))
            continue
        if one.question.id in asked:
            mistakes.append(Mistake(0, f"{place}: id {one.question.id!r} stands there already"))
        if one.doubt:
            doubts.append(Mistake(0, f"{place}, question {one.question.id}: {one.doubt}"))
        asked[one.question.id] = one
    return Found(_placed(list(asked.values()), corpus), mistakes, kind="SQuAD", doubts=doubts)


def read_flat(lines: Sequence[str], corpus: Corpus | None = None) -> Found:
    """Read the flat form: one question a line."""
    asked: list[Asked] = []

    def parse(line: str, default_id: str) -> Question:
        one = _asked(parse_object(line), default_id)
        asked.append(one)
        return one.question

    found = read_lines(lines, parse, kind="SQuAD rows")
    first = {one.question.id: one for one in reversed(asked)}
    placed = _placed([first[question.id] for question in found.questions], corpus)
    doubts = [Mistake(found.lines[id], one.doubt) for id, one in first.items() if one.doubt]
    return replace(found, questions=placed, doubts=doubts)


def _rows(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Flatten articles and paragraphs; each question keeps the context it belongs to."""
    for number, article in enumerate(document["data"], start=1):
        paragraphs = article.get("paragraphs") if isinstance(article, dict) else None
        for at, paragraph in enumerate(paragraphs if isinstance(paragraphs, list) else (), start=1):
            if not isinstance(paragraph, dict) or not isinstance(paragraph.get("qas"), list):
                continue
            shared = {
                key: paragraph[key] for key in ("context", *DOCUMENT_KEYS) if key in paragraph
            }
            for row in paragraph["qas"]:
                place = f"article {number}, paragraph {at}"
                yield place, {**shared, **row} if isinstance(row, dict) else {}


def _asked(row: Mapping[str, Any], default_id: str) -> Asked:
    text, context = row.get("question"), row.get("context", "")
    if not isinstance(text, str) or not text.strip():
        raise InputError("question is missing or empty")
    if not isinstance(context, str):
        raise InputError("context is no text")
    impossible = row.get("is_impossible", False) is True
    answers = [] if impossible else _answers(row.get("answers", []))
    answerable = not impossible and not ("answers" in row and not answers)
    expected = tuple(dict.fromkeys(answer for answer, _ in answers))
    document = next((row[key] for key in DOCUMENT_KEYS if isinstance(row.get(key), str)), "")
    evidence = (Evidence(document),) if document and answerable else ()
    id = str(row.get("id", default_id))
    question = Question(id, text, expected, evidence=evidence, answerable=answerable)
    doubt = next(filter(None, (_misplaced(context, *answer) for answer in answers)), "")
    return Asked(question, context, answers[0][1] if answers else None, doubt)


def _misplaced(context: str, answer: str, start: int | None) -> str:
    """Say of an answer that it does not begin where it is said to."""
    if not context or start is None or (start >= 0 and context.startswith(answer, start)):
        return ""
    place = context.find(answer)
    really = f"it begins at {place}" if place >= 0 else "it stands nowhere in it"
    return f"answer_start is {start}, but {answer!r} is not there in the context: {really}"


def _answers(given: object) -> list[tuple[str, int | None]]:
    """Read [{"text", "answer_start"}] or {"text": [...], "answer_start": [...]}."""
    if isinstance(given, dict):
        texts, starts = given.get("text", []), given.get("answer_start", [])
        if not isinstance(texts, list) or not isinstance(starts, list):
            raise InputError("answers have no lists of text and answer_start")
        given = [
            {"text": text, "answer_start": start}
            for text, start in zip(texts, starts or [None] * len(texts), strict=False)
        ]
    if not isinstance(given, list) or not all(isinstance(answer, dict) for answer in given):
        raise InputError('answers are no list; expected [{"text": "...", "answer_start": 0}]')
    texts = [
        (answer["text"], start if isinstance(start := answer.get("answer_start"), int) else None)
        for answer in given
        if isinstance(answer.get("text"), str) and answer["text"].strip()
    ]
    if given and not texts:
        raise InputError("answers have no text")
    return texts


def _placed(asked: Sequence[Asked], corpus: Corpus | None) -> list[Question]:
    """Give questions their document and span, where a document of the corpus has the context."""
    if corpus is None:
        return [one.question for one in asked]
    places = _places({one.context for one in asked if one.context.strip()}, corpus)
    return [_with_evidence(one, places.get(one.context)) for one in asked]


def _places(contexts: set[str], corpus: Corpus) -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for id in corpus.document_ids():
        text = corpus.document(id).text
        for context in contexts - found.keys():
            start = text.find(context)
            if start >= 0:
                found[context] = (id, start)
    return found


def _with_evidence(one: Asked, place: tuple[str, int] | None) -> Question:
    if place is None or not one.question.answerable:
        return one.question
    document, offset = place
    piece = Evidence(document, offset, offset + len(one.context))
    answer = one.question.expected[0] if one.question.expected else ""
    if answer and one.start is not None and one.context.startswith(answer, one.start):
        start = offset + one.start
        piece = Evidence(document, start, start + len(answer))
    return replace(one.question, evidence=(piece,))
