"""`sartor prompt`: the templates that questions are put into."""

from __future__ import annotations

from typing import Annotated

import typer

from sartor.cli.options import open_project

app = typer.Typer(no_args_is_help=True, help="The prompt templates: show them, make them yours.")


@app.command()
def show(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(help="A template; without one all are listed.")
    ] = None,
    variant: Annotated[str, typer.Option(help="The variant, as in ask.template.")] = "default",
) -> None:
    """Print one template, or the names of all."""
    with open_project(context) as project:
        prompts = project.prompts
        typer.echo(prompts.text(name, variant) if name else "\n".join(prompts.names()))
    if not name:
        typer.echo("->  sartor prompt show NAME   prints one of them", err=True)


@app.command()
def init(context: typer.Context) -> None:
    """Write the default templates into prompts/, where they can be edited."""
    with open_project(context) as project:
        folder = project.folder / "prompts"
        written = project.prompts.write_defaults(folder)
    typer.echo(f"Wrote {len(written)} templates to {folder}.", err=True)
