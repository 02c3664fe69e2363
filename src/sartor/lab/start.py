"""A structured start for a small reader: plain Llama weights with a plan in them.

Copying from the context needs two parts that gradient descent finds late: heads that look at the
tokens just before, and heads that ask "where did this stand before?". The start holds rough
versions of both; without them copying does not appear within this budget of training.

* The first embedding dimension is a constant, which serves queries and keys as a bias.
* Layer 0: six heads look one to three tokens back, by rotary phases that peak there.
* Layers 1 and 2: half of the heads have keys made from the token before (rough induction).
* Later: a token finds its equals (keys near queries) and what is found is copied.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import torch
from torch import Tensor

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM
    from transformers.models.llama.modeling_llama import LlamaAttention

_BACK = (1, 1, 1, 1, 2, 3)  # how far each of the first heads of layer 0 looks back
_EMBEDDING_STD = 0.06
_SHARPNESS = 6.0  # of the heads that look back, in logits
_MATCH = 8.0  # of the heads that look for equals
_CARRIED = 0.065  # how strongly layer 0 adds the token before to the stream
_SLOW = 0.02  # rotary frequencies below this hardly depend on distance
_VALUES = 0.5
_INDUCTION_LAYERS = (1, 2)


@dataclass(frozen=True, slots=True)
class _Sizes:
    width: int
    heads: int
    head: int
    frequencies: Tensor

    def rows(self, head: int) -> slice:
        return slice(head * self.head, (head + 1) * self.head)


@torch.no_grad()
def give_structure(model: LlamaForCausalLM) -> None:
    """Overwrite the random weights of a Llama model that has as many key heads as query heads."""
    config = model.config
    size = config.hidden_size // config.num_attention_heads
    powers = torch.arange(0, size // 2).float() / (size // 2)
    theta = float(dict(config.rope_parameters or {})["rope_theta"])
    frequencies = theta**-powers
    sizes = _Sizes(config.hidden_size, config.num_attention_heads, size, frequencies)
    constant = _embed(model.model.embed_tokens.weight, sizes)
    for layer in model.model.layers:
        layer.mlp.down_proj.weight *= 0.25
    before = _look_back(model.model.layers[0].self_attn, sizes, constant)
    for number, layer in enumerate(model.model.layers[1:], 1):
        _look_for_equals(layer.self_attn, sizes, before, induction=number in _INDUCTION_LAYERS)


def _embed(weight: Tensor, sizes: _Sizes) -> float:
    """Draw the embeddings and return what their constant is after the first normalisation."""
    weight.normal_(0, _EMBEDDING_STD)
    weight[:, 0] = _EMBEDDING_STD * math.sqrt(sizes.width) / 2
    return float((weight[:, 0] / weight.pow(2).mean(1).sqrt()).mean())


def _look_back(attention: LlamaAttention, sizes: _Sizes, constant: float) -> Tensor:
    """Make heads that look back; return the map from a token to what is carried of it."""
    query, key = attention.q_proj.weight, attention.k_proj.weight
    value, out = attention.v_proj.weight, attention.o_proj.weight
    rates = sizes.frequencies
    peak = (1 - torch.cos(rates)).sum().item()
    scale = math.sqrt(_SHARPNESS * math.sqrt(sizes.head) / peak) / constant
    for head, back in enumerate(_BACK):
        rows = sizes.rows(head)
        query[rows] *= 0.2
        key[rows] *= 0.2
        query[rows, 0] = scale * torch.cat([torch.cos(back * rates), -torch.sin(back * rates)])
        key[rows, 0] = scale * torch.cat([torch.ones_like(rates), torch.zeros_like(rates)])
    value.copy_(_orthogonal(sizes.width) * _VALUES)
    out.copy_(_orthogonal(sizes.width) * (_CARRIED / _VALUES))
    _spare_constant(value, out)
    carried = torch.zeros(sizes.width, sizes.width)
    for head, back in enumerate(_BACK):
        if back == 1:
            carried += out[:, sizes.rows(head)] @ value[sizes.rows(head)]
    return carried


def _look_for_equals(
    attention: LlamaAttention, sizes: _Sizes, before: Tensor, *, induction: bool
) -> None:
    query, key = attention.q_proj.weight, attention.k_proj.weight
    value, out = attention.v_proj.weight, attention.o_proj.weight
    slow = (sizes.frequencies < _SLOW).float().repeat(2)[:, None]
    spread = math.sqrt(sizes.width)
    for head in range(sizes.heads):
        rows = sizes.rows(head)
        pattern = torch.randn(sizes.head, sizes.width) / spread * slow * math.sqrt(_MATCH)
        pattern[:, 0] = 0
        if induction and head < sizes.heads // 2:
            query[rows] = pattern
            key[rows] = pattern @ before.T / _CARRIED**2 / 12
        elif head < 3 * sizes.heads // 4:
            query[rows] = pattern / 2
            key[rows] = pattern / 2 + torch.randn(sizes.head, sizes.width) * 0.3 / spread
    turned = _orthogonal(sizes.width)
    value.copy_(turned * _VALUES)
    out.copy_(turned.T * (2 * _CARRIED / _VALUES))
    _spare_constant(value, out)


def _spare_constant(value: Tensor, out: Tensor) -> None:
    """Keep the constant dimension from being read as content or overwritten."""
    value[:, 0] = 0
    out[0] = 0


def _orthogonal(width: int) -> Tensor:
    orthogonal, _ = torch.linalg.qr(torch.randn(width, width))
    return cast(Tensor, orthogonal)
