"""Messages in, the tokens of the model's own chat template out."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import TemplateError
from transformers import PreTrainedTokenizerBase

from sartor.errors import ConfigError, InputError
from sartor.networks.turns import ChatTemplate
from sartor.types import Message


class Conversation:
    """The chat template of one model, filled in as in training (`networks.turns`)."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, name: str) -> None:
        if not tokenizer.chat_template:
            raise ConfigError(
                f"{name} has no chat template, so nobody knows how it wants to be asked",
                hint="put the chat_template.jinja it was trained with into its folder; "
                "base models without one have to be tuned first",
            )
        self._tokenizer = tokenizer
        self._name = name
        self._template = ChatTemplate(tokenizer)

    def tokens(self, messages: Sequence[Message]) -> list[int]:
        """Return what the model reads before it writes its turn."""
        if not messages:
            raise InputError("there are no messages to answer", hint="pass at least one")
        try:
            text = self._template.fill(self._template.broken_up(messages), ask=True)
        except TemplateError as error:
            raise InputError(
                f"the chat template of {self._name} refuses this conversation: {error}",
                hint="let user and assistant take turns, beginning with the user",
            ) from error
        ids: list[int] = self._tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]
        return ids
