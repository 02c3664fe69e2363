"""A recipe in, the recipes around it out: other widths, learning rates and epochs.

What else a recipe says stays as it is. The width is the rank of a LoRA or the size of a bottleneck;
the whole model has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sartor.tuning.recipes import Recipe

WIDTHS = (0.25, 0.5, 1, 2, 4)  # times the recipe's own
RATES = (0.2, 5.0)  # from ... to times the recipe's own
EPOCHS = (0.5, 1, 1.5, 2)  # times the recipe's own

Values = Mapping[str, Any]  # what optuna calls parameters: width, learning_rate, epochs


@dataclass(frozen=True, slots=True)
class Space:
    """Where to look; `start` is tried first."""

    start: Recipe
    widths: tuple[int, ...]
    learning_rates: tuple[float, float]
    epochs: tuple[float, ...]

    def recipe(self, values: Values) -> Recipe:
        """Give the recipe with these values."""
        changes = {"learning_rate": values["learning_rate"], "epochs": values["epochs"]}
        if not self.widths:
            return replace(self.start, **changes)
        width = values["width"]
        if self.start.method == "bottleneck":
            return replace(self.start, size=width, **changes)
        # With rslora a scale fits every rank; without it, it shrinks with the rank and is kept up.
        scale = 1.0 if self.start.rslora else width / self.start.rank
        return replace(self.start, rank=width, alpha=self.start.alpha * scale, **changes)

    def values(self, recipe: Recipe) -> dict[str, Any]:
        """Give the values of a recipe."""
        found = {"learning_rate": recipe.learning_rate, "epochs": recipe.epochs}
        return found | {"width": width_of(recipe)} if self.widths else found


def space_around(recipe: Recipe) -> Space:
    """Look some way up and down from a recipe, which is in the middle."""
    width = width_of(recipe)
    widths = sorted({max(1, round(width * times)) for times in WIDTHS}) if width else ()
    low, high = (recipe.learning_rate * times for times in RATES)
    epochs = sorted({recipe.epochs * times for times in EPOCHS})
    return Space(recipe, tuple(widths), (low, high), tuple(epochs))


def described(recipe: Recipe) -> str:
    """Say what is searched of a recipe."""
    widths = {"full": "the whole model", "bottleneck": f"size {recipe.size}"}
    width = widths.get(recipe.method, f"rank {recipe.rank}")
    epochs = f"{recipe.epochs:g} epoch{'' if recipe.epochs == 1 else 's'}"
    return f"{width}, learning rate {recipe.learning_rate:.2g}, {epochs}"


def width_of(recipe: Recipe) -> int:
    """Return the rank or size of what is trained; 0 for the whole model."""
    if recipe.method == "full":
        return 0
    return recipe.size if recipe.method == "bottleneck" else recipe.rank
