"""Messages in, the tokens of the model's own chat template out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from jinja2 import TemplateError
from transformers import PreTrainedTokenizerBase

from sartor.errors import ConfigError, InputError
from sartor.types import Message

INVISIBLE = "\N{WORD JOINER}"


class Conversation:
    """The chat template of one model.

    What steers a template (`<|user|>`, `</s>`, ...) is a token of its own; where a message or a
    document merely contains its letters it is broken up, so that no text can end its own turn.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase, name: str) -> None:
        if not tokenizer.chat_template:
            raise ConfigError(
                f"{name} has no chat template, so nobody knows how it wants to be asked",
                hint="put the chat_template.jinja it was trained with into its folder; "
                "base models without one have to be tuned first",
            )
        self._tokenizer = tokenizer
        self._name = name
        added = tokenizer.added_tokens_decoder.values()
        self._steering = [token.content for token in added if token.special and token.content]

    def tokens(self, messages: Sequence[Message]) -> list[int]:
        """Return what the model reads before it writes its turn."""
        if not messages:
            raise InputError("there are no messages to answer", hint="pass at least one")
        try:
            return self._filled_in(messages)
        except TemplateError as error:
            if messages[0].role == "system" and len(messages) > 1:
                # Some templates know no system; what it says then goes before the first question.
                return self._filled_in(_without_system(messages))
            raise InputError(
                f"the chat template of {self._name} refuses this conversation: {error}",
                hint="let user and assistant take turns, beginning with the user",
            ) from error

    def _filled_in(self, messages: Sequence[Message]) -> list[int]:
        turns = [{"role": one.role, "content": self._plain(one.content)} for one in messages]
        tokens = self._tokenizer.apply_chat_template(
            turns, add_generation_prompt=True, return_dict=False
        )
        return cast(list[int], tokens)

    def _plain(self, text: str) -> str:
        for word in self._steering:
            if word in text:
                text = text.replace(word, word[:1] + INVISIBLE + word[1:])
        return text


def _without_system(messages: Sequence[Message]) -> list[Message]:
    system, first, *rest = messages
    return [Message(first.role, f"{system.content}\n\n{first.content}"), *rest]
