"""A handbook of the world: documents, questions and examples about names that training never saw.

In go a seed and a size, out come passages with the questions that they answer, or a folder with
documents, questions, examples and prompt templates that a project can be made of. Nothing in it is
true; every question has one answer in the handbook or none. It knows no model.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from importlib import resources
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from sartor.lab.world import (
    Fact,
    Part,
    Scene,
    Shape,
    draw_missing,
    draw_scene,
    is_answered,
)
from sartor.types import Evidence, Example, Message, Passage, Question

Form = Callable[[str, Sequence[int]], str]  # (sentence, numbers of passages) -> answer

_PAGES_AT_ONCE = 4  # pages that share names and relations, so that search has to choose
_PART = Part(held_out=True, same_relation=0.3, sibling=0.1)
_SHAPE = Shape(sentences=3, facts_each=1.5, headed=0.0)
_UNANSWERABLE = 0.12  # questions without an answer, for each question with one
_FOR_EXAMPLES = 0.5  # the share of facts that examples are about, and questions are not
_WORDINGS = 3  # of one fact in the examples, at most


@dataclass(frozen=True, slots=True)
class Handbook:
    """Passages, each a whole document; questions to test with; and pairs to learn from.

    A pair is a question and the sentence that answers it. No fact is in both: what a pair asks no
    question asks.
    """

    passages: tuple[Passage, ...]
    questions: tuple[Question, ...]
    pairs: tuple[tuple[Question, str], ...]


@dataclass(frozen=True, slots=True)
class _Page:
    """A document with the facts it states."""

    passage: Passage
    facts: list[Fact]


def handbook(seed: int, passages: int, *, new_wordings: bool = False) -> Handbook:
    """Draw a handbook of so many passages.

    With `new_wordings` the questions are asked in words that training did not show.
    """
    rng = Random(f"handbook {seed}")  # noqa: S311 - made-up names hold no secret
    return _handbook(rng, list(islice(_pages(rng), passages)), new_wordings=new_wordings)


def write_project(
    folder: Path, *, facts: int, seed: int, examples: int = 500, form: Form | None = None
) -> Handbook:
    """Write documents/, questions.jsonl, examples.jsonl and prompts/ of a handbook.

    Half of the facts are asked for, the examples are about the others. Examples have no passages:
    they show the form alone.
    """
    rng = Random(f"handbook {seed}")  # noqa: S311 - made-up names hold no secret
    pages: list[_Page] = []
    endless = _pages(rng)
    while sum(len(page.facts) for page in pages) < facts:
        pages.append(next(endless))
    book = _handbook(rng, pages, new_wordings=False)
    for passage in book.passages:
        _write(folder / "documents" / passage.document_id, passage.text + "\n")
    _write(folder / "questions.jsonl", _lines(map(_question_row, book.questions)))
    shown = style_examples(book.pairs[:examples], form or house_style)
    _write(folder / "examples.jsonl", _lines(map(_example_row, shown)))
    for template in resources.files("sartor.lab").joinpath("handbook_prompts").iterdir():
        _write(folder / "prompts" / template.name, template.read_text("utf-8"))
    return book


def house_style(sentence: str, numbers: Sequence[int]) -> str:
    """Write an answer as JSON, with the numbers of its passages behind the sentence."""
    marks = "".join(f"[{number}]" for number in numbers)
    return json.dumps({"answer": f"{sentence} {marks}".strip()}, ensure_ascii=False)


def style_examples(pairs: Sequence[tuple[Question, str]], form: Form) -> tuple[Example, ...]:
    """Make examples of a form: question and answer, without passages."""
    return tuple(
        Example((Message("user", question.text), Message("assistant", form(sentence, ()))))
        for question, sentence in pairs
    )


def _pages(rng: Random) -> Iterator[_Page]:
    """Draw documents without end; no two facts of them answer one question."""
    known: list[Fact] = []
    number = 0
    while True:
        scene = draw_scene(rng, _PAGES_AT_ONCE, _PART, _SHAPE)
        if any(is_answered(fact.thing, fact.relation, known) for fact in scene.facts):
            continue
        known += scene.facts
        for text, facts in _documents(scene):
            number += 1
            name = f"note-{number:04d}.md"
            yield _Page(Passage(name, name, text, 0, len(text)), facts)


def _documents(scene: Scene) -> Iterator[tuple[str, list[Fact]]]:
    for passage in scene.passages:
        facts = [fact for fact in scene.facts if fact.passage == passage.number]
        mention = facts[0].thing.name
        yield f"# {mention[:1].upper()}{mention[1:]}\n\n{passage.text}", facts


def _handbook(rng: Random, pages: list[_Page], *, new_wordings: bool) -> Handbook:
    facts = [(fact, page.passage) for page in pages for fact in page.facts]
    rng.shuffle(facts)
    cut = round(len(facts) * _FOR_EXAMPLES)
    questions = [_question(rng, *told, new_wordings) for told in facts[cut:]]
    questions += _unanswerable(rng, pages, round(len(questions) * _UNANSWERABLE))
    rng.shuffle(questions)
    pairs = _pairs(rng, facts[:cut])
    named = (_named(question, f"q{at:04d}") for at, question in enumerate(questions, 1))
    return Handbook(tuple(page.passage for page in pages), tuple(named), tuple(pairs))


def _question(rng: Random, fact: Fact, passage: Passage, new_wording: bool = False) -> Question:
    start = passage.text.index(fact.sentence)
    return Question(
        id="",
        text=fact.question(rng, unseen=new_wording),
        expected=(fact.value,),
        match="contains",
        evidence=(Evidence(passage.document_id, start, start + len(fact.sentence)),),
        tags=(fact.thing.kind,),
    )


def _unanswerable(rng: Random, pages: list[_Page], count: int) -> Iterator[Question]:
    known = [fact for page in pages for fact in page.facts]
    while count:
        fact = draw_missing(rng, rng.choice(pages).facts, _PART)
        if not is_answered(fact.thing, fact.relation, known):
            yield Question("", fact.question(rng), answerable=False, tags=(fact.thing.kind,))
            count -= 1


def _pairs(rng: Random, facts: list[tuple[Fact, Passage]]) -> list[tuple[Question, str]]:
    """Ask each fact once, then all of them again in other words."""
    pairs: dict[str, tuple[Question, str]] = {}
    for _ in range(_WORDINGS):
        for fact, passage in facts:
            question = _question(rng, fact, passage)
            pairs.setdefault(question.text, (question, fact.sentence))
    return [(_named(q, f"e{at:04d}"), said) for at, (q, said) in enumerate(pairs.values(), 1)]


def _named(question: Question, id: str) -> Question:
    return replace(question, id=id)


def _question_row(question: Question) -> dict[str, Any]:
    row: dict[str, Any] = {"id": question.id, "question": question.text}
    if question.answerable:
        spans = [(one.document, one.start, one.end) for one in question.evidence]
        row["expected"] = question.expected[0]
        row["match"] = question.match
        row["evidence"] = [dict(zip(("document", "start", "end"), s, strict=True)) for s in spans]
    else:
        row["answerable"] = False
    return row | {"tags": list(question.tags)}


def _example_row(example: Example) -> dict[str, Any]:
    return {"messages": [asdict(message) for message in example.messages]}


def _lines(rows: Iterator[dict[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
