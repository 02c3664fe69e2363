"""PDF: text in reading order with page, headings, tables, and a box for every character.

PDFium is not thread-safe and its parser meets hostile files: this module runs in the child
processes of the pool only. Running headers and page numbers are left out and said in the notes;
so is text that a reader of the page cannot see.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import groupby
from pathlib import Path

import pypdfium2 as pdfium

from sartor.errors import ReadingError
from sartor.knowledge.reading.boxes import EMPTY, pack
from sartor.knowledge.reading.composing import Composition, complete, encodable, too_long
from sartor.knowledge.reading.glyphs import read_sheet
from sartor.knowledge.reading.lines import Line, PageLines, lines_of
from sartor.knowledge.reading.prose import (
    Sizes,
    paragraphs_of,
    running_lines,
    sizes_of,
    without_running_lines,
)
from sartor.protocols import ReadOptions
from sartor.types import Page, Reading

HIDDEN_WORDS = 2  # fewer are printers' marks and stray signs
SHOWN = 80  # characters of what was left out
_DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(Z|[+-]\d\d'?\d\d)?")
_NO_TITLE = re.compile(
    r"\(?anonymous\)?|untitled|microsoft word|.*\.(?:docx?|pdf|indd|tex|dvi|ps|qxd)", re.IGNORECASE
)


class PdfReader:
    """Read a PDF."""

    version = "1"
    suffixes = (".pdf",)

    def read(self, path: Path, options: ReadOptions) -> Iterator[Reading]:
        """Yield the one document of the file."""
        hidden: dict[str, str] = {}
        with closing(_open(path, options)) as document:
            pages = list(_pages(document, options, hidden))
            said = document.get_metadata_dict()
        running = running_lines(pages)
        kept = [without_running_lines(page, running) for page in pages]
        composition = Composition(options.max_characters)
        spans = list(_compose(composition, pages, kept, sizes_of(kept)))
        if not composition.blocks:
            raise ReadingError("; ".join(["the PDF has no text", *_missing(pages)]),
                               hint="recognise its text first (OCR)")  # fmt: skip
        found = Reading(
            composition.text,
            tuple(composition.blocks),
            title=_title(said.get("Title", ""), composition),
            pages=tuple(spans),
            metadata=_metadata(said),
            notes=(*_missing(pages), *_running(running), *_unseen(hidden)),
        )
        yield complete(found, options)


def _open(path: Path, options: ReadOptions) -> pdfium.PdfDocument:
    try:
        document = pdfium.PdfDocument(path, password=options.password)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            found = "needs a password" if options.password is None else "its password is another"
            raise ReadingError(
                f"the PDF is encrypted and {found}",
                hint="put its password into SARTOR_PDF_PASSWORD and run the command again",
            ) from None
        raise ReadingError(f"the PDF is damaged: {error}") from None
    count = len(document)
    if not 0 < count <= options.max_pages:
        document.close()
        reason = f"the PDF has {count:,} pages, allowed are 1 to {options.max_pages:,}"
        raise ReadingError(
            reason, hint="raise reading.max_pages or split the file" if count else ""
        )
    return document


def _pages(
    document: pdfium.PdfDocument, options: ReadOptions, hidden: dict[str, str]
) -> Iterator[PageLines]:
    """Lay out one page after the other; PDFium's own memory of a page is freed at once."""
    characters = 0
    for index in range(len(document)):
        try:
            page = document[index]
        except pdfium.PdfiumError:
            yield PageLines(index + 1, 0.0, 0.0, [])
            continue
        with closing(page):
            sheet = read_sheet(page)
        for why, found in sheet.hidden.items():
            words = "".join(found).split()
            if len(words) >= HIDDEN_WORDS:
                hidden.setdefault(why, f"page {index + 1}: {' '.join(words)[:SHOWN]!r}")
        characters += len(sheet.glyphs)
        if characters > options.max_characters:
            raise too_long(options.max_characters)
        yield lines_of(sheet, index + 1)


def _compose(
    composition: Composition, pages: Sequence[PageLines], kept: Sequence[list[Line]], sizes: Sizes
) -> Iterator[Page]:
    """Write the paragraphs of each page and yield the page with the boxes of its characters."""
    for page, lines in zip(pages, kept, strict=True):
        boxes = array("H")
        start: int | None = None
        for paragraph in paragraphs_of(lines, sizes):
            before = composition.length
            composition.add(paragraph.kind, encodable(paragraph.text), paragraph.level)
            if composition.length == before:
                continue
            block = composition.blocks[-1]
            if start is None:
                start = block.start
            else:
                boxes.extend(EMPTY * (block.start - before))
            boxes.extend(paragraph.boxes)
        first = composition.length if start is None else start
        packed = pack(boxes, page.unit)
        yield Page(page.number, first, composition.length, page.width, page.height, packed)


def _title(said: str, composition: Composition) -> str:
    """Return the title, or the first heading if the title is a file name or a number."""
    if len(re.findall(r"[^\W\d_]", said)) >= 3 and not _NO_TITLE.match(said.strip()):
        return encodable(said)
    headings = [block for block in composition.blocks[:20] if block.kind == "heading"]
    best = min(headings, key=lambda block: block.level, default=None)
    return composition.text[best.start : best.end] if best else ""


def _metadata(said: dict[str, str]) -> dict[str, str]:
    found = {
        "author": encodable(said.get("Author", "")),
        "description": encodable(said.get("Subject", "")),
        "created": _iso(said.get("CreationDate", "")),
        "modified": _iso(said.get("ModDate", "")),
    }
    return {name: value.replace("\0", "").strip() for name, value in found.items()}


def _iso(date: str) -> str:
    """Write a PDF date as ISO 8601, as precise as it is; the time zone stays out."""
    found = _DATE.match(date)
    if not found:
        return ""
    year, month, day, hour, minute, second, _ = found.groups()
    if not (month and day):
        return "-".join(filter(None, (year, month)))
    time = f"T{hour}:{minute}:{second}" if hour and minute and second else ""
    return f"{year}-{month}-{day}{time}"


def _missing(pages: Sequence[PageLines]) -> list[str]:
    """Say which pages have no text, and which have it from character recognition."""
    notes = []
    for what, numbers in (
        ("no text (scanned?)", [page.number for page in pages if page.scanned]),
        ("no text", [p.number for p in pages if not p.lines and not p.scanned]),
        ("text from character recognition", [p.number for p in pages if p.recognised]),
    ):
        if numbers:
            verb = "page {} has" if len(numbers) == 1 else "pages {} have"
            notes.append(f"{verb.format(_ranges(numbers))} {what}")
    return notes


def _ranges(numbers: Sequence[int]) -> str:
    """Write 3, 4, 5, 9 as "3-5, 9"."""
    parts = []
    for _, group in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        members = [number for _, number in group]
        parts.append(str(members[0]) if len(members) == 1 else f"{members[0]}-{members[-1]}")
    return ", ".join(parts)


def _running(running: dict[str, int]) -> list[str]:
    if not running:
        return []
    shown = "; ".join(sorted(running, key=lambda text: (-running[text], text))[:3])
    return [f"running headers and footers left out: {shown[: 2 * SHOWN]}"]


def _unseen(hidden: dict[str, str]) -> list[str]:
    return [f"hidden text left out ({why}), first on {where}" for why, where in hidden.items()]
