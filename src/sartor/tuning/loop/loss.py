"""A network in, its loss on what is learned out, without ever holding all scores at once.

The scores of a vocabulary are the largest tensor of training, and most are of tokens that are not
learned. Here the head sees only the hidden states that predict a learned token, some hundred rows
at a time, and the gradient is taken on the spot. It knows neither examples nor steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

from sartor.tuning.loop.architecture import take_apart

SCORES = 4_194_304  # scores held at once: 16 MiB in fp32


class Learner(nn.Module):
    """A network together with its loss; what it returns is a sum over learned tokens.

    `note` says why the head must look at every token, where it must.
    """

    def __init__(self, network: nn.Module, *, bf16: bool) -> None:
        super().__init__()
        self.network = network
        self.bf16 = bf16
        found, self.note = take_apart(network)
        self._parts = (found,) if found else ()  # in a tuple: its modules are registered already

    def forward(
        self,
        ids: torch.Tensor,
        where: torch.Tensor,
        targets: torch.Tensor,
        weights: torch.Tensor,
        positions: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Return the weighted sum of cross entropies of the learned tokens."""
        with torch.autocast(ids.device.type, torch.bfloat16, enabled=self.bf16):
            arguments = {} if positions is None else {"position_ids": positions}
            if not self._parts:
                scores = self.network(input_ids=ids, use_cache=False, **arguments).logits
                return _sum(scores.flatten(0, 1)[where], targets, weights)
            parts = self._parts[0]
            hidden = parts.decoder(input_ids=ids, use_cache=False, **arguments)[0]
            return head_loss(parts.head, hidden.flatten(0, 1)[where], targets, weights)


def head_loss(
    head: nn.Module, hidden: torch.Tensor, targets: torch.Tensor, weights: torch.Tensor
) -> torch.Tensor:
    """Return the weighted sum of cross entropies, some rows at a time."""
    if len(targets) == 0:
        return hidden.sum() * 0.0
    if isinstance(head, nn.Linear) and _is_plain(head):
        place = hidden.device.type
        native = torch.is_autocast_enabled(place)
        compute = torch.get_autocast_dtype(place) if native else head.weight.dtype
        # A function of one's own is told what could have a gradient, not whether one is wanted.
        weight = head.weight if torch.is_grad_enabled() else head.weight.detach()
        found: torch.Tensor = _LinearLoss.apply(  # type: ignore[no-untyped-call]
            hidden, weight, targets, weights, compute
        )
        return found
    rows = max(16, SCORES // _width(head, hidden))
    parts = [
        _scored(head, *(one[begin : begin + rows] for one in (hidden, targets, weights)))
        for begin in range(0, len(targets), rows)
    ]
    return torch.stack(parts).sum()


def _is_plain(head: nn.Linear) -> bool:
    """Say whether a head is a matrix and nothing else: no adapter, no 4-bit weights, no hooks."""
    hooks = (*head._forward_hooks, *head._forward_pre_hooks)
    return type(head) is nn.Linear and getattr(head, "bias", None) is None and not hooks


def _scored(head: nn.Module, *part: torch.Tensor) -> torch.Tensor:
    """Score some rows; the scores are computed again for the gradient, not kept."""

    def loss(hidden: torch.Tensor, targets: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        return _sum(head(hidden), targets, weights)

    found: torch.Tensor = checkpoint(loss, *part, use_reentrant=False)
    return found


def _width(head: nn.Module, hidden: torch.Tensor) -> int:
    with torch.no_grad():
        return int(head(hidden[:1]).shape[-1])


def _sum(scores: torch.Tensor, targets: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    return (functional.cross_entropy(scores.float(), targets, reduction="none") * weights).sum()


class _LinearLoss(torch.autograd.Function):
    """Cross entropy of a plain linear head, with the gradient taken chunk by chunk."""

    @staticmethod
    def forward(
        context: Any,  # noqa: ANN401
        hidden: torch.Tensor,
        weight: torch.Tensor,
        targets: torch.Tensor,
        weights: torch.Tensor,
        compute: torch.dtype,
    ) -> torch.Tensor:
        wants_hidden, wants_weight, *_ = context.needs_input_grad
        with torch.autocast(hidden.device.type, enabled=False):
            matrix = weight.to(compute)
            rows = max(16, SCORES // len(matrix))
            total = hidden.new_zeros((), dtype=torch.float)
            to_hidden = torch.empty_like(hidden) if wants_hidden else None
            to_weight = torch.zeros_like(weight, dtype=torch.float) if wants_weight else None
            for begin in range(0, len(targets), rows):
                part = slice(begin, begin + rows)
                states = hidden[part].to(compute)
                scores = (states @ matrix.T).float()
                loss, change = _loss_and_change(scores, targets[part], weights[part])
                total += loss
                change = change.to(compute)
                if to_hidden is not None:
                    to_hidden[part] = change @ matrix
                if to_weight is not None:
                    to_weight += change.T @ states
        context.save_for_backward(*[one for one in (to_hidden, to_weight) if one is not None])
        context.dtype = weight.dtype
        return total

    @staticmethod
    def backward(
        context: Any,  # noqa: ANN401
        *gradients: torch.Tensor,
    ) -> Any:  # noqa: ANN401
        saved = iter(context.saved_tensors)
        scale = gradients[0]
        wants_hidden, wants_weight, *_ = context.needs_input_grad
        to_hidden = next(saved) * scale if wants_hidden else None
        to_weight = (next(saved) * scale).to(context.dtype) if wants_weight else None
        return to_hidden, to_weight, None, None, None


def _loss_and_change(
    scores: torch.Tensor, targets: torch.Tensor, weights: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the loss and its gradient by the scores; the scores are overwritten by it."""
    places = targets[:, None]
    norms = scores.logsumexp(-1, keepdim=True)
    loss = ((norms - scores.gather(1, places))[:, 0] * weights).sum()
    change = scores.sub_(norms).exp_()
    change.scatter_add_(1, places, torch.full_like(norms, -1.0))
    return loss, change.mul_(weights[:, None])


def native_inputs(network: nn.Module) -> Sequence[Any]:
    """Return the layers of PEFT that would turn their inputs into fp32 before they multiply."""
    return [one for one in network.modules() if hasattr(one, "cast_input_dtype_enabled")]


@contextmanager
def as_they_come(layers: Sequence[Any]) -> Iterator[None]:
    """Let layers take their inputs as they are; autocast brings weights to the same type."""
    before = [layer.cast_input_dtype_enabled for layer in layers]
    for layer in layers:
        layer.cast_input_dtype_enabled = False
    try:
        yield
    finally:
        for layer, old in zip(layers, before, strict=True):
            layer.cast_input_dtype_enabled = old
