"""What guides say that retrieval and tuning cost: references beside a projection, never part of it.

The claims stand in `published.toml`, each with the guide that makes it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

OPEN = "more"  # instead of a high: a range without an upper end


@dataclass(frozen=True, slots=True)
class Published:
    """A range in dollars that a guide names for one way to do it; `high` None: open upwards."""

    way: str
    what: str
    low: float
    high: float | None
    per: str
    guide: str
    title: str

    @property
    def volume(self) -> int | None:
        """The questions a month that it is about, if it is about a number of them."""
        number = self.what.removesuffix(" questions").replace(",", "")
        return int(number) if number.isdecimal() else None


@cache
def published() -> tuple[Published, ...]:
    """Read what the guides say."""
    text = files("sartor.ladder.costing").joinpath("published.toml").read_text("utf-8")
    return tuple(_rows(text))


def _rows(text: str) -> Iterator[Published]:
    content = tomllib.loads(text)
    for table in content["table"]:
        guide = table["guide"]
        for what, low, high in table["rows"]:
            end = None if high == OPEN else float(high)
            title = content["guides"][guide]
            yield Published(table["way"], what, float(low), end, table["per"], guide, title)
