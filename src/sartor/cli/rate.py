"""`sartor rate`: people say which answer is better, or whether one is right."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sartor.cli.keyboard import keys
from sartor.cli.options import Json, open_project
from sartor.cli.output import console, print_json
from sartor.cli.reports.rating import print_item, print_outcome, print_rated
from sartor.errors import ConfigError, InputError, NotAProject

if TYPE_CHECKING:
    from sartor.evaluation.rating import Answered, Session
    from sartor.types import Question

GIVEN = "A file of recorded answers, or the id of a stored run."


def rate(
    context: typer.Context,
    first: Annotated[str, typer.Argument(help=GIVEN)],
    second: Annotated[
        str | None, typer.Argument(help="Another one: pairs are shown, without names.")
    ] = None,
    questions: Annotated[
        Path | None,
        typer.Option(help="The questions that recorded answers answer, with what was expected."),
    ] = None,
    ratings: Annotated[
        Path, typer.Option(help="Where every verdict is kept at once; named again, it goes on.")
    ] = Path("ratings.jsonl"),
    seed: Annotated[int, typer.Option(help="Decides the order of questions and answers.")] = 0,
    labels: Annotated[
        Path | None, typer.Option(help="Write the answers with what was said about each.")
    ] = None,
    preferences: Annotated[
        Path | None, typer.Option(help="Write the pairs as prompt, chosen and rejected.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Rate answers in the terminal: pairs of two systems, or single answers as right or wrong."""
    from sartor.evaluation.rating import label_rows, preference_rows, rated

    _check_outputs(second, labels, preferences)
    systems = [_answered(context, given, questions) for given in (first, second) if given]
    session = _session(systems, ratings, seed)
    _sit(session)
    verdicts = session.ratings.verdicts
    if labels:
        _write(labels, label_rows(session.items, verdicts, _rows_of(first)))
    if preferences:
        _write(preferences, preference_rows(session.items, verdicts))
    result = rated([system.name for system in systems], session.items, verdicts)
    if as_json:
        print_json("rate", result)
    else:
        print_rated(result)


def _check_outputs(second: str | None, labels: Path | None, preferences: Path | None) -> None:
    """Refuse before anybody has rated anything what could not be written afterwards."""
    if second and labels:
        raise ConfigError("--labels is about single answers", "sartor rate ANSWERS --labels FILE")
    if preferences and not second:
        raise ConfigError(
            "--preferences needs two systems to prefer between",
            "sartor rate FIRST SECOND --preferences FILE",
        )


def _session(systems: list[Answered], path: Path, seed: int) -> Session:
    from sartor.evaluation.rating import (
        PAIR_KEYS,
        SINGLE_KEYS,
        VERDICTS,
        Ratings,
        Session,
        pair_items,
        single_items,
    )

    pairs = len(systems) == 2
    items = pair_items(*systems, seed=seed) if pairs else single_items(systems[0], seed=seed)
    if all(item.same for item in items):
        raise InputError(
            "there is nothing to rate: "
            + ("no question has two different answers" if pairs else "no question has an answer"),
            "the ids of both files must be those of the same questions" if pairs else "",
        )
    about = {"rates": " ".join(system.fingerprint for system in systems), "seed": str(seed)}
    ratings = Ratings(path, about, known=VERDICTS)
    return Session(items, ratings, PAIR_KEYS if pairs else SINGLE_KEYS)


def _sit(session: Session) -> None:
    """Show and listen until all is rated or somebody leaves."""
    from sartor.evaluation.rating.session import QUIT

    out = console(stderr=True)
    try:
        with keys() as pressed:
            while (item := session.current) is not None:
                print_item(out, item, session)
                key = next(pressed, QUIT)
                outcome = session.press(key)
                print_outcome(out, outcome, key, session)
                if outcome == "quit":
                    return
    except KeyboardInterrupt:
        out.print()  # every verdict so far is on disk


def _answered(context: typer.Context, given: str, questions: Path | None) -> Answered:
    """Read recorded answers, or a stored run where there is no such file."""
    if not Path(given).exists():
        return _of_run(context, given)
    from sartor.evaluation.questions import read_questions
    from sartor.evaluation.rating import Answered
    from sartor.evaluation.systems import NoAnswer, RecordedSystem

    system = RecordedSystem(Path(given))
    asked = read_questions(questions) if questions else _asked(context, given, system.questions())
    if questions:
        system.match(asked)
    texts = {}
    for question in asked:
        try:
            texts[question.id] = system.ask(question).answer.text
        except NoAnswer:
            continue
    return Answered(given, {question.id: question for question in asked}, texts)


def _asked(context: typer.Context, given: str, recorded: list[Question]) -> list[Question]:
    """Find what the answers of a file answer: the project's questions, or what its rows say."""
    ours = _of_project(context)
    asked = []
    for one in recorded:
        known = ours.get(one.id, one)
        asked.append(known if one.text in ("", known.text) else one)
    bare = [one.id for one in asked if not one.text]
    if bare:
        raise InputError(
            f"{given} has no question beside {len(bare)} of its answers ({bare[0]}), and no "
            "questions of a project here have their ids",
            f"sartor rate {given} --questions QUESTIONS",
        )
    return asked


def _of_project(context: typer.Context) -> dict[str, Question]:
    """Read the questions of the project here by their ids, if there are any that can be read."""
    from sartor.evaluation.questions import read_questions

    try:
        with open_project(context) as project:
            path = project.folder / project.settings.eval.questions_file
            return {one.id: one for one in read_questions(path)} if path.is_file() else {}
    except (NotAProject, InputError):  # these questions were not asked for
        return {}


def _rows_of(given: str) -> Iterator[Mapping[str, Any]]:
    """Give the rows that were rated as they stand in their file; a stored run has none."""
    from sartor.evaluation.systems import recorded_rows

    return recorded_rows(Path(given)) if Path(given).exists() else iter(())


def _of_run(context: typer.Context, id: str) -> Answered:
    from sartor.evaluation.rating import Answered

    try:
        with open_project(context) as project:
            run = project.run(id)
    except NotAProject as error:
        raise InputError(
            f"{id} is neither a file nor a run of a project here: {error.args[0]}",
            "name a file of recorded answers, or go to the project",
        ) from error
    texts = {row.question_id: row.answer.text for row in run.card.rows if row.answer}
    return Answered(id, {question.id: question for question in run.questions}, texts)


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_text(
            "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows),
            encoding="utf-8",
            errors="replace",  # half a surrogate pair in an answer
        )
        part.replace(path)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}", "name another") from None
