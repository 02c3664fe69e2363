"""`sartor adapters`: what was trained, which of it is in use, and how it leaves the house."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sartor.cli.options import Json, open_project
from sartor.cli.output import print_json
from sartor.cli.reports.adapters import (
    print_adapters,
    print_differences,
    print_exported,
    print_imported,
    print_merged,
    print_promoted,
)
from sartor.cli.reports.cards import print_about

app = typer.Typer(no_args_is_help=True, help="Adapters: versions, aliases, cards, export.")

Reference = Annotated[
    str, typer.Argument(metavar="ADAPTER", help="voice (the newest), voice@3 or voice@production.")
]
Alias = Annotated[str, typer.Option(help="The alias, as in voice@production.")]
To = Annotated[Path, typer.Option("--to", help="The folder to write; empty, or not there yet.")]
BaseModel = Annotated[
    str, typer.Option("--base", help="Folder of the base model; default: where it was.")
]


@app.command("list")
def list_adapters(context: typer.Context, as_json: Json = False) -> None:
    """List every version with its aliases, its task before and after, and the guard's word."""
    with open_project(context) as project:
        adapters, faults = project.adapters.list(), project.adapters.faults()
    if as_json:
        print_json("adapters-list", adapters)
    else:
        print_adapters(adapters, faults)


@app.command()
def show(context: typer.Context, adapter: Reference, as_json: Json = False) -> None:
    """Show the card of a version; checks that its files are what was trained."""
    with open_project(context) as project:
        about = project.adapters.about(adapter)
    if as_json:
        print_json("adapters-show", about)
    else:
        print_about(about)


@app.command()
def diff(
    context: typer.Context, first: Reference, second: Reference, as_json: Json = False
) -> None:
    """Say in what two versions differ: data, recipe, results."""
    with open_project(context) as project:
        one, other = (project.adapters.show(name).id for name in (first, second))
        found = project.adapters.diff(one, other)
    if as_json:
        print_json("adapters-diff", found)
    else:
        print_differences(one, other, found)


@app.command()
def promote(
    context: typer.Context,
    adapter: Reference,
    alias: Alias = "production",
    force: Annotated[
        bool, typer.Option("--force", help="Even if no guard passed; that is remembered.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Let an alias mean this version; refused (exit code 7) unless its guard passed."""
    with open_project(context) as project:
        promoted = project.adapters.promote(adapter, alias, force=force)
    if as_json:
        print_json("adapters-promote", promoted)
    else:
        print_promoted(promoted, alias)


@app.command()
def rollback(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The name of an adapter, without a version.")],
    alias: Alias = "production",
    as_json: Json = False,
) -> None:
    """Let an alias mean the version again that it meant before."""
    with open_project(context) as project:
        back = project.adapters.rollback(name, alias)
    if as_json:
        print_json("adapters-rollback", back)
    else:
        print_promoted(back, alias)


@app.command()
def delete(
    context: typer.Context,
    adapters: Annotated[list[str], typer.Argument(help="Versions, like voice@3.")],
    force: Annotated[
        bool, typer.Option("--force", help="Even if an alias means it; the alias goes too.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Delete versions; their numbers are not given again."""
    with open_project(context) as project:
        deleted = [project.adapters.delete(one, force=force) for one in adapters]
    if as_json:
        print_json("adapters-delete", deleted)
    else:
        typer.echo(f"Deleted {', '.join(deleted)}.", err=True)


@app.command("import")
def import_adapter(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Argument(help="What PEFT, Axolotl, TRL or `adapters export` has saved.")
    ],
    name: Annotated[str, typer.Option(help="The name it gets here, as in voice@1.")],
    base: Annotated[
        str, typer.Option(help="Folder or name of its base; default: what its folder names.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Make a version of an adapter that was trained elsewhere; it stays unproven."""
    with open_project(context) as project:
        about = project.adapters.about(project.adapters.adopt(folder, name, base).id)
    if as_json:
        print_json("adapters-import", about)
    else:
        print_imported(about)


@app.command()
def export(
    context: typer.Context,
    adapter: Reference,
    to: To,
    kind: Annotated[
        str,
        typer.Option(
            help="peft (for PEFT, vLLM, TGI), merged (a whole model), or provider (examples and "
            "steps for a provider's own fine-tuning)."
        ),
    ] = "peft",
    examples: Annotated[
        str,
        typer.Option(help="For a provider: the file of examples; default: what it learned from."),
    ] = "",
    as_json: Json = False,
) -> None:
    """Write a version for others, and print the lines that start servers with it."""
    with open_project(context) as project:
        exported = project.adapters.export(adapter, to, kind, examples=examples)
    if as_json:
        print_json("adapters-export", exported)
    else:
        print_exported(exported)


@app.command()
def merge(
    context: typer.Context, adapter: Reference, to: To, base: BaseModel = "", as_json: Json = False
) -> None:
    """Write one model that holds the adapter, and say how far it is from base and adapter."""
    with open_project(context) as project:
        merged = project.adapters.merge(adapter, to, base)
    if as_json:
        print_json("adapters-merge", merged)
    else:
        print_merged(merged)
