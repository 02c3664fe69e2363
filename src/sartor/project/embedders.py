"""Settings -> the embedder of a project, and the int8 form of its model."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from sartor.config import Settings
from sartor.knowledge.ledger import Ledger
from sartor.project.folder import Folder

if TYPE_CHECKING:
    from sartor.knowledge.embedding import EmbeddingSettings
    from sartor.protocols import Embedder


def embedder_of(settings: Settings, folder: Folder) -> Embedder:
    """Open the embedder that the settings name."""
    from sartor.knowledge.embedding import open_embedder

    return open_embedder(_in_the_rooms_words(settings, folder))


def build_int8(settings: Settings, folder: Folder, ledger: Ledger) -> Path:
    """Make the int8 model out of the configured one, calibrated on texts of the ledger."""
    from sartor.knowledge.embedding import int8
    from sartor.knowledge.embedding.opening import model_folder

    chosen = _in_the_rooms_words(settings, folder)
    documents = ledger.documents()
    step = max(1, len(documents) // int8.CALIBRATION_TEXTS)
    texts = [ledger.document(row.id, boxes=False).text for row in documents[::step]]
    name = chosen.path.name if chosen.path else chosen.model
    return int8.build_int8(model_folder(chosen, lambda _line: None), texts, folder.cache, name=name)


def _in_the_rooms_words(settings: Settings, folder: Folder) -> EmbeddingSettings:
    from sartor.knowledge.embedding import EmbeddingSettings

    chosen = asdict(settings.embedding)
    for key in ("path", "tokenizer_file"):
        chosen[key] = folder.root / chosen[key] if chosen[key] else None
    chosen["price_per_million_tokens"] = chosen["price_per_million_tokens"] or None
    return EmbeddingSettings(**chosen, cache_folder=folder.cache)
