"""Texts in, vectors out, from any OpenAI-compatible endpoint.

Requests are bounded in texts and in tokens, and sent one after the other; `retrying` decides what
is tried again. An answer is believed only after its count, its order, its dimension and its
numbers have been checked. The key is read from the environment and never shown. This is the only
file that knows the SDK.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np

from sartor.errors import ConfigError, MissingExtra, ProviderError
from sartor.knowledge.embedding.batches import WINDOW_OVERLAP, Finished, collect, cut_windows
from sartor.knowledge.embedding.retrying import Refusal, RetryPolicy
from sartor.knowledge.embedding.settings import EmbeddingSettings
from sartor.knowledge.embedding.tokens import ApproximateTokens, Tokens
from sartor.types import Estimate

if TYPE_CHECKING:
    from sartor.protocols import TokenCounter, Vectors

LONGEST_COMPLAINT = 300  # characters of an endpoint's own words in our error


@dataclass(frozen=True, slots=True)
class _Piece:
    """One window of one text, with its size in tokens."""

    text: int
    content: str
    tokens: int


class RemoteEmbedder:
    """An endpoint that speaks `POST /embeddings`."""

    def __init__(self, settings: EmbeddingSettings) -> None:
        self._settings = settings
        self._retry = RetryPolicy(settings.retries, settings.requests_per_minute)
        self._counter: TokenCounter = (
            Tokens(settings.tokenizer_file) if settings.tokenizer_file else ApproximateTokens()
        )
        self._known_dimension = settings.dimension
        self._key = _read_key(settings)
        self._client = self._connect()
        self.window = settings.window
        self.fingerprint = self._name()

    def _name(self) -> str:
        settings = self._settings
        address = urlsplit(settings.endpoint)
        windows = f"windows={settings.max_windows or 'all'}x{self.window}+{WINDOW_OVERLAP}"
        prompts = f"prompts={settings.query_prompt!r},{settings.passage_prompt!r}"
        return f"{settings.model}@{address.hostname}{address.path}:{windows}:{prompts}"

    def _connect(self) -> Any:  # noqa: ANN401  (the SDK is an extra)
        try:
            from openai import OpenAI
        except ImportError as error:
            raise MissingExtra(
                f"an embedding endpoint needs the package openai: {error}",
                hint='pip install "sartor[openai]"',
            ) from error
        return OpenAI(
            base_url=self._settings.endpoint,
            api_key=self._key or "none",
            timeout=self._settings.timeout,
            max_retries=0,  # one loop of retries, and it is ours
        )

    @property
    def dimension(self) -> int:
        """How long a vector is; asks the endpoint once where the settings do not say."""
        if not self._known_dimension:
            self.embed_query("dimension")
        return self._known_dimension

    # --- the protocol --------------------------------------------------------------------------

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """Say where each token stands: by the tokenizer file of the settings, else roughly."""
        return self._counter.token_spans(texts)

    def embed_passages(self, texts: Sequence[str]) -> list[Vectors]:
        """Return the vectors of each text, one row for each of its windows."""
        found: dict[int, Vectors] = {}
        for numbers, vectors in self.embed_batches(texts):
            found.update(zip(numbers, vectors, strict=True))
        return [found[number] for number in range(len(texts))]

    def embed_batches(self, texts: Sequence[str]) -> Iterator[Finished]:
        """Yield the numbers and the vectors of the texts that are done, request by request."""
        pieces = self._pieces(texts)
        answers = (
            ([piece.text for piece in batch], self._embed([piece.content for piece in batch]))
            for batch in self._batches(pieces)
        )
        yield from collect([piece.text for piece in pieces], answers)

    def embed_query(self, text: str) -> Vectors:
        """Return one vector; a query longer than the window is cut."""
        [spans] = self._counter.token_spans([text])
        end = spans[self.window - 1][1] if len(spans) > self.window else len(text)
        row: Vectors = self._embed([self._settings.query_prompt + text[:end]])[0]
        return row

    def estimate(self, texts: Sequence[str]) -> Estimate:
        """Count what embedding these texts will use, without asking the endpoint."""
        tokens = sum(piece.tokens for piece in self._pieces(texts))
        price = self._settings.price_per_million_tokens
        return Estimate(tokens, None if price is None else tokens * price / 1e6)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    # --- cutting -------------------------------------------------------------------------------

    def _pieces(self, texts: Sequence[str]) -> list[_Piece]:
        prompt = self._settings.passage_prompt
        [prompt_spans] = self._counter.token_spans([prompt])
        room = max(1, self.window - len(prompt_spans))
        pieces = []
        for number, spans in enumerate(self._counter.token_spans(texts)):
            for start, end in cut_windows(len(spans), room, self._settings.max_windows):
                whole = end - start == len(spans)
                content = (
                    texts[number] if whole else texts[number][spans[start][0] : spans[end - 1][1]]
                )
                pieces.append(_Piece(number, prompt + content, end - start + len(prompt_spans)))
        return pieces

    def _batches(self, pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
        batch: list[_Piece] = []
        tokens = 0
        for piece in pieces:
            full = len(batch) == self._settings.batch_texts
            if batch and (full or tokens + piece.tokens > self._settings.batch_tokens):
                yield batch
                batch, tokens = [], 0
            batch.append(piece)
            tokens += piece.tokens
        if batch:
            yield batch

    # --- asking --------------------------------------------------------------------------------

    def _embed(self, contents: Sequence[str]) -> Vectors:
        answer = self._retry.run(lambda: self._ask(contents))
        rows = _rows(answer, len(contents))
        if self._known_dimension not in (0, rows.shape[1]):
            raise ProviderError(
                f"{self._settings.endpoint} gave vectors of {rows.shape[1]} numbers, "
                f"expected {self._known_dimension}",
                hint="check `model` and `dimension` in the settings",
            )
        self._known_dimension = rows.shape[1]
        return rows

    def _ask(self, contents: Sequence[str]) -> str:
        """Send one request; raises `Refusal` with what the retry loop must know."""
        import openai

        try:
            response = self._client.embeddings.with_raw_response.create(
                model=self._settings.model,
                # An endpoint refuses an empty text; a blank one it takes.
                input=[content or " " for content in contents],
                encoding_format="base64",
            )
        except openai.APIStatusError as error:
            raise Refusal(
                self._clean(error), status=error.status_code, headers=error.response.headers
            ) from error
        except openai.APIConnectionError as error:  # also a timeout
            raise Refusal(self._clean(error)) from error
        text: str = response.text
        return text

    def _clean(self, error: Exception) -> str:
        words = f"{self._settings.endpoint}: {error}"
        words = words.replace(self._key, "***") if self._key else words
        return words[:LONGEST_COMPLAINT]


def _read_key(settings: EmbeddingSettings) -> str:
    if not settings.api_key_env:
        return ""
    key = os.environ.get(settings.api_key_env, "")
    if not key:
        raise ConfigError(
            f"the key for {settings.endpoint} is expected in the environment variable "
            f"{settings.api_key_env}, which is not set",
            hint=f'export {settings.api_key_env}=..., or set api_key_env = "" if it needs no key',
        )
    return key


def _rows(answer: str, expected: int) -> Vectors:
    """Read an answer as rows of length one, in the order of the texts."""
    try:
        data = json.loads(answer)["data"]
        numbered = {entry["index"]: _numbers(entry["embedding"]) for entry in data}
        rows = np.stack([numbered[place] for place in range(expected)])
    except (ValueError, KeyError, TypeError, binascii.Error) as error:
        raise ProviderError(
            f"the endpoint's answer is not {expected} embeddings: {answer[:80]!r}",
            hint="check that `endpoint` ends in /v1 and that `model` is an embedding model",
        ) from error
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if len(data) != expected or not np.isfinite(lengths).all() or not lengths.all():
        raise ProviderError(f"the endpoint gave {len(data)} vectors for {expected} texts, or empty")
    unit: Vectors = (rows / lengths).astype(np.float32)
    return unit


def _numbers(embedding: str | list[float]) -> Vectors:
    """Decode little-endian floats; some servers ignore the wish and send plain numbers."""
    if isinstance(embedding, str):
        return np.frombuffer(base64.b64decode(embedding, validate=True), dtype="<f4")
    return np.asarray(embedding, dtype=np.float32)
