"""Names and shapes of an adapter's weights beside those of a model: what fits where."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sartor.tuning.registry.tensors import Stored

PREFIX = "base_model.model."  # what PEFT puts before the name of a module
WRAPPED = ".base_layer"  # and after it, where it saves a module that it stands around
HALF = re.compile(r"(?P<module>.+)\.(?:lora_(?P<half>[AB])\.weight|lora_embedding_(?P<table>[AB]))")
NUMBERED = re.compile(r".+\.\d+")  # one of several layers
PART = re.compile(r"(.+\.)\d+(\..+)")  # of a layer
DETOUR = re.compile(r"(?P<part>(?P<layers>.+\.)\d+(?P<end>\..+))\.bottleneck\.\w+\.\w+")
DETOUR_WEIGHTS = ("down.weight", "down.bias", "up.weight", "up.bias")
LAYER = re.compile(r"(?:^|\.)(?:layers|h|blocks)\.(\d+)\.")
PACKED = "U8"  # weights in 4 bits: their shape says nothing

Tensors = Mapping[str, Stored]


@dataclass(frozen=True, slots=True)
class Fit:
    """How many weights found their module, and the keys of those that did not."""

    matched: int
    unexpected: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    shapes: tuple[str, ...] = ()


def aligned(own: Tensors, base: Tensors) -> dict[str, Stored]:
    """Name an adapter's weights as its base's files do: older files leave out the first word."""
    bare = {key.removeprefix(PREFIX): one for key, one in own.items()}
    modules = _modules(base)
    [(word, _)] = Counter(key.partition(".")[0] for key in bare).most_common(1) or [("", 0)]
    shorter = {key.removeprefix(f"{word}."): one for key, one in bare.items()}
    longer = ({f"{word}.{key}": one for key, one in bare.items()} for word in _words(base))
    for renamed in (bare, shorter, *longer):
        if any(NUMBERED.fullmatch(place) and place in modules for place in _modules(renamed)):
            return renamed
    return bare


def fit_lora(own: Tensors, base: Tensors, config: Mapping[str, Any]) -> Fit:
    """Compare a LoRA with a model: both halves for each module that its configuration names."""
    halves = {half[:2]: half[2] for key in own if (half := _half(key))}
    modules = _modules(base)
    unexpected = [key for key in own if not _known(_module_of(key), modules)]
    targets = {name for name in _matrices(base) if _is_target(name, config)}
    wanted = {(name, half) for name in {*targets, *(found for found, _ in halves)} for half in "AB"}
    missing = [f"{name}.lora_{half}" for name, half in sorted(wanted - {*halves})]
    shapes = [
        key
        for (module, half), key in halves.items()
        if not _has_shape(own[key], half, base.get(f"{module}.weight"))
    ]
    return Fit(len(own) - len(unexpected), tuple(unexpected), tuple(missing), tuple(shapes))


def fit_bottleneck(own: Tensors, base: Tensors) -> Fit:
    """Compare detours with a model: all four weights of one for every layer it has."""
    modules = _modules(base)
    found = {key: DETOUR.fullmatch(key) for key in own}
    detours = [one for one in found.values() if one and one["part"] in modules]
    ends = {(one["layers"], one["end"]) for one in detours}
    parts = (part for part in modules if (layer := PART.fullmatch(part)) and layer.groups() in ends)
    wanted = {f"{part}.bottleneck.{weight}" for part in parts for weight in DETOUR_WEIGHTS}
    return Fit(
        len(detours),
        tuple(key for key, one in found.items() if one not in detours),
        tuple(sorted(wanted - {one[0] for one in detours})),
    )


def fit_whole(own: Tensors, base: Tensors) -> Fit:
    """Compare a model with the one it came from; files of a base may hold more than it needs."""
    return Fit(
        len(own.keys() & base.keys()),
        tuple(sorted(own.keys() - base.keys())),
        shapes=tuple(key for key in own if key in base and own[key].shape != base[key].shape),
    )


def _half(key: str) -> tuple[str, str, str] | None:
    """Say of which module this is which half, and under which key."""
    half = HALF.fullmatch(key)
    return (half["module"], half["half"] or half["table"], key) if half else None


def _module_of(key: str) -> str:
    half = _half(key)
    return half[0] if half else key.replace(WRAPPED, "").rpartition(".")[0]


def _modules(tensors: Tensors) -> set[str]:
    """Name every module that holds weights, itself or in what lies below it."""
    return {
        ".".join(parts[:length])
        for key in tensors
        for parts in [key.split(".")]
        for length in range(1, len(parts))
    }


def _words(base: Tensors) -> list[str]:
    return sorted({key.partition(".")[0] for key in base})


def _known(module: str, modules: set[str]) -> bool:
    # A head that is tied to the embedding is a module without weights of its own.
    return module in modules or module.rpartition(".")[2] == "lm_head"


def _matrices(base: Tensors) -> Iterable[str]:
    return (
        key.removesuffix(".weight")
        for key, one in base.items()
        if key.endswith(".weight") and len(one.shape) == 2
    )


def _is_target(module: str, config: Mapping[str, Any]) -> bool:
    """Say whether a configuration of PEFT means this module."""
    if _named(module, config.get("exclude_modules")):
        return False
    layers = config.get("layers_to_transform")
    if layers is not None:
        found = LAYER.search(module)
        if found is None or int(found[1]) not in ([layers] if isinstance(layers, int) else layers):
            return False
    return _named(module, config.get("target_modules"))


def _named(module: str, names: str | list[str] | None) -> bool:
    if not names or names == "all-linear":
        return False
    if isinstance(names, str):
        return re.fullmatch(names, module) is not None
    return any(module == name or module.endswith(f".{name}") for name in names)


def _has_shape(half: Stored, which: str, matrix: Stored | None) -> bool:
    """Say whether half a LoRA can stand beside a matrix; some models store theirs transposed."""
    if matrix is None or matrix.kind == PACKED or len(matrix.shape) != 2:
        return True
    return half.shape[1 if which == "A" else 0] in matrix.shape
