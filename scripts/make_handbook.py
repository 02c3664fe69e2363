"""Write the sample handbook again: `python scripts/make_handbook.py` (needs the dev packages).

A made-up company's handbook in the words of the lab's world, so that the lab model can read it:
documents of four kinds, the older edition of some, test questions, and examples and questions to
learn from that are about other facts than the test questions.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from random import Random

from handbook_files import WRITERS, Note, Page
from handbook_world import (
    draw_facts,
    draw_table,
    draw_things,
    missing_facts,
    revise,
    together,
    write_note,
)

from sartor.evaluation.questions.writing import write_questions
from sartor.knowledge.reading.kinds import reader_for
from sartor.lab.handbook import house_style, style_examples
from sartor.lab.world import Fact
from sartor.protocols import ReadOptions
from sartor.text.given_away import given_away
from sartor.types import Evidence, Question

TARGET = Path(__file__).parent.parent / "src/sartor/samples/handbook"
SEED = 7
CHAPTERS = {
    "device": "products", "firm": "partners", "site": "sites", "team": "teams", "plan": "plans",
    "program": "software", "error": "errors", "person": "people", "project": "projects",
    "room": "rooms", "course": "training", "vehicle": "fleet", "dish": "canteen",
    "train": "travel",
}  # fmt: skip
PAGES_EACH = 5
THINGS_EACH = 30
TABLE_ROWS = 4
YEARS = (2024, 2025, 2026)

ASKED = 262  # questions with one answer in one document
MISSING = 34
SEVERAL = 6  # questions for two facts at once, in two documents
IN_TABLES = 8
SHORT = 3  # words of a value that is asked for together with another one
REVISED = 8  # documents of which there is an older edition
EXAMPLES = 540

SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "string"}},
    "required": ["answer"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A document while it is made: the facts of its notes, each note about one thing, and a table."""

    path: str
    page: Page
    notes: tuple[tuple[Fact, ...], ...]
    table: tuple[tuple[Fact, ...], ...] = ()

    @property
    def facts(self) -> list[Fact]:
        return [fact for note in self.notes for fact in note]


@dataclass(frozen=True, slots=True)
class Told:
    """A fact and the document that states it."""

    fact: Fact
    path: str


def main(target: Path = TARGET) -> None:
    """Draw the handbook and write it with its questions and examples."""
    rng = Random(f"company handbook {SEED}")
    leaves = [leaf for number, kind in enumerate(CHAPTERS) for leaf in chapter(rng, number, kind)]
    for folder in ("documents", "older"):
        shutil.rmtree(target / folder, ignore_errors=True)
    for leaf in leaves:
        write(target / "documents" / leaf.path, leaf.page)
    told = [Told(fact, leaf.path) for leaf in leaves for fact in leaf.facts]
    rng.shuffle(told)
    asked, learned = told[:ASKED], told[ASKED:]
    changed = revisions(rng, leaves, asked)
    for leaf in leaves:
        if leaf.path in changed:
            write(target / "older" / leaf.path, older(rng, leaf.page, changed[leaf.path]))
    write_sets(target, rng, leaves, asked, learned, {one.sentence for one in changed.values()})


# --- documents ------------------------------------------------------------------------------------


def chapter(rng: Random, number: int, kind: str) -> Iterator[Leaf]:
    """Draw the documents of one chapter, one of them with a table; kinds of files take turns."""
    name, files = CHAPTERS[kind], list(WRITERS)
    things = draw_things(rng, kind, THINGS_EACH)
    each = THINGS_EACH // PAGES_EACH
    for part in range(PAGES_EACH):
        notes = [draw_facts(rng, thing) for thing in things[part * each : (part + 1) * each]]
        table = draw_table(rng, kind, TABLE_ROWS) if part == number % PAGES_EACH else []
        page = Page(
            f"{name.capitalize()}, part {part + 1}",
            rng.choice(YEARS),
            tuple(Note(capital(note[0].thing.name), write_note(rng, note)) for note in notes),
            tuple(rows(kind, table)) if table else (),
        )
        path = f"{name}/{name}-{part + 1}.{files[(number + part) % len(files)]}"
        yield Leaf(path, page, tuple(map(tuple, notes)), tuple(map(tuple, table)))


def rows(kind: str, table: Sequence[Sequence[Fact]]) -> Iterator[tuple[str, ...]]:
    """Write facts as the rows of a table below their header."""
    yield (kind.capitalize(), *(capital(fact.relation.noun) for fact in table[0]))
    for row in table:
        yield (capital(row[0].thing.name), *(fact.value for fact in row))


def revisions(rng: Random, leaves: Sequence[Leaf], asked: Sequence[Told]) -> dict[str, Fact]:
    """Choose documents that have an older edition, and the fact in each that changed."""
    by_path = {leaf.path: [one.fact for one in asked if one.path == leaf.path] for leaf in leaves}
    paths = rng.sample([path for path, facts in by_path.items() if facts], REVISED)
    return {path: rng.choice(by_path[path]) for path in paths}


def older(rng: Random, page: Page, fact: Fact) -> Page:
    """Write the edition of the year before, in which one value is another one."""
    before = revise(rng, fact)
    notes = (
        replace(note, text=note.text.replace(fact.sentence, before.sentence)) for note in page.notes
    )
    return replace(page, year=page.year - 1, notes=tuple(notes))


# --- questions and examples -----------------------------------------------------------------------


