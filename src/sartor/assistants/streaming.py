"""What a model streams -> its sentences, each as soon as it is whole.

Marks behind a full stop are moved in front of it. White space between sentences is kept, so that
paragraphs and lists stay what they are. Knows nothing about what the sentences say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sartor.assistants.marks import before_stops, may_go_on
from sartor.errors import ProviderError
from sartor.text.sentences import sentences
from sartor.types import Completion


@dataclass(frozen=True, slots=True)
class Spoken:
    """One whole sentence, and the white space before it."""

    gap: str
    text: str


def spoken(
    pieces: Iterator[str | Completion],
    finished: Callable[[Completion], object],
    *,
    marks: bool = True,
) -> Iterator[Spoken]:
    """Cut a stream into sentences; the completion at its end goes to `finished`.

    Without `marks` every [1] stays where it is. However it ends, also when nobody listens any
    longer, the stream is closed.
    """
    waiting = ""
    try:
        for piece in pieces:
            if isinstance(piece, Completion):
                finished(piece)
                break
            waiting = before_stops(waiting + piece) if marks else waiting + piece
            whole, waiting = _whole(waiting)
            yield from whole
        else:
            raise ProviderError(
                "the model's stream ended without saying that it was done",
                "ask again; if it stays so, look at what stands between here and the provider",
            )
        yield from _cut(waiting)
    finally:
        close = getattr(pieces, "close", None)
        if close:
            close()


def _whole(text: str) -> tuple[list[Spoken], str]:
    """Split off the sentences that surely are whole: another one has begun behind them."""
    spans = sentences(text)
    if len(spans) < 2 or may_go_on(text) or not _begun(text[spans[-1][0] :]):
        return [], text
    end = spans[-2][1]
    return _cut(text[:end]), text[end:]


def _begun(text: str) -> bool:
    """Tell whether the first word of a sentence is whole: it decides what a dot before it means."""
    return len(text.split(maxsplit=1)) > 1


def _cut(text: str) -> list[Spoken]:
    found, end = [], 0
    for start, stop in sentences(text):
        found.append(Spoken(text[end:start], text[start:stop]))
        end = stop
    return found
