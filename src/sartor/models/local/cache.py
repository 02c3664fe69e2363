"""What a model remembers of the rows of one batch: keys and values, aligned at the right.

Rows are of different lengths: a shorter one begins with cells that no token may look at. Rows
join and leave between two steps. It knows tensors only.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from transformers.cache_utils import Cache, DynamicLayer

SPARE = 64  # cells made in advance, so that not every token copies all that came before


class GrowingLayer(DynamicLayer):  # type: ignore[no-untyped-call]
    """Keys and values of one layer, written in place while there is room."""

    keys: Tensor
    values: Tensor

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.length = 0

    def lazy_initialization(self, key_states: Tensor, value_states: Tensor) -> None:
        """Take type and place from the first tensors, as the model wants it."""
        self.dtype, self.device = key_states.dtype, key_states.device
        self.keys = _room_for(key_states, 0)
        self.values = _room_for(value_states, 0)
        self.is_initialized = True

    def update(
        self,
        key_states: Tensor,
        value_states: Tensor,
        *args: object,  # noqa: ARG002  (what other kinds of layers want to know)
        **kwargs: object,  # noqa: ARG002
    ) -> tuple[Tensor, Tensor]:
        """Write behind what is there; returns everything."""
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        end = self.length + key_states.shape[-2]
        if end > self.keys.shape[-2]:
            self.keys = _grown(self.keys, self.length, end + SPARE)
            self.values = _grown(self.values, self.length, end + SPARE)
        self.keys[:, :, self.length : end] = key_states
        self.values[:, :, self.length : end] = value_states
        self.length = end
        return self.keys[:, :, :end], self.values[:, :, :end]

    def get_seq_length(self) -> int:
        """Return the cells that are written, not those in reserve."""
        return self.length

    def join(self, other: GrowingLayer) -> None:
        """Put the rows of another layer below."""
        ends = (self.length, other.length)
        self.keys = _stacked(self.keys, other.keys, ends)
        self.values = _stacked(self.values, other.values, ends)
        self.length = max(ends)

    def keep(self, rows: Tensor, unused: int) -> None:
        """Keep some rows, without the first cells that none of them needs."""
        self.keys = self.keys[rows, :, unused:]
        self.values = self.values[rows, :, unused:]
        self.length -= unused


def _room_for(states: Tensor, cells: int) -> Tensor:
    rows, heads, _, size = states.shape
    return states.new_zeros(rows, heads, cells, size)


def _grown(states: Tensor, length: int, cells: int) -> Tensor:
    grown = _room_for(states, cells)
    grown[:, :, :length] = states[:, :, :length]
    return grown


def _stacked(upper: Tensor, lower: Tensor, ends: tuple[int, int]) -> Tensor:
    _, heads, _, size = upper.shape
    longest = max(ends)
    rows = len(upper)
    # Zeros, not whatever the memory held: a cell that is masked is still multiplied by nought.
    stacked = upper.new_zeros(rows + len(lower), heads, longest + SPARE, size)
    stacked[:rows, :, longest - ends[0] : longest] = upper[:, :, : ends[0]]
    stacked[rows:, :, longest - ends[1] : longest] = lower[:, :, : ends[1]]
    return stacked


class RowCache:
    """The cache of a batch and how many empty cells each of its rows begins with.

    Only a cache of growing layers can join and keep rows.
    """

    def __init__(self, cache: Cache, padding: Sequence[int], device: torch.device) -> None:
        self.cache = cache
        self.padding = list(padding)
        self.device = device
        self.length = 0

    def advance(self, tokens: int) -> None:
        """Count cells that are about to be written."""
        self.length += tokens

    def positions(self, tokens: int) -> Tensor:
        """Return where the last cells stand in their own rows."""
        cells = torch.arange(self.length - tokens, self.length, device=self.device)
        return (cells - self._padding()[:, None]).clamp(min=0)

    def mask(self) -> Tensor | None:
        """Return which cells each row may look at; None for all."""
        if not any(self.padding):
            return None
        cells = torch.arange(self.length, device=self.device)
        return (cells >= self._padding()[:, None]).long()

    def _padding(self) -> Tensor:
        return torch.tensor(self.padding, device=self.device)

    def join(self, other: RowCache) -> None:
        """Put the rows of another cache below."""
        for layer, lower in zip(self._layers(), other._layers(), strict=True):
            layer.join(lower)
        longest = max(self.length, other.length)
        self.padding = [
            longest - one.length + cells for one in (self, other) for cells in one.padding
        ]
        self.length = longest

    def keep(self, rows: Sequence[int]) -> None:
        """Keep these rows only."""
        unused = min(self.padding[row] for row in rows)
        kept = torch.tensor(rows, device=self.device)
        for layer in self._layers():
            layer.keep(kept, unused)
        self.padding = [self.padding[row] - unused for row in rows]
        self.length -= unused

    def _layers(self) -> list[GrowingLayer]:
        return [layer for layer in self.cache.layers if isinstance(layer, GrowingLayer)]
