"""Texts in, vectors out, on this machine's CPU, from a sentence-transformers folder.

Two compiled graphs are made when first needed: one with a single-thread stream for each core, for
passages, and one with a stream of its own for queries, so that a query never waits behind a
batch. Both map the same file (see `graph_cache`). Passages are embedded longest first, a bounded
number of tokens at a time; whoever iterates `embed_batches` gets each text as soon as it is done
and may stop at any time. It does not know documents or where vectors are kept.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from sartor.knowledge.embedding.batches import (
    WINDOW_OVERLAP,
    Batch,
    Finished,
    Window,
    collect,
    cut_windows,
    pack,
    plan_batches,
)
from sartor.knowledge.embedding.graph_cache import GraphFile
from sartor.knowledge.embedding.settings import Precision
from sartor.knowledge.embedding.tokens import Tokens
from sartor.types import Chosen

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from openvino import CompiledModel, InferRequest

    from sartor.protocols import Vectors

TEXTS_PER_SLICE = 64  # tokenized at once by one thread
IN_RESERVE = 1  # batches that wait ready beyond those being computed, so that no core waits


class LocalEmbedder:
    """An encoder on this CPU. `precision` and `threads` say why they are what they are."""

    def __init__(
        self,
        graph: GraphFile,
        *,
        precision: Chosen[Precision],
        threads: Chosen[int],
        max_windows: int,
    ) -> None:
        spec = graph.spec
        self.precision = precision
        self.threads = threads
        self.dimension = spec.shape.width
        self._graph = graph
        self._max_windows = max_windows
        self._tokens = Tokens(spec.tokenizer_file, lower_case=spec.lower_case)
        self._before = self._tokens.before + self._prompt_ids(spec.passage_prompt)
        self.window = spec.longest - len(self._before) - len(self._tokens.after)
        self.fingerprint = self._name()
        self._opening = threading.Lock()
        self._asking = threading.Lock()
        self._passages: CompiledModel | None = None
        self._queries: InferRequest | None = None
        self._last_query: tuple[str, Vectors | None] = ("", None)

    def _name(self) -> str:
        spec = self._graph.spec
        windows = f"windows={self._max_windows or 'all'}x{self.window}+{WINDOW_OVERLAP}"
        prompts = f"prompts={spec.query_prompt!r},{spec.passage_prompt!r}"
        parts = (f"{spec.name}@{self._graph.revision}", self.precision.value, spec.pooling)
        return ":".join((*parts, windows, prompts))

    # --- the protocol --------------------------------------------------------------------------

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """Say where each token of each text stands, in characters, without special tokens."""
        return self._tokens.token_spans(texts)

    def known_spans(self, text: str) -> list[tuple[int, int]]:
        """Say where the tokens of a text stand that the model knows."""
        return self._tokens.known_spans(text)

    def embed_passages(self, texts: Sequence[str]) -> list[Vectors]:
        """Return the vectors of each text, one row for each of its windows."""
        found: dict[int, Vectors] = {}
        for numbers, vectors in self.embed_batches(texts):
            found.update(zip(numbers, vectors, strict=True))
        return [found[number] for number in range(len(texts))]

    def embed_query(self, text: str) -> Vectors:
        """Return one vector; a query longer than the window is cut.

        The last one is remembered: who searches with a question soon compares with it too.
        """
        last, vector = self._last_query
        if vector is None or text != last:
            vector = self._query_vector(text)
            self._last_query = (text, vector)
        return vector.copy()

    def _query_vector(self, text: str) -> Vectors:
        prompt = self._graph.spec.query_prompt
        room = self._graph.spec.longest - len(self._tokens.before) - len(self._tokens.after)
        ids = self._tokens.ids([prompt + text])[0][:room]
        row = np.array([*self._tokens.before, *ids, *self._tokens.after], dtype=np.int32)
        batch = pack([Window(0, row)], self._graph.spec.longest)
        with self._asking:
            vector: Vectors = _answer(self._query_request(), batch)[0]
        return vector

    def close(self) -> None:
        """Let go of the compiled graphs; using the embedder again makes them again."""
        with self._opening, self._asking:
            self._passages = None
            self._queries = None

    # --- many texts ----------------------------------------------------------------------------

    def embed_batches(self, texts: Sequence[str]) -> Iterator[Finished]:
        """Yield the numbers and the vectors of the texts that are done, the longest texts first.

        Every text comes exactly once. Stopping early loses nothing that was yielded.
        """
        windows = list(chain.from_iterable(self._windows(texts)))
        yield from collect([window.text for window in windows], self._compute(windows))

    def _compute(self, windows: Sequence[Window]) -> Iterator[tuple[list[int], Vectors]]:
        """Keep every stream busy and give results in the order of the batches."""
        compiled = self._passage_graph()
        streams = self.threads.value + IN_RESERVE
        idle = [compiled.create_infer_request() for _ in range(streams)]
        running: deque[tuple[Batch, InferRequest]] = deque()
        longest = self._graph.spec.longest
        try:
            for batch in plan_batches(windows, longest, self.threads.value):
                if not idle:
                    idle.append(running[0][1])
                    yield _wait(*running.popleft())
                request = idle.pop()
                request.start_async({"ids": batch.ids, "lengths": batch.lengths})
                running.append((batch, request))
            while running:
                yield _wait(*running.popleft())
        finally:
            for _, request in running:
                request.wait()

    def _windows(self, texts: Sequence[str]) -> Iterator[list[Window]]:
        """Tokenize on all our threads; the tokenizer lets go of the interpreter meanwhile."""
        slices = range(0, len(texts), TEXTS_PER_SLICE)

        def windows_of(first: int) -> list[Window]:
            return self._slice_windows(texts[first : first + TEXTS_PER_SLICE], first)

        with ThreadPoolExecutor(self.threads.value, "tokenize") as pool:
            yield from pool.map(windows_of, slices)

    def _slice_windows(self, texts: Sequence[str], first: int) -> list[Window]:
        prompt = self._graph.spec.passage_prompt
        skip = len(self._before) - len(self._tokens.before)
        token_lists = self._tokens.ids([prompt + text for text in texts] if prompt else texts)
        return [
            Window(first + number, self._framed(ids[skip:][start:end]))
            for number, ids in enumerate(token_lists)
            for start, end in cut_windows(len(ids) - skip, self.window, self._max_windows)
        ]

    def _framed(self, ids: list[int]) -> NDArray[np.int32]:
        return np.array([*self._before, *ids, *self._tokens.after], dtype=np.int32)

    def _prompt_ids(self, prompt: str) -> list[int]:
        """Tokenize a prompt; its last blank belongs to the word that follows."""
        return self._tokens.ids([prompt.rstrip()])[0] if prompt else []

    # --- graphs --------------------------------------------------------------------------------

    def _passage_graph(self) -> CompiledModel:
        with self._opening:
            if self._passages is None:
                self._passages = self._graph.compile(streams=self.threads.value)
            return self._passages

    def _query_request(self) -> InferRequest:
        with self._opening:
            if self._queries is None:
                self._queries = self._graph.compile(streams=1).create_infer_request()
            return self._queries


def _wait(batch: Batch, request: InferRequest) -> tuple[list[int], Vectors]:
    request.wait()
    vectors: Vectors = request.get_output_tensor(0).data.copy()
    return [window.text for window in batch.windows], vectors


def _answer(request: InferRequest, batch: Batch) -> Vectors:
    request.infer({"ids": batch.ids, "lengths": batch.lengths})
    vectors: Vectors = request.get_output_tensor(0).data.copy()
    return vectors
