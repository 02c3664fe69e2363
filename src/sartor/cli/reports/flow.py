"""Text that grows: pieces go in as they come, wrapped words stand in the terminal.

Rich wraps what is complete; an answer is not complete while it is written.
"""

from __future__ import annotations

import re

from rich.cells import cell_len
from rich.console import Console

from sartor.cli.reports.tables import printable
from sartor.text.scripts import UNSPACED_CLASS

MARGIN = 2
_PIECES = re.compile(rf"\n+|[^\S\n]+|[{UNSPACED_CLASS}]|[^\s{UNSPACED_CLASS}]+")
# A line end within a sentence is where its document was wrapped, unless a list or a row follows.
_SOFT_BREAK = re.compile(r"(?<!\n)\n(?!\n|\s*(?:[-*•|#]|\d+[.)]))")
NOTHING, SPACE = 0, 1  # and one more for each line end
_UP_AND_CLEAR = "\x1b[{}F\x1b[J"


class Flow:
    """A paragraph in the making, indented and wrapped at the width of the terminal."""

    def __init__(self, out: Console) -> None:
        self._out = out
        self._column = 0
        self._lines = 0  # ended so far
        self._gap = NOTHING  # white space that is written once a word follows

    def write(self, text: str, style: str = "") -> None:
        """Append text; white space at its end waits for what follows."""
        for piece in _PIECES.findall(_SOFT_BREAK.sub(" ", printable(text))):
            if piece.isspace():
                self._gap = max(self._gap, SPACE + min(piece.count("\n"), 2))
            else:
                self._word(piece, style)

    def mark(self, text: str, style: str) -> None:
        """Append a mark to the last word, before any white space that waits."""
        gap, self._gap = self._gap, SPACE
        self.write(text, style)
        self._gap = max(gap, SPACE)

    def break_line(self) -> None:
        """Let the next word start a line."""
        self._gap = max(self._gap, SPACE + 1)

    def end(self) -> None:
        """End the paragraph."""
        if self._column:
            self._new_line()
        self._gap = NOTHING

    def take_back(self) -> None:
        """Clear all that was written, as far as the terminal still shows it."""
        if self._column:
            self._new_line()
        lines = min(self._lines, self._out.height - 1)
        if lines:
            self._out.file.write(_UP_AND_CLEAR.format(lines))
        self._lines, self._gap = 0, NOTHING

    def _word(self, word: str, style: str) -> None:
        gap, self._gap = self._gap, NOTHING
        room = self._out.width - MARGIN - self._column
        if self._column and gap > SPACE:
            for _ in range(gap - SPACE):
                self._new_line()
        elif self._column and min(gap, 1) + cell_len(word) > room:
            self._new_line()
        elif self._column and gap:
            self._put(" ", "")
        if not self._column:
            self._put(" " * MARGIN, "")
        self._put(word, style)

    def _put(self, text: str, style: str) -> None:
        self._out.print(text, style=style, end="", markup=False, soft_wrap=True)
        self._column += cell_len(text)

    def _new_line(self) -> None:
        self._out.print()
        self._column = 0
        self._lines += 1
