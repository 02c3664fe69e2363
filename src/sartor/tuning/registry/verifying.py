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

SHOWN = 3  # keys in a message


def verify(adapter: Adapter, base: Path) -> None:
    """Raise `AdapterMismatch` unless this adapter was made for the model in this folder."""
    require_contents(adapter.path, adapter.method)
    require_base(adapter.path, lambda: (base, identify(base)))
    others = stored(base)
    own = aligned(stored(adapter.path), others)
    if adapter.method == "full":
        fit = fit_whole(own, others)
    elif adapter.method == "bottleneck":
        fit = fit_bottleneck(own, others)
    else:
        fit = fit_lora(own, others, read_config(adapter.path / CONFIG))
    _require_fit(adapter, base, fit)


def _require_fit(adapter: Adapter, base: Path, fit: Fit) -> None:
    if not fit.matched:
        raise AdapterMismatch(
            f"{adapter.id} matches no module of {base}: nothing would change",
            f"use it with {adapter.base_model}, which it was trained on",
        )
    wrong = {"unexpected": fit.unexpected, "missing": fit.missing, "of another shape": fit.shapes}
    found = [f"{len(keys)} {what} ({_some(keys)})" for what, keys in wrong.items() if keys]
    if found:
        raise AdapterMismatch(
            f"{adapter.id} does not fit {base}: of its weights {', '.join(found)}",
            f"use it with {adapter.base_model}, which it was trained on",
        )


def _some(keys: tuple[str, ...]) -> str:
    return ", ".join(keys[:SHOWN]) + (", ..." if len(keys) > SHOWN else "")
