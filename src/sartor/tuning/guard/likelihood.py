"""Rows of tokens in, how surprised the network is by them out. It writes nothing.

Losses are computed in fp32 whatever the network computes in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from sartor.networks.resting import at_rest

BATCH_TOKENS = 4_096  # of one pass
SCORES = 1 << 27  # of one pass: half a gigabyte in fp32, which large vocabularies reach first
HIDDEN = -100  # a place of which no loss is taken


@dataclass(frozen=True, slots=True)
class Row:
    """Tokens, of which those from `start` on are scored; the first has nothing before it."""

    tokens: Sequence[int]
    start: int = 1


def surprise(network: nn.Module, rows: Sequence[Row], *, vocabulary: int) -> list[float]:
    """Return the summed negative log-likelihood of the scored tokens of each row."""
    found = [0.0] * len(rows)
    budget = max(1, min(BATCH_TOKENS, SCORES // vocabulary))
    with at_rest(network):
        for group in _groups(rows, budget):
            losses = _losses(network, [rows[place] for place in group])
            for place, loss in zip(group, losses, strict=True):
                found[place] = loss
    return found


def _groups(rows: Sequence[Row], budget: int) -> Iterator[list[int]]:
    """Put rows of similar length together, as many as the budget of tokens allows."""
    group: list[int] = []
    for place in sorted(range(len(rows)), key=lambda one: -len(rows[one].tokens)):
        width = len(rows[(group or [place])[0]].tokens)
        if group and (len(group) + 1) * width > budget:
            yield group
            group = []
        group.append(place)
    if group:
        yield group


def _losses(network: nn.Module, rows: Sequence[Row]) -> list[float]:
    width = max(len(row.tokens) for row in rows)
    device = next(network.parameters()).device
    tokens = torch.zeros(len(rows), width, dtype=torch.long)
    wanted = torch.full((len(rows), width), HIDDEN)
    for at, row in enumerate(rows):
        tokens[at, : len(row.tokens)] = torch.tensor(row.tokens)
        start = max(1, row.start)
        wanted[at, start : len(row.tokens)] = tokens[at, start : len(row.tokens)]
    # What pads stands to the right, where no token before it can see it: no mask is needed.
    scores: Tensor = network(input_ids=tokens.to(device), use_cache=False).logits[:, :-1]
    after = wanted[:, 1:].to(device)
    loss = cross_entropy(scores.float().transpose(1, 2), after, reduction="none")
    found: list[float] = loss.sum(dim=1, dtype=torch.float64).tolist()
    return found
