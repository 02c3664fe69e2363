"""Which arithmetic a model uses on which device, and why. It knows no model."""

from __future__ import annotations

import torch

from sartor.errors import ConfigError
from sartor.types import Chosen

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}
DEVICES = ("cpu", "cuda")


def choose_device(wanted: str) -> Chosen[str]:
    """Take the graphics card if there is one, or what was asked for if it can be had."""
    if wanted == "auto":
        if torch.cuda.is_available():
            return Chosen("cuda", f"found {torch.cuda.get_device_name()}")
        return Chosen("cpu", "no CUDA device was found")
    if wanted.partition(":")[0] not in DEVICES:
        raise ConfigError(
            f"device is {wanted!r}; known are auto, cpu, cuda and cuda:0, cuda:1, ..."
        )
    if wanted.startswith("cuda") and not torch.cuda.is_available():
        raise ConfigError(
            f"device is {wanted!r}, but no CUDA device was found",
            hint='set device = "auto", or install a torch that is built for CUDA',
        )
    return Chosen(wanted, "set by the user")


def choose_precision(wanted: str, device: str) -> Chosen[str]:
    """Take bf16 only where the machine has it: emulated it is slower than fp32."""
    if wanted in DTYPES:
        return Chosen(wanted, "set by the user")
    if wanted != "auto":
        raise ConfigError(f"precision is {wanted!r}; known are auto, fp32, bf16")
    if device.startswith("cuda"):
        if torch.cuda.is_bf16_supported(including_emulation=False):
            return Chosen("bf16", "this graphics card multiplies bf16 natively")
        return Chosen("fp32", "this graphics card has no bf16 units")
    if torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported():
        return Chosen("bf16", "this CPU multiplies bf16 natively, and half the bytes are read")
    return Chosen("fp32", "this CPU has no bf16 units, and emulated they are slower")
