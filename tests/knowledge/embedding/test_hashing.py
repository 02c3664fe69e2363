"""The shipped embedder without a model keeps the same promises as the real ones."""

from __future__ import annotations

from sartor.testing.conformance_embedder import EmbedderConformance
from sartor.testing.embedder import HashingEmbedder


class TestHashing(EmbedderConformance):
    def open_embedder(self) -> HashingEmbedder:
        return HashingEmbedder()


def test_it_counts_what_it_was_asked_to_embed():
    embedder = HashingEmbedder()
    embedder.embed_passages(["one", "two"])
    list(embedder.embed_batches(["three"]))
    assert embedder.embedded == ["one", "two", "three"]


def test_the_same_text_gives_the_same_vector_in_every_process():
    vector = HashingEmbedder(dimension=8).embed_query("pump")
    assert vector.round(3).tolist() == [0.0, 0.0, 0.5, 0.5, 0.0, 0.5, 0.0, -0.5]
