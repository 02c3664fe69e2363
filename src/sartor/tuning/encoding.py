"""A conversation in, its tokens out, and which of them are learned.

Learned is what the model itself has to write: every assistant turn from where its prompt ends to
the token that ends the turn, and nothing else. The template says where that is: it is filled in
up to a turn, and up to the same turn with other words in it, and what the two share is frame.
Marks that a template may carry itself (`{% generation %}`) are only compared with that.

It knows a tokenizer, and neither files nor networks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, cast

from jinja2 import TemplateError

from sartor.networks.turns import Steering, without_system
from sartor.types import Example, Message

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

OTHER_WORDS = "q7w4z"  # stands in for a turn to find out what the template puts around it
PROBE = (Message("user", "q7w4y"), Message("assistant", OTHER_WORDS))
GENERATION = re.compile(r"\{%-?\s*generation")


@dataclass(frozen=True, slots=True)
class Encoded:
    """One example as the network reads it; `learned` says for each token whether it is a target."""

    ids: tuple[int, ...]
    learned: tuple[bool, ...]
    weight: float = 1.0
    source: str = ""

    @property
    def targets(self) -> int:
        """How many tokens are learned; the first cannot be, since nothing stands before it."""
        return sum(self.learned[1:])


@dataclass(frozen=True, slots=True)
class _Turn:
    """Where one assistant turn stands in a filled-in template.

    `start`: what the model has to write begins; `words`: the message itself ends; `end`: what the
    template puts after it ends.
    """

    start: int
    words: int
    end: int


class Encoder:
    """Turns examples into tokens with the chat template that will also serve the model."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, *, window: int) -> None:
        self.tokenizer = tokenizer
        self.window = window
        self._steering = Steering(tokenizer)
        self._markers = frozenset(tokenizer.added_tokens_decoder) | _known(tokenizer.eos_token_id)
        self.ends = self._find_ends()
        self.pad = self._find_pad()

    def encode(self, example: Example) -> Encoded:
        """Raises `ValueError` with the reason when this example cannot be learned from."""
        messages = self._steering.broken_up(example.messages)
        if not any(message.role == "assistant" for message in messages):
            raise ValueError("it has no assistant turn, so there is nothing to learn")
        text = self._render(messages)
        turns = self._turns(messages, text)
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
        text = self._render(self._steering.broken_up(messages), ask=True)
        return tuple(self._tokens(text, ())[0])

    def pieces(self, encoded: Encoded) -> tuple[tuple[str, bool], ...]:
        """Decode what is learned and what is not, piece by piece in order."""
        pairs = groupby(zip(encoded.ids, encoded.learned, strict=True), key=lambda pair: pair[1])
        return tuple((self._decode(token for token, _ in group), kind) for kind, group in pairs)

    @staticmethod
    def share(encodeds: Iterable[Encoded]) -> float:
        """Return which part of all tokens is learned."""
        counts = [(one.targets, len(one.ids)) for one in encodeds]
        total = sum(length for _, length in counts)
        return sum(targets for targets, _ in counts) / total if total else 0.0

    def roundtrip(self, example: Example) -> str:
        """Say what the template loses or changes of this example; empty when nothing."""
        try:
            messages = self._steering.broken_up(example.messages)
            text = self._render(messages)
            return (
                _lost(messages, text)
                or self._rewritten(messages, text)
                or self._asked_otherwise(messages, text)
                or self._marked_otherwise(messages)
            )
        except ValueError as error:
            return str(error)

    # --- the template ---

    def _render(self, messages: Sequence[Message], *, ask: bool = False) -> str:
        """Fill in the template; one that knows no system gets it before the first question."""
        try:
            return self._fill(messages, ask)
        except TemplateError as error:
            if joined := without_system(messages):
                return self._render(joined, ask=ask)
            raise ValueError(f"the chat template refuses this conversation: {error}") from error

    def _fill(self, messages: Sequence[Message], ask: bool) -> str:
        rows = [{"role": one.role, "content": one.content} for one in messages]
        return str(
            self.tokenizer.apply_chat_template(rows, tokenize=False, add_generation_prompt=ask)
        )

    def _turns(self, messages: Sequence[Message], text: str) -> list[_Turn]:
        """Find the assistant turns that stand in `text` as they do when they are the last."""
        found = []
        for position, message in enumerate(messages):
            if message.role != "assistant":
                continue
            turn = self._last_turn(messages[: position + 1], messages[position + 1 :], text)
            if turn:
                found.append(turn)
        return found

    def _last_turn(
        self, messages: Sequence[Message], after: Sequence[Message], text: str
    ) -> _Turn | None:
        whole = self._render(messages) if after else text
        other = self._render([*messages[:-1], Message("assistant", OTHER_WORDS)])
        head, found, tail = other.rpartition(OTHER_WORDS)
        prompt = self._render(messages[:-1], ask=True) if len(messages) > 1 else head
        words = len(whole) - len(tail)
        if not found or not whole.endswith(tail) or not text.startswith(whole[:words]):
            return None
        if whole.startswith(prompt) and len(prompt) <= words:
            start = len(prompt)
        elif whole.startswith(head):
            start = len(head)
        else:
            return None
        return _Turn(start, words, words + _shared(text[words:], tail))

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
        turn: _Turn,
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

    def _decode(self, ids: Iterable[int]) -> str:
        return str(self.tokenizer.decode(list(ids), skip_special_tokens=False))

    def _find_ends(self) -> frozenset[int]:
        """Return the tokens that end a turn: the tokenizer's own and the template's."""
        own = _known(self.tokenizer.eos_token_id)
        if not self.tokenizer.chat_template:
            return own
        try:
            tail = self._render(PROBE).rpartition(OTHER_WORDS)[2]
        except ValueError:
            return own
        ids, _ = self._tokens(tail, ())
        return own | frozenset([token for token in ids if token in self._markers][:1])

    def _find_pad(self) -> int:
        """Return a token to fill up batches with that ends no turn."""
        wanted = (self.tokenizer.pad_token_id, self.tokenizer.unk_token_id)
        fitting = [one for one in wanted if isinstance(one, int) and one not in self.ends]
        return fitting[0] if fitting else min(set(range(len(self.ends) + 1)) - self.ends)

    # --- what a template loses ---

    def _rewritten(self, messages: Sequence[Message], text: str) -> str:
        turns = sum(message.role == "assistant" for message in messages)
        found = len(self._turns(messages, text))
        if found == turns:
            return ""
        return (
            f"the chat template rewrites {turns - found} of {turns} assistant turns once more is "
            "said: those are not learned"
        )

    def _asked_otherwise(self, messages: Sequence[Message], text: str) -> str:
        """Compare how a turn is asked for when serving with how it stands in a conversation."""
        if messages[-1].role != "assistant" or len(messages) < 2:
            return ""
        if text.startswith(self._render(messages[:-1], ask=True)):
            return ""
        return (
            "the chat template asks for a turn in other words than it shows one: what is learned "
            "is not quite what will be asked"
        )

    def _marked_otherwise(self, messages: Sequence[Message]) -> str:
        """Compare the template's own marks with ours, where it has any."""
        template = self.tokenizer.chat_template
        if not isinstance(template, str) or not GENERATION.search(template):
            return ""
        rows = [{"role": one.role, "content": one.content} for one in messages]
        try:
            filled: object = self.tokenizer.apply_chat_template(
                rows, return_dict=True, return_assistant_tokens_mask=True
            )
        except TemplateError:  # it knows no system: what it was given instead has no marks to ask
            return ""
        marked = cast("dict[str, list[int]]", filled)
        ours = self.encode(Example(tuple(messages)))
        theirs = {at for at, mark in enumerate(marked["assistant_masks"]) if mark}
        unmarked = [at for at, learn in enumerate(ours.learned) if learn and at not in theirs]
        if not unmarked:
            return ""
        piece = self._decode(ours.ids[at] for at in unmarked)
        return (
            f"the template's own generation marks leave out {piece!r}; it is learned all the same"
        )


def _known(token: int | None) -> frozenset[int]:
    return frozenset() if token is None else frozenset([token])


def _shared(left: str, right: str) -> int:
    """Return how many characters two texts begin with alike."""
    length = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        length += 1
    return length


def _lost(messages: Sequence[Message], text: str) -> str:
    """Say which message does not stand in the text as it was written; all in order: empty."""
    position = 0
    for number, message in enumerate(messages, start=1):
        for content in (message.content, message.content.strip()):
            found = text.find(content, position)
            if found >= 0:
                break
        else:
            kept = message.content.strip() in text
            change = "moves" if kept else "drops or rewrites"
            return f"the chat template {change} message {number} ({message.role})"
        if content != message.content:
            return f"the chat template strips blanks around message {number} ({message.role})"
        position = found + len(content)
    return ""
