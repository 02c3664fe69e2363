"""Settings -> the models of a project, each opened once: those that write and those that judge.

"lab" is the small model that comes with Sartor. An adapter brings the model that it was trained on,
where no other is named.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sartor.config import Settings
from sartor.config.sections import ModelSettings
from sartor.errors import ConfigError
from sartor.project.folder import Folder

if TYPE_CHECKING:
    from sartor.project.adapted import Adapted
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

    def is_named(self, given: str | Model | None, adapter: Adapted | None = None) -> bool:
        """Tell whether there is a model to ask, without opening it."""
        model = self._settings.model
        return bool(given or model.name or model.path or adapter or model.adapter)

    def adapted(self, adapter: str | None) -> Adapted | None:
        """Find the adapter that is named here or in the settings, if one is."""
        asked = adapter or self._settings.model.adapter
        if not asked:
            return None
        from sartor.project.adapted import adapted

        return adapted(asked, root=self._root, adapters=self._adapters)

    def chosen(self, given: str | Model | None, adapter: Adapted | None = None) -> Model:
        """Open the model that is named here or in the settings, or that an adapter was trained on.

        A model that is handed in is used as it is, and stays its owner's to close.
        """
        if not self.is_named(given, adapter):
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
        chosen = self._settled(given)
        if not chosen.path:
            return chosen.name, f"{chosen.provider} {chosen.endpoint} {chosen.adapter}"
        from sartor.networks.identity import identify

        folder = Path(chosen.path)
        known = identify(folder).fingerprint if folder.is_dir() else chosen.path
        return folder.name, f"{known} {chosen.precision} {chosen.adapter}"

    def _settled(self, given: str | None, adapter: Adapted | None = None) -> ModelSettings:
        """Settle which model is meant, and which adapter is on it."""
        chosen = self._settings.model
        if given:
            local = given == LAB or (self._root / given).is_dir()
            chosen = replace(chosen, path=given if local else "", name="" if local else given)
        if chosen.path:
            chosen = replace(chosen, path=str(located(chosen.path, self._root)))
        adapter = adapter or self.adapted(None)
        if adapter is None:
            return chosen
        if adapter.whole:
            return replace(chosen, path=str(adapter.folder), name="", adapter="", provider="local")
        if not (given or chosen.path or chosen.provider == "local"):
            chosen = replace(chosen, path=self._base_of(adapter), name="", provider="local")
        return replace(chosen, adapter=str(adapter.folder))

    def _base_of(self, adapter: Adapted) -> str:
        """Find the model that an adapter was trained on, or else the one that is tuned here.

        Whether it is the same one still is looked at when both are opened.
        """
        from sartor.project.examples import base_folder

        for named in filter(None, (adapter.base, self._settings.tune.base)):
            with suppress(ConfigError):
                return str(base_folder(named, self._root))
        known = f", {adapter.base!r}, is not on this machine" if adapter.base else " is not known"
        raise ConfigError(
            f"the model that the adapter {adapter.name} was trained on{known}",
            "set `path` under [model] in sartor.toml, or --model FOLDER",
        )

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

        return ModelJudge(self.chosen(None))

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
