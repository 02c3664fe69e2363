"""Tokens in, text out that only ever grows by whole characters and ends where it should.

A token may be part of a character, and the last characters may be the beginning of a stop string:
such text is held back until it is clear. It knows no model.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

INCOMPLETE = "\N{REPLACEMENT CHARACTER}"


class Pieces:
    """The text of one completion while it is being written."""

    def __init__(self, decode: Callable[[Sequence[int]], str], stops: Sequence[str] = ()) -> None:
        self._decode = decode
        self._stops = tuple(stop for stop in stops if stop)
        self._tokens: list[int] = []
        # Tokens are decoded together with those before them, as some tokenizers treat the first
        # one of a text in a special way; only this window is decoded again.
        self._window = 0
        self._decoded = 0
        self._held = ""
        self._released: list[str] = []
        self.stopped = False

    @property
    def text(self) -> str:
        """All that was released."""
        return "".join(self._released)

    def add(self, token: int) -> str:
        """Take one token; returns the text that is now clear, often empty."""
        self._tokens.append(token)
        before = self._decode(self._tokens[self._window : self._decoded])
        after = self._decode(self._tokens[self._window :])
        if len(after) <= len(before) or after.endswith(INCOMPLETE):
            return ""
        self._window, self._decoded = self._decoded, len(self._tokens)
        return self._release(self._held + after[len(before) :])

    def finish(self) -> str:
        """Release what was held back; half a character at the end is dropped."""
        before = self._decode(self._tokens[self._window : self._decoded])
        after = self._decode(self._tokens[self._window :])[len(before) :]
        rest = self._release(self._held + after.rstrip(INCOMPLETE))
        if self._held and not self.stopped:
            self._released.append(self._held)
            rest, self._held = rest + self._held, ""
        return rest

    def _release(self, text: str) -> str:
        found = [at for stop in self._stops if (at := text.find(stop)) >= 0]
        if found:
            self.stopped = True
            clear, self._held = text[: min(found)], ""
        else:
            keep = max((_beginning(text, stop) for stop in self._stops), default=0)
            clear, self._held = text[: len(text) - keep], text[len(text) - keep :]
        if clear:
            self._released.append(clear)
        return clear


def _beginning(text: str, stop: str) -> int:
    """Return how many characters at the end of the text may be the beginning of a stop string."""
    longest = min(len(stop) - 1, len(text))
    return next((size for size in range(longest, 0, -1) if text.endswith(stop[:size])), 0)
