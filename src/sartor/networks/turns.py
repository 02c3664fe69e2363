"""What training and serving must do alike to messages before a chat template sees them.

In go a tokenizer and messages, out come messages. It knows neither networks nor files.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sartor.types import Message

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

INVISIBLE = "\N{WORD JOINER}"


class Steering:
    """The words that steer a model's template: `<|user|>`, `</s>`, ...

    Each is a token of its own; where a message or a document merely contains its letters it is
    broken up, so that no text can end its own turn.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        added = tokenizer.added_tokens_decoder.values()
        self._words = [token.content for token in added if token.special and token.content]

    def broken_up(self, messages: Sequence[Message]) -> list[Message]:
        """Break up the letters of steering words inside messages."""
        return [Message(one.role, self._plain(one.content)) for one in messages]

    def _plain(self, text: str) -> str:
        for word in self._words:
            if word in text:
                text = text.replace(word, word[:1] + INVISIBLE + word[1:])
        return text


def without_system(messages: Sequence[Message]) -> list[Message] | None:
    """Put what the system says before the first turn: some templates know no system.

    None where there is no system to move, or nothing to move it to.
    """
    if len(messages) < 2 or messages[0].role != "system":
        return None
    system, first, *rest = messages
    return [Message(first.role, f"{system.content}\n\n{first.content}"), *rest]
