"""A corpus -> candidate questions, without a language model.

Half of what is wanted is looked for in a few documents more than are needed, so that a large corpus
is not read to the end for a hundred questions; only what must be nowhere is looked for everywhere.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sartor.evaluation.questions.making.candidate import Candidate
from sartor.evaluation.questions.making.choosing import CLOZE, chosen, distinct
from sartor.evaluation.questions.making.gathering import candidates
from sartor.evaluation.questions.making.overtaking import Overtakes, not_overtaken
from sartor.evaluation.questions.making.unanswerable import Similarity, unanswerable
from sartor.protocols import Corpus, Progress
from sartor.types import Block, Question

UNANSWERABLE_SHARE = 0.2
MOST_FOR_ONE = 4  # answerable ones for each: few facts give few questions of either kind
GATHERED = 4  # candidates, gaps aside, looked for, for each question wanted
Blocks = Callable[[str], Sequence[Block]]  # by the id of a document


@dataclass(frozen=True, slots=True)
class Made:
    """Candidates, and how many others were rejected for which reason."""

    questions: tuple[Question, ...]
    rejected: Mapping[str, int] = field(default_factory=dict)


def make(
    corpus: Corpus,
    blocks: Blocks,
    n: int,
    *,
    seed: int = 0,
    similarity: Similarity | None = None,
    overtakes: Overtakes | None = None,
    progress: Progress | None = None,
) -> Made:
    """Make up to `n` candidates, up to a fifth of them unanswerable.

    `overtakes` tells an old edition of a fact from the one that holds.
    """
    gathered = list(_gathered(corpus, blocks, GATHERED * n, seed, progress))
    valid = not_overtaken(gathered, corpus, overtakes) if overtakes else gathered
    rows = distinct(valid)
    wanted = min(round(n * UNANSWERABLE_SHARE), len(rows) // MOST_FOR_ONE)
    texts = (corpus.document(id).text for id in corpus.document_ids())
    without = unanswerable(rows, texts, wanted, seed=seed, similarity=similarity)
    taken = chosen(rows, n - len(without), seed=seed)
    questions = [row.question() for row in taken]
    questions += [row.question(answerable=False) for row in without]
    rejected = {
        "another document says otherwise": len(gathered) - len(valid),
        "asked twice, or answered in two ways": len(valid) - len(rows),
    }
    return Made(tuple(questions), {why: count for why, count in rejected.items() if count})


def _gathered(
    corpus: Corpus, blocks: Blocks, limit: int, seed: int, progress: Progress | None
) -> Iterator[Candidate]:
    """Read documents in a drawn order until there is plenty."""
    ids = sorted(corpus.document_ids())
    random.Random(seed).shuffle(ids)  # noqa: S311  # a draw of samples, no secret
    count = 0
    for done, id in enumerate(ids, start=1):
        for candidate in candidates(corpus.document(id), blocks(id)):
            count += candidate.kind != CLOZE
            yield candidate
        if progress:
            progress("reading", done, len(ids))
        if count >= limit:
            return
