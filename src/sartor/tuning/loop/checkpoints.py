"""Folders that are whole or not there: what a training goes on from. It knows files, no training.

A folder is written under another name, brought to the disk, and renamed. Whoever kills the process
or fills the disk meets the previous one untouched.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from sartor.errors import StateError, TrainingFailed

KEPT = 2
WEIGHTS = "weights.safetensors"
UNFINISHED = ".writing-"
NUMBERED = re.compile(r"(?P<kind>[a-z]+)-(?P<step>\d{8})")


def write(root: Path, kind: str, step: int, fill: Callable[[Path], None]) -> Path:
    """Write the folder of a step; `fill` is handed an empty one."""
    target = root / f"{kind}-{step:08d}"
    draft = root / f"{UNFINISHED}{target.name}"
    shutil.rmtree(draft, ignore_errors=True)
    try:
        draft.mkdir(parents=True)
        fill(draft)
        for path in (*draft.iterdir(), draft):
            _to_disk(path)
        shutil.rmtree(target, ignore_errors=True)
        draft.rename(target)
        _to_disk(root)
    except (OSError, RuntimeError, SafetensorError) as error:  # RuntimeError: torch, disk full
        shutil.rmtree(draft, ignore_errors=True)
        raise _unwritten(root, kind, step, error) from error
    return target


def _unwritten(root: Path, kind: str, step: int, error: Exception) -> TrainingFailed:
    kept = newest(root, kind)
    left = f"the one of step {step_of(kept)} is whole" if kept else "there is none before it"
    free = shutil.disk_usage(root).free // 1_048_576
    return TrainingFailed(
        f"the {kind} of step {step} cannot be written to {root}: {error}; {left}",
        hint=f"{free} MiB are free there: make room, then resume this training",
    )


def newest(root: Path, kind: str) -> Path | None:
    """Return the folder of the highest step, if there is one."""
    return max(_all(root, kind), key=step_of, default=None)


def step_of(folder: Path) -> int:
    """Return which step a folder is of."""
    found = NUMBERED.fullmatch(folder.name)
    return int(found["step"]) if found else 0


def keep_last(root: Path, kind: str) -> None:
    """Remove all folders of a kind but the last two."""
    for folder in sorted(_all(root, kind), key=step_of)[:-KEPT]:
        shutil.rmtree(folder, ignore_errors=True)


def keep_only(root: Path, kind: str, step: int) -> None:
    """Remove all folders of a kind but that of one step."""
    for folder in [one for one in _all(root, kind) if step_of(one) != step]:
        shutil.rmtree(folder, ignore_errors=True)


def clear(root: Path) -> None:
    """Remove what an earlier training left in this folder."""
    for path in root.glob("*"):
        if path.is_dir() and (NUMBERED.fullmatch(path.name) or path.name.startswith(UNFINISHED)):
            shutil.rmtree(path)


def _all(root: Path, kind: str) -> Iterator[Path]:
    for path in root.glob(f"{kind}-*"):
        if NUMBERED.fullmatch(path.name) and path.is_dir():
            yield path


def _to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# --- weights ---


def trainable(network: nn.Module) -> dict[str, nn.Parameter]:
    """Return what is trained, by name; shared weights once."""
    return {name: one for name, one in network.named_parameters() if one.requires_grad}


def save_weights(network: nn.Module, folder: Path) -> None:
    """Write what is trained."""
    tensors = {name: one.detach().contiguous() for name, one in trainable(network).items()}
    save_file(tensors, folder / WEIGHTS)


def load_weights(network: nn.Module, folder: Path) -> None:
    """Put weights back where they were; any that is missing or left over is an error."""
    try:
        saved: Mapping[str, torch.Tensor] = load_file(folder / WEIGHTS)
    except (OSError, SafetensorError) as error:
        raise StateError(f"the weights in {folder} cannot be read: {error}") from error
    wanted = trainable(network)
    if differing := sorted(saved.keys() ^ wanted.keys()):
        raise StateError(
            f"the weights in {folder} are not those of this network: {len(differing)} names "
            f"differ, the first is {differing[0]}",
            hint="train anew, with another folder",
        )
    with torch.no_grad():
        for name, parameter in wanted.items():
            parameter.copy_(saved[name])
