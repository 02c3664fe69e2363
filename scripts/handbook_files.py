"""A page of the sample handbook -> the bytes of a Markdown, HTML, DOCX or PDF file.

The same page gives the same bytes every time. Needs the dev packages.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from io import BytesIO

ZIP_DATE = (2026, 1, 1, 0, 0, 0)
HOUSE = "Corvane Group"

Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Note:
    """A section: what it is about, and what it says."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """One document: its title, the year it was last checked, its notes and perhaps a table."""

    title: str
    year: int
    notes: tuple[Note, ...]
    table: tuple[Row, ...] = ()

    @property
    def opening(self) -> str:
        return f"{HOUSE}, handbook. This page was last checked in {self.year}."


def markdown(page: Page) -> bytes:
    parts = [f"# {page.title}", page.opening]
    for note in page.notes:
        parts += [f"## {note.heading}", note.text]
    if page.table:
        head, *rows = (f"| {' | '.join(row)} |" for row in page.table)
        rule = f"|{'---|' * len(page.table[0])}"
        parts += ["## At a glance", "\n".join((head, rule, *rows))]
    return ("\n\n".join(parts) + "\n").encode()


def html(page: Page) -> bytes:
    lines = [
        "<!doctype html>",
        f'<html lang="en"><head><meta charset="utf-8"><title>{escape(page.title)}</title></head>',
        f"<body><h1>{escape(page.title)}</h1>",
        f"<p>{escape(page.opening)}</p>",
    ]
    for note in page.notes:
        lines += [f"<h2>{escape(note.heading)}</h2>", f"<p>{escape(note.text, quote=False)}</p>"]
    if page.table:
        lines += ["<h2>At a glance</h2>", "<table>"]
        for number, row in enumerate(page.table):
            cell = "td" if number else "th"
            cells = "".join(f"<{cell}>{escape(text)}</{cell}>" for text in row)
            lines.append(f"<tr>{cells}</tr>")
        lines.append("</table>")
    return "\n".join((*lines, "</body></html>", "")).encode()


def docx(page: Page) -> bytes:
    import docx as word

    document = word.Document()
    properties = document.core_properties
    properties.title, properties.author = page.title, HOUSE
    properties.created = properties.modified = datetime(page.year, 1, 1)
    document.add_heading(page.title, 1)
    document.add_paragraph(page.opening)
    for note in page.notes:
        document.add_heading(note.heading, 2)
        document.add_paragraph(note.text)
    if page.table:
        document.add_heading("At a glance", 2)
        table = document.add_table(rows=0, cols=len(page.table[0]))
        for row in page.table:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    made = BytesIO()
    document.save(made)
    return _dated(made)


def pdf(page: Page) -> bytes:
    from reportlab import rl_config
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

    rl_config.invariant = 1  # the same bytes every time
    style = getSampleStyleSheet()
    story = [
        Paragraph(escape(page.title), style["Heading1"]),
        Paragraph(page.opening, style["BodyText"]),
    ]
    for note in page.notes:
        story.append(Paragraph(escape(note.heading, quote=False), style["Heading2"]))
        story.append(Paragraph(escape(note.text, quote=False), style["BodyText"]))
    if page.table:
        grid = Table(page.table, hAlign="LEFT")
        grid.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black")]))
        story += [Paragraph("At a glance", style["Heading2"]), grid, Spacer(1, 12)]
    made = BytesIO()
    SimpleDocTemplate(made, pagesize=A4, title=page.title, author=HOUSE).build(story)
    return made.getvalue()


def _dated(made: BytesIO) -> bytes:
    """Write an archive again with one date for all its parts, small."""
    again = BytesIO()
    with zipfile.ZipFile(made) as parts, zipfile.ZipFile(again, "w") as kept:
        for name in parts.namelist():
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            kept.writestr(entry, parts.read(name))
    return again.getvalue()


WRITERS: dict[str, Callable[[Page], bytes]] = {
    "md": markdown,
    "html": html,
    "docx": docx,
    "pdf": pdf,
}
