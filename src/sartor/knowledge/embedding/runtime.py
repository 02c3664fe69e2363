"""OpenVINO, kept quiet and kept in its place.

What goes in: a graph or the file of one. What comes out: a compiled model that uses as many
threads as it was told and no more. This is the only file that imports OpenVINO, and it does so
without the part of it that reports to a statistics server on import.
"""

from __future__ import annotations

import os
import sys
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sartor.errors import ConfigError
from sartor.knowledge.embedding.settings import Precision
from sartor.types import Chosen

if TYPE_CHECKING:
    from openvino import CompiledModel, Model

# Importing this module sends an event "import" and writes an identifier into the home folder.
REPORTING_MODULE = "openvino.tools.ovc"
HINTS = {
    "fp32": "f32",
    "bf16": "bf16",
    "int8": "f32",
}  # int8 is in the graph; the rest of it is f32
CPU_FOLDER = Path("/sys/devices/system/cpu")

_importing = threading.Lock()


def import_openvino() -> Any:  # noqa: ANN401  (a module without type information)
    """Import OpenVINO without its telemetry, which it would start by itself."""
    with _importing:
        hidden = REPORTING_MODULE not in sys.modules and "openvino" not in sys.modules
        if hidden:
            sys.modules[REPORTING_MODULE] = None  # type: ignore[assignment]
        try:
            import openvino
        finally:
            if hidden:
                del sys.modules[REPORTING_MODULE]
    return openvino


@cache
def _core() -> Any:  # noqa: ANN401
    return import_openvino().Core()


def choose_precision(wanted: str) -> Chosen[Precision]:
    """Take the fastest arithmetic this CPU has natively, or what was asked for if it can be had."""
    native = "BF16" in _core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    if wanted == "auto" and native:
        return Chosen("bf16", "this CPU multiplies bf16 natively, about twice as fast as fp32")
    if wanted == "auto":
        return Chosen("fp32", "this CPU has no bf16 units, and emulated bf16 is slower than fp32")
    if wanted == "bf16" and not native:
        raise ConfigError(
            "precision is set to bf16, but this CPU has no bf16 units: emulated it is many times "
            "slower than fp32",
            hint='set precision = "auto", "fp32" or "int8"',
        )
    if wanted in ("fp32", "bf16", "int8"):
        return Chosen(wanted, "set by the user")
    raise ConfigError(f"precision is {wanted!r}; known are auto, fp32, bf16, int8")


def choose_threads(wanted: int) -> Chosen[int]:
    """Use one thread for each physical core that this process may run on."""
    if wanted:
        return Chosen(wanted, "set by the user")
    allowed = (
        os.sched_getaffinity(0)
        if hasattr(os, "sched_getaffinity")
        else set(range(os.cpu_count() or 1))
    )
    cores = {_siblings(cpu) for cpu in allowed}
    return Chosen(len(cores), f"{len(cores)} physical cores are open to this process")


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
            "INFERENCE_PRECISION_HINT": HINTS[precision],
            "NUM_STREAMS": streams,
            "INFERENCE_NUM_THREADS": streams,
            # Pinned workers of two processes would fight for the same core.
            "ENABLE_CPU_PINNING": False,
        },
    )


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
