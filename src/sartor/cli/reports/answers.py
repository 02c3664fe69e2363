"""Answers: sentences with the numbers of their sources and, where it is not all right, with why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.flow import MARGIN, Flow
from sartor.cli.reports.tables import place_of, printable
from sartor.types import (
    Answer,
    Checked,
    Citation,
    Done,
    Event,
    Retrieved,
    Sentence,
    Support,
    Token,
    Withdrawn,
)

Place = tuple[str, int | None]  # a document and a page of it: what one [n] stands for

QUOTES_AT = 6  # columns from the left
AROUND_QUOTE = 120  # characters shown of a long line before and behind the quote
DOUBTS: dict[Support, str] = {
    "partly": "yellow", "unsupported": "bold red", "contradicted": "bold red",
}  # fmt: skip
_MARKUP = re.compile(r"#{1,6} |-{3,}|[|:\s-]+$")  # headings, rules: the place is said already

_HALF_WORD = re.compile(r"\S{1,20}$")
_REST_OF_WORD = re.compile(r"^\S{1,20}")


def print_answer(answer: Answer, *, quotes: bool = True) -> None:
    """Print a finished answer and what it stands on."""
    writing = Writing(console())
    writing.whole(answer)
    writing.below(answer, quotes=quotes)


def print_events(events: Iterable[Event], *, quotes: bool = True) -> Answer:
    """Print an answer, in a terminal sentence by sentence while it is made; return it."""
    out = console()
    writing = Writing(out)
    with out.status("Searching", spinner="dots") as status:
        for event in events:
            match event:
                case Done(answer):
                    status.stop()
                    if not out.is_terminal:
                        writing.whole(answer)
                    writing.finish()
                    writing.below(answer, quotes=quotes)
                    return answer
                case _ if not out.is_terminal:
                    continue
                case Retrieved(hits):
                    status.update(f"Reading {len(hits)} passages")
                case Token(text):
                    writing.hear(text)
                case Checked(sentence):
                    status.stop()
                    writing.say(sentence)
                case Withdrawn():
                    writing.take_back()
                    status.start()
    raise RuntimeError("the answer ended without its last event")


class Writing:
    """An answer on its way to the terminal; a source has the same [n] wherever it is cited."""

    def __init__(self, out: Console) -> None:
        self._out = out
        self._flow = Flow(out)
        self._heard = ""  # text whose sentence has not been checked yet
        self._numbers: dict[Place, int] = {}
        self._head: list[str] = []  # of the table whose rows are written

    def whole(self, answer: Answer) -> None:
        """Write a finished answer."""
        from sartor.assistants.remembering import retell

        for event in retell(answer):
            if isinstance(event, Checked):
                self.say(event.sentence)
            else:
                self.hear(event.text)
        self.finish()

    def hear(self, text: str) -> None:
        """Take in the next piece of text; it is written once it is checked."""
        self._heard += text

    def say(self, sentence: Sentence) -> None:
        """Write a checked sentence, its sources, and what is wrong with it."""
        heard, self._heard = self._heard, ""
        row = self._row(sentence.text)
        if row:
            self._flow.break_line()
        self._flow.write(row or heard)
        numbers = [self._number(place) for place in by_place(sentence.citations)]
        if numbers:
            self._flow.mark(" ".join(f"[{number}]" for number in numbers), "bold cyan")
        if sentence.support in DOUBTS:
            why = f": {sentence.reason}" if sentence.reason else ""
            self._flow.mark(f"({sentence.support}{why})", DOUBTS[sentence.support])
        if row:
            self._flow.break_line()

    def _row(self, text: str) -> str:
        """Write the row of a table for reading, each cell after the head of its column.

        The head comes with the first of its rows. Other texts give nothing.
        """
        *above, last = text.strip().split("\n")
        cells = _cells(last)
        if len(cells) > 1 and above and len(_cells(above[-1])) == len(cells):
            self._head = _cells(above.pop())
        elif not last.startswith("|") and len(cells) != len(self._head):
            return ""
        if len(self._head) == len(cells) > 1:
            pairs = zip(self._head, cells, strict=True)
            cells = [f"{head}: {cell}" if head else cell for head, cell in pairs if cell]
        return " ".join((*above, " · ".join(cells)))

    def take_back(self) -> None:
        """Remove everything that was written."""
        self._flow.take_back()
        self._heard, self._head = "", []
        self._numbers.clear()

    def finish(self) -> None:
        """Write what has been heard and belongs to no sentence, and end the paragraph."""
        self._flow.write(self._heard)
        self._flow.end()
        self._heard = ""

    def below(self, answer: Answer, *, quotes: bool) -> None:
        """Write the sources, what a reader should know besides, and the answer's id."""
        self._sources(answer, quotes=quotes)
        fired = [f"Rules that fired: {', '.join(answer.flags)}"] if answer.flags else []
        for line in (*(f"Note: {note}" for note in answer.notes), *fired):
            self._indented(Text(printable(line), style="yellow"))
        if answer.trace_id and quotes:
            self._indented(Text(f"answer {answer.trace_id}", style="dim"))

    def _sources(self, answer: Answer, *, quotes: bool) -> None:
        texts = {passage.id: passage.text for passage in answer.context}
        for place, cited in by_place(answer.citations).items():
            number = f"[{self._number(place)}] "
            self._indented(Text.assemble((number, "bold cyan"), (place_of(*place), "cyan")))
            if quotes:
                for passage, group in _by_passage(cited).items():
                    shown = _quoted(texts.get(passage, group[0].quote), group)
                    self._indented(shown, QUOTES_AT)

    def _indented(self, text: Text, columns: int = MARGIN) -> None:
        for line in text.wrap(self._out, max(self._out.width - columns, 1)):
            line.rstrip()
            self._out.print(Text.assemble(" " * columns, line), soft_wrap=True)

    def _number(self, place: Place) -> int:
        return self._numbers.setdefault(place, len(self._numbers) + 1)


