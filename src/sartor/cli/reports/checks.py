"""A checked text: sentence by sentence what stands behind it, and the words that do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from sartor.cli.output import console
from sartor.cli.reports.tables import place_of, printable

if TYPE_CHECKING:
    from sartor.types import Sentence, Support, Trouble

INDENT = 3  # columns: the width of a mark
MARKS: dict[Support, tuple[str, str]] = {
    "supported": ("ok", "green"),
    "partly": ("~", "yellow"),
    "unsupported": ("!!", "bold red"),
    "contradicted": ("!!", "bold red"),
    "unchecked": ("", "dim"),
}


def print_checks(sentences: Sequence[Sentence]) -> None:
    """Print each sentence with its support, the reason, and each quote with its place."""
    out = console()
    for sentence in sentences:
        mark, style = MARKS[sentence.support]
        said = " ".join(printable(sentence.text).split())
        out.print(Text.assemble((f"{mark:<{INDENT}}", style), said))
        if sentence.support != "supported":
            why = f"{sentence.support}: {sentence.reason}" if sentence.reason else sentence.support
            _indented(out, Text(printable(why), style=style))
        for cited in sentence.citations:
            quote = " ".join(printable(cited.quote).split())
            place = place_of(cited.document_id, cited.page)
            _indented(out, Text.assemble((place, "cyan"), (f"  {quote}", "dim")))
    counts = Counter(sentence.support for sentence in sentences)
    told = [f"{counts[support]} {support}" for support in MARKS if counts[support]]
    out.print(Text(", ".join(told) or "No sentence to check.", style="bold"))


def print_left_out(trouble: Trouble) -> None:
    """Name a file that could not be used, and why, on stderr."""
    said = printable(f"Left out: {trouble.item}: {trouble.reason}")
    console(stderr=True).print(Text(said, style="yellow"), soft_wrap=True)


def _indented(out: Console, text: Text) -> None:
    out.print(Padding(text, (0, 0, 0, INDENT), expand=False))
