"""What must be known of a network before it is trained: tried on a few tokens, not looked up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from sartor.networks.resting import resting

PROBE = 8  # tokens that are tried
ALIKE = 1e-2  # of the largest score: what two ways to the same scores may differ by
LEAK = 0.1  # of what it does to see another example: less is rounding


@dataclass(frozen=True, slots=True)
class Parts:
    """A causal language model taken apart: tokens -> hidden states -> scores."""

    decoder: nn.Module
    head: nn.Module


def take_apart(network: nn.Module) -> tuple[Parts | None, str]:
    """Find decoder and head, and try whether they alone give the network's scores.

    Some architectures scale or cap scores after the head: those are run whole, and the reason is
    the second value.
    """
    whole: Any = network
    inner = whole.get_base_model() if hasattr(whole, "get_base_model") else whole
    decoder = getattr(inner, getattr(inner, "base_model_prefix", "") or " ", None)
    head = inner.get_output_embeddings() if hasattr(inner, "get_output_embeddings") else None
    if not isinstance(decoder, nn.Module) or not isinstance(head, nn.Module):
        return None, f"{type(inner).__name__} has no head of its own: it scores every token"
    ids = _tokens(network, PROBE) % inner.config.get_text_config().vocab_size
    with torch.no_grad(), resting(network):
        expected = _scores(network, ids)
        found = head(decoder(input_ids=ids, use_cache=False)[0]).float()
    if expected.shape != found.shape or (
        (expected - found).abs().max() > ALIKE * expected.abs().max()
    ):
        return None, f"{type(inner).__name__} changes scores after its head: it scores every token"
    return Parts(decoder, head), ""


def keeps_apart(network: nn.Module) -> bool:
    """Try whether examples that lie in one row are blind to each other in this architecture.

    The second of two examples should get the scores that it gets alone. What they may differ by
    is measured by what it does to them to see the first: with random weights that is next to
    nothing, and a fixed bound would let any architecture pass.
    """
    ids = _tokens(network, 2 * PROBE)
    restarting = _tokens(network, PROBE).repeat(1, 2)
    with torch.no_grad(), resting(network):
        alone = _scores(network, ids[:, PROBE:])
        packed = _scores(network, ids, position_ids=restarting)[:, PROBE:]
        mixed = _scores(network, ids)[:, PROBE:]
    return bool((packed - alone).abs().max() <= LEAK * (mixed - alone).abs().max())


def _tokens(network: nn.Module, count: int) -> torch.Tensor:
    return torch.arange(count, device=next(network.parameters()).device)[None]


def _scores(network: nn.Module, ids: torch.Tensor, **more: torch.Tensor) -> torch.Tensor:
    found: torch.Tensor = network(input_ids=ids, use_cache=False, **more).logits
    return found.float()
