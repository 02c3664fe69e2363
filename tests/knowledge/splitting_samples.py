"""What the splitting tests share: a token counter that counts words, and readings made by hand."""

import random
import re

from sartor.types import Block, Reading

_WORD = re.compile(r"\w+|[^\w\s]")


class WordCounter:
    """A token counter whose tokens are words and marks."""

    def token_spans(self, texts):
        return [[found.span() for found in _WORD.finditer(text)] for text in texts]


def reading(*parts, pages=()):
    """Make a reading of (kind, text) or (kind, text, level), blank lines between the parts."""
    text, blocks = "", []
    for kind, words, *level in parts:
        markup = "#" * level[0] + " " if kind == "heading" else ""
        text += markup
        blocks.append(Block(kind, len(text), len(text) + len(words), *level))
        text += words + "\n\n"
    return Reading(text, tuple(blocks), pages=pages)


def words(count, word="word"):
    return " ".join(f"{word}{number}" for number in range(count))


def prose(dice, sentences):
    """Make up a paragraph of sentences that share words as real ones do."""
    vocabulary = [f"{letter}{number}" for letter in "abcdefgh" for number in range(300)]
    made = (" ".join(dice.choices(vocabulary, k=dice.randint(4, 28))) for _ in range(sentences))
    return " ".join(f"{words.capitalize()}." for words in made)


def texts_of(found, spans):
    return [found.text[span.start : span.end] for span in spans]


def assert_covers(text, spans):
    """Every span is exact and in order, and every character that is not blank is in one."""
    covered = bytearray(len(text))
    last = -1
    for span in spans:
        piece = text[span.start : span.end]
        assert span.start >= last
        assert piece == piece.strip() != ""
        covered[span.start : span.end] = b"x" * len(piece)
        last = span.start
    assert all(covered[place] or char.isspace() for place, char in enumerate(text))


def seeded(number):
    return random.Random(number)
