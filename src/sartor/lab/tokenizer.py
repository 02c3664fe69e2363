"""The lab model's tokenizer: made from its world, with every digit a token of its own.

In goes text of the world and plain English, out come tokens. A space is put before the first word
of a message, so that a word is the same token at the beginning of an answer and in a passage.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from random import Random

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from sartor.lab.english import English
from sartor.lab.prompts import (
    ABSTENTION,
    CHAT_TEMPLATE,
    all_systems,
    answer_text,
    passages_text,
    question_text,
)
from sartor.lab.world import Part, draw_scene

VOCABULARY = 2560
LONGEST = 1024
PADDING, END = "<|pad|>", "<|end|>"
ROLES = ("<|system|>", "<|user|>", "<|assistant|>")
_SCENES = 6000
_ENGLISH_CHARACTERS = 1_500_000
_SEED = 11


class Encoder:
    """Text to token ids, for the beginning of a prompt and for what follows it."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer

    def begin(self, text: str) -> list[int]:
        """Encode the beginning of a prompt."""
        return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def go_on(self, text: str) -> list[int]:
        """Encode text that follows other text, without the space before its first word.

        The text must begin with a line break or a role, which no token crosses.
        """
        return self.begin("a" + text)[1:]

    def parts(self, texts: Sequence[str]) -> list[list[int]]:
        """Encode the beginning of a prompt that comes in parts; a token goes to the last it is in.

        Together they are what `begin` makes of the whole.
        """
        encoded = self._tokenizer.encode("".join(texts), add_special_tokens=False)
        parts: list[list[int]] = [[] for _ in texts]
        ends = list(accumulate(map(len, texts)))
        for token, (_, end) in zip(encoded.ids, encoded.offsets, strict=True):
            parts[bisect_left(ends, end)].append(token)
        return parts

    def text(self, ids: list[int]) -> str:
        """Decode, roles and all."""
        return str(self._tokenizer.decode(ids, skip_special_tokens=False))


def train_tokenizer(english: English) -> Tokenizer:
    """Learn the vocabulary from scenes of the world and from plain English."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.ByteLevel(add_prefix_space=True),
            pre_tokenizers.Digits(individual_digits=True),
        ]
    )
    tokenizer.decoder = decoders.Sequence([decoders.ByteLevel(), decoders.Strip(" ", 1, 0)])
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[PADDING, END, *ROLES],
        show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
    )
    tokenizer.train_from_iterator(_corpus(english), trainer)
    return tokenizer


def save_tokenizer(tokenizer: Tokenizer, folder: Path) -> None:
    """Write tokenizer and chat template as transformers reads them."""
    from transformers import PreTrainedTokenizerFast

    wrapped = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        pad_token=PADDING,
        eos_token=END,
        additional_special_tokens=list(ROLES),
        model_max_length=LONGEST,
    )
    wrapped.chat_template = CHAT_TEMPLATE
    wrapped.save_pretrained(str(folder))


def load_encoder(folder: Path) -> Encoder:
    """Open the tokenizer of a model folder."""
    return Encoder(Tokenizer.from_file(str(folder / "tokenizer.json")))


def _corpus(english: English) -> Iterator[str]:
    rng = Random(_SEED)  # noqa: S311 - the same vocabulary every time
    for _ in range(_SCENES):
        scene = draw_scene(rng, rng.randint(1, 6), Part())
        yield passages_text(scene.passages)
        for fact in scene.facts:
            yield question_text(fact.question(rng))
            yield answer_text(fact)
    yield from (*all_systems(), ABSTENTION) * 50
    size = 0
    for paragraph in english.train:
        yield paragraph
        size += len(paragraph)
        if size > _ENGLISH_CHARACTERS:
            break
