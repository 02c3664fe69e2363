"""What models cost: dated prices per million tokens -> dollars; unknown stays unknown.

The shipped table is `prices.toml`; a file of the user's own, of the same form, wins over it. A
dated snapshot ("gpt-4.1-2025-04-14", "claude-opus-4-5-20251101") costs what its family costs:
that is how OpenAI and Anthropic name them. Of any other name nothing is guessed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from importlib.resources import files
from pathlib import Path
from typing import Any

from sartor.errors import ConfigError
from sartor.types import Usage

MILLION = 1_000_000
_SNAPSHOTS = (
    re.compile(r"(?P<family>(?:gpt|o\d|chatgpt)[\w.-]*?)-\d{4}-\d{2}-\d{2}"),
    re.compile(r"(?P<family>claude-[\w.-]*?)-\d{8}"),
)
_TABLE_KEYS = {"provider", "source", "date", "up_to", "models"}
_FORM = 'models."NAME" = ["INPUT", "CACHED INPUT", "OUTPUT"]'


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars per million tokens of one model, and who said so when.

    `up_to` is the number of input tokens up to which it holds; None: always.
    """

    input: Decimal
    cached_input: Decimal
    output: Decimal
    source: str
    date: date
    up_to: int | None = None


class Prices:
    """Implements `Pricing` from tables of prices."""

    def __init__(self, prices: Mapping[str, Price]) -> None:
        self._prices = dict(prices)

    @classmethod
    def load(cls, own: Path | None = None) -> Prices:
        """Read the shipped prices, and the user's own on top.

        Raises `ConfigError` with every mistake of the user's file.
        """
        shipped = files("sartor").joinpath("prices.toml").read_text("utf-8")
        prices = _read(shipped, "prices.toml")
        if own is not None:
            try:
                prices |= _read(own.read_text("utf-8"), str(own))
            except (OSError, UnicodeDecodeError) as error:
                raise ConfigError(
                    f"prices_file {own} cannot be read: {error}",
                    hint="correct prices_file under [model] in sartor.toml, or leave it out",
                ) from error
        return cls(prices)

    def price(self, model: str) -> Price | None:
        """Return the price of a model, or of the family that it is a dated snapshot of."""
        return self._prices.get(model) or self._prices.get(family(model))

    def cost(self, model: str, usage: Usage) -> float | None:
        """Return dollars; None where no price is known for this model and this much input."""
        price = self.price(model)
        if price is None or (price.up_to is not None and usage.input_tokens > price.up_to):
            return None
        cached = min(usage.cached_tokens, usage.input_tokens)
        dollars = (
            (usage.input_tokens - cached) * price.input
            + cached * price.cached_input
            + usage.output_tokens * price.output
        )
        return float(dollars / MILLION)


def family(model: str) -> str:
    """Return the name without the date of a snapshot; the name itself if it is none."""
    for snapshot in _SNAPSHOTS:
        if found := snapshot.fullmatch(model):
            return found["family"]
    return model


# --- reading ----------------------------------------------------------------------------------


def _read(text: str, name: str) -> dict[str, Price]:
    prices: dict[str, Price] = {}
    mistakes: list[str] = []
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong(name, [str(error)]) from error
    for found in _rows(content):
        if isinstance(found, str):
            mistakes.append(found)
        else:
            prices[found[0]] = found[1]
    if mistakes:
        raise _wrong(name, mistakes)
    return prices


def _wrong(name: str, mistakes: list[str]) -> ConfigError:
    lines = "".join(f"\n  {mistake}" for mistake in mistakes)
    return ConfigError(
        f"{name} is not a list of prices:{lines}",
        hint=f"each [[table]] has a source, a date and rows {_FORM}",
    )


def _rows(content: Mapping[str, Any]) -> Iterator[tuple[str, Price] | str]:
    """Yield names with their prices, or what is wrong with a place in the file."""
    yield from (f"unknown key {key!r}; expected [[table]]" for key in content if key != "table")
    tables = content.get("table", [])
    if not isinstance(tables, list):
        yield "'table' is one table; write it as [[table]]"
        return
    for number, table in enumerate(tables, 1):
        place = f"table {number}"
        mistakes = list(_table_mistakes(table))
        yield from (f"{place}: {mistake}" for mistake in mistakes)
        if mistakes:
            continue
        for name, row in table["models"].items():
            yield _price(name, row, table) or f"{place}: {name!r} is {row!r}; expected {_FORM}"


def _table_mistakes(table: object) -> Iterator[str]:
    if not isinstance(table, dict):
        yield f"is {table!r}"
        return
    yield from (f"unknown key {key!r}" for key in table.keys() - _TABLE_KEYS)
    if not isinstance(table.get("source"), str) or not table["source"]:
        yield "has no source (a text)"
    if type(table.get("date")) is not date:
        yield "has no date (as in date = 2026-11-21)"
    if not isinstance(table.get("models"), dict):
        yield f"has no rows {_FORM}"
    up_to = table.get("up_to")
    if up_to is not None and (type(up_to) is not int or up_to < 1):
        yield f"up_to is {up_to!r}; expected a number of tokens"


def _price(name: str, row: object, table: Mapping[str, Any]) -> tuple[str, Price] | None:
    if not isinstance(row, list) or len(row) != 3:
        return None
    try:
        fresh, cached, output = (Decimal(str(number)) for number in row)
    except InvalidOperation:
        return None
    if not all(number.is_finite() and number >= 0 for number in (fresh, cached, output)):
        return None
    return name, Price(fresh, cached, output, table["source"], table["date"], table.get("up_to"))
