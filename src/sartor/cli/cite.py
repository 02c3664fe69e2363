"""`sartor cite`: the pages an answer cited, the quoted words marked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sartor.cli.options import Json, open_project
from sartor.cli.output import print_json
from sartor.errors import InputError, NotFound

if TYPE_CHECKING:
    from sartor.assistants.tracing import Trace
    from sartor.project.citing import CitedPage

LONGEST_NAME = 60  # characters of a document's id in a file name
_NOT_IN_NAMES = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class WrittenPage:
    """A cited page in a file."""

    path: str
    number: int
    document_id: str
    page: int | None
    quotes: tuple[str, ...]
    note: str


def cite(
    context: typer.Context,
    answer: Annotated[
        str, typer.Argument(help="The answer's id, as `sartor trace list` shows it, or: last.")
    ],
    number: Annotated[
        int | None, typer.Option("-n", "--number", min=1, help="Only the source of this number.")
    ] = None,
    output: Annotated[Path, typer.Option(help="The folder to write to.")] = Path("cited"),
    as_json: Json = False,
) -> None:
    """Picture the pages that an answer cites: PDF as PNG, other documents as HTML."""
    with open_project(context) as project:
        trace = project.trace(answer)
        if not trace.cited:
            raise NotFound(_nothing_cited(trace), f"sartor trace show {trace.id}")
        pages = project.cite(trace.id, number)
    written = [_write(page, output) for page in pages]
    if as_json:
        print_json("cite", written)
        return
    for page in written:
        typer.echo(page.path)
        if page.note:
            typer.echo(f"  {page.note}", err=True)


def _nothing_cited(trace: Trace) -> str:
    if trace.abstained:
        return f"answer {trace.id} cites nothing: no answer was found; its trace shows what was"
    return f"answer {trace.id} cites nothing; its trace shows what was found"


def _write(page: CitedPage, folder: Path) -> WrittenPage:
    document = _NOT_IN_NAMES.sub("-", page.document_id).strip("-.")[-LONGEST_NAME:]
    sheet = f"-page-{page.page}" if page.page else ""
    path = folder / f"{page.number}-{document}{sheet}.{page.kind}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(page.content)
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {error.strerror}", "sartor cite ... --output FOLDER"
        ) from None
    return WrittenPage(str(path), page.number, page.document_id, page.page, page.quotes, page.note)
