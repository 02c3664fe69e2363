"""Requests in, one token for each at every step; they join and leave between two steps.

It knows the model, and neither who asks nor in which thread it runs.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor
from transformers import PreTrainedModel
from transformers.cache_utils import Cache, DynamicCache

from sartor.models.local.adapters import Adapters
from sartor.models.local.cache import GrowingLayer, RowCache
from sartor.models.local.request import Request
from sartor.models.local.sampling import next_tokens

ATTENTION = {"full_attention", "sliding_attention"}
WASTE = 1.3  # prompts are read together while padding adds no more than this ...
ALWAYS = 256  # ... or while all of them are so short that reading the weights is what takes time
CHUNK = 512  # tokens of a prompt that are read before somebody looks whether anyone still waits
FILLER = 0  # any token will do where nobody looks


class Batch:
    """The requests that are being answered."""

    def __init__(self, network: PreTrainedModel, adapters: Adapters) -> None:
        self.requests: list[Request] = []
        self.joins = can_join(network)
        self._network = network
        self._adapters = adapters
        self._cache: RowCache | None = None
        known = inspect.signature(network.forward).parameters
        self._takes_positions = "position_ids" in known
        self._options = {"logits_to_keep": 1} if "logits_to_keep" in known else {}

    def admit(self, requests: Sequence[Request]) -> None:
        """Read the prompts of new requests and write the first token of each."""
        for group in _alike(requests):
            self._join(group, self._read(group))

    def step(self) -> None:
        """Write one token of each request; those that are done leave."""
        if self._cache is None:
            return
        last = torch.tensor([[one.tokens[-1]] for one in self.requests])
        self._write(self.requests, last, self._cache)
        self.leave()

    def leave(self) -> None:
        """Let go of requests that are done or given up."""
        kept = [row for row, one in enumerate(self.requests) if not one.given_up()]
        if len(kept) == len(self.requests):
            return
        self.requests = [self.requests[row] for row in kept]
        if kept and self._cache is not None:
            self._cache.keep(kept)
        else:
            self.clear()

    def clear(self) -> None:
        """Let go of everything."""
        self.requests = []
        self._cache = None
        self._adapters.rest()

    def _read(self, group: Sequence[Request]) -> RowCache:
        """Read prompts, chunk by chunk while anybody waits, and write what comes after them."""
        longest = max(len(one.prompt) for one in group)
        padding = [longest - len(one.prompt) for one in group]
        rows = [[FILLER] * cells + one.prompt for cells, one in zip(padding, group, strict=True)]
        cache = RowCache(self._new_cache(), padding, self._network.device)
        self._adapters.use(tuple(one.adapter for one in group))
        *first, last = torch.split(torch.tensor(rows), CHUNK if self.joins else longest, dim=1)
        for chunk in first:
            self._scores(chunk, cache)
            if all([one.given_up() for one in group]):  # each of them is to be told
                return cache
        self._write(group, last, cache)
        return cache

    def _join(self, group: Sequence[Request], cache: RowCache) -> None:
        going_on = [row for row, one in enumerate(group) if not one.done]
        if not going_on:
            return
        if len(going_on) < len(group):
            cache.keep(going_on)
        if self._cache is None:
            self._cache = cache
        else:
            self._cache.join(cache)
        self.requests = [*self.requests, *(group[row] for row in going_on)]

    def _write(self, requests: Sequence[Request], tokens: Tensor, cache: RowCache) -> None:
        self._adapters.use(tuple(one.adapter for one in requests))
        scores = self._scores(tokens, cache)
        for request, token in zip(requests, next_tokens(scores, requests), strict=True):
            request.take(token)

    def _scores(self, tokens: Tensor, cache: RowCache) -> Tensor:
        width = tokens.shape[1]
        cache.advance(width)
        positions = {"position_ids": cache.positions(width)} if self._takes_positions else {}
        output = self._network(
            input_ids=tokens.to(self._network.device),
            attention_mask=cache.mask(),
            past_key_values=cache.cache,
            use_cache=True,
            **positions,
            **self._options,
        )
        scores: Tensor = output.logits[:, -1]
        return scores

    def _new_cache(self) -> Cache:
        if self.joins:
            return Cache(layer_class_to_replicate=GrowingLayer)
        return DynamicCache(config=self._network.config)


def can_join(network: PreTrainedModel) -> bool:
    """Say whether a model remembers by keys and values alone, so that rows can be moved about.

    Models with other kinds of memory (convolutions, recurrent states) answer one after another.
    """
    kinds = getattr(network.config.get_text_config(), "layer_types", None) or ATTENTION
    return not network._is_stateful and set(kinds) <= ATTENTION


def _alike(requests: Sequence[Request]) -> Iterator[list[Request]]:
    """Put requests together whose prompts are of similar length."""
    group: list[Request] = []
    for request in sorted(requests, key=lambda one: len(one.prompt)):
        read = (len(group) + 1) * len(request.prompt)
        needed = sum(len(one.prompt) for one in group) + len(request.prompt)
        if group and read > max(ALWAYS, WASTE * needed):
            yield group
            group = []
        group.append(request)
    if group:
        yield group
