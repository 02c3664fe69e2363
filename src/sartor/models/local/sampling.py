"""Scores in, the next token of each row out: the likeliest one, or drawn by lot."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from sartor.models.local.request import Request


def lot(seed: int | None) -> torch.Generator:
    """Return what draws the tokens of one request; without a seed each time others."""
    drawing = torch.Generator()
    if seed is None:
        drawing.seed()
    else:
        drawing.manual_seed(seed)
    return drawing


def next_tokens(scores: Tensor, requests: Sequence[Request]) -> list[int]:
    """Choose a token for each row, where a grammar is at work among those that it allows."""
    for row, request in zip(scores, requests, strict=True):
        if request.grammar is not None:
            request.grammar.mask(row)
    chosen: list[int] = scores.argmax(dim=-1).tolist()
    for place, request in enumerate(requests):
        if request.lot is not None:
            chosen[place] = _drawn(scores[place], request.temperature, request.lot)
    return chosen


def _drawn(scores: Tensor, temperature: float, lot: torch.Generator) -> int:
    """Draw on the CPU, so that a seed gives the same lots whatever computed the scores."""
    shares = torch.softmax(scores.float().cpu() / temperature, dim=-1)
    return int(torch.multinomial(shares, 1, generator=lot))
