"""What a person sees: reports, hits, answers, scorecards and lists as rich text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from sartor.cli.output import console
from sartor.types import (
    Answer,
    Citation,
    DocumentReport,
    Hit,
    Measurement,
    Scorecard,
    Source,
    SyncReport,
    Trouble,
)

if TYPE_CHECKING:
    from sartor.config import Setting
    from sartor.knowledge.index.verify import Comparison
    from sartor.knowledge.ledger import DocumentSummary
    from sartor.knowledge.search import SearchResult
    from sartor.project import Finding

SNIPPET_CHARACTERS = 320
TROUBLES_SHOWN = 20
ITEMS_SHOWN = 5
SNIPPET_LINES = 6
_RULE = re.compile(r"[|:\s-]+$|-{3,}")  # rules of tables and between sections
_MARKUP = re.compile(r"#{1,6} |-{3,}|[|:\s-]+$")  # headings, rules: the place is said already
LATENCY = "latency"


def _table(*columns: str, right: Sequence[str] = ()) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return table


# --- sync -------------------------------------------------------------------------------------


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
            f"Checked: {round(found.mean * found.n)} of {found.n} new passages are found when "
            "asked for with a sentence of theirs."
        )


def _print_troubles(title: str, troubles: Sequence[Trouble], style: str) -> None:
    if not troubles:
        return
    out = console()
    out.print(Text(f"{title}:", style=style))
    table = _table("file", "reason")
    table.show_header = False
    items: dict[str, list[str]] = {}
    for trouble in troubles:
        items.setdefault(trouble.reason, []).append(trouble.item)
    for reason, named in list(items.items())[:TROUBLES_SHOWN]:
        more = f"\nand {len(named) - ITEMS_SHOWN} more" if len(named) > ITEMS_SHOWN else ""
        names = "\n".join(named[:ITEMS_SHOWN]) + more
        table.add_row(Text(names, style="bold"), Text(reason))
    out.print(Padding(table, (0, 0, 0, 2)))
    if len(items) > TROUBLES_SHOWN:
        out.print(f"  and {len(items) - TROUBLES_SHOWN} other reasons; --json lists all")


def _print_notes(report: SyncReport) -> None:
    noted = [(document.id, notes) for document in report.documents if (notes := _notes(document))]
    if not noted:
        return
    out = console()
    out.print(Text("Worth a look:", style="yellow"))
    table = _table("document", "note")
    table.show_header = False
    for id, notes in noted[:TROUBLES_SHOWN]:
        table.add_row(Text(id, style="bold"), Text("; ".join(notes)))
    out.print(Padding(table, (0, 0, 0, 2)))
    if len(noted) > TROUBLES_SHOWN:
        out.print(f"  and {len(noted) - TROUBLES_SHOWN} more; --json lists all")


def _notes(document: DocumentReport) -> list[str]:
    copy = [f"says the same as {document.duplicate_of}"] if document.duplicate_of else []
    return [*copy, *document.notes]


# --- search and answers -----------------------------------------------------------------------


def print_hits(hits: Sequence[Hit], query: str) -> None:
    """Print hits as number, place, headings and a snippet with the query's words marked."""
    out = console()
    if not hits:
        out.print("Nothing found.")
    for number, hit in enumerate(hits, 1):
        passage = hit.passage
        place = Text.assemble(
            (f"{number:>2}  ", "bold"),
            (_place(passage.document_id, passage.page), "bold cyan"),
            (f"  {' > '.join(passage.headings)}", "dim"),
            (f"  {hit.score:.3f}", "dim"),
        )
        out.print(place)
        snippet = Text(_snippet(passage.text))
        snippet.highlight_words(_words(query), "bold yellow", case_sensitive=False)
        out.print(Padding(snippet, (0, 0, 1, 4)))


def print_explanation(result: SearchResult) -> None:
    """Print how one search went: words, legs, weights, timings, then rank by rank."""
    out, about = console(), result.explanation
    out.print(Text("Words looked up: ", style="dim").append(" ".join(about.terms) or "none"))
    for ranking in about.rankings:
        state = f"dropped: {ranking.dropped}" if ranking.dropped else f"weight {ranking.weight:.2f}"
        out.print(Text(f"{ranking.leg:<6} {len(ranking.found):>4} hits, {state}"))
    stages = ", ".join(f"{stage} {1000 * took:.1f} ms" for stage, took in about.seconds.items())
    out.print(Text(f"Time: {stages}", style="dim"))
    table = _table("#", "passage", "score", "bm25 rank", "bm25", "dense rank", "dense", "folded")
    for number, hit in enumerate(result.hits, 1):
        cells = [str(number), hit.passage.id, f"{hit.score:.3f}"]
        for leg in ("bm25", "dense"):
            cells += [
                str(hit.ranks[leg]) if leg in hit.ranks else "-",
                f"{hit.scores[leg]:.3f}" if leg in hit.scores else "-",
            ]
        table.add_row(*(Text(cell) for cell in [*cells, ", ".join(hit.folded)]))
    out.print(table)


