"""OpenVINO, kept quiet and kept in its place.

What goes in: a graph or the file of one. What comes out: a compiled model that uses as many
threads as it was told and no more. This is the only file that imports OpenVINO, and it leaves out
the part that reports to a statistics server on import.
"""

from __future__ import annotations

import math
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sartor.errors import ConfigError
from sartor.knowledge.embedding.settings import Precision
from sartor.types import Chosen

if TYPE_CHECKING:
    from openvino import CompiledModel, Model

# Importing the first sends an event and writes an identifier into the home folder, by the second.
REPORTING_MODULES = ("openvino.tools.ovc", "openvino_telemetry")
CPU_FOLDER = Path("/sys/devices/system/cpu")
QUOTA_FILE = Path("/sys/fs/cgroup/cpu.max")

_importing = threading.Lock()


@contextmanager
def without_telemetry() -> Iterator[None]:
    """Hide the reporting modules while something is imported that would start them."""
    with _importing:
        before = {name: sys.modules.get(name) for name in REPORTING_MODULES}
        sys.modules.update(dict.fromkeys(REPORTING_MODULES))  # type: ignore[arg-type]
        try:
            yield
        finally:
            for name, module in before.items():
                del sys.modules[name]
                if module is not None:
                    sys.modules[name] = module


@cache
def import_openvino() -> Any:  # noqa: ANN401  (a module without type information)
    """Import OpenVINO without its telemetry, which it would start by itself."""
    with without_telemetry():
        import openvino
    return openvino


@cache
def _core() -> Any:  # noqa: ANN401
    return import_openvino().Core()


def has_native_bf16() -> bool:
    """Ask the CPU; where bf16 is only emulated OpenVINO does not list it."""
    return "BF16" in _core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def choose_precision(wanted: str) -> Chosen[Precision]:
    """Take the fastest arithmetic this CPU has natively, or what was asked for if it can be had."""
    native = has_native_bf16()
    match wanted:
        case "auto" if native:
            return Chosen("bf16", "this CPU multiplies bf16 natively, about twice as fast as fp32")
        case "auto":
            return Chosen("fp32", "this CPU has no bf16 units, and emulated they are slower")
        case "bf16" if not native:
            raise ConfigError(
                "precision is set to bf16, but this CPU has no bf16 units; emulated bf16 is many "
                "times slower than fp32",
                hint='set precision = "auto", "fp32" or "int8"',
            )
        case "fp32" | "bf16" | "int8":
            return Chosen(wanted, "set by the user")
    raise ConfigError(f"precision is {wanted!r}; known are auto, fp32, bf16, int8")


def choose_threads(wanted: int) -> Chosen[int]:
    """Use one thread for each physical core that this process may use."""
    if wanted:
        return Chosen(wanted, "set by the user")
    cores = len({_siblings(cpu) for cpu in _open_cpus()})
    quota = _quota()
    if quota < cores:
        return Chosen(max(1, int(quota)), f"{cores} physical cores, limited to {quota:g} by cgroup")
    return Chosen(cores, f"{cores} physical cores are open to this process")


def _open_cpus() -> set[int]:
    if hasattr(os, "sched_getaffinity"):
        return os.sched_getaffinity(0)
    return set(range(os.cpu_count() or 1))


def _quota() -> float:
    """Return how many CPUs' worth of time a container gives us; infinite where nobody says."""
    try:
        quota, period = QUOTA_FILE.read_text().split()
        return int(quota) / int(period)
    except (OSError, ValueError):
        return math.inf


def _siblings(cpu: int) -> str:
    """Name the physical core a CPU belongs to; itself where the system does not say."""
    try:
        return (CPU_FOLDER / f"cpu{cpu}/topology/thread_siblings_list").read_text()
    except OSError:
        return str(cpu)


def compile_graph(graph: Model | Path, precision: Precision, *, streams: int) -> CompiledModel:
    """Make a graph runnable on `streams` workers of one thread each."""
    return _core().compile_model(
        graph,
        "CPU",
        {
            "INFERENCE_PRECISION_HINT": _rest(precision),
            "NUM_STREAMS": streams,
            "INFERENCE_NUM_THREADS": streams,
            # Pinned workers of two processes would fight for the same core.
            "ENABLE_CPU_PINNING": False,
        },
    )


def _rest(precision: Precision) -> str:
    """Name the arithmetic of what is not quantised: 16 bits where they are fast."""
    return "bf16" if precision == "bf16" or (precision == "int8" and has_native_bf16()) else "f32"


def save_graph(graph: Model, path: Path) -> None:
    """Write a graph (an .xml file and a .bin file beside it) in one step: whole or not at all."""
    temporary = path.with_name(f".{os.getpid()}-{threading.get_ident()}-{path.name}")
    try:
        import_openvino().save_model(graph, temporary, compress_to_fp16=False)
        # The .xml goes last: whoever sees it also sees its weights.
        os.replace(temporary.with_suffix(".bin"), path.with_suffix(".bin"))
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
        temporary.with_suffix(".bin").unlink(missing_ok=True)
