"""The smallest nouns: values that stand in others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Generic, Literal, TypeVar

T = TypeVar("T")

Leg = Literal["bm25", "dense"]
Mode = Literal["hybrid", "dense", "bm25"]
Scalar = str | int | float | bool
Metadata = Mapping[str, Scalar]

NO_METADATA: Metadata = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Chosen(Generic[T]):
    """A value the tool picked by itself, and why."""

    value: T
    reason: str


@dataclass(frozen=True, slots=True)
class Measurement:
    """A mean with its 95 % interval and the number of questions behind it."""

    metric: str
    mean: float
    low: float
    high: float
    n: int
