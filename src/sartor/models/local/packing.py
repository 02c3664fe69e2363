"""A network in, the same network with its weights laid out as this CPU multiplies them fastest.

Writing a token is little but reading weights. As they were saved they are rearranged at every
step; here it is done once. The originals stay for whoever looks at them, as adapters do, so the
memory of the weights is needed twice: large models are left as they are.
"""

from __future__ import annotations

from functools import partial
from typing import TypeGuard

import torch
from torch import Tensor, nn

ROWS = 8  # the layout is chosen for about so many tokens at once: a batch that writes
LARGEST = 3 * 2**30  # bytes of weights that are worth a second copy


def pack(network: nn.Module) -> None:
    """Rearrange the weights of plain linear layers, if they are of a type the CPU works with."""
    layers = [layer for layer in network.modules() if _can_be_packed(layer)]
    if sum(layer.weight.nbytes for layer in layers) > LARGEST:
        return
    for layer in layers:
        packed = torch.ops.mkldnn._reorder_linear_weight(layer.weight.detach(), ROWS)
        layer.forward = partial(_multiplied, packed, layer.bias)  # type: ignore[method-assign]


def _can_be_packed(layer: nn.Module) -> TypeGuard[nn.Linear]:
    if type(layer) is not nn.Linear or not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        return False
    if layer.weight.dtype is torch.bfloat16:
        return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    return layer.weight.dtype is torch.float32


def _multiplied(packed: Tensor, bias: Tensor | None, inputs: Tensor) -> Tensor:
    output: Tensor = torch.ops.mkldnn._linear_pointwise(inputs, packed, bias, "none", [], "")
    return output
