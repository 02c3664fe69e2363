"""What every `Embedder` must hold, as a class of tests to inherit.

    class TestMine(EmbedderConformance):
        def open_embedder(self) -> Embedder:
            return MyEmbedder()

`open_embedder` is called for every test and may return one and the same object.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sartor.protocols import Embedder

TEXTS = (
    "Refunds are paid within fourteen days of the return.",
    "The pump starts when the tank is half empty.",
    "",
    "Привет, мир! 日本語の文章です。 naïve café \U0001f642",
    "one",
    "The valve closes; the pressure falls. " * 7,
)
NOISE = 2e-3  # what 16-bit arithmetic may change in one component when a text has other neighbours


class EmbedderConformance:
    """Inherit it and say how your embedder is opened."""

    def open_embedder(self) -> Embedder:
        raise NotImplementedError

    def test_each_text_gives_rows_of_the_stated_dimension(self) -> None:
        embedder = self.open_embedder()
        vectors = embedder.embed_passages(TEXTS)
        assert len(vectors) == len(TEXTS)
        for rows in vectors:
            assert rows.ndim == 2
            assert rows.shape[0] >= 1
            assert rows.shape[1] == embedder.dimension
            assert rows.dtype == np.float32

    def test_no_texts_give_no_vectors(self) -> None:
        assert self.open_embedder().embed_passages([]) == []

    def test_every_vector_has_length_one(self) -> None:
        embedder = self.open_embedder()
        rows = [*np.concatenate(embedder.embed_passages(TEXTS)), embedder.embed_query(TEXTS[0])]
        assert np.allclose([np.linalg.norm(row) for row in rows], 1.0, atol=1e-3)

    def test_a_query_gives_one_vector_however_long_it_is(self) -> None:
        embedder = self.open_embedder()
        for text in ("pump", "", "pump and valve " * (embedder.window + 10)):
            assert embedder.embed_query(text).shape == (embedder.dimension,)

    def test_results_come_in_the_order_of_the_texts(self) -> None:
        embedder = self.open_embedder()
        together = embedder.embed_passages(TEXTS)
        reversed_order = embedder.embed_passages(TEXTS[::-1])[::-1]
        for one, other in zip(together, reversed_order, strict=True):
            assert np.abs(one - other).max() < NOISE

    def test_neighbours_do_not_change_a_vector(self) -> None:
        embedder = self.open_embedder()
        together = embedder.embed_passages(TEXTS)
        for text, rows in zip(TEXTS, together, strict=True):
            alone = embedder.embed_passages([text])[0]
            assert np.abs(alone - rows).max() < NOISE

    def test_the_same_call_gives_the_same_bytes(self) -> None:
        embedder = self.open_embedder()
        first, second = embedder.embed_passages(TEXTS), embedder.embed_passages(TEXTS)
        assert all(np.array_equal(*pair) for pair in zip(first, second, strict=True))

    def test_a_text_longer_than_the_window_gives_several_rows(self) -> None:
        embedder = self.open_embedder()
        text = "pump valve tank " * embedder.window
        assert len(embedder.embed_passages([text])[0]) > 1

    def test_a_text_as_long_as_the_window_gives_one_row(self) -> None:
        embedder = self.open_embedder()
        text = "pump valve tank " * embedder.window
        end = embedder.token_spans([text])[0][embedder.window - 1][1]
        assert len(embedder.embed_passages([text[:end]])[0]) == 1

    def test_texts_that_share_words_are_nearer_than_strangers(self) -> None:
        embedder = self.open_embedder()
        query = embedder.embed_query("When are refunds paid?")
        refunds, pump = embedder.embed_passages(TEXTS[:2])
        assert (refunds @ query).max() > (pump @ query).max()

    def test_token_spans_are_in_order_and_inside_the_text(self) -> None:
        for text, spans in zip(TEXTS, self.open_embedder().token_spans(TEXTS), strict=True):
            assert all(0 <= start <= end <= len(text) for start, end in spans)
            assert spans == sorted(spans)
            assert bool(spans) == bool(text.strip())

    def test_token_spans_cover_every_letter(self) -> None:
        for text, spans in zip(TEXTS, self.open_embedder().token_spans(TEXTS), strict=True):
            covered = {place for start, end in spans for place in range(start, end)}
            letters = {place for place, letter in enumerate(text) if letter.isalnum()}
            assert letters <= covered

    def test_the_fingerprint_is_the_same_for_a_second_embedder(self) -> None:
        assert self.open_embedder().fingerprint == self.open_embedder().fingerprint
