"""JSON by a grammar: a schema in, and at each step the tokens that keep the text valid.

A model may spend all its tokens before its JSON is complete. Then the text goes back to the last
place from where it can be closed within the same number of tokens, and is closed from there by the
grammar alone; the completion says so by its finish reason. It knows no tensors but the scores.
"""

from __future__ import annotations

import json
import random
import re
import threading
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from sartor.errors import ConfigError, InputError, InvalidOutput, MissingExtra

Numbers = NDArray[np.int64]

# One way to write JSON, the one of Python's json.dumps; free white space never has to end.
STYLE = {
    "whitespace_flexible": False,
    "item_separator": ", ",
    "key_separator": ": ",
    "lenient": True,  # what a grammar cannot say is left to the validation afterwards
}
NEVER = 1_000_000
CLOSES_SOON = 400  # tokens up to here end a value or go on to the next one that must come
TRIES_BY_LOT = 8
ESCAPED = re.compile(rb"\\.", re.DOTALL)


class Grammars:
    """Make grammars for one tokenizer; the first one takes a second."""

    def __init__(
        self, tokenizer: PreTrainedTokenizerBase, vocabulary: int, ends: frozenset[int]
    ) -> None:
        self._tokenizer = tokenizer
        self._vocabulary = vocabulary
        self._ends = ends
        self._making = threading.Lock()

    @cached_property
    def _library(self) -> Any:  # noqa: ANN401  (a module without type information)
        try:
            import llguidance
        except ImportError as error:
            raise MissingExtra(
                f"JSON from a local model needs the package llguidance: {error}",
                hint='pip install "sartor[local]"',
            ) from error
        return llguidance

    @cached_property
    def _words(self) -> Any:  # noqa: ANN401
        if not self._ends:
            raise ConfigError(
                "the model names no token that ends a text, and JSON has to end",
                hint="set eos_token_id in its generation_config.json",
            )
        return self._library.LLTokenizer(
            _without_prefix_space(self._tokenizer.backend_tokenizer.to_str()),
            n_vocab=self._vocabulary,
            eos_token=sorted(self._ends),
        )

    @cached_property
    def _haste(self) -> tuple[Numbers, Numbers]:
        words = [self._words.decode_bytes([token]) for token in range(self._vocabulary)]
        outside, within = ([_haste(word, within=at) for word in words] for at in (False, True))
        return np.array(outside), np.array(within)

    def of(self, schema: Mapping[str, object]) -> JsonWriter:
        """Make a grammar of a schema."""
        with self._making:
            matcher = self._library.LLMatcher
            grammar = matcher.grammar_from_json_schema(json.dumps(schema), overrides=STYLE)
            made = matcher(self._words, grammar)
            if made.is_error():
                raise InputError(
                    f"the schema cannot be followed: {made.get_error()}",
                    hint="correct the schema, or ask without it",
                )
            return JsonWriter(made, self._words, self._haste, self._ends)


class JsonWriter:
    """The grammar of one text, and how far the text has come."""

    def __init__(
        self,
        matcher: Any,  # noqa: ANN401
        words: Any,  # noqa: ANN401
        haste: tuple[Numbers, Numbers],
        ends: frozenset[int],
    ) -> None:
        self._matcher = matcher
        self._words = words
        self._haste = haste
        self._ends = ends

    def mask(self, scores: Tensor) -> None:
        """Make every token impossible that would break the schema."""
        allowed = torch.from_numpy(_allowed(self._matcher)[: len(scores)])
        scores.masked_fill_(~allowed.to(scores.device), -torch.inf)

    def take(self, token: int) -> bool:
        """Go on by one token; returns whether the text is complete and nothing can follow."""
        self._matcher.consume_token(token)
        return bool(self._matcher.is_stopped())

    def text(self, tokens: Sequence[int], *, finished: bool) -> str:
        """Return the JSON of these tokens, all that were taken; closed in time where it is not."""
        written = tokens if finished else self._closed(tokens)
        return self._bytes(written).decode("utf-8", errors="replace")

    def _closed(self, tokens: Sequence[int]) -> list[int]:
        for lot in (None, *map(random.Random, range(TRIES_BY_LOT))):
            for back in _steps_back(len(tokens)):
                kept = tokens[: len(tokens) - back]
                ending = self._ending(kept, back, lot)
                if ending is not None:
                    return [*kept, *ending]
        raise InvalidOutput(
            f"the JSON was not complete after {len(tokens)} tokens, and no shorter one of the "
            "schema was found",
            hint="set a larger max_tokens",
        )

    def _ending(
        self, kept: Sequence[int], room: int, lot: random.Random | None
    ) -> list[int] | None:
        """Return tokens that complete the text; None where there is no room for them."""
        matcher = self._matcher.deep_copy()
        matcher.rollback(room)
        ending: list[int] = []
        while not matcher.is_accepting():
            allowed = np.flatnonzero(_allowed(matcher))
            if len(ending) == room or not len(allowed):
                return None
            haste = self._haste[_within_string(self._bytes([*kept, *ending]))][allowed]
            # By lot where haste ran in circles: a pattern that ends in one certain way, say.
            if lot is not None and haste.min() >= CLOSES_SOON:
                ending.append(int(lot.choice(allowed)))
            else:
                ending.append(int(allowed[haste.argmin()]))
            matcher.consume_token(ending[-1])
        return ending

    def _bytes(self, tokens: Sequence[int]) -> bytes:
        return bytes(self._words.decode_bytes([one for one in tokens if one not in self._ends]))


def _without_prefix_space(tokenizer: str) -> str:
    """Make a tokenizer take a text as it is: JSON that must begin with a space cannot begin."""
    described = json.loads(tokenizer)
    first = described.get("pre_tokenizer") or {}
    for part in [first, *first.get("pretokenizers", ())]:
        if "add_prefix_space" in part:
            part["add_prefix_space"] = False
    described["truncation"] = described["padding"] = None
    return json.dumps(described)


def _allowed(matcher: Any) -> NDArray[np.bool_]:  # noqa: ANN401
    bits = np.frombuffer(matcher.compute_bitmask(), dtype=np.uint8)
    return np.unpackbits(bits, bitorder="little").view(np.bool_)


def _steps_back(tokens: int) -> list[int]:
    """Return 0, 1, 2, 4, ... and all."""
    return [0, *(2**power for power in range(tokens.bit_length()) if 2**power < tokens), tokens]


def _within_string(written: bytes) -> bool:
    """Say whether JSON that is not complete ends inside of a string."""
    return ESCAPED.sub(b"", written).count(b'"') % 2 == 1


def _haste(word: bytes, *, within: bool) -> int:
    """Rank a token by how soon a text may end that goes on with it; the lowest is the hastiest."""
    text = word.decode("utf-8", errors="replace")
    if not text:
        return NEVER
    if text[0] == '"' and not text[1:].strip("}]"):
        return 100 - len(text)
    if within:
        return 500 - len(text) if "\\" not in text else 600
    if not text.strip("}]"):
        return 0 - len(text)
    if text[0] in ",:":
        return 200 + len(text)
    if text.isdecimal():
        return 300 + len(text)
    if any(literal.startswith(text) for literal in ("null", "true", "false")):
        return 399 - len(text)
    return 500 - len(text) if not {"{", "["} & set(text) else 600 + len(text)
