"""A network and a recipe in, the network ready to be trained out; one file for each method.

Importing them imports no torch: what they train can be counted without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sartor.tuning.methods.bottleneck import Bottleneck
from sartor.tuning.methods.full import Full
from sartor.tuning.methods.lora import Lora
from sartor.tuning.methods.method import Method
from sartor.tuning.methods.qlora import QLora
from sartor.types.training import MethodName

METHODS: Mapping[MethodName, Method] = MappingProxyType(
    {method.name: method for method in (Lora(), QLora(), Bottleneck(), Full())}
)

__all__ = ["METHODS", "Method"]