class Texts:
    """The documents as they are read: where in them a fact stands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.read: dict[str, str] = {}

    def of(self, path: str) -> str:
        if path not in self.read:
            file = self.folder / path
            self.read[path] = next(iter(reader_for(file).read(file, ReadOptions()))).text
        return self.read[path]

    def sentence(self, told: Told) -> Evidence:
        """Find the sentence, whose words a reader may have parted by line ends."""
        return self.span(told.path, told.fact.sentence.split())

    def cell(self, told: Told) -> Evidence:
        """Find the row of a table as far as the value."""
        name = capital(told.fact.thing.name)
        found = re.search(
            rf"{re.escape(name)}\b.*?{re.escape(told.fact.value)}", self.of(told.path)
        )
        if not found:
            raise ValueError(f"{told.path} has no row of {name}")
        return Evidence(told.path, *found.span())

    def span(self, path: str, words: Sequence[str]) -> Evidence:
        found = re.search(r"\s+".join(map(re.escape, words)), self.of(path))
        if not found:
            raise ValueError(f"{path} does not say {' '.join(words)!r}")
        return Evidence(path, *found.span())


def write_sets(
    target: Path,
    rng: Random,
    leaves: Sequence[Leaf],
    asked: Sequence[Told],
    learned: Sequence[Told],
    changed: set[str],
) -> None:
    """Write the test questions, and what is learned from: about other facts."""
    texts = Texts(target / "documents")
    questions = [
        *single(rng, texts, asked, changed),
        *in_tables(rng, texts, leaves),
        *over_documents(rng, texts, asked),
        *without_answer(rng, leaves),
    ]
    rng.shuffle(questions)
    write_questions(target / "questions.jsonl", numbered(questions, "q"))
    pairs = unlike(questions, wordings(rng, texts, learned))
    once = {one.evidence: one for one, _ in reversed(pairs)}  # each fact in one wording
    write_questions(target / "questions-to-learn.jsonl", numbered(once.values(), "e"))
    examples = style_examples(pairs, house_style)
    lines = ({"messages": [asdict(message) for message in one.messages]} for one in examples)
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (target / "examples.jsonl").write_text(text, encoding="utf-8")


def single(
    rng: Random, texts: Texts, asked: Sequence[Told], changed: set[str]
) -> Iterator[Question]:
    """Ask for one fact; tags say the chapter, the kind of file, and whether it was revised."""
    for told in asked:
        tags = ["revised"] if told.fact.sentence in changed else []
        text = told.fact.question(rng)
        yield question(text, told.fact.value, [texts.sentence(told)], *tags)


def in_tables(rng: Random, texts: Texts, leaves: Sequence[Leaf]) -> Iterator[Question]:
    """Ask for cells."""
    cells = [Told(fact, leaf.path) for leaf in leaves for row in leaf.table for fact in row]
    for told in rng.sample(cells, IN_TABLES):
        yield question(told.fact.question(rng), told.fact.value, [texts.cell(told)], "table")


def over_documents(rng: Random, texts: Texts, asked: Sequence[Told]) -> Iterator[Question]:
    """Ask for two facts of two documents at once."""
    short = [one for one in asked if one.fact.value.isalnum() or one.fact.value.count(" ") < SHORT]
    short = [one for one in short if "," not in one.fact.value and " and " not in one.fact.value]
    for _ in range(SEVERAL):
        first, second = rng.sample(short, 2)
        yield question(
            together(rng, first.fact, second.fact),
            f"{first.fact.value} and {second.fact.value}",
            [texts.sentence(first), texts.sentence(second)],
            "several documents",
        )


def without_answer(rng: Random, leaves: Sequence[Leaf]) -> Iterator[Question]:
    """Ask for what nobody states."""
    known = [fact for leaf in leaves for fact in leaf.facts]
    for fact in islice(missing_facts(rng, known), MISSING):
        tags = (CHAPTERS[fact.thing.kind], "unanswerable")
        yield Question("", fact.question(rng), answerable=False, schema=SCHEMA, tags=tags)


def question(text: str, expected: str, evidence: Sequence[Evidence], *tags: str) -> Question:
    first = Path(evidence[0].document)
    return Question(
        id="",
        text=text,
        expected=(expected,),
        match="contains",
        evidence=tuple(evidence),
        schema=SCHEMA,
        tags=(first.parts[0], first.suffix.removeprefix("."), *tags),
    )


def wordings(rng: Random, texts: Texts, learned: Sequence[Told]) -> list[tuple[Question, str]]:
    """Ask for each fact once, then again in other words until there are enough pairs."""
    pairs: dict[str, tuple[Question, str]] = {}
    while len(pairs) < EXAMPLES:
        for told in learned:
            one = question(told.fact.question(rng), told.fact.value, [texts.sentence(told)])
            pairs.setdefault(one.text, (one, told.fact.sentence))
    return list(pairs.values())[:EXAMPLES]


def unlike(
    questions: Sequence[Question], pairs: Sequence[tuple[Question, str]]
) -> list[tuple[Question, str]]:
    """Leave out what is asked nearly as a test question is."""
    told = given_away([one.text for one in questions], [one.text for one, _ in pairs])
    leaked = {found.turn for found in told}
    return [pair for place, pair in enumerate(pairs) if place not in leaked]


def numbered(questions: Iterable[Question], letter: str) -> Iterator[Question]:
    for number, one in enumerate(questions, 1):
        yield replace(one, id=f"{letter}{number:04d}")


def write(path: Path, page: Page) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(WRITERS[path.suffix.removeprefix(".")](page))


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
