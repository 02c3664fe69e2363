"""Held-out prose in, the network's perplexity on it out: how well it still knows the language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from torch import nn

from sartor.tuning.guard.intervals import perplexity
from sartor.tuning.guard.likelihood import Row, surprise
from sartor.types import Measurement

if TYPE_CHECKING:
    from sartor.tuning.encoding import Encoder

PERPLEXITY = "general.perplexity"


@dataclass(frozen=True, slots=True)
class Prose:
    """The summed loss of each text and how many of its tokens were scored."""

    losses: tuple[float, ...] = ()
    tokens: tuple[int, ...] = ()

    def measurement(self, *, seed: int = 0) -> Measurement | None:
        """Give the perplexity with its interval over texts; None without any text."""
        return perplexity(PERPLEXITY, self.losses, self.tokens, seed=seed)


def read_prose(network: nn.Module, encoder: Encoder, texts: Sequence[str]) -> Prose:
    """Read each text up to the model's window; what has fewer than two tokens says nothing."""
    read = [encoder.tokenizer(text)["input_ids"][: encoder.window] for text in texts]
    rows = [Row(tokens) for tokens in read if len(tokens) > 1]
    losses = surprise(network, rows, vocabulary=len(encoder.tokenizer))
    return Prose(tuple(losses), tuple(len(row.tokens) - 1 for row in rows))
