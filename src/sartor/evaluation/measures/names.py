"""The name of a measure -> what it means, its unit, and which way is better.

The register of all measures: bars, reports and the documentation are built on it. In a name, K
stands for a depth ("retrieval.recall@10"), STEP for a step of answering ("latency.search.p95") and
FLAG for an output rule ("rules.pii"). It knows nothing about how a measure is computed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from sartor.types import Mode

Unit = Literal["share", "seconds", "tokens", "dollars", "words"]

# Retrieval is measured once more for each: "retrieval.mrr.bm25".
STAGES: tuple[Mode, ...] = ("bm25", "dense")
_SLOTS = {"@K": r"@[1-9]\d*", "STEP": r"[a-z][\w-]*", "FLAG": r"[a-z][\w-]*"}


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: what its value says. `higher_is_better` is None where neither is.

    `called` is what headings and sentences call it; empty where they use its name.
    """

    name: str
    meaning: str
    unit: Unit = "share"
    higher_is_better: bool | None = True
    called: str = ""


_SEARCH = (
    Measure("retrieval.recall@K", "share of the evidence that stands among the first K hits"),
    Measure("retrieval.precision@K", "share of the first K places that hold evidence"),
    Measure("retrieval.hit@K", "1 when any evidence stands among the first K hits"),
    Measure("retrieval.ndcg@K", "discounted gain of the first K hits as a share of the best order"),
    Measure("retrieval.span_recall@K", "share of the evidence's characters that K passages cover"),
    Measure("retrieval.span_precision@K", "share of the characters of K passages that is evidence"),
    Measure("retrieval.iou@K", "evidence shared with K passages over all characters of both"),
    Measure("retrieval.mrr", "1 / the rank of the first evidence, 0 when there is none"),
    Measure("retrieval.map", "mean of the precisions at the rank of each piece of evidence"),
)

MEASURES: tuple[Measure, ...] = (
    Measure(
        "answers.correct",
        "the answer is right; on unanswerable questions: it said nothing",
        called="right",
    ),
    Measure("answers.exact", "the answer is the expected text, word for word"),
    Measure("answers.f1", "words shared by the answer and the expected text (F1)"),
    Measure("answers.contains", "the expected text stands in the answer"),
    Measure("answers.rouge_l", "longest common run of words with the expected text (F1)"),
    Measure("answers.chrf", "character n-grams shared with an expected text of 9 words or more"),
    Measure("answers.relevance", "nearness in meaning of the answer to the question"),
    Measure("answers.words", "length of the answer", "words", None),
    Measure(
        "answers.abstained",
        "unanswerable questions on which it rightly said nothing",
        called="rightly silent",
    ),
    Measure("answers.silent", "answerable questions on which it said nothing", "share", False),
    *_SEARCH,
    *(
        replace(one, name=f"{one.name}.{stage}", meaning=f"{one.meaning} ({stage} alone)")
        for stage in STAGES
        for one in _SEARCH
    ),
    Measure(
        "citations.recall",
        "share of the sentences that are supported by what they cite",
        called="cited",
    ),
    Measure("citations.precision", "share of the citations that are needed for their sentence"),
    Measure("citations.exact", "share of the quotes that stand verbatim in their document"),
    Measure("citations.page", "the pages cited are those of the evidence"),
    Measure("faithfulness.supported", "share of the sentences that the context supports"),
    Measure("faithfulness.numbers", "every number of the answer is in its context"),
    Measure("faithfulness.names", "every name of the answer is in its context"),
    Measure(
        "format.valid",
        "the answer follows the question's JSON schema or pattern",
        called="in form",
    ),
    Measure("format.language", "the answer is in the language of the question"),
    Measure("rules.FLAG", "the output rule fired", "share", False),
    Measure("style.match", "the answer is taken for one of your examples", called="in style"),
    Measure("judge.correct", "the judge model holds the answer for right"),
    Measure("latency.seconds", "time until the answer was there", "seconds", False),
    Measure(
        "latency.p50",
        "time within which half of the answers were there",
        "seconds",
        False,
        called="half within",
    ),
    Measure(
        "latency.p95",
        "time within which 95 % of the answers were there",
        "seconds",
        False,
        called="95 % within",
    ),
    Measure("latency.first_token.seconds", "time until the first words came", "seconds", False),
    Measure("latency.first_token.p50", "time to the first words, half the time", "seconds", False),
    Measure("latency.first_token.p95", "time to the first words in 95 %", "seconds", False),
    Measure("latency.STEP.seconds", "time that the step took", "seconds", False),
    Measure("latency.STEP.p50", "time within which the step ended half the time", "seconds", False),
    Measure("latency.STEP.p95", "time within which the step ended in 95 %", "seconds", False),
    Measure("tokens.input", "tokens that the model read for one answer", "tokens", False),
    Measure("tokens.output", "tokens that the model wrote for one answer", "tokens", False),
    Measure("cost.query", "price of one answer", "dollars", False),
    Measure(
        "cost.month", "price of a month at the stated volume", "dollars", False, called="a month"
    ),
)


@lru_cache(maxsize=1_000)
def is_measure(name: str) -> bool:
    """Say whether there is a measure of that name."""
    return any(pattern.fullmatch(name) for pattern, _ in _PATTERNS)


@lru_cache(maxsize=1_000)
def about(name: str) -> Measure:
    """Describe the measure of that name; raises `KeyError` where there is none."""
    for pattern, measure in _PATTERNS:
        if pattern.fullmatch(name):
            return replace(measure, name=name)
    raise KeyError(name)


def _patterns() -> Iterator[tuple[re.Pattern[str], Measure]]:
    for measure in MEASURES:
        pattern = re.escape(measure.name)
        for slot, inside in _SLOTS.items():
            pattern = pattern.replace(slot, inside)
        yield re.compile(pattern), measure


_PATTERNS = tuple(_patterns())
