"""What a person types for an adapter -> which name, and which of its versions is meant."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sartor.errors import ConfigError

# A name is a folder here, an argument of other servers, and half of NAME@ALIAS.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Reference:
    """`name` alone means its newest version; else a version or an alias is given."""

    name: str
    version: int | None = None
    alias: str = ""


def check_name(name: str, what: str = "name") -> str:
    """Return a name that can be one; raises `ConfigError`."""
    if not NAME.fullmatch(name):
        raise ConfigError(
            f"{name!r} cannot be the {what} of an adapter; expected up to 64 letters, digits, "
            "dots, dashes and underscores, the first a letter or a digit",
            f"choose a {what} like support-2",
        )
    return name


def check_alias(alias: str) -> str:
    """Return an alias that can be one: digits alone would be a version."""
    if alias.isdigit():
        raise ConfigError(
            f"{alias!r} cannot be an alias: voice@{alias} would be a version",
            "choose an alias like production",
        )
    return check_name(alias, "alias")


def parse(text: str) -> Reference:
    """Read voice, voice@3 or voice@production."""
    name, at, rest = text.partition("@")
    check_name(name)
    if not at:
        return Reference(name)
    if rest.isascii() and rest.isdigit():
        return Reference(name, version=int(rest))
    return Reference(name, alias=check_alias(rest))
