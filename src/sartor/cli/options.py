"""Options that several verbs share, and the project a verb works on."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sartor.errors import ConfigError

if TYPE_CHECKING:
    from sartor.project import Project

Json = Annotated[bool, typer.Option("--json", help="Print what the call returns as JSON.")]
Collections = Annotated[
    list[str] | None,
    typer.Option("--collection", help="Look only into this collection; may be repeated."),
]
Labels = Annotated[
    list[str] | None,
    typer.Option("--label", help="Look with these access labels only; may be repeated."),
]
Filters = Annotated[
    list[str] | None,
    typer.Option("--filter", help="KEY=VALUE on metadata; may be repeated.", metavar="KEY=VALUE"),
]
Rung = Annotated[
    str | None, typer.Option(help="extract, prompt, few-shot, long-context, rag or few-shot+rag.")
]
ModelName = Annotated[
    str | None, typer.Option("--model", help="A model's name, or the folder of a local one.")
]
Adapter = Annotated[
    str | None, typer.Option(help="What to answer with: voice, voice@3, or the folder of a LoRA.")
]
Mode = Annotated[str | None, typer.Option(help="hybrid, dense or bm25.")]


MEANT = {  # options of pairs -> what one looks like
    "--answer": "cite=yes",
    "--field": "id=COLUMN",
    "--filter": "year=2024",
    "--set": "eval.seed=1",
    "--system": "theirs=answers.jsonl",
    "--with": "rank=8",
}


@dataclass(frozen=True, slots=True)
class Call:
    """What stands before the verb: which folder, which settings on top."""

    folder: Path | None = None
    flags: dict[str, Any] = field(default_factory=dict)


def open_project(context: typer.Context) -> Project:
    """Open the project this call is about: the folder named, or the nearest one above."""
    from sartor.project import Project

    call: Call = context.obj or Call()
    return Project(call.folder, **call.flags) if call.folder else Project.here(**call.flags)


def tell_departure(
    project: Project, *, rung: str | None, model: str | None, adapter: str | None
) -> None:
    """Say in a line on stderr how an adapter is asked otherwise than it was trained, if it is."""
    from sartor.cli.output import console

    departure = project.departure(rung=rung, model=model, adapter=adapter)
    if departure:
        console(stderr=True).print(departure, style="dim", markup=False)


def pairs(given: list[str] | None, option: str, meant: str = "") -> dict[str, str]:
    """Read options like those of `MEANT`, or as one that is `meant`."""
    found = {}
    for text in given or []:
        key, equals, value = text.partition("=")
        if not equals or not key:
            hint = f"{option} {meant or MEANT[option]}"
            raise ConfigError(f"{option} {text!r}; expected KEY=VALUE", hint)
        found[key.strip()] = value.strip()
    return found


def values(given: list[str] | None) -> dict[str, object]:
    """Read values of a recipe as TOML would: a number, true or false, or a list of names."""
    return {key: _value(text) for key, text in pairs(given, "--with").items()}


def _value(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return tuple(text.split(",")) if "," in text else text
