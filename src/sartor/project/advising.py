"""A project and what a person knows besides -> advice, before anything is measured.

What stands in the project is not asked for: it is filled in, and said where it came from.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import yaml

from sartor.errors import ConfigError, NotFound, StateError, nearest
from sartor.evaluation.questions import read_questions
from sartor.ladder.advising import Advice, advise, cases, read_profile
from sartor.ladder.advising.profile import Value
from sartor.ladder.mistakes import CHANGING, find_mistakes
from sartor.ladder.situation import Situation
from sartor.project.situation import situation_of
from sartor.project.verdicts import last
from sartor.types import Question

if TYPE_CHECKING:
    from sartor.project.project import Project

STILL, WATCHED = 0.005, 60.0  # a share a month that is as good as none, over so many days
TRAINED = ("lora", "full")  # how the names of rungs begin that take training
FITS = 100_000  # tokens: what the guides call few enough for a prompt
DEMANDED = {"citations.": "cite", "style.": "style"}  # measures in a bar -> what they ask for
INIT, ADD = "sartor init FOLDER && cd FOLDER", "sartor add DOCUMENTS"
EXAMPLE = "a line for each answer: cite: yes"
NOTHING: Mapping[str, object] = MappingProxyType({})


class Known(NamedTuple):
    """A value that a project tells by itself, and from what."""

    name: str
    value: Value
    source: str


def advise_project(
    project: Project | None = None,
    given: Mapping[str, object] | str | Path = NOTHING,
    *,
    like: str = "",
) -> Advice:
    """Advise a project, or somebody who has none yet; what is `given` wins over what it tells.

    `like` names a use case of the guides, whose answers hold where there are no others.
    """
    answers = given if isinstance(given, Mapping) else profile_file(Path(given))
    questions = project_questions(project) if project else []
    situation = situation_of(project, questions=questions) if project else Situation()
    known = {one.name: one for one in _of_the_case(like)} if like else {}
    if project:
        known |= {one.name: one for one in known_of(project, situation, questions)}
    told = {name: one for name, one in known.items() if name not in answers}
    found = advise(read_profile({**{name: one.value for name, one in told.items()}, **answers}))
    return replace(
        found,
        commands=(*_before(project, situation), *found.commands),
        taken={name: one.source for name, one in told.items()},
        mistakes=find_mistakes(situation),
    )


def _before(project: Project | None, situation: Situation) -> tuple[str, ...]:
    """Name the commands without which there is nothing to measure."""
    if situation.documents:
        return ()
    return (ADD,) if project else (INIT, ADD)


def _of_the_case(name: str) -> Iterator[Known]:
    if name not in cases():
        told = f"no use case {name!r}{nearest(name, cases())}"
        raise ConfigError(told, f"one of: {', '.join(cases())}")
    case = cases()[name]
    for key, value in case.profile.items():
        yield Known(key, value, f"the use case of {case.about} ({case.source})")


def profile_file(path: Path) -> dict[str, object]:
    """Read answers from a file: TOML by its name, otherwise YAML.

    A profile is a configuration: raises `ConfigError`, whatever is wrong with it.
    """
    try:
        text = path.read_text(encoding="utf-8")
        found = tomllib.loads(text) if path.suffix == ".toml" else yaml.safe_load(text)
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}", "--profile FILE") from None
    except (UnicodeDecodeError, yaml.YAMLError, tomllib.TOMLDecodeError) as error:
        told = " ".join(str(error).split())
        raise ConfigError(f"{path} is no profile: {told}", EXAMPLE) from None
    if not isinstance(found, dict):
        raise ConfigError(f"{path} holds no answers by name", EXAMPLE)
    return {str(name): value for name, value in found.items()}


def project_questions(project: Project) -> list[Question]:
    """Read the test questions of a project, if it has any."""
    path = project.folder / project.settings.eval.questions_file
    return list(read_questions(path)) if path.is_file() else []


def _size(situation: Situation, tokens: int) -> Known:
    """Say how much there is to read; what the model cannot see at once is too much for a prompt."""
    window = situation.window
    if window is None or tokens <= window:
        return Known("tokens", tokens, "counted, on a sample of the documents")
    told = f"{tokens:,} counted; the model sees {window:,} at once, so they do not fit a prompt"
    return Known("tokens", max(tokens, FITS), told)


# --- what a project tells by itself -----------------------------------------------------------


def known_of(project: Project, situation: Situation, questions: list[Question]) -> Iterator[Known]:
    """Answer what needs no person to answer it."""
    if situation.documents:
        yield Known("knowledge", True, f"{situation.documents:,} documents")
        yield from _change(situation)
        if situation.tokens is not None:
            yield _size(situation, situation.tokens)
        if len({source.collection for source in project.sources()}) > 1:
            yield Known("domains", True, "the collections of the sources")
    if situation.examples:
        file = project.settings.tune.examples_file
        yield Known("examples", situation.examples_learnable, f"{file}, those without errors")
    yield Known("questions", situation.questions, project.settings.eval.questions_file)
    if any(question.schema for question in questions):
        yield Known("format", "json", "questions with a schema")
    for measures, name in DEMANDED.items():
        if measures in project.settings.eval.bar:
            yield Known(name, True, "eval.bar")
    policy = project.settings.policy
    if policy.forbidden_phrases or policy.forbidden_topics:
        yield Known("unwanted", True, "[policy]")
    origin = project.settings.origin("eval.volume")
    if origin != "default":
        yield Known("volume", project.settings.eval.volume, f"eval.volume ({origin})")
    yield from _measured(project)


def _change(situation: Situation) -> Iterator[Known]:
    share, days = situation.changes_per_month, situation.days_watched
    if share is None or (share < STILL and days < WATCHED):
        return
    often = "never" if share < STILL else "rarely" if share < CHANGING else "often"
    yield Known("changes", often, f"{share:.1%} of the documents a month, over {days:.0f} days")


def _measured(project: Project) -> Iterator[Known]:
    """Tell from the last climb whether what needs no training falls short of its bar."""
    try:
        verdict = last(project)
    except (NotFound, StateError):  # never climbed, or not to be read any more
        return
    untrained = [name for name in verdict.considered if not name.startswith(TRAINED)]
    if verdict.bar and len(untrained) > 1 and not verdict.unfinished:
        short = verdict.rung is None or verdict.rung.startswith(TRAINED)
        yield Known("falls_short", short, f"the last climb, to {verdict.bar}")
