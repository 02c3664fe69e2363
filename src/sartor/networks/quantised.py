"""Linear layers in 4 bits: how they are read, and what must never happen to them.

bitsandbytes is imported when the first network is quantised, not before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import nn

from sartor.errors import MissingExtra, StateError


def four_bits(compute: torch.dtype) -> Any:  # noqa: ANN401
    """Return the settings of NF4 with double quantisation, as transformers wants them."""
    _import_bitsandbytes()
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(  # type: ignore[no-untyped-call]
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=compute,
    )


def quantised_layers(network: nn.Module) -> Iterator[Any]:
    """Yield every 4-bit linear layer."""
    layer = _import_bitsandbytes().nn.Linear4bit
    return (one for one in network.modules() if isinstance(one, layer))


def keep_layout(network: nn.Module) -> None:
    """Forbid the layers to rearrange their weights, as training and merging need.

    On CPUs with bf16 units a pass in eval mode packs 4-bit weights in place for a faster kernel.
    Nothing undoes that: gradients and merged weights are wrong from then on, without an error,
    while the loss looks right.
    """
    for layer in quantised_layers(network):
        if getattr(layer.weight.quant_state, "packing_format_for_cpu", False):
            raise StateError(
                "the 4-bit weights were already rearranged by a pass in eval mode; training or "
                "merging them would go wrong without a sign",
                hint="open the base again and train before anything runs on it",
            )
        layer.support_avx512bf16_for_cpu = False


def let_go_of_files(network: nn.Module) -> None:
    """Copy what was not quantised, such as the embedding.

    It is still a view of the file it was read from, and would keep every page of it in memory:
    as much as the weights would take that are not in 4 bits.
    """
    for one in network.parameters():
        if one.device.type == "cpu" and one.is_floating_point():
            one.data = one.data.clone()


def _import_bitsandbytes() -> Any:  # noqa: ANN401
    try:
        import bitsandbytes
    except ImportError as error:
        raise MissingExtra(
            f"weights in 4 bits need the package bitsandbytes: {error}",
            hint='pip install "sartor[tune]"',
        ) from error
    return bitsandbytes
