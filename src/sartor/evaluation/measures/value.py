"""One measure of one answer, before it is known of which question."""

from __future__ import annotations

from typing import NamedTuple


class Value(NamedTuple):
    """The name of a measure, its value (None: it could not be had) and why it is that."""

    metric: str
    value: float | None
    reason: str = ""
