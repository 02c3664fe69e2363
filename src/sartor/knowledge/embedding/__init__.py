"""Texts to vectors.

`open_embedder(EmbeddingSettings(...))` gives an `Embedder`: MiniLM or another sentence-transformers
model on this CPU, an OpenAI-compatible endpoint, or what a package registered under the entry
point group `sartor.embedders`. Importing this room loads no library.
"""

from sartor.knowledge.embedding.opening import open_embedder, open_local
from sartor.knowledge.embedding.settings import EmbeddingSettings

__all__ = ["EmbeddingSettings", "open_embedder", "open_local"]
