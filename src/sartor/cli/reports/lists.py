"""Lists: documents, sources, settings, what was checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.tables import table

if TYPE_CHECKING:
    from sartor.config import Setting
    from sartor.knowledge.index.verify import Comparison
    from sartor.knowledge.ledger import DocumentSummary
    from sartor.project import Finding
    from sartor.types import Source


def print_documents(documents: Sequence[DocumentSummary]) -> None:
    """Print one line a document; a column that is empty for all is left out."""
    columns = {
        "document": [document.id for document in documents],
        "title": [document.title for document in documents],
        "source": [document.source for document in documents],
        "language": [document.language for document in documents],
        "pages": [str(document.pages or "") for document in documents],
        "passages": [str(document.passages) for document in documents],
        "labels": [" ".join(document.labels) for document in documents],
    }
    kept = {name: cells for name, cells in columns.items() if any(cells)}
    rows = table(*kept, right=("pages", "passages"))
    for row in zip(*kept.values(), strict=True):
        rows.add_row(*(Text(cell) for cell in row))
    console().print(rows if documents else "No documents yet.  ->  sartor add DOCUMENTS")


def print_sources(sources: Sequence[Source]) -> None:
    """Print one line a source."""
    rows = table("source", "location", "collection", "labels")
    for source in sources:
        cells = (source.name, source.location, source.collection, " ".join(source.labels))
        rows.add_row(*(Text(cell) for cell in cells))
    console().print(rows if sources else "No sources yet.  ->  sartor add DOCUMENTS")


def print_verification(report: Comparison, *, repaired: bool) -> None:
    """Print what differs between index and ledger."""
    out = console()
    if report.equal:
        out.print("[green]The index equals the ledger.[/green]")
        return
    found = {
        "missing": report.missing,
        "surplus": report.surplus,
        "stale": report.stale,
        "not found by searching": report.unfindable,
    }
    counts = ", ".join(f"{len(keys)} {what}" for what, keys in found.items() if keys)
    out.print(f"Of {report.compared} passages in the index: {counts}.")
    out.print("Repaired." if repaired else "->  sartor index verify --repair")


def print_settings(settings: Sequence[Setting], *, origin: bool) -> None:
    """Print one line a setting; changed ones stand out."""
    rows = table("setting", "value", *(["origin"] if origin else []), "meaning")
    for one in settings:
        value = Text(str(one.value) or '""', style="bold" if one.value != one.default else "")
        cells = [Text(one.name), value, *([Text(one.origin)] if origin else []), Text(one.about)]
        rows.add_row(*cells)
    console().print(rows)


def print_findings(findings: Sequence[Finding]) -> None:
    """Print one line a check."""
    rows = table("", "check", "found", header=False)
    for finding in findings:
        mark = Text("ok", style="green") if finding.fine else Text("!!", style="bold red")
        found = Text(finding.found + (f"\n-> {finding.hint}" if finding.hint else ""))
        rows.add_row(mark, Text(finding.check, style="bold"), found)
    console().print(rows)
