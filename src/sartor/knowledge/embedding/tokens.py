"""Texts in, token ids or character spans out, by the embedding model's own fast tokenizer.

The tokenizer's thread pool stays off; whoever wants several threads calls from several threads
(the library lets go of the interpreter lock). A huge text is cut at white space before it is
tokenized, because the library keeps some hundred bytes for each token. It does not know windows,
prompts or vectors.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

LONGEST_PIECE = 100_000  # characters handed to the tokenizer at once

# Four ASCII letters or digits, or one other letter or sign: rather too many tokens than too few.
ROUGH_TOKEN = re.compile(r"[A-Za-z0-9_]{1,4}|\w|[^\w\s]")


class ApproximateTokens:
    """Counts for a model whose tokenizer we do not have; exact in position, rough in number."""

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """Return where each supposed token stands."""
        return [[match.span() for match in ROUGH_TOKEN.finditer(text)] for text in texts]


class Tokens:
    """The tokenizer of one model, without truncation, padding or special tokens."""

    def __init__(self, tokenizer_file: Path, *, lower_case: bool = False) -> None:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from tokenizers import Tokenizer

        self._tokenizer: Any = Tokenizer.from_file(str(tokenizer_file))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        if lower_case:
            self._put_lower_casing_first()
        self.before, self.after = self._special_tokens()
        self._unknown = self._tokenizer.token_to_id(
            getattr(self._tokenizer.model, "unk_token", None) or "[UNK]"
        )

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the token ids of each text."""
        if all(len(text) <= LONGEST_PIECE for text in texts):
            encoded = self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
            return [encoding.ids for encoding in encoded]
        return [self._long_ids(text) for text in texts]

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """Return where each token of each text stands, in characters."""
        if all(len(text) <= LONGEST_PIECE for text in texts):
            encoded = self._tokenizer.encode_batch(texts, add_special_tokens=False)
            return [encoding.offsets for encoding in encoded]
        return [self._long_spans(text) for text in texts]

    def known_spans(self, text: str) -> list[tuple[int, int]]:
        """Return where the tokens stand that are not the unknown one."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        tokens = zip(encoding.ids, encoding.offsets, strict=True)
        return [span for token, span in tokens if token != self._unknown]

    def _long_ids(self, text: str) -> list[int]:
        return [
            token
            for start, end in pieces(text)
            for token in self._tokenizer.encode(text[start:end], add_special_tokens=False).ids
        ]

    def _long_spans(self, text: str) -> list[tuple[int, int]]:
        return [
            (start + first, start + last)
            for start, end in pieces(text)
            for first, last in self._tokenizer.encode(
                text[start:end], add_special_tokens=False
            ).offsets
        ]

    def _special_tokens(self) -> tuple[list[int], list[int]]:
        """Return the ids the model wants before and after each text."""
        encoding = self._tokenizer.encode("a", add_special_tokens=True)
        first = encoding.special_tokens_mask.index(0)
        last = len(encoding.ids) - encoding.special_tokens_mask[::-1].index(0)
        return encoding.ids[:first], encoding.ids[last:]

    def _put_lower_casing_first(self) -> None:
        from tokenizers import normalizers

        own = self._tokenizer.normalizer
        steps = [normalizers.Lowercase(), *([own] if own else [])]
        self._tokenizer.normalizer = normalizers.Sequence(steps)


def pieces(text: str) -> Iterator[tuple[int, int]]:
    """Cut a text into spans of bounded length, after white space where there is some."""
    start = 0
    while len(text) - start > LONGEST_PIECE:
        end = start + LONGEST_PIECE
        for mark in ("\n", " "):
            found = text.rfind(mark, start, end)
            if found > start:
                end = found + 1
                break
        yield start, end
        start = end
    yield start, len(text)
