"""A network in, the same network with its weights laid out as this CPU multiplies them fastest.

Writing a token is little but reading weights, row after row of each layer. Left as they were
saved they are rearranged at every step; here it is done once. The originals stay for whoever
looks at them: adapters do.
"""

from __future__ import annotations

from functools import partial

import torch
from torch import Tensor, nn

ROWS = 8  # the layout is chosen for about so many tokens at once: a batch that writes


def pack(network: nn.Module) -> None:
    """Rearrange the weights of linear layers, where the library for it knows their type."""
    if not torch.backends.mkldnn.is_available():
        return
    known = {torch.float32}
    if torch.ops.mkldnn._is_mkldnn_bf16_supported():
        known.add(torch.bfloat16)
    for layer in network.modules():
        if type(layer) is nn.Linear and layer.weight.dtype in known:
            packed = torch.ops.mkldnn._reorder_linear_weight(layer.weight.detach(), ROWS)
            layer.forward = partial(_multiplied, packed, layer.bias)  # type: ignore[method-assign]


def _multiplied(packed: Tensor, bias: Tensor | None, inputs: Tensor) -> Tensor:
    output: Tensor = torch.ops.mkldnn._linear_pointwise(inputs, packed, bias, "none", [], "")
    return output
