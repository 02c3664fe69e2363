"""Muon for the matrices of a small model, in the arithmetic that this CPU is fast at.

The step of every matrix is its momentum made orthogonal by five Newton-Schulz iterations.
PyTorch's own Muon always iterates in bf16, which is slow on a CPU without bf16 units; this one is
told in what to iterate, and takes matrices of one shape together.
"""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor

_COEFFICIENTS = (3.4445, -4.775, 2.0315)
_ITERATIONS = 5
_MOMENTUM = 0.95


class Muon:
    """Keeps a momentum for each matrix and moves it by the orthogonal part."""

    def __init__(
        self, matrices: Iterable[Tensor], *, weight_decay: float, dtype: torch.dtype
    ) -> None:
        self._matrices = list(matrices)
        self._momenta = [torch.zeros_like(matrix) for matrix in self._matrices]
        self._weight_decay = weight_decay
        self._dtype = dtype

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """Move every matrix by its gradient at this learning rate."""
        for places in self._by_shape().values():
            directions = orthogonal(self._nesterov(places), self._dtype)
            for place, direction in zip(places, directions, strict=True):
                matrix = self._matrices[place]
                rows, columns = matrix.shape
                matrix.mul_(1 - rate * self._weight_decay)
                matrix.add_(direction, alpha=-rate * max(1.0, rows / columns) ** 0.5)

    def momenta(self) -> list[Tensor]:
        """Return what has to be kept to go on later."""
        return self._momenta

    def resume(self, momenta: list[Tensor]) -> None:
        """Take up momenta that were kept."""
        self._momenta = momenta

    def _by_shape(self) -> dict[torch.Size, list[int]]:
        shapes: dict[torch.Size, list[int]] = {}
        for place, matrix in enumerate(self._matrices):
            shapes.setdefault(matrix.shape, []).append(place)
        return shapes

    def _nesterov(self, places: list[int]) -> Tensor:
        ahead = []
        for place in places:
            gradient = self._matrices[place].grad
            if gradient is None:
                raise RuntimeError("a matrix has no gradient: step() comes after backward()")
            momentum = self._momenta[place].lerp_(gradient, 1 - _MOMENTUM)
            ahead.append(gradient.lerp(momentum, _MOMENTUM))
        return torch.stack(ahead)


def orthogonal(batch: Tensor, dtype: torch.dtype) -> Tensor:
    """Bring the singular values of each matrix near one, by Newton-Schulz iterations."""
    first, second, third = _COEFFICIENTS
    tall = batch.shape[1] > batch.shape[2]
    x = batch.mT if tall else batch
    x = (x / x.norm(dim=(1, 2), keepdim=True).clamp(min=1e-7)).to(dtype)
    for _ in range(_ITERATIONS):
        gram = x @ x.mT
        x = torch.baddbmm(
            x, torch.baddbmm(gram, gram, gram, beta=second, alpha=third), x, beta=first
        )
    return (x.mT if tall else x).to(batch.dtype)
