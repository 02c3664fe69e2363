"""An answer and an expected text -> how much of their wording they share.

Exact match and token F1 follow SQuAD: lower case, without punctuation and articles; a character of
a script without spaces is a token. ROUGE-L and chrF need the extra `overlap`.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from sartor.text.scripts import UNSPACED_CLASS

if TYPE_CHECKING:
    from sacrebleu.metrics.chrf import CHRF

LONGEST = 20_000  # characters of an answer that are compared
# Words from which an expected text is compared by chrF. Of a shorter one it says little, and it
# takes longer than all other measures together.
CHRF_FROM = 9

_ARTICLE = re.compile(r"\b(?:a|an|the)\b")
_UNSPACED = re.compile(rf"([{UNSPACED_CLASS}])")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)
_OTHER_PUNCTUATION = re.compile(r"[^\w\s$+<=>^`|~€£¥°%]")
_PACKAGES = ("rapidfuzz", "sacrebleu")


def overlap(answer: str, expected: Sequence[str]) -> Iterator[tuple[str, float]]:
    """Give each measure by its name: the best over several expected texts."""
    said = tokens(answer[:LONGEST])
    wanted = [tokens(one[:LONGEST]) for one in expected]
    yield "answers.exact", float(said in wanted)
    yield "answers.f1", max(f1(said, one) for one in wanted)
    if missing():
        return
    yield "answers.rouge_l", max(rouge_l(said, one) for one in wanted)
    if max(map(len, wanted)) >= CHRF_FROM:
        yield "answers.chrf", _chrf(answer[:LONGEST], expected)


def exact(expected: str, answer: str) -> bool:
    """Say whether two texts are the same words."""
    return tokens(answer) == tokens(expected)


@cache
def missing() -> str:
    """Say what to install for ROUGE-L and chrF; empty when it is there."""
    lacking = [name for name in _PACKAGES if not find_spec(name)]
    if not lacking:
        return ""
    return f'ROUGE-L and chrF are left out: pip install "sartor[overlap]" ({", ".join(lacking)})'


def tokens(text: str) -> list[str]:
    """Cut a text into the words that count."""
    bare = text.lower().translate(_NO_PUNCTUATION)
    if not bare.isascii():
        bare = _UNSPACED.sub(r" \1 ", _OTHER_PUNCTUATION.sub("", bare))
    return _ARTICLE.sub(" ", bare).split()


def f1(said: Sequence[str], wanted: Sequence[str]) -> float:
    """Give the harmonic mean of the shares of words that both have, counted as often."""
    if not said or not wanted:
        return float(said == wanted)
    counts = Counter(said)
    common = sum(min(count, counts[word]) for word, count in Counter(wanted).items())
    return _harmonic(common, said, wanted)


def rouge_l(said: Sequence[str], wanted: Sequence[str]) -> float:
    """Give the same for the longest sequence of words that both have in this order."""
    from rapidfuzz.distance import LCSseq

    return _harmonic(LCSseq.similarity(said, wanted), said, wanted)


def _harmonic(common: int, said: Sequence[str], wanted: Sequence[str]) -> float:
    return 2 * common / (len(said) + len(wanted)) if common else 0.0


def _chrf(answer: str, expected: Sequence[str]) -> float:
    return float(_scorer().sentence_score(answer, list(expected)).score) / 100


@cache
def _scorer() -> CHRF:
    from sacrebleu.metrics.chrf import CHRF

    return CHRF()
