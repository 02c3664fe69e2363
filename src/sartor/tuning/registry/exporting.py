"""A version in, a folder that others can use out, and the lines that load it or start a server.

What PEFT and servers read is copied, the page for people, and the card without the words of the
examples, which are not meant to travel: by it we know the base again.
"""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from sartor.errors import ConfigError, InputError
from sartor.tuning.registry import records
from sartor.tuning.registry.contents import CONFIG, read_config
from sartor.tuning.registry.disk import delivered
from sartor.tuning.registry.loading import peft_lines
from sartor.types import Adapter

Kind = Literal["peft", "merged", "provider"]

PEFT, VLLM, TGI = "PEFT", "vLLM", "TGI"
VLLM_RANKS = (1, 8, 16, 32, 64, 128, 256, 320, 512)  # the values --max-lora-rank takes
NOT_IN_VLLM = {  # what a LoRA may have besides, and how vLLM calls that
    "use_dora": "DoRA",
    "modules_to_save": "modules trained as a whole",
    "trainable_token_indices": "trained tokens",
}


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written where; `lines` start servers or are the steps to take, by name."""

    id: str
    kind: Kind
    path: Path
    files: tuple[str, ...]
    lines: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def require_kind(kind: str) -> None:
    """Raise `ConfigError` unless this can be exported."""
    if kind not in get_args(Kind):
        raise ConfigError(f"kind is {kind!r}; known are {', '.join(get_args(Kind))}")


def export_peft(adapter: Adapter, to: Path, base: str) -> Exported:
    """Copy an adapter so that PEFT, vLLM and TGI load it beside its base."""
    if adapter.method == "full":
        raise InputError(
            f"{adapter.id} is a whole model, not an adapter",
            f"sartor adapters export {adapter.id} --kind merged --to FOLDER",
        )
    if adapter.method == "bottleneck":
        raise InputError(
            f"{adapter.id} is a bottleneck adapter, which only Sartor knows how to run",
            "train it again with --method lora to use it elsewhere",
        )
    config, record = read_config(adapter.path / CONFIG), records.read(adapter.path)
    with delivered(to) as folder:
        _copy(adapter.path, folder)
        records.write(folder, record.id, record.created, record.card.travelling)
    python = peft_lines(record.card, base=base, folder=str(to.resolve()))
    return Exported(
        adapter.id,
        "peft",
        to,
        listed(to),
        {PEFT: python, **_adapter_lines(adapter.name, to, shlex.quote(base), config)},
        notes=_limits(config),
    )


def export_whole(adapter: Adapter, to: Path) -> Exported:
    """Copy what was trained as a whole model."""
    with delivered(to) as folder:
        _copy(adapter.path, folder)
    return Exported(adapter.id, "merged", to, listed(to), model_lines(to))


def listed(folder: Path) -> tuple[str, ...]:
    """Name the files of a folder."""
    return tuple(
        sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    )


def model_lines(model: Path) -> dict[str, str]:
    """Say how servers are started with a whole model."""
    name = shlex.quote(str(model.resolve()))
    return {VLLM: f"vllm serve {name}", TGI: f"text-generation-launcher --model-id {name}"}


def _copy(folder: Path, to: Path) -> None:
    """Copy all but the card; what is copied may be changed."""
    shutil.copytree(
        folder,
        to,
        dirs_exist_ok=True,
        copy_function=shutil.copyfile,
        ignore=shutil.ignore_patterns(records.FILE),
    )


def _adapter_lines(name: str, to: Path, base: str, config: Mapping[str, Any]) -> dict[str, str]:
    named = shlex.quote(f"{name}={to.resolve()}")
    rank = _rank(config)
    lines = {TGI: f"text-generation-launcher --model-id {base} --lora-adapters {named}"}
    fitting = [one for one in VLLM_RANKS if one >= rank]
    if not fitting or _limits(config):
        return lines
    served = f"vllm serve {base} --enable-lora --max-lora-rank {fitting[0]} --lora-modules {named}"
    return {VLLM: served, **lines}


def _rank(config: Mapping[str, Any]) -> int:
    return max([int(config.get("r") or 0), *map(int, (config.get("rank_pattern") or {}).values())])


def _limits(config: Mapping[str, Any]) -> tuple[str, ...]:
    """Say what keeps vLLM from serving this adapter beside its base."""
    found = [what for key, what in NOT_IN_VLLM.items() if config.get(key)]
    if config.get("bias", "none") != "none":
        found.append("trained biases")
    if _rank(config) > VLLM_RANKS[-1]:
        found.append(f"a rank above {VLLM_RANKS[-1]}")
    return tuple(f"vLLM does not serve adapters with {what}: export it merged" for what in found)
