"""`sartor questions`: make candidates, review them, check what there is."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sartor.cli.keyboard import keys
from sartor.cli.options import Json, ModelName, open_project, pairs
from sartor.cli.output import console, print_json, progress
from sartor.cli.reports.questions import (
    print_candidate,
    print_estimate,
    print_findings,
    print_made,
    print_reviewed,
)
from sartor.errors import InputError, NotAProject, NotFound

if TYPE_CHECKING:
    from sartor.evaluation.questions.making import Estimate
    from sartor.evaluation.questions.reviewing import Review
    from sartor.project import Project
    from sartor.types import Question

BAD_QUESTIONS = 3
CANDIDATES = Path("candidates.jsonl")

app = typer.Typer(no_args_is_help=True, help="Test questions: make, review and check them.")


@app.command()
def make(
    context: typer.Context,
    n: Annotated[int, typer.Option("-n", min=1, help="How many at most.")] = 100,
    output: Annotated[Path, typer.Option(help="Where to write them; - for stdout.")] = CANDIDATES,
    seed: Annotated[int, typer.Option(help="Decides which ones.")] = 0,
    with_model: Annotated[
        bool, typer.Option("--with-model", help="Let the configured model write; costs tokens.")
    ] = False,
    model: ModelName = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what a model would take, and ask it nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make candidate questions from the documents; they count once they are reviewed."""
    from sartor.evaluation.questions.rows import line_of
    from sartor.evaluation.questions.writing import write_questions
    from sartor.project.questioning import candidates, estimated

    to_stdout = str(output) == "-"
    if not to_stdout and not dry_run and output.exists():
        raise InputError(f"{output} is there already", "review it, or name another: --output FILE")
    with open_project(context) as project:
        foreseen = estimated(project, n, seed=seed, model=model, written=with_model)
        if dry_run:
            _foretell(foreseen, as_json)
            return
        if foreseen.calls:
            print_estimate(foreseen, stderr=True)
        with progress() as show:
            made = candidates(project, n, seed=seed, model=model, written=with_model, progress=show)
    if to_stdout:
        sys.stdout.write("".join(line_of(question) for question in made.questions))
    elif made.questions:
        write_questions(output, made.questions)
    if as_json:
        print_json("questions-make", made)
    else:
        print_made(made, n, "" if to_stdout else str(output))


def _foretell(found: Estimate, as_json: bool) -> None:
    if as_json:
        print_json("questions-estimate", found)
    else:
        print_estimate(found, stderr=False)


@app.command()
def check(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="Questions in any form; default: eval.questions_file.")
    ] = None,
    examples: Annotated[
        Path | None, typer.Option(help="Examples to tune with: is a question among them?")
    ] = None,
    field: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=COLUMN", help="Which column of a table is what; repeatable."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what is wrong with test questions; exit code 3 if a figure would be wrong by it."""
    from sartor.project.questioning import check_questions

    fields = pairs(field, "--field")
    try:
        with open_project(context) as project:
            path = file or project.folder / project.settings.eval.questions_file
            found = check_questions(project, path, examples, fields)
    except NotAProject:
        if file is None:
            raise
        path, found = file, check_questions(None, file, examples, fields)
    if as_json:
        print_json("questions-check", found)
    else:
        print_findings(found, str(path))
    if any(finding.severity == "error" for finding in found):
        raise typer.Exit(BAD_QUESTIONS)


@app.command()
def review(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Candidates to decide about.")] = CANDIDATES,
    output: Annotated[
        Path | None, typer.Option(help="Where accepted ones go; default: eval.questions_file.")
    ] = None,
    accept_all: Annotated[
        bool, typer.Option("--accept-all", help="Accept all that is left, unread; for scripts.")
    ] = False,
) -> None:
    """Accept, edit or drop candidates one by one; every decision is kept at once."""
    from sartor.evaluation.questions.reviewing import Review

    with open_project(context) as project:
        target = output or project.folder / project.settings.eval.questions_file
        session = Review(file, target)
        if accept_all:
            _accept_all(session)
        else:
            _sit(session, project)
    print_reviewed(session.progress, str(target))


def _accept_all(session: Review) -> None:
    out = console(stderr=True)
    count = session.progress.waiting
    while session.current is not None:
        session.accept()
    out.print(
        f"[bold red]NOBODY HAS LOOKED AT THESE {count} QUESTIONS.[/bold red] Figures measured with"
        " them are about what a program wrote, not about what people ask."
    )


def _sit(session: Review, project: Project) -> None:
    """Show and listen until all is decided or somebody leaves."""
    try:
        while _wants_to_edit(session, project):
            _edit(session)
    except KeyboardInterrupt:
        console(stderr=True).print()  # every decision so far is on disk


def _wants_to_edit(session: Review, project: Project) -> bool:
    """Do what the keys say; end with True for other words, which are typed with Enter."""
    out = console(stderr=True)
    with keys() as pressed:
        while (candidate := session.current) is not None:
            print_candidate(out, candidate, session.progress, _context(project, candidate))
            key = next(pressed, "q")
            if key in ("e", "q"):
                return key == "e"
            if key == "a":
                session.accept()
            elif key == "d":
                session.drop()
            elif key == "s":
                session.skip()
            elif key == "b" and not session.back():
                out.print("There is nothing to take back.", style="dim")
    return False


def _edit(session: Review) -> None:
    """Ask for other words, and accept those."""
    current = session.current
    if current is not None:
        text = _edited("question", current.text)
        expected = _edited("expected", current.expected[0]) if current.expected else ""
        session.accept(text, expected)


def _edited(what: str, now: str) -> str:
    """Ask for other words; an empty line keeps those that are there."""
    sys.stderr.write(f"{what} [{now}]: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip()


def _context(project: Project, candidate: Question) -> tuple[str, int, int] | None:
    """Find the text around the evidence, and where in it the evidence stands."""
    piece = candidate.evidence[0] if candidate.evidence else None
    if piece is None or piece.start is None or piece.end is None:
        return None
    try:
        text = project.document(piece.document).text
    except NotFound:
        return None
    return text, piece.start, piece.end
