"""Settings -> the models of a project, each opened once: those that write and those that judge.

"lab" is the small model that comes with Sartor. An adapter is a folder, or the name of one of the
project's own: "voice", "voice@3" or "voice@production".
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sartor.config import Settings
from sartor.config.sections import ModelSettings
from sartor.errors import ConfigError
from sartor.project.folder import Folder

if TYPE_CHECKING:
    from sartor.protocols import Judge, Model


LAB = "lab"  # the model that comes with Sartor


def located(path: str, root: Path) -> Path:
    """Say where a local model is: a folder of the project's, or the lab's."""
    if path == LAB and not (root / path).is_dir():
        from sartor.lab import model_folder

        return model_folder()
    return root / path


class Models:
    """Opens models when they are first asked for, and closes them all."""

    def __init__(self, settings: Settings, folder: Folder) -> None:
        self._settings = settings
        self._root = folder.root
        self._adapters = folder.adapters
        self._open: dict[ModelSettings, Model] = {}

    def close(self) -> None:
        """Let go of every model that was opened here."""
        for model in self._open.values():
            model.close()
        self._open.clear()

    def is_named(self, given: str | Model | None) -> bool:
        """Tell whether there is a model to ask, without opening it."""
        return bool(given or self._settings.model.name or self._settings.model.path)

    def chosen(self, given: str | Model | None, adapter: str | None) -> Model:
        """Open the model that is named here or in the settings.

        A model that is handed in is used as it is, and stays its owner's to close.
        """
        if not self.is_named(given):
            raise ConfigError(
                "a model is needed, and none is named",
                "set `name` or `path` under [model] in sartor.toml, or --model NAME",
            )
        if given is not None and not isinstance(given, str):
            return given
        chosen = self._settled(given, adapter)
        if chosen not in self._open:
            self._open[chosen] = self._opened(chosen)
        return self._open[chosen]

    def about(self, given: str | Model | None) -> tuple[str, str]:
        """Name a model, and tell it from others of that name; nothing is opened."""
        if given is not None and not isinstance(given, str):
            return given.name, ""
        chosen = self._settled(given, None)
        if not chosen.path:
            return chosen.name, f"{chosen.provider} {chosen.endpoint} {chosen.adapter}"
        from sartor.networks.identity import identify

        folder = Path(chosen.path)
        known = identify(folder).fingerprint if folder.is_dir() else chosen.path
        return folder.name, f"{known} {chosen.precision} {chosen.adapter}"

    def _settled(self, given: str | None, adapter: str | None) -> ModelSettings:
        """Settle which model is meant, and which adapter is on it."""
        chosen = self._settings.model
        if given:
            local = given == LAB or (self._root / given).is_dir()
            chosen = replace(chosen, path=given if local else "", name="" if local else given)
        if chosen.path:
            chosen = replace(chosen, path=str(located(chosen.path, self._root)))
        if adapter or chosen.adapter:
            chosen = self._tuned(chosen, adapter or chosen.adapter)
        return chosen

    def adapter_name(self, adapter: str | None) -> str | None:
        """Give the name under which the model knows its adapter; a whole model has none."""
        asked = adapter or self._settings.model.adapter
        if not asked:
            return None
        from sartor.models.opening import adapter_name

        tuned = self._tuned(self._settings.model, asked)
        return adapter_name(Path(tuned.adapter)) if tuned.adapter else None

    def _tuned(self, chosen: ModelSettings, adapter: str) -> ModelSettings:
        """Put an adapter on a model; what was trained as a whole takes the model's place."""
        if (self._root / adapter).is_dir():
            return replace(chosen, adapter=str(self._root / adapter))
        from sartor.tuning.registry import Registry

        found = Registry(self._adapters).resolve(adapter)
        if found.method == "full":
            return replace(chosen, path=str(found.path), name="", adapter="")
        return replace(chosen, adapter=str(found.path))

    def judge(self) -> Judge | None:
        """Open what gives the checker a second opinion, if anything does."""
        ask = self._settings.ask
        if ask.judge == "none":
            return None
        if ask.judge == "nli":
            from sartor.checking.nli import NliJudge

            if not ask.judge_path:
                raise ConfigError(
                    "ask.judge is 'nli', and ask.judge_path is empty",
                    "set ask.judge_path to the folder or the hub name of a model for entailment",
                )
            local = self._root / ask.judge_path
            return NliJudge(local if local.is_dir() else ask.judge_path)
        from sartor.checking.model_judge import ModelJudge

        return ModelJudge(self.chosen(None, None))

    def _opened(self, settings: ModelSettings) -> Model:
        from sartor.models.opening import choose_provider, open_model

        provider = choose_provider(settings)
        if settings.adapter and provider != "local":
            raise ConfigError(
                f"the adapter {settings.adapter!r} needs a model on this machine; "
                f"{settings.name!r} is at a provider ({provider})",
                "set `path` under [model], or leave the adapter out",
            )
        return open_model(settings, root=self._root)
