"""`sartor doctor`: is everything in order, and what was chosen for this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from sartor.cli.options import Json, open_project
from sartor.cli.output import print_json
from sartor.cli.reports.lists import print_findings


def doctor(
    context: typer.Context,
    build_int8: Annotated[
        bool,
        typer.Option("--build-int8", help="Make the int8 model from your passages (needs nncf)."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Check the project and this machine; say what was chosen and why."""
    with open_project(context) as project:
        if build_int8:
            typer.echo(f"Wrote {project.build_int8()}.", err=True)
        findings = project.doctor()
    if as_json:
        print_json("doctor", findings)
    else:
        print_findings(findings)
    if not all(finding.fine for finding in findings):
        raise typer.Exit(1)
