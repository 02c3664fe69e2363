"""An adapter and a base model in; whether they belong together, before any weight is loaded.

PEFT ignores keys that fit nowhere and leaves at random what is missing: here both are errors.
"""

from __future__ import annotations

from pathlib import Path

from sartor.errors import AdapterMismatch
from sartor.networks.adapter_files import require_base
from sartor.networks.identity import identify
from sartor.tuning.registry.contents import CONFIG, read_config, require_contents
from sartor.tuning.registry.fitting import Fit, aligned, fit_bottleneck, fit_lora, fit_whole
from sartor.tuning.registry.tensors import stored
from sartor.types import Adapter
from sartor.types.training import MethodName

SHOWN = 3  # keys in a message


def verify(adapter: Adapter, base: Path) -> None:
    """Raise `AdapterMismatch` unless this adapter was made for the model in this folder."""
    require_base(adapter.path, lambda: (base, identify(base)))
    verify_files(
        adapter.path, adapter.method, base, called=adapter.id, trained_on=adapter.base_model
    )


def verify_files(
    folder: Path, method: MethodName, base: Path, *, called: str, trained_on: str
) -> None:
    """Raise `AdapterMismatch` unless every weight in a folder has its place in a model."""
    require_contents(folder, method)
    others = stored(base)
    own = aligned(stored(folder), others)
    if method == "full":
        fit = fit_whole(own, others)
    elif method == "bottleneck":
        fit = fit_bottleneck(own, others)
    else:
        fit = fit_lora(own, others, read_config(folder / CONFIG))
    if fault := _fault(fit):
        raise AdapterMismatch(
            f"{called} does not fit {base}: {fault}",
            f"use it with {trained_on}, which it was trained on",
        )


def _fault(fit: Fit) -> str:
    if not fit.matched:
        return "it matches no module, and nothing would change"
    wrong = {"unexpected": fit.unexpected, "missing": fit.missing, "of another shape": fit.shapes}
    found = [f"{len(keys)} {what} ({_some(keys)})" for what, keys in wrong.items() if keys]
    return f"of its weights {', '.join(found)}" if found else ""


def _some(keys: tuple[str, ...]) -> str:
    return ", ".join(keys[:SHOWN]) + (", ..." if len(keys) > SHOWN else "")
