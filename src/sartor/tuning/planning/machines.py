"""Machines that a training may run on: what they hold and how fast they are.

Named graphics cards have their makers' published figures, of which training reaches a part that
is written down here. This machine is asked and measured, in a fraction of a second.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import perf_counter, process_time
from types import MappingProxyType
from typing import Any, Literal

GB = 10**9  # makers count decimally; what a card really has is a little more
CUDA_RUNTIME = 900_000_000  # context, kernels and the workspaces of libraries
CUDA_SLACK = 1.08  # blocks that the allocator of a card holds and cannot hand out
REACHED = 0.45  # of the published multiplications per second, by well-fed training
REACHED_BYTES = 0.7  # of the published bytes per second

REACHED_HERE = 0.6  # of the fastest multiplication and copy that were timed, by a whole step
CPU_RUNTIME = 530_000_000  # Python, torch, transformers and what they load while training
CPU_SLACK = 1.35  # heaps keep what was freed in between pieces that are still held
TRIED = 5  # measurements of which the fastest counts: others use this machine, too
TICK = 0.02  # seconds: shorter work needs a clock that ticks finely ...
FINE = 10  # ... so often at least in a tenth of that
SIZES = (512, 768, 2_048)  # of the multiplication that is timed: a small feed-forward part
MOVED = 8_000_000  # numbers that are moved to time memory

Device = Literal["cpu", "cuda"]


@dataclass(frozen=True, slots=True)
class Machine:
    """What training may use.

    `memory` in bytes; `speed` are floating-point operations and `bandwidth` bytes per second that
    training really reaches, None where nothing is known. `runtime` is held before any model is
    there, `slack` what an allocator holds for each byte that training asks for and gives back.
    `here`: it can be tried how long something takes.
    """

    name: str
    memory: int
    device: Device
    precision: str
    speed: float | None
    bandwidth: float | None
    reason: str
    runtime: int = CUDA_RUNTIME
    slack: float = CUDA_SLACK
    here: bool = False


def _card(name: str, gigabytes: int, teraflops: float, bytes_per_second: float) -> Machine:
    return Machine(
        name=name,
        memory=gigabytes * GB,
        device="cuda",
        precision="bf16",
        speed=teraflops * 1e12 * REACHED,
        bandwidth=bytes_per_second * REACHED_BYTES,
        reason=f"{REACHED:.0%} of the maker's {teraflops:.0f} bf16 TFLOP/s",
    )


MACHINES: Mapping[str, Machine] = MappingProxyType(
    {
        "24 GB": _card("RTX 4090, 24 GB", 24, 165, 1.01e12),
        "48 GB": _card("L40S, 48 GB", 48, 362, 0.86e12),
        "80 GB": _card("A100, 80 GB", 80, 312, 2.04e12),
        "141 GB": _card("H200, 141 GB", 141, 989, 4.8e12),
    }
)


@cache
def this_machine(precision: str = "auto", device: str = "auto") -> Machine:
    """Ask and measure this machine, once; `memory` is what is free now.

    Without torch nothing can be timed, and `speed` is unknown.
    """
    try:
        import torch

        from sartor.networks.precision import DTYPES, choose_device, choose_precision
    except ImportError:
        return _unmeasured("fp32" if precision == "auto" else precision)
    place = choose_device(device)
    arithmetic = choose_precision(precision, place.value)
    dtype = DTYPES[arithmetic.value]
    cuda = place.value.startswith("cuda")
    return Machine(
        name=torch.cuda.get_device_name() if cuda else f"this machine, {os.cpu_count()} cores",
        memory=torch.cuda.mem_get_info()[0] if cuda else free_memory(),
        device="cuda" if cuda else "cpu",
        precision=arithmetic.value,
        speed=REACHED_HERE * _multiplications(torch, dtype, place.value),
        bandwidth=REACHED_HERE * _bytes_moved(torch, place.value),
        reason=f"measured here in {arithmetic.value}, on {_threads(torch)}",
        runtime=CUDA_RUNTIME if cuda else CPU_RUNTIME,
        slack=CUDA_SLACK if cuda else CPU_SLACK,
        here=True,
    )


def _threads(torch: Any) -> str:  # noqa: ANN401
    count = torch.get_num_threads()
    return "one thread" if count == 1 else f"{count} threads"


def _unmeasured(precision: str) -> Machine:
    return Machine(
        name=f"this machine, {os.cpu_count()} cores",
        memory=free_memory(),
        device="cpu",
        precision=precision,
        speed=None,
        bandwidth=None,
        reason="not measured: torch is not installed",
        runtime=CPU_RUNTIME,
        slack=CPU_SLACK,
    )


def gigabytes(size: float) -> str:
    """Write a size as its makers count it."""
    return f"{size / 1e9:,.1f} GB" if size >= 1e8 else f"{size / 1e6:,.0f} MB"


def free_memory() -> int:
    """Return how many bytes a process may still take here: of the machine or of its container."""
    page = os.sysconf("SC_PAGE_SIZE")
    free = os.sysconf("SC_AVPHYS_PAGES") * page
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        free = next(int(line.split()[1]) for line in lines if "MemAvailable" in line) * 1024
        limit = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
        used = int(Path("/sys/fs/cgroup/memory.current").read_text(encoding="ascii"))
    except (OSError, StopIteration):
        return free
    return min(free, int(limit) - used) if limit.isdigit() else free


def _multiplications(torch: Any, dtype: Any, device: str) -> float:  # noqa: ANN401
    rows, inner, columns = SIZES if device == "cpu" else (8_192, 4_096, 4_096)
    left = torch.ones(rows, inner, dtype=dtype, device=device)
    right = torch.ones(inner, columns, dtype=dtype, device=device)
    return 2 * rows * inner * columns / fastest(torch, device, lambda: left @ right)


def _bytes_moved(torch: Any, device: str) -> float:  # noqa: ANN401
    source = torch.ones(MOVED, device=device)
    target = torch.empty_like(source)
    size: int = source.nbytes
    return 2 * size / fastest(torch, device, lambda: target.copy_(source))


def fastest(torch: Any, device: str, work: Callable[[], object]) -> float:  # noqa: ANN401
    """Return the seconds that the fastest of some tries takes; the first only warms up.

    One thread of a CPU is timed by the processor: others may use the machine just now.
    """
    alone = device == "cpu" and torch.get_num_threads() == 1
    found = []
    for _ in range(TRIED + 1):
        begun, spent = perf_counter(), process_time()
        work()
        if device != "cpu":
            torch.cuda.synchronize()
        passed, worked = perf_counter() - begun, process_time() - spent
        found.append(worked if alone and (worked > TICK or _ticks_finely()) else passed)
    return min(found[1:])


@cache
def _ticks_finely() -> bool:
    """Try the clock of the processor: where a limit is set on it, it may tick too slowly."""
    begun, ticks = perf_counter(), {process_time()}
    while perf_counter() - begun < TICK / 10:
        ticks.add(process_time())
    return len(ticks) > FINE
