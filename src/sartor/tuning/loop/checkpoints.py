"""Folders that are whole or not there: what a training goes on from. It knows files, no training.

A folder is written under another name, brought to the disk, and renamed. Whoever kills the process
or fills the disk meets the previous one untouched.
"""

from __future__ import annotations

import errno
import os
import re
import resource
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from sartor.errors import StateError
from sartor.tuning.under_way import NotSaved

KEPT = 2
MEGABYTE = 1_000_000
STATES = 2  # numbers that Adam keeps for each that is trained
WEIGHTS = "weights.safetensors"
UNFINISHED = ".writing-"
NUMBERED = re.compile(r"(?P<kind>[a-z]+)-(?P<step>\d{8})")


def write(
    root: Path, kind: str, step: int, fill: Callable[[Path], None], *, needed: int = 0
) -> Path:
    """Write the folder of a step; `fill` is handed an empty one, and writes some `needed` bytes."""
    target = folder_of(root, kind, step)
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
        shutil.rmtree(draft, ignore_errors=True)  # what is free is counted without it
        raise _unwritten(root, step, needed, error) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def _unwritten(root: Path, step: int, needed: int, error: Exception) -> NotSaved:
    kept = newest(root, "step")
    left = (
        f"the checkpoint of step {step_of(kept)} is whole" if kept else "nothing was saved before"
    )
    why, remedy = _refused(root, needed, error)
    return NotSaved(f"what was learned by step {step} cannot be saved: {why}; {left}", hint=remedy)


def _refused(root: Path, needed: int, error: Exception) -> tuple[str, str]:
    """Say why the disk took no more, and what to do: torch's own words hide the first of it."""
    code = getattr(error, "errno", None)
    largest, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    if code == errno.EFBIG or 0 <= largest < needed:
        told = f"a file may have {_megabytes(largest)} at most (ulimit -f), and about "
        return f"{told}{_megabytes(needed)} are needed", "raise that limit (ulimit -f unlimited)"
    free = shutil.disk_usage(root).free
    if code in {errno.ENOSPC, errno.EDQUOT} or free < needed:
        told = "the quota is used up" if code == errno.EDQUOT else "no space left"
        told += f" in {root}: about {_megabytes(needed)} are needed, {_megabytes(free)} are free"
        return told, "make room there"
    return f"{error} ({root})", "see to that"


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:.1f} MB" if size < 10 * MEGABYTE else f"{size / MEGABYTE:,.0f} MB"


def folder_of(root: Path, kind: str, step: int) -> Path:
    """Return the folder of a step, whether or not it is there."""
    return root / f"{kind}-{step:08d}"


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
    for folder in _all(root, kind):
        if step_of(folder) != step:
            shutil.rmtree(folder, ignore_errors=True)


def clear(root: Path) -> None:
    """Remove what an earlier training left in this folder."""
    clear_unfinished(root)
    for folder in _all(root, "*"):
        shutil.rmtree(folder)


def clear_unfinished(root: Path) -> None:
    """Remove what was being written when an earlier training was killed."""
    for draft in root.glob(f"{UNFINISHED}*"):
        shutil.rmtree(draft)


def _all(root: Path, kind: str) -> list[Path]:
    found = root.glob(f"{kind}-*")
    return [path for path in found if NUMBERED.fullmatch(path.name) and path.is_dir()]


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


def size_of(network: nn.Module, *, states: int = 0) -> int:
    """Count the bytes of what is trained, and of so many states of an optimiser."""
    return sum(
        one.numel() * one.element_size() * (1 + states) for one in trainable(network).values()
    )


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
