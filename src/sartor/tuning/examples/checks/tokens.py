"""Examples as the model will read them: what is learned of them, what does not fit.

Without an encoder lengths are counted in characters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from sartor.tuning.encoding import Encoded, Encoder
from sartor.tuning.examples.checks.answers import heaped
from sartor.tuning.examples.found import NOT_CHECKED, Bin, Lengths, about
from sartor.types import Example, ExampleFinding

BINS = 12
ROUNDTRIPS = 1_000  # examples on which the template is tried: it takes most of the time
_CUT_TOGETHER = 3  # answers that reach the same number of tokens without an end
_SHORTEST_LIMIT = 32  # tokens
_TOO_LONG = "shorten it, split it, or take a model with a longer context"


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the model reads of a file of examples."""

    lengths: Lengths
    share: float
    sample: tuple[tuple[str, bool], ...]
    findings: tuple[ExampleFinding, ...]


def token_check(examples: Sequence[Example], encoder: Encoder) -> Tokens:
    """Encode every example and look at what came of it."""
    encoded: list[tuple[Example, Encoded]] = []
    findings: list[ExampleFinding] = []
    every = ceil(len(examples) / ROUNDTRIPS)
    for place, example in enumerate(examples):
        try:
            encoded.append((example, encoder.encode(example)))
        except ValueError as error:
            kind = "too long" if "tokens long" in str(error) else "template"
            findings.append(about(example, "error", kind, str(error), fix=_TOO_LONG))
            continue
        if place % every == 0 and (lost := encoder.roundtrip(example)):
            fix = "what is learned is not quite what is asked later"
            findings.append(about(example, "warning", "template", lost, fix=fix))
    if every > 1:
        told = f"the chat template on all of {len(examples):,} examples: 1 of {every:,} was tried"
        findings.append(ExampleFinding("note", NOT_CHECKED, told))
    findings += _cut(encoded)
    tokens = [one for _, one in encoded]
    share = encoder.share(tokens) if tokens else 0.0
    if not share:
        told = "0 % of the tokens are learned: training would change nothing"
        fix = "does the chat template of the model show the answers?"
        findings.append(ExampleFinding("error", "nothing learned", told, fix=fix))
    sample = tuple(encoder.pieces(_middle(tokens))) if tokens else ()
    return Tokens(
        histogram([len(one.ids) for one in tokens], "tokens"), share, sample, tuple(findings)
    )


def _middle(encoded: Sequence[Encoded]) -> Encoded:
    """Pick the example of middle length, the first of several."""
    ranked = sorted(range(len(encoded)), key=lambda place: (len(encoded[place].ids), place))
    return encoded[ranked[(len(ranked) - 1) // 2]]


def _cut(encoded: Sequence[tuple[Example, Encoded]]) -> list[ExampleFinding]:
    """Find answers that stop at the most tokens any has, without an end: a limit cut them."""
    learned = [sum(one.learned) for _, one in encoded]
    longest = heaped(learned)
    at_it = [
        example
        for (example, _), count in zip(encoded, learned, strict=True)
        if count == longest and example.target.rstrip()[-1:].isalnum()
    ]
    distinct = Counter(example.target for example in at_it)
    if longest < _SHORTEST_LIMIT or len(distinct) < _CUT_TOGETHER:
        return []
    told = f"the answer stops after {longest} tokens without an end, as others do: a limit cut it"
    return [
        about(example, "warning", "cut", told, fix="write it anew, longer") for example in at_it
    ]


def characters(examples: Sequence[Example]) -> Lengths:
    """Count lengths where nobody counts tokens."""
    return histogram(
        [sum(len(message.content) for message in example.messages) for example in examples],
        "characters",
    )


def histogram(lengths: Sequence[int], unit: str) -> Lengths:
    """Count lengths in bins of the same round width; what is far out stands in the last one."""
    if not lengths:
        return Lengths(unit)
    ranked = sorted(lengths)
    long = ranked[min(len(ranked) - 1, int(0.95 * len(ranked)))]
    low = ranked[0]
    width = _round_up(max(1, (min(ranked[-1], 2 * long) - low + 1)) / BINS)
    start = low - low % width
    counts = Counter(min((length - start) // width, BINS) for length in lengths)
    last = max(counts)
    bins = tuple(
        Bin(
            start + place * width,
            ranked[-1] if place == last else start + (place + 1) * width - 1,
            counts[place],
        )
        for place in range(last + 1)
    )
    middle = ranked[(len(ranked) - 1) // 2]
    return Lengths(unit, sum(lengths), middle, long, ranked[-1], bins)


def _round_up(width: float) -> int:
    """Give the next 1, 2 or 5 times a power of ten."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if step >= width:
                return step
        power *= 10
