"""Search results: places, snippets, and how one search went."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.tables import place_of, table

if TYPE_CHECKING:
    from sartor.knowledge.search import SearchResult
    from sartor.types import Hit

SNIPPET_CHARACTERS = 320
SNIPPET_LINES = 6
_RULE = re.compile(r"[|:\s-]+$|-{3,}")  # rules of tables and between sections


def print_hits(hits: Sequence[Hit], query: str) -> None:
    """Print hits as number, place, headings and a snippet with the query's words marked."""
    out = console()
    if not hits:
        out.print("Nothing found.")
    for number, hit in enumerate(hits, 1):
        passage = hit.passage
        place = Text.assemble(
            (f"{number:>2}  ", "bold"),
            (place_of(passage.document_id, passage.page), "bold cyan"),
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
    rows = table("#", "passage", "score", "bm25 rank", "bm25", "dense rank", "dense", "folded")
    for number, hit in enumerate(result.hits, 1):
        cells = [str(number), hit.passage.id, f"{hit.score:.3f}"]
        for leg in ("bm25", "dense"):
            cells += [
                str(hit.ranks[leg]) if leg in hit.ranks else "-",
                f"{hit.scores[leg]:.3f}" if leg in hit.scores else "-",
            ]
        rows.add_row(*(Text(cell) for cell in [*cells, ", ".join(hit.folded)]))
    out.print(rows)


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