def print_answer(answer: Answer) -> None:
    """Print the answer with numbered citations, then the cited passages with the quote marked."""
    out = console()
    numbers: dict[tuple[str, int | None], int] = {}
    text = Text()
    for sentence in answer.sentences:
        row = sentence.text.lstrip().startswith("|")
        if row and text:
            text.append("\n")
        text.append(_cells(sentence.text) if row else " ".join(sentence.text.split()))
        for citation in sentence.citations:
            number = numbers.setdefault((citation.document_id, citation.page), len(numbers) + 1)
            text.append(f" [{number}]", style="bold cyan")
        text.append(" ")
    out.print(Padding(text if answer.sentences else Text(answer.text), (0, 0, 0, 2)))
    passages = {passage.id: passage.text for passage in answer.context}
    shown: set[str] = set()
    for citation in answer.citations:
        if citation.passage_id in shown:
            continue
        shown.add(citation.passage_id)
        number = numbers.get((citation.document_id, citation.page), 0)
        place = _place(citation.document_id, citation.page)
        out.print(Text.assemble((f"  [{number}] ", "bold cyan"), (place, "cyan")))
        quotes = [c for c in answer.citations if c.passage_id == citation.passage_id]
        out.print(
            Padding(
                _quoted(passages.get(citation.passage_id, citation.quote), quotes), (0, 0, 0, 6)
            )
        )


def _cells(row: str) -> str:
    """Write a table's row for reading: its cells with a dot between."""
    return " · ".join(cell.strip() for cell in row.strip().strip("|").split("|"))


def _quoted(passage: str, citations: Sequence[Citation]) -> Text:
    """Show the lines that hold the quotes and those beside them, the quotes themselves marked."""
    quotes = [line for citation in citations for line in citation.quote.splitlines()]
    lines = [line for line in passage.splitlines() if line.strip() and not _MARKUP.match(line)]
    holding = [at for at, line in enumerate(lines) if any(q in line for q in quotes)]
    beside = {near for at in holding for near in (at - 1, at, at + 1)}
    shown = [line for at, line in enumerate(lines) if at in beside]
    text = Text("\n".join(shown), style="dim")
    for line in quotes:
        text.highlight_regex(re.escape(line), "not dim bold yellow")
    return text


def _place(document: str, page: int | None) -> str:
    return f"{document}, page {page}" if page else document


def _snippet(text: str) -> str:
    """Take the first lines of a passage, without blank ones and marks."""
    lines = [line for line in text.splitlines() if line.strip() and not _RULE.match(line)]
    shown = "\n".join(line.lstrip("# ") for line in lines[:SNIPPET_LINES])
    cut = (
        shown if len(shown) <= SNIPPET_CHARACTERS else shown[:SNIPPET_CHARACTERS].rsplit(" ", 1)[0]
    )
    return cut if len(lines) <= SNIPPET_LINES and cut == shown else cut + " ..."


def _words(query: str) -> list[str]:
    return [word for word in re.findall(r"\w+", query) if len(word) > 2]


# --- measuring --------------------------------------------------------------------------------


def print_scorecard(card: Scorecard) -> None:
    """Print every measure with its interval, then the questions that went wrong."""
    out = console()
    table = _table("measure", "value", "95 % interval", "questions", right=("value", "questions"))
    for name, measured in card.measurements.items():
        table.add_row(name, _number(name, measured.mean), _interval(measured), str(measured.n))
    out.print(table)
    for row in card.rows:
        if row.error:
            out.print(Text(f"{row.question_id}: {row.error}", style="red"))


def _number(name: str, value: float) -> str:
    return f"{1000 * value:.1f} ms" if name.startswith(LATENCY) else f"{value:.3f}"


def _interval(measured: Measurement) -> str:
    low, high = (_number(measured.metric, value) for value in (measured.low, measured.high))
    return f"{low} - {high}"


# --- lists ------------------------------------------------------------------------------------


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
    table = _table(*kept, right=("pages", "passages"))
    for row in zip(*kept.values(), strict=True):
        table.add_row(*(Text(cell) for cell in row))
    console().print(table if documents else "No documents yet.  ->  sartor add DOCUMENTS")


def print_sources(sources: Sequence[Source]) -> None:
    """Print one line a source."""
    table = _table("source", "location", "collection", "labels")
    for source in sources:
        cells = (source.name, source.location, source.collection, " ".join(source.labels))
        table.add_row(*(Text(cell) for cell in cells))
    console().print(table if sources else "No sources yet.  ->  sartor add DOCUMENTS")


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


def print_settings(rows: Sequence[Setting], *, origin: bool) -> None:
    """Print one line a setting; changed ones stand out."""
    columns = ["setting", "value", *(["origin"] if origin else []), "meaning"]
    table = _table(*columns)
    for row in rows:
        value = Text(str(row.value) or '""', style="bold" if row.value != row.default else "")
        cells = [Text(row.name), value, *([Text(row.origin)] if origin else []), Text(row.about)]
        table.add_row(*cells)
    console().print(table)


def print_findings(findings: Sequence[Finding]) -> None:
    """Print one line a check."""
    table = _table("", "check", "found")
    table.show_header = False
    for finding in findings:
        mark = Text("ok", style="green") if finding.fine else Text("!!", style="bold red")
        found = Text(finding.found + (f"\n-> {finding.hint}" if finding.hint else ""))
        table.add_row(mark, Text(finding.check, style="bold"), found)
    console().print(table)
