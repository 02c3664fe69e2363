"""An adapter as the user names it -> where it lies, the model it goes with, how it was asked.

It is a folder, or one of the project's own: "voice", "voice@3" or "voice@production".
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from sartor.networks.adapter_files import CONFIG
from sartor.tuning.registry import Registry, records
from sartor.tuning.registry.asked import Asked

AS_TRAINED = "prompt"  # the rung that asks a question and shows nothing with it


@dataclass(frozen=True, slots=True)
class Adapted:
    """What is known of an adapter before it is opened.

    `whole` is a model by itself. `base` is the model it was trained on, as its card names it; empty
    and None stand for what nobody has written down.
    """

    name: str
    folder: Path
    whole: bool = False
    base: str = ""
    asked: Asked | None = None

    def instructions(self, rung: str, *, own: bool) -> str | None:
        """Say what shall stand before a question; None: what the rung's template says.

        `own` is a template that the project has written: it wins.
        """
        if self.asked is None or rung != AS_TRAINED or own:
            return None
        return self.asked.instructions

    def departure(self, rung: str, told: str) -> str:
        """Say how it is asked otherwise than it was trained; `told` are the instructions it gets.

        Empty where it is asked as it was trained.
        """
        if self.asked is None:
            return f"How {self.name} was asked in training is not known: our instructions are sent."
        if self.asked.how == "reading":
            missing = f"{self.name} learned to answer from passages, and is shown none here."
            return missing if rung == AS_TRAINED else ""
        if rung != AS_TRAINED:
            shown = "was trained on questions alone, and is asked with more here"
            return f"{self.name} {shown} ({rung}); as it was trained: --rung {AS_TRAINED}"
        if self.asked.instructions not in (None, told):
            trained = "below other instructions" if self.asked.system else "without instructions"
            return f"{self.name} was trained {trained}, and is told those of prompts/ here."
        return ""


def adapted(reference: str, *, root: Path, adapters: Path) -> Adapted:
    """Find an adapter; one of the project's own must be what was trained."""
    if (root / reference).is_dir():
        return _in_folder(root / reference)
    found = Registry(adapters).resolve(reference)
    card = records.read(found.path).card
    return Adapted(found.id, found.path, found.method == "full", found.base_model, card.data.asked)


def _in_folder(folder: Path) -> Adapted:
    """Look at what lies beside the weights: a card of ours, or what PEFT writes."""
    if "seal" in _json(folder / records.FILE):
        card = records.read(folder).card
        whole = card.method == "full"
        return Adapted(folder.name, folder, whole, card.base.model, card.data.asked)
    base = str(_json(folder / CONFIG).get("base_model_name_or_path") or "")
    return Adapted(folder.name, folder, base=base)


def _json(file: Path) -> dict[str, object]:
    """Read what may be there; whoever opens the adapter says what is wrong with it."""
    try:
        read = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}
