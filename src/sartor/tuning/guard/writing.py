"""Conversations in, what the network says to each out: always its likeliest token, many at a time.

The network may be in the middle of its training; it is left as it was found. It is the network that
writes, so what its folder says about sampling or repeating does not count, as in serving.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

import torch
from torch import nn
from transformers import GenerationConfig, PreTrainedModel

from sartor.errors import ContextTooSmall
from sartor.networks.resting import at_rest
from sartor.types import Example, Message

if TYPE_CHECKING:
    from sartor.tuning.encoding import Encoder

Prompt = tuple[int, ...]
Placed = tuple[int, Prompt]  # a prompt and its place among those that were asked

BATCH = 16  # conversations written at once; more wait for the longest answer of all
BATCH_TOKENS = 8_192  # cells of one batch, prompts and answers: what its cache must hold
ROOM = 1.25  # of the longest target: a model that says a little more is not cut ...
SPARE = 8  # ... and a short one has room for its end
HALF = "\N{REPLACEMENT CHARACTER}"


class Writer:
    """Greedy answers of one network; `max_tokens` is the most that one of them may have."""

    def __init__(
        self, network: nn.Module, encoder: Encoder, *, max_tokens: int, batch: int = BATCH
    ) -> None:
        self.max_tokens = max_tokens
        self._network = network
        self._encoder = encoder
        self._batch = batch
        self._ends = sorted(ends_of(speaker(network), encoder))

    def write(self, conversations: Sequence[Sequence[Message]]) -> list[str]:
        """Answer each conversation; the answers stand in the order of the questions.

        Raises `ContextTooSmall` where a prompt leaves no room for an answer: see `fits`.
        """
        prompts = [self._encoder.prompt(messages) for messages in conversations]
        for prompt in prompts:
            self._require_room(prompt)
        written = [""] * len(prompts)
        with at_rest(self._network), _its_own_words(speaker(self._network)) as model:
            for group in self._groups(prompts):
                for (place, _), tokens in zip(group, self._answers(model, group), strict=True):
                    written[place] = self._text(tokens)
        return written

    def fits(self, messages: Sequence[Message]) -> bool:
        """Say whether a conversation leaves room for at least one token of an answer."""
        return len(self._encoder.prompt(messages)) < self._encoder.window

    def _groups(self, prompts: Sequence[Prompt]) -> Iterator[list[Placed]]:
        """Put prompts of similar length together, the longest first: memory runs out at once."""
        group: list[Placed] = []
        for placed in sorted(enumerate(prompts), key=lambda one: -len(one[1])):
            longest = len((group or [placed])[0][1]) + self.max_tokens
            cramped = longest > self._encoder.window  # its answer gets what the window still holds
            full = len(group) == self._batch or (len(group) + 1) * longest > BATCH_TOKENS
            if group and (full or cramped):
                yield group
                group = []
            group.append(placed)
        if group:
            yield group

    def _answers(self, model: PreTrainedModel, group: Sequence[Placed]) -> list[list[int]]:
        longest = max(len(prompt) for _, prompt in group)
        filler = self._ends[0] if self._ends else 0  # hidden by the mask: any token would do
        padding = [longest - len(prompt) for _, prompt in group]
        rows = [[filler] * cells + [*row] for cells, (_, row) in zip(padding, group, strict=True)]
        mask = [[0] * cells + [1] * (longest - cells) for cells in padding]
        generate = cast(Callable[..., torch.Tensor], model.generate)
        written = generate(
            torch.tensor(rows, device=model.device),
            attention_mask=torch.tensor(mask, device=model.device),
            generation_config=_settings(
                do_sample=False,
                max_new_tokens=min(self.max_tokens, self._encoder.window - longest),
                eos_token_id=self._ends or None,
                pad_token_id=filler,
                use_cache=True,
            ),
        )
        return cast(list[list[int]], written[:, longest:].tolist())

    def _text(self, tokens: Sequence[int]) -> str:
        ended = next((at for at, token in enumerate(tokens) if token in self._ends), len(tokens))
        text = self._encoder.tokenizer.decode(
            list(tokens[:ended]), skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        return str(text).rstrip(HALF)  # as serving: a letter that was cut in the middle is none

    def _require_room(self, prompt: Prompt) -> None:
        if len(prompt) >= self._encoder.window:
            raise ContextTooSmall(
                f"a prompt has {len(prompt)} tokens, and the model sees {self._encoder.window} "
                "at once: no room is left for an answer",
                hint="leave out or shorten the longest examples; sartor tune check names them",
            )


def room_for(encoder: Encoder, examples: Sequence[Example]) -> int:
    """Return how many tokens an answer may have: what the longest target needs, and some more."""
    longest = max((_length(encoder, example.target) for example in examples), default=0)
    return int(ROOM * longest) + SPARE


def speaker(network: nn.Module) -> PreTrainedModel:
    """Find the model that can generate inside what an adapter library has wrapped around it.

    LoRA changes its layers in place, so it speaks with the adapter all the same.
    """
    wrapped = getattr(network, "get_base_model", None)
    return cast(PreTrainedModel, wrapped() if callable(wrapped) else network)


def ends_of(model: PreTrainedModel, encoder: Encoder) -> frozenset[int]:
    """Return every token that ends a turn when serving; models name them in three places."""
    named = (
        getattr(model.generation_config, "eos_token_id", None),
        getattr(model.config.get_text_config(), "eos_token_id", None),
        encoder.tokenizer.eos_token_id,
    )
    found: set[int] = set()
    for one in named:
        found.update([one] if isinstance(one, int) else one or [])
    return frozenset(found)


def _settings(**settings: Any) -> GenerationConfig:  # noqa: ANN401
    return GenerationConfig(**settings)  # type: ignore[no-untyped-call]


def _length(encoder: Encoder, text: str) -> int:
    return len(encoder.tokenizer(text, add_special_tokens=False)["input_ids"])


@contextmanager
def _its_own_words(model: PreTrainedModel) -> Iterator[PreTrainedModel]:
    """Let nothing but the network decide: generate() fills what is unset from the model's own."""
    given = model.generation_config
    model.generation_config = _settings()
    try:
        yield model
    finally:
        model.generation_config = given
