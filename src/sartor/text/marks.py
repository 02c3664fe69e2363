"""A passage and its number -> the passage with that number behind every sentence.

In goes text, out comes "It costs 40 euros. [2]". A line without a full stop, a heading or the row
of a table, is no sentence and gets no number. It does not know what a citation is good for.
"""

from __future__ import annotations

import re

from sartor.text.sentences import sentences

_STOPPED = re.compile(r"[.!?…。！？।۔][\"'”’»›)\]」』]*\Z")  # noqa: RUF001 - stops of other scripts


def marked(text: str, number: int) -> str:
    """Put the number of a passage behind each of its sentences; white space stays as it was."""
    pieces, done = [], 0
    for start, end in sentences(text):
        stopped = _STOPPED.search(text, start, end)
        pieces.append(text[done:end] + (f" [{number}]" if stopped else ""))
        done = end
    return "".join(pieces) + text[done:]
