"""An answer that goes by in events -> its sentences, and the answer made of those that are kept.

What wrappers share that change an answer while it is being streamed. Knows no reason to change it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sartor.types import Answer, Checked, Done, Event, Retrieved, Sentence, Token, Withdrawn


@dataclass(frozen=True, slots=True)
class Part:
    """The text of one sentence as it is sent, and what its check said.

    `sentence` is None for text that nobody checked; the text is empty when one piece of text
    gave several sentences and this is not the first.
    """

    text: str
    sentence: Sentence | None


def parts(events: Iterable[Event]) -> Iterator[Part | Retrieved | Withdrawn | Done]:
    """Join the tokens of each sentence with its check; pass on everything else."""
    text = ""
    for event in events:
        match event:
            case Token():
                text += event.text
            case Checked():
                yield Part(text, event.sentence)
                text = ""
            case Withdrawn():
                text = ""
                yield event
            case Done():
                if text:
                    yield Part(text, None)
                yield event
            case Retrieved():
                yield event


class Rebuilt:
    """An answer as it is sent on: what was kept of it, and the white space between."""

    def __init__(self) -> None:
        self.text = ""
        self.sentences: list[Sentence] = []
        self._between = ""  # white space that is sent when something follows it
        self._gap = False

    def keep(self, text: str, sentences: Sequence[Sentence] = ()) -> Iterator[Event]:
        """Send text and the checks that belong to it."""
        piece = self._joined(text)
        if piece:
            self._between = text[len(text.rstrip()) :]
            self._gap = False
            self.text += piece
            yield Token(piece)
        self.sentences += sentences
        yield from map(Checked, sentences)

    def preview(self, text: str) -> str:
        """Give all that would have been said if this text were kept next."""
        return self.text + self._joined(text)

    def drop(self, text: str) -> None:
        """Leave text out; what stands around it stays apart."""
        self._gap = True
        body = text.strip()
        before, _, after = text.partition(body) if body else (text, "", "")
        self._between = self._between or before or after

    def say(self, text: str, reason: str) -> Iterator[Event]:
        """Add a sentence that is nobody's claim about the documents."""
        if not self._between:
            self._between = " "
        self._gap = True
        yield from self.keep(text, [Sentence(text.strip(), (), "unchecked", reason)])

    def withdraw(self, reason: str) -> Iterator[Event]:
        """Take back what was sent, if anything was."""
        if self.text or self.sentences:
            yield Withdrawn(reason)
        self.text, self._between, self._gap = "", "", False
        self.sentences.clear()

    def answer(self, inner: Answer, **changes: Any) -> Answer:  # noqa: ANN401  # fields of Answer
        """Make the answer inside into the one that was sent; it cites what is kept, no more."""
        cited = [citation for sentence in self.sentences for citation in sentence.citations]
        known = [citation for citation in inner.citations if citation in cited]
        new = [citation for citation in cited if citation not in inner.citations]
        return replace(
            inner,
            text=self.text,
            sentences=tuple(self.sentences),
            citations=tuple(dict.fromkeys((*known, *new))),
            **changes,
        )

    def _joined(self, text: str) -> str:
        body = text.rstrip()
        if not body:
            return ""
        if not self.text:
            return body.lstrip()
        return self._between + (body.lstrip() if self._gap and self._between else body)
