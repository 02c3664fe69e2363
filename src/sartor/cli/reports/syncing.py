"""What one `add` or `sync` did: counts in a line, then whatever needs attention."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.tables import table

if TYPE_CHECKING:
    from sartor.types import DocumentReport, SyncReport, Trouble

TROUBLES_SHOWN = 20
ITEMS_SHOWN = 5


def print_sync(report: SyncReport) -> None:
    """Print what one sync did: counts in a line, then whatever needs attention."""
    out = console()
    counts = {
        "added": len(report.added),
        "changed": len(report.changed),
        "moved": len(report.moved),
        "deleted": len(report.deleted),
        "unchanged": report.unchanged,
        "failed": len(report.failed),
        "skipped": len(report.skipped),
    }
    parts = [f"{count} {what}" for what, count in counts.items() if count]
    out.print(Text(", ".join(parts) or "nothing found", style="bold"))
    if report.passages or report.embedded:
        out.print(
            f"New passages: {report.passages}, embedded: {report.embedded}"
            + (f", {report.waiting} waiting for `sartor sync`" if report.waiting else "")
            + f", in {report.seconds:.1f} s"
        )
    if report.estimated_tokens:
        cost = "unknown" if report.estimated_cost is None else f"{report.estimated_cost:.4f}"
        out.print(f"Embedding what waits: about {report.estimated_tokens:,} tokens, cost {cost}.")
    _print_troubles("Failed", report.failed, "red")
    _print_troubles("Skipped", report.skipped, "yellow")
    _print_notes(report)
    if report.self_retrieval:
        found = report.self_retrieval
        out.print(
            f"Tried with a sample of {found.n} sentences from new passages: "
            f"{round(found.mean * found.n)} find the passage they stand in."
        )


def _print_troubles(title: str, troubles: Sequence[Trouble], style: str) -> None:
    if not troubles:
        return
    out = console()
    out.print(Text(f"{title}:", style=style))
    rows = table("file", "reason", header=False)
    items: dict[str, list[str]] = {}
    for trouble in troubles:
        items.setdefault(trouble.reason, []).append(trouble.item)
    for reason, named in list(items.items())[:TROUBLES_SHOWN]:
        more = f"\nand {len(named) - ITEMS_SHOWN} more" if len(named) > ITEMS_SHOWN else ""
        names = "\n".join(named[:ITEMS_SHOWN]) + more
        rows.add_row(Text(names, style="bold"), Text(reason))
    out.print(Padding(rows, (0, 0, 0, 2)))
    if len(items) > TROUBLES_SHOWN:
        out.print(f"  and {len(items) - TROUBLES_SHOWN} other reasons; --json lists all")


def _print_notes(report: SyncReport) -> None:
    noted = [(document.id, notes) for document in report.documents if (notes := _notes(document))]
    if not noted:
        return
    out = console()
    out.print(Text("Worth a look:", style="yellow"))
    rows = table("document", "note", header=False)
    for id, notes in noted[:TROUBLES_SHOWN]:
        rows.add_row(Text(id, style="bold"), Text("; ".join(notes)))
    out.print(Padding(rows, (0, 0, 0, 2)))
    if len(noted) > TROUBLES_SHOWN:
        out.print(f"  and {len(noted) - TROUBLES_SHOWN} more; --json lists all")


def _notes(document: DocumentReport) -> list[str]:
    copy = [f"says the same as {document.duplicate_of}"] if document.duplicate_of else []
    return [*copy, *document.notes]
