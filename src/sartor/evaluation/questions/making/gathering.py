"""One document -> the candidates it gives, each with its exact span."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sartor.evaluation.questions.making.asking import Asking
from sartor.evaluation.questions.making.candidate import Candidate
from sartor.evaluation.questions.making.cloze import gaps
from sartor.evaluation.questions.making.forms import forms
from sartor.evaluation.questions.making.prose import Line, lines
from sartor.evaluation.questions.making.tables import Told, cells, labels
from sartor.text.languages import detect
from sartor.types import Block, Document

_SMALL_WORD = re.compile(r"\b[a-z][a-z-]+\b")
_NAME_INSIDE = re.compile(r"(?<=[a-z,] )[A-Z][\w-]+\b")


def candidates(document: Document, blocks: Sequence[Block]) -> Iterator[Candidate]:
    """Find what can be asked about a document; the expected text always stands in the span."""
    for told in (*cells(document.text, blocks), *labels(document.text, blocks)):
        yield from _kept(document, told)
    language = document.language or detect(document.text)
    names = {name.lower() for name in _NAME_INSIDE.findall(document.text)}
    common = frozenset(_SMALL_WORD.findall(document.text)) - names
    for line in lines(document.text, blocks):
        for asking, plural, named in _asked(line, language, common):
            yield from _kept(document, Told(asking, line.start, line.end), plural, named)


def _asked(
    line: Line, language: str, common: frozenset[str]
) -> Iterator[tuple[Asking, bool, bool]]:
    """Ask by the forms of English; in other languages leave a gap."""
    english = language == "en" or (not language and line.text.isascii())
    found = list(forms(line.text, common)) if english else []
    for asking, cut in found:
        yield asking, bool(cut and cut.plural), bool(cut and cut.named)
    if not english:
        yield from ((gap, False, False) for gap in gaps(line.text, language))


def _kept(
    document: Document, told: Told, plural: bool = False, named: bool = False
) -> Iterator[Candidate]:
    asking = told.asking
    if asking.expected not in document.text[told.start : told.end]:
        return  # markup inside: what is expected would not be what is written
    yield Candidate(
        asking.kind,
        asking.before,
        asking.subject,
        asking.after,
        asking.expected,
        document.id,
        told.start,
        told.end,
        plural,
        named,
    )
