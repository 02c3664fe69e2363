"""A call as it was typed, with more options: a line that can be pasted into a shell."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import typer

TYPED = "COMMANDLINE"  # where a value comes from that was given, as typer calls it


def again(context: typer.Context, *more: str, without: Iterable[str] = ()) -> str:
    """Write the command of a call; parameters named in `without` are left out."""
    words = [word for level in _levels(context) for word in _typed(level, frozenset(without))]
    return shlex.join(["sartor", *words, *more])


def _levels(context: Any) -> list[Any]:  # noqa: ANN401
    """Give the contexts of a call, the outermost first."""
    above = _levels(context.parent) if context.parent else []
    return [*above, context]


def _typed(level: Any, without: frozenset[str]) -> Iterator[str]:  # noqa: ANN401
    if level.parent:
        yield str(level.info_name)
    arguments: list[str] = []
    for parameter in level.command.params:
        name = parameter.name or ""
        source = level.get_parameter_source(name)
        if source is None or source.name != TYPED or name in without:
            continue
        value = level.params[name]
        if parameter.param_type_name == "argument":
            arguments += map(str, _several(value))
        else:
            yield from _option(parameter.opts[0], value)
    yield from arguments


def _option(option: str, value: Any) -> Iterator[str]:  # noqa: ANN401
    if value is True:
        yield option
        return
    for one in _several(value):
        yield from (option, str(one))


def _several(value: Any) -> Iterable[Any]:  # noqa: ANN401
    return value if isinstance(value, list | tuple) else (value,)
