"""A conversation in, the text that a model's chat template makes of it out.

Training and serving both ask here, so what is learned is what will be asked. It knows a tokenizer,
and neither networks nor files.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from jinja2 import TemplateError

from sartor.types import Message

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

INVISIBLE = "\N{WORD JOINER}"


class ChatTemplate:
    """The chat template of one tokenizer.

    The words that steer it (`<|user|>`, `</s>`, ...) are tokens of their own; where a message
    merely contains their letters they are broken up, so that no text can end its own turn.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        self._tokenizer = tokenizer
        added = tokenizer.added_tokens_decoder.values()
        self._steering = [token.content for token in added if token.special and token.content]

    def broken_up(self, messages: Sequence[Message]) -> list[Message]:
        """Break up the letters of steering words inside messages."""
        return [Message(one.role, self._plain(one.content)) for one in messages]

    def fill(self, messages: Sequence[Message], *, ask: bool) -> str:
        """Fill in the template; `ask` for one turn more.

        One that refuses a system gets what it says before the first turn. What it refuses even
        then raises `TemplateError`.
        """
        try:
            return self._filled(messages, ask)
        except TemplateError:
            if len(messages) < 2 or messages[0].role != "system":
                raise
            system, first, *rest = messages
            joined = Message(first.role, f"{system.content}\n\n{first.content}")
            return self._filled([joined, *rest], ask)

    def _filled(self, messages: Sequence[Message], ask: bool) -> str:
        rows = [{"role": one.role, "content": one.content} for one in messages]
        return str(
            self._tokenizer.apply_chat_template(rows, tokenize=False, add_generation_prompt=ask)
        )

    def _plain(self, text: str) -> str:
        for word in self._steering:
            if word in text:
                text = text.replace(word, word[:1] + INVISIBLE + word[1:])
        return text
