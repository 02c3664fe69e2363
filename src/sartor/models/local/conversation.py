"""Messages in, the tokens of the model's own chat template out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from jinja2 import TemplateError
from transformers import PreTrainedTokenizerBase

from sartor.errors import ConfigError, InputError
from sartor.networks.turns import Steering, without_system
from sartor.types import Message


class Conversation:
    """The chat template of one model; no text can end its own turn (`networks.turns`)."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, name: str) -> None:
        if not tokenizer.chat_template:
            raise ConfigError(
                f"{name} has no chat template, so nobody knows how it wants to be asked",
                hint="put the chat_template.jinja it was trained with into its folder; "
                "base models without one have to be tuned first",
            )
        self._tokenizer = tokenizer
        self._name = name
        self._steering = Steering(tokenizer)

    def tokens(self, messages: Sequence[Message]) -> list[int]:
        """Return what the model reads before it writes its turn."""
        if not messages:
            raise InputError("there are no messages to answer", hint="pass at least one")
        try:
            return self._filled_in(messages)
        except TemplateError as error:
            if joined := without_system(messages):
                return self._filled_in(joined)
            raise InputError(
                f"the chat template of {self._name} refuses this conversation: {error}",
                hint="let user and assistant take turns, beginning with the user",
            ) from error

    def _filled_in(self, messages: Sequence[Message]) -> list[int]:
        turns = [
            {"role": one.role, "content": one.content} for one in self._steering.broken_up(messages)
        ]
        tokens = self._tokenizer.apply_chat_template(
            turns, add_generation_prompt=True, return_dict=False
        )
        return cast(list[int], tokens)
