"""Rows of cells to a Markdown table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

Cells = Sequence[str]


def markdown_table(rows: Sequence[Cells]) -> str:
    """Write rows as a Markdown table, the first row as its header; short rows are filled up."""
    width = max(map(len, rows), default=0)
    header, *body = [[cell(text) for text in row] + [""] * (width - len(row)) for row in rows]
    lines = [header, ["---"] * width, *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cell(text: str) -> str:
    """Write one cell: a single line in which a pipe does not end the cell."""
    return " ".join(text.split()).replace("|", "\\|")


def row_groups(rows: Sequence[Cells], characters: int) -> Iterator[Sequence[Cells]]:
    """Cut a long table into groups of about so many characters, each with the header on top."""
    header = list(rows[0])
    group = [header]
    size = used = sum(map(len, header))
    for row in rows[1:]:
        if len(group) > 1 and used + sum(map(len, row)) > characters:
            yield group
            group, used = [header], size
        group.append(list(row))
        used += sum(map(len, row)) + 3 * len(row)
    yield group
