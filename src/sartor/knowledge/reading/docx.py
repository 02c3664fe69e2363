"""DOCX: headings, lists, tables, notes; deleted text is gone, hidden text is left out and told.

The archive is measured before it is opened: a small file must not grow without bound. Document
type declarations, which OOXML forbids, are refused before any XML is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from sartor.errors import ReadingError
from sartor.knowledge.reading.composing import Composition, complete
from sartor.knowledge.reading.grid import markdown_table
from sartor.protocols import ReadOptions
from sartor.types import Reading

EXPANDED_BYTES = 400 * 2**20
EXPANSION = 200  # times the size of the file; Office files stay under 30
SMALL_BYTES = 20 * 2**20  # below this an expansion of any ratio is harmless
MOST_PARTS = 5_000
MAIN_PART = "word/document.xml"

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_NO_WORDS = frozenset([f"{_W}pPr", f"{_W}rPr", f"{_W}instrText", _FALLBACK])
_BOX = f"{_W}txbxContent"
_HEADING_STYLE = re.compile(r"(?:heading|überschrift|titre|título)\s*([1-9])", re.IGNORECASE)
_NOTES = {"footnotes": "footnote", "endnotes": "endnote"}

Element = Any  # of lxml, which carries no types


class DocxReader:
    """Read a Word document."""

    version = "1"
    suffixes = (".docx",)

    def read(self, path: Path, options: ReadOptions) -> Iterator[Reading]:
        """Yield the one document of the file."""
        measure(path)
        document = _open(path)
        composition = Composition(options.max_characters)
        writer = _Writer(composition, _levels(document))
        writer.body(document.element.body)
        _write_notes(document, writer)
        metadata = _metadata(document)
        found = Reading(
            composition.text,
            tuple(composition.blocks),
            title=metadata.pop("title", "") or writer.title,
            metadata=metadata,
            notes=tuple(writer.notes()),
        )
        yield complete(found, options)


def measure(path: Path) -> None:
    """Refuse an archive that would expand too far, is encrypted, or declares entities."""
    try:
        with ZipFile(path) as archive:
            parts = archive.infolist()
            if MAIN_PART not in archive.namelist():
                raise ReadingError("a zip archive, but no Word document: it has no " + MAIN_PART)
            _measure_parts([part.file_size for part in parts], path.stat().st_size)
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as file:
                        if b"<!DOCTYPE" in file.read(4_096):
                            raise ReadingError(f"{part.filename} declares a document type")
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise ReadingError(f"the archive is damaged or encrypted: {error}") from None


def _measure_parts(sizes: list[int], packed: int) -> None:
    expanded = sum(sizes)
    if len(sizes) > MOST_PARTS:
        raise ReadingError(f"the archive has {len(sizes):,} parts, allowed are {MOST_PARTS:,}")
    if expanded > EXPANDED_BYTES or expanded > max(SMALL_BYTES, EXPANSION * packed):
        raise ReadingError(
            f"the archive expands from {packed:,} to {expanded:,} bytes, "
            f"allowed are {EXPANSION} times its size and {EXPANDED_BYTES:,} bytes"
        )


def _open(path: Path) -> Any:  # noqa: ANN401 - python-docx carries no types
    from docx import Document
    from lxml.etree import XMLSyntaxError

    try:
        return Document(str(path))
    except (XMLSyntaxError, KeyError, ValueError, BadZipFile) as error:
        raise ReadingError(f"the Word document is damaged: {error}") from None


def _levels(document: Any) -> dict[str, int]:  # noqa: ANN401
    """Return the heading level of each style that makes headings, by style id."""
    levels = {}
    for style in document.styles.element.iter(f"{_W}style"):
        name = style.find(f"{_W}name")
        outline = style.find(f"{_W}pPr/{_W}outlineLvl")
        heading = _HEADING_STYLE.match(name.get(f"{_W}val", "") if name is not None else "")
        if heading:
            levels[style.get(f"{_W}styleId")] = min(6, int(heading[1]))
        elif outline is not None and outline.get(f"{_W}val", "9").isdigit():
            level = int(outline.get(f"{_W}val")) + 1
            levels[style.get(f"{_W}styleId")] = level if level <= 6 else 0
        elif name is not None and name.get(f"{_W}val", "").lower() == "title":
            levels[style.get(f"{_W}styleId")] = 1
    return {style: level for style, level in levels.items() if level}


@dataclass(slots=True)
class _Writer:
    """Write the elements of a body as blocks, and remember what was hidden or deleted."""

    composition: Composition
    levels: dict[str, int]
    title: str = ""
    hidden: list[str] = field(default_factory=list)
    deleted: int = 0

    def body(self, parent: Element) -> None:
        """Write paragraphs and tables in order; content controls are looked into."""
        for element in parent:
            if element.tag == f"{_W}p":
                self._paragraph(element)
            elif element.tag == f"{_W}tbl":
                self._table(element)
            elif element.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins"):
                self.body(element)

    def text_of(self, element: Element) -> str:
        """Return the visible text of an element, deletions and text boxes apart."""
        return "".join(self._words(element))

    def notes(self) -> list[str]:
        """Say what was left out."""
        notes = []
        if self.deleted:
            notes.append(f"{self.deleted} tracked deletions left out")
        words = " ".join(" ".join(self.hidden).split())
        if words:
            notes.append(f"hidden text left out ({len(words)} characters): {words[:80]!r}")
        return notes

    def _paragraph(self, element: Element) -> None:
        text = " ".join(self.text_of(element).split(" ")).strip()
        style = element.find(f"{_W}pPr/{_W}pStyle")
        name = style.get(f"{_W}val", "") if style is not None else ""
        depth = element.find(f"{_W}pPr/{_W}numPr/{_W}ilvl")
        if name in self.levels:
            self.composition.add("heading", " ".join(text.split()), self.levels[name])
            self.title = self.title or (text if self.levels[name] == 1 else "")
        elif text and (element.find(f"{_W}pPr/{_W}numPr") is not None or name.startswith("List")):
            level = int(depth.get(f"{_W}val", "0")) + 1 if depth is not None else 1
            self.composition.add("list", f"{'  ' * (level - 1)}- {text}", level)
        else:
            self.composition.add("paragraph", text)
        for box in element.iter(_BOX):
            if not any(above.tag == _FALLBACK for above in box.iterancestors()):
                self.body(box)

    def _table(self, table: Element) -> None:
        rows = [self._row(row) for row in table.iter(f"{_W}tr") if _table_of(row) is table]
        rows = [row for row in rows if any(map(str.strip, row))]
        if rows:
            self.composition.add("table", markdown_table(rows))

    def _row(self, row: Element) -> list[str]:
        """Return the cells of a row; what a merged cell covers stays empty."""
        cells: list[str] = []
        for cell in row.iter(f"{_W}tc"):
            if _row_of(cell) is not row:
                continue
            merged = cell.find(f"{_W}tcPr/{_W}vMerge")
            covered = merged is not None and merged.get(f"{_W}val", "continue") != "restart"
            words = [self.text_of(paragraph) for paragraph in cell.iter(f"{_W}p")]
            cells.append("" if covered else " ".join(words))
            span = cell.find(f"{_W}tcPr/{_W}gridSpan")
            width = span.get(f"{_W}val", "1") if span is not None else "1"
            cells.extend([""] * (min(int(width), 100) - 1 if width.isdigit() else 0))
        return cells

    def _words(self, element: Element) -> Iterator[str]:
        for child in element:
            tag = child.tag
            if tag == f"{_W}t":
                yield child.text or ""
            elif tag in (f"{_W}tab", f"{_W}ptab"):
                yield "\t"
            elif tag in (f"{_W}br", f"{_W}cr"):
                yield "\n"
            elif tag == f"{_W}noBreakHyphen":
                yield "-"
            elif tag in (f"{_W}footnoteReference", f"{_W}endnoteReference"):
                yield f"[{child.get(f'{_W}id', '')}]"
            elif tag in (f"{_W}del", f"{_W}moveFrom"):
                self.deleted += 1
            elif tag == f"{_W}r" and _vanishes(child):
                self.hidden.extend(self._plain_words(child))
            elif tag not in _NO_WORDS and tag != _BOX:
                yield from self._words(child)

    @staticmethod
    def _plain_words(run: Element) -> Iterator[str]:
        for text in run.iter(f"{_W}t"):
            yield text.text or ""


def _vanishes(run: Element) -> bool:
    for mark in ("vanish", "webHidden"):
        found = run.find(f"{_W}rPr/{_W}{mark}")
        if found is not None and found.get(f"{_W}val", "true") not in ("0", "false", "off"):
            return True
    return False


def _table_of(row: Element) -> Element:
    return next(row.iterancestors(f"{_W}tbl"))


def _row_of(cell: Element) -> Element:
    return next(cell.iterancestors(f"{_W}tr"))


def _write_notes(document: Any, writer: _Writer) -> None:  # noqa: ANN401
    """Append footnotes and endnotes, each with the number its reference shows."""
    from docx.oxml import parse_xml

    for relation in document.part.rels.values():
        kind = relation.reltype.rsplit("/", 1)[-1]
        if kind in _NOTES and not relation.is_external:
            for note in parse_xml(relation.target_part.blob).iter(f"{_W}{_NOTES[kind]}"):
                text = " ".join(writer.text_of(note).split())
                if text and note.get(f"{_W}type") is None:
                    writer.composition.add("paragraph", f"[{note.get(f'{_W}id', '')}] {text}")


def _metadata(document: Any) -> dict[str, str]:  # noqa: ANN401
    """Return what the document says of itself; python-docx would invent what is missing."""
    kinds = [relation.reltype for relation in document.part.package.rels.values()]
    if not any(kind.endswith("/core-properties") for kind in kinds):
        return {}
    properties = document.core_properties
    return {
        "title": _said(properties.title),
        "author": _said(properties.author),
        "description": _said(properties.subject),
        "created": _date(properties.created),
        "modified": _date(properties.modified),
    }


def _said(value: object) -> str:
    text = " ".join(str(value or "").split())
    return "" if text.lower() in ("python-docx", "word document") else text


def _date(value: datetime | None) -> str:
    return value.isoformat() if value else ""
