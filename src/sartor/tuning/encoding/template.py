"""A conversation in, the text of the chat template out, and where in it the model has to write.

The template itself says where: it is filled in up to a turn, and up to the same turn with other
words in it, and what the two share is frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jinja2 import TemplateError

from sartor.networks.turns import ChatTemplate
from sartor.types import Message

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

OTHER_WORDS = "q7w4z"  # stands in for a turn to find out what the template puts around it
PROBE = (Message("user", "q7w4y"), Message("assistant", OTHER_WORDS))


@dataclass(frozen=True, slots=True)
class Turn:
    """Where one assistant turn stands in a filled-in template.

    `start`: what the model has to write begins; `words`: the message itself ends; `end`: what the
    template puts after it ends.
    """

    start: int
    words: int
    end: int


class Template:
    """The template that serves the model, asked where the assistant's turns stand."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        self._template = ChatTemplate(tokenizer)

    def broken_up(self, messages: Sequence[Message]) -> list[Message]:
        """Break up the letters of steering words inside messages."""
        return self._template.broken_up(messages)

    def fill(self, messages: Sequence[Message], *, ask: bool = False) -> str:
        """Fill in the template; raises `ValueError` with the reason when it refuses."""
        try:
            return self._template.fill(messages, ask=ask)
        except TemplateError as error:
            raise ValueError(f"the chat template refuses this conversation: {error}") from error

    def after_a_turn(self) -> str:
        """Return what the template puts after the last assistant turn."""
        return self.fill(PROBE).rpartition(OTHER_WORDS)[2]

    def turns(self, messages: Sequence[Message], text: str) -> list[Turn]:
        """Find the assistant turns that stand in `text` as they do when they are the last."""
        found = []
        for number, message in enumerate(messages, start=1):
            if message.role == "assistant" and (turn := self._turn(messages, number, text)):
                found.append(turn)
        return found

    def _turn(self, messages: Sequence[Message], number: int, text: str) -> Turn | None:
        """Find the turn that is the last of the first so many messages."""
        upto, before = messages[:number], messages[: number - 1]
        whole = self.fill(upto) if len(messages) > number else text
        other = self.fill([*before, Message("assistant", OTHER_WORDS)])
        head, found, tail = other.rpartition(OTHER_WORDS)
        words = len(whole) - len(tail)
        if not found or not whole.endswith(tail) or not text.startswith(whole[:words]):
            return None
        asked = self.fill(before, ask=True) if before else head
        start = next((len(one) for one in (asked, head) if whole[:words].startswith(one)), None)
        return None if start is None else Turn(start, words, words + _shared(text[words:], tail))


def _shared(left: str, right: str) -> int:
    """Return how many characters two texts begin with alike."""
    length = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        length += 1
    return length
