"""One completion under way: what was asked for, what was written, and who waits for it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import cast

import torch

from sartor.errors import Unreachable
from sartor.models.local.grammar import JsonWriter
from sartor.models.local.pieces import Pieces
from sartor.types import Completion, FinishReason, Usage


@dataclass(slots=True, eq=False)
class Request:
    """Handed from a caller's thread to the one that runs the model, and filled in there.

    `lot` draws tokens; without one the likeliest is taken. `cancelled` is set by the caller, who
    may go away at any time.
    """

    prompt: list[int]
    max_tokens: int
    pieces: Pieces
    ends: frozenset[int]
    model: str
    adapter: str | None = None
    temperature: float = 0.0
    lot: torch.Generator | None = None
    grammar: JsonWriter | None = None
    deadline: float | None = None
    streamed: bool = False
    cancelled: bool = False
    done: bool = False
    tokens: list[int] = field(default_factory=list)
    started: float = field(default_factory=time.perf_counter)
    out: SimpleQueue[str | Completion | Exception] = field(default_factory=SimpleQueue)

    # --- in the caller's thread ----------------------------------------------------------------

    def answers(self) -> Iterator[str | Completion]:
        """Yield pieces of text and, last, the completion; raises what went wrong."""
        try:
            while True:
                answer = self.out.get()
                if isinstance(answer, Exception):
                    raise answer
                yield answer
                if isinstance(answer, Completion):
                    return
        finally:
            self.cancelled = True

    def completion(self) -> Completion:
        """Wait for the completion; raises what went wrong."""
        *_, last = self.answers()
        return cast(Completion, last)

    # --- in the thread that runs the model -----------------------------------------------------

    def given_up(self) -> bool:
        """Say whether nobody waits any longer; tells a caller whose deadline has passed."""
        if self.cancelled:
            self.done = True
        elif self.deadline is not None and time.monotonic() > self.deadline:
            self.fail(
                Unreachable(
                    f"the deadline passed after {len(self.tokens)} of at most {self.max_tokens} "
                    "tokens were written",
                    hint="give it more time, or set a smaller max_tokens",
                )
            )
        return self.done

    def take(self, token: int) -> None:
        """Go on by one token."""
        self.tokens.append(token)
        if token in self.ends:
            self._finish("stop")
            return
        self._put(self.pieces.add(token))
        if self.pieces.stopped or (self.grammar is not None and self.grammar.take(token)):
            self._finish("stop")
        elif len(self.tokens) >= self.max_tokens:
            self._finish("length")

    def fail(self, error: Exception) -> None:
        """End with an error."""
        self.done = True
        self.out.put(error)

    def _finish(self, reason: FinishReason) -> None:
        self.done = True
        self._put(self.pieces.finish())
        used = Usage(
            input_tokens=len(self.prompt),
            output_tokens=len(self.tokens),
            seconds=time.perf_counter() - self.started,
        )
        self.out.put(Completion(self.pieces.text, used, reason, self.model))

    def _put(self, piece: str) -> None:
        if piece and self.streamed:
            self.out.put(piece)
