"""Conversations in, tokens out, and which of them are learned.

Learned is what the model itself has to write: every assistant turn from where its prompt ends to
the token that ends the turn, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from sartor.tuning.encoding.encoded import Encoded
from sartor.tuning.encoding.roundtrip import roundtrip
from sartor.tuning.encoding.template import Template, Turn
from sartor.types import Example, Message

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


class Encoder:
    """Turns examples into tokens with the chat template that will also serve the model."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, *, window: int) -> None:
        self.tokenizer = tokenizer
        self.window = window
        self.template = Template(tokenizer)
        self._markers = _markers(tokenizer)
        self.ends = self._find_ends()
        # Filler is a token that ends no turn, whatever the tokenizer pads with; a low one, since
        # networks do not always know those that were added last.
        self.pad = min(set(range(len(self.ends) + 1)) - self.ends)

    def encode(self, example: Example) -> Encoded:
        """Raises `ValueError` with the reason when this example cannot be learned from."""
        messages = self.template.broken_up(example.messages)
        if not any(message.role == "assistant" for message in messages):
            raise ValueError("it has no assistant turn, so there is nothing to learn")
        text = self.template.fill(messages)
        turns = self.template.turns(messages, text)
        if not turns:
            raise ValueError(
                "the chat template rewrites every assistant turn, so none can be found in its text"
            )
        ids, spans = self._tokens(text, [turn.start for turn in turns])
        learned = [False] * len(ids)
        for turn in turns:
            self._mark(learned, ids, spans, turn)
        if messages[-1].role == "assistant" and ids[-1] not in self._markers and learned[-1]:
            ids, learned = self._ended(ids, learned)
        return self._fitting(Encoded(tuple(ids), tuple(learned), example.weight, example.source))

    def text(self, prose: str, *, weight: float = 1.0, source: str = "") -> Encoded:
        """Encode a text that is no conversation: every token of it is learned."""
        ids = self.tokenizer(prose, verbose=False)["input_ids"]
        if len(ids) < 2:
            raise ValueError("it is too short to learn anything from")
        return self._fitting(Encoded(tuple(ids), (True,) * len(ids), weight, source))

    def prompt(self, messages: Sequence[Message]) -> tuple[int, ...]:
        """Return what the model reads before it writes the next turn."""
        text = self.template.fill(self.template.broken_up(messages), ask=True)
        return tuple(self._tokens(text, ())[0])

    def pieces(self, encoded: Encoded) -> tuple[tuple[str, bool], ...]:
        """Decode what is learned and what is not, piece by piece in order."""
        pairs = groupby(zip(encoded.ids, encoded.learned, strict=True), key=lambda pair: pair[1])
        return tuple((self.decode(token for token, _ in group), kind) for kind, group in pairs)

    def decode(self, ids: Iterable[int]) -> str:
        """Return the text of tokens, those that steer included."""
        return str(self.tokenizer.decode(list(ids), skip_special_tokens=False))

    @staticmethod
    def share(encodeds: Iterable[Encoded]) -> float:
        """Return which part of all tokens is learned."""
        counts = [(one.targets, len(one.ids)) for one in encodeds]
        total = sum(length for _, length in counts)
        return sum(targets for targets, _ in counts) / total if total else 0.0

    def roundtrip(self, example: Example) -> str:
        """Say what the template loses or changes of this example; empty when nothing."""
        return roundtrip(self, example)

    # --- the tokens ---

    def _tokens(self, text: str, starts: Sequence[int]) -> tuple[list[int], list[tuple[int, int]]]:
        """Split a text into tokens; where one would reach over the start of a turn, cut there.

        A served model has read everything before `start` when it begins to write, so no token
        may hold both the end of the prompt and the beginning of the answer.
        """
        encoded = self.tokenizer(
            text, add_special_tokens=False, return_offsets_mapping=True, verbose=False
        )
        ids, spans = list(encoded["input_ids"]), list(encoded["offset_mapping"])
        across = [cut for cut in starts if any(left < cut < right for left, right in spans)]
        if not across:
            return ids, spans
        borders = [0, *across, len(text)]
        ids, spans = [], []
        for left, right in pairwise(borders):
            more_ids, more_spans = self._tokens(text[left:right], ())
            ids += more_ids
            spans += [(left + begin, left + end) for begin, end in more_spans]
        return ids, spans

    def _mark(
        self,
        learned: list[bool],
        ids: Sequence[int],
        spans: Sequence[tuple[int, int]],
        turn: Turn,
    ) -> None:
        """Mark a turn up to the token that ends it; without such a token, all that follows it."""
        for position, (begin, end) in enumerate(spans):
            if begin < turn.start or begin >= turn.end or end <= begin:
                continue
            learned[position] = True
            if begin >= turn.words and ids[position] in self._markers:
                return

    def _ended(self, ids: list[int], learned: list[bool]) -> tuple[list[int], list[bool]]:
        """Let a conversation end with the end of text where its template writes no end at all."""
        end = self.tokenizer.eos_token_id
        return ([*ids, end], [*learned, True]) if isinstance(end, int) else (ids, learned)

    def _fitting(self, encoded: Encoded) -> Encoded:
        if len(encoded.ids) > self.window:
            raise ValueError(f"it is {len(encoded.ids)} tokens long; {self.window} fit")
        if not encoded.targets:
            raise ValueError("none of its tokens would be learned")
        return encoded

    def _find_ends(self) -> frozenset[int]:
        """Return the tokens that end a turn: the tokenizer's own and the template's."""
        own = _known(self.tokenizer.eos_token_id)
        if not self.tokenizer.chat_template:
            return own
        try:
            tail = self.template.after_a_turn()
        except ValueError:
            return own
        ids, _ = self._tokens(tail, ())
        return own | frozenset([token for token in ids if token in self._markers][:1])


def _markers(tokenizer: PreTrainedTokenizerBase) -> frozenset[int]:
    """Return the tokens that may end a turn: those that were added, but for blanks.

    Some tokenizers have runs of blanks and line breaks as added tokens; those are words.
    """
    added = tokenizer.added_tokens_decoder.items()
    worded = frozenset(number for number, token in added if token.content.strip())
    return worded | _known(tokenizer.eos_token_id)


def _known(token: int | None) -> frozenset[int]:
    return frozenset() if token is None else frozenset([token])
