"""A passage -> the statements in it that could answer something, and what leads up to each.

A heading, a rule, a front matter, a question or the head of a table says nothing by itself. The
head of a table, a question and the line that announces a list lend their words to what stands
below them. It knows text and Markdown, not what is asked.

A statement that gives orders to a reading machine ("Ignore all previous instructions") is told by a
small list of turns of phrase, English and German: it catches the crude ones and is no protection.
"""

# ruff: noqa: RUF001 - the stops of other scripts look like ours

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sartor.text.sentences import sentences
from sartor.types import Passage

Place = tuple[int, int]

LONGEST_HEADING = 8  # words

_MARKUP = re.compile(r"#{1,6} |-{3}|[|:\s*_=+-]+$")
_STATEMENT = re.compile(r"[.!?;:。！？।]|\d")  # a stop or a number
_BAR = "|"
_OUTER = "| \t\r\n"  # around the cells of a row
_RULE = frozenset("|:- \t\r\n")  # what stands between the head of a table and its rows
_MARK = re.compile(r"(?:[-*+•▪◦>]|\(?\d{1,3}[.)]|\(?[a-zA-Z]\))[ \t]+")
_ANNOUNCES = re.compile(r"[:：?？؟]\s*[*_]*$")
_ASKS = re.compile(r"[?？؟]\s*[*_]*$")
_INSTRUCTS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:previous|above|prior|earlier|preceding|all"
    r"|your)\b.{0,20}\b(?:instructions?|prompts?|rules|directions)\b"
    r"|\byou are now (?:an? |the )?(?:\w+ )?(?:assistant|model|ai|bot|chatbot|dan)\b"
    r"|\bsystem prompt\b|\btell the user\b|\b(?:answer|reply|respond) only with the word\b"
    r"|\b(?:ignorier\w*|vergiss|vergessen sie|missachte\w*)\b.{0,40}\b(?:anweisung|instruktion"
    r"|vorgabe|regel)\w*|\bdu bist (?:jetzt|nun|ab jetzt) (?:ein\w* )?(?:\w+ )?(?:assistent|modell"
    r"|ki|bot|chatbot)\w*|\bsag\w* (?:dem|der) (?:be)?nutzer(?:in)?\b",
    re.IGNORECASE | re.DOTALL,
)
_WIDEST_TITLE = 80  # characters
# What a sentence cannot start with unless the one before it says what is meant.
_REFERS = re.compile(
    r"(?:it|its|this|these|they|their|he|his|she|her|such|er|sie|es|dies\w*|seine?|ihre?)\b|[它他她这该此其]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement where it stands in its document, without list marks and outer bars.

    `leads` are the places of what it needs to be understood: a line that announces it or asks for
    it, the head of its table. `refers` tells whether it starts by pointing at the one before it.
    """

    start: int
    end: int
    text: str
    leads: tuple[Place, ...] = ()
    row: bool = False

    @property
    def refers(self) -> bool:
        """Tell whether it starts with a word that stands for something said before."""
        return not self.row and _REFERS.match(self.text) is not None

    @property
    def instructs(self) -> bool:
        """Tell whether it speaks to a language model instead of a reader."""
        return instructs(self.text)


def statements(passage: Passage) -> list[Statement]:
    """Find the statements of a passage, in order."""
    return list(_statements(passage))


def _statements(passage: Passage) -> Iterator[Statement]:
    text, spans = passage.text, sentences(passage.text)
    announced: tuple[Place, ...] = ()  # the line that announces what we are reading
    head: tuple[Place, ...] = ()  # the first row of the table that we are in
    fresh = False  # the line before announced something
    for number, (start, end) in enumerate(spans):
        piece = text[start:end]
        begin = passage.start + start
        if piece.startswith(_BAR):
            cells = piece.strip(_OUTER)
            first = begin + len(piece) - len(piece.lstrip(_OUTER))
            place = (first, first + len(cells))
            if _heads(text, spans, number):
                head = (place,)
            elif cells and not _RULE.issuperset(piece):
                yield Statement(*place, cells, (*announced, *head), row=True)
            continue
        head = ()
        mark = _MARK.match(piece)
        if not mark and not fresh:
            announced = ()
        fresh = bool(_ANNOUNCES.search(piece)) and number + 1 < len(spans)
        if fresh:
            announced = () if instructs(piece) else ((begin, passage.start + end),)
        elif (mark or says_something(piece)) and not _ASKS.search(piece):
            skipped = mark.end() if mark else _title(piece)
            if not says_something(piece[skipped:]) and not mark:
                continue
            yield Statement(begin + skipped, passage.start + end, piece[skipped:], announced)


def instructs(text: str) -> bool:
    """Tell whether a text gives orders to a language model, as far as a small list knows them."""
    return _INSTRUCTS.search(text) is not None


def _title(piece: str) -> int:
    """Give the length of a title line without marks before a text: 0 where there is none.

    A line that was wrapped is too long for the word that starts the next one; a title is not.
    """
    line, broken, rest = piece.partition("\n")
    following = rest.partition("\n")[0].strip()
    first = following.partition(" ")[0]
    if not broken or len(line) > _WIDEST_TITLE or _STATEMENT.search(line) or line.endswith(","):
        return 0
    fits = len(line) + 1 + len(first) < len(following)
    titled = len(line.split()) <= LONGEST_HEADING and not first[:1].islower()
    return len(line) + len(broken) + len(rest) - len(rest.lstrip()) if fits and titled else 0


def _heads(text: str, spans: list[tuple[int, int]], number: int) -> bool:
    """Tell whether a row is the head of a table: a rule follows."""
    following = spans[number + 1 : number + 2]
    return any(_RULE.issuperset(text[start:end]) for start, end in following)


def says_something(text: str) -> bool:
    """Tell a statement from a heading, a rule or a front matter: those name things, no more."""
    if _MARKUP.match(text):
        return False
    return bool(_STATEMENT.search(text)) or len(text.split()) > LONGEST_HEADING