def by_place(citations: Iterable[Citation]) -> dict[Place, list[Citation]]:
    """Gather citations by what their [n] stands for, in the order of the numbers."""
    places: dict[Place, list[Citation]] = {}
    for citation in citations:
        places.setdefault((citation.document_id, citation.page), []).append(citation)
    return places


def _by_passage(citations: Iterable[Citation]) -> dict[str, list[Citation]]:
    passages: dict[str, list[Citation]] = {}
    for citation in citations:
        passages.setdefault(citation.passage_id, []).append(citation)
    return passages


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def _quoted(passage: str, citations: Sequence[Citation]) -> Text:
    """Show the lines that hold the quotes and those beside them, the quotes themselves marked."""
    quotes = [line for citation in citations for line in citation.quote.splitlines() if line]
    lines = [line for line in passage.splitlines() if line.strip() and not _MARKUP.match(line)]
    holding = [at for at, line in enumerate(lines) if any(quote in line for quote in quotes)]
    beside = {near for at in holding for near in (at - 1, at, at + 1)}
    shown = [_clipped(line, quotes) for at, line in enumerate(lines) if at in beside]
    text = Text(printable("\n".join(shown)), style="dim")
    for quote in quotes:
        text.highlight_regex(re.escape(printable(quote)), "not dim bold yellow")
    return text


def _clipped(line: str, quotes: Sequence[str]) -> str:
    """Cut a long line down to its quotes and some words around them."""
    found = [quote for quote in quotes if quote in line]
    if not found:
        return line if len(line) <= 2 * AROUND_QUOTE else f"{line[: 2 * AROUND_QUOTE]} ..."
    first = max(0, min(line.index(quote) for quote in found) - AROUND_QUOTE)
    last = max(line.index(quote) + len(quote) for quote in found) + AROUND_QUOTE
    kept = _HALF_WORD.sub("", line[:first])  # words at the edges are shown whole
    rest = _REST_OF_WORD.sub("", line[last:])
    before, behind = "... " if kept else "", " ..." if rest else ""
    return f"{before}{line[len(kept) : len(line) - len(rest)]}{behind}"
