"""What a user may set about embedding, with the defaults. It knows no model and opens nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Precision = Literal["fp32", "bf16", "int8"]


@dataclass(frozen=True, slots=True)
class EmbeddingSettings:
    """Which embedder, and how it runs.

    `model` is `minilm`, a hub name (`org/name`), the name of a registered embedder, or, with
    `endpoint`, the name the endpoint knows. `path` is a sentence-transformers folder and wins over
    `model`. Zero means "let the program choose" everywhere but in `max_windows`, where it means
    that a long text is embedded whole; 1 cuts it after the first window.
    """

    model: str = "minilm"
    path: Path | None = None
    cache_folder: Path | None = None  # None: the user's cache folder
    # local models
    precision: Literal["auto", "fp32", "bf16", "int8"] = "auto"
    threads: int = 0
    max_windows: int = 0
    # endpoints
    endpoint: str = ""
    api_key_env: str = "OPENAI_API_KEY"
    tokenizer_file: Path | None = None  # counts tokens exactly; None: an approximation
    dimension: int = 0  # 0: whatever the endpoint answers
    window: int = 8_000
    query_prompt: str = ""
    passage_prompt: str = ""
    batch_texts: int = 128
    batch_tokens: int = 100_000
    requests_per_minute: int = 0  # 0: no limit of our own
    timeout: float = 60.0
    retries: int = 5
    price_per_million_tokens: float | None = None
