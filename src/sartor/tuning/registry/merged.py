"""What merging did, for whoever cannot or need not import torch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sartor.types import Chosen


@dataclass(frozen=True, slots=True)
class Merged:
    """A model with an adapter in its weights.

    `difference` is the largest between a logit of the base with its adapter at work and one of the
    merged fp32 weights, over all tokens of the prompts; `arithmetic` is what both were computed
    in. Summed in fp32, as most run them, they differ by `in_fp32`, where fp32 alone, without
    any merging, makes `fp32_alone` (None: fp64 was too large to compare with). Saved in
    `precision`, the merged model thinks another token likeliest than before rounding at
    `1 - agreeing` of all places, and logits move by `rounding` at most.
    """

    id: str
    path: Path
    base: str
    precision: Chosen[str]
    arithmetic: Chosen[str]
    difference: float
    in_fp32: float
    fp32_alone: float | None
    largest: float
    rounding: float
    agreeing: float
    prompts: int
    tokens: int

    def __str__(self) -> str:
        return (
            f"merged in fp32, logits differ by {self.difference:.1g} at most "
            f"({self.arithmetic.value}); rounded to {self.precision.value}, the same token is "
            f"likeliest at {100 * self.agreeing:.1f} % of {self.tokens} places"
        )
