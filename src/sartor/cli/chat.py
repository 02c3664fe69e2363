"""`sartor chat`: one question after another, each knowing those before it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING

import typer

from sartor.cli.options import (
    Adapter,
    Filters,
    Labels,
    ModelName,
    Rung,
    open_project,
    pairs,
    tell_departure,
)
from sartor.cli.output import complain, console
from sartor.cli.reports.answers import print_answer, print_events
from sartor.cli.reports.traces import print_explanation
from sartor.errors import SartorError
from sartor.types import Answer, Message

if TYPE_CHECKING:
    from sartor.protocols import StreamingAssistant

HELP = """/sources  what the last answer stands on, with the quotes
/why      how it came about: steps, passages, tokens, cost
/clear    forget the conversation
/quit     leave (also Ctrl-D)"""


def chat(
    context: typer.Context,
    rung: Rung = None,
    model: ModelName = None,
    adapter: Adapter = None,
    filters: Filters = None,
    labels: Labels = None,
) -> None:
    """Talk with the documents; /help lists what else can be typed."""
    with open_project(context) as project:
        assistant = project.assistant(
            rung=rung, model=model, adapter=adapter, filters=pairs(filters, "--filter")
        )
        tell_departure(project, rung=rung, model=model, adapter=adapter)
        talk = _Talk(assistant, tuple(labels) if labels else None)
        if sys.stdin.isatty():
            console().print("Ask away. /help lists the commands, /quit leaves.", style="dim")
        for line in _lines():
            if line == "/quit":
                return
            talk.hear(line)


def _lines() -> Iterator[str]:
    """Read what is typed or piped, line by line, until it ends."""
    typed = sys.stdin.isatty()
    if typed:
        with suppress(ImportError):  # not on every system
            import readline  # noqa: F401  # arrows and history at the prompt
    while True:
        try:
            line = input("> " if typed else "").strip()
        except (EOFError, KeyboardInterrupt):
            if typed:
                console().print()
            return
        if line:
            yield line


class _Talk:
    """A conversation, and the last answer in it."""

    def __init__(self, assistant: StreamingAssistant, labels: tuple[str, ...] | None) -> None:
        self._assistant = assistant
        self._labels = labels
        self._history: list[Message] = []
        self._last: tuple[Answer, datetime, float] | None = None
        self._commands: dict[str, Callable[[], None]] = {
            "/sources": self._sources,
            "/why": self._why,
            "/clear": self._clear,
            "/help": lambda: console().print(HELP),
        }

    def hear(self, line: str) -> None:
        """Do what a line says; a question that fails does not end the conversation."""
        if not line.startswith("/"):
            self._ask(line)
        elif line in self._commands:
            self._commands[line]()
        else:
            console().print(f"There is no {line}.\n{HELP}", markup=False)

    def _ask(self, question: str) -> None:
        began, clock = datetime.now(UTC), perf_counter()
        try:
            events = self._assistant.stream(question, self._history, self._labels)
            answer = print_events(events, quotes=False)
            console().print()
        except SartorError as error:
            complain(error)
            return
        except KeyboardInterrupt:
            console().print("\n(stopped)", style="dim")
            return
        self._last = answer, began, perf_counter() - clock
        self._history += [Message("user", question), Message("assistant", answer.text)]

    def _sources(self) -> None:
        if self._last is None or not self._last[0].citations:
            console().print("There are no sources yet.")
        else:
            print_answer(self._last[0])
            console().print()

    def _why(self) -> None:
        if self._last is None:
            console().print("Nothing was asked yet.")
        else:
            answer, began, seconds = self._last
            turns = len(self._history) - 2
            print_explanation(answer, began=began, seconds=seconds, turns=turns)
            console().print()

    def _clear(self) -> None:
        self._history, self._last = [], None
