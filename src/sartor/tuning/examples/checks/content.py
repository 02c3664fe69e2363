"""Languages, facts that change, and how many examples there are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from sartor.text.dates import dates
from sartor.text.languages import detect
from sartor.tuning.examples.found import Place, about, listed, place_of
from sartor.types import Example, ExampleFinding, Severity

HOPELESS, FEW, GUIDE = 50, 500, 1_000
MANY_FACTS = 0.1  # share of answers with facts that change from which on it is worth a warning
ODD = 0.2  # share of answers in another language than their question that may be by mistake
LEAST_SHARE = 0.02  # of examples in another language, for it to be part of the mix
_SHOWN_FACTS = 4
_READ = 400  # characters that tell the language of a turn
_LEAST_ASKED = 12  # words; which language a shorter question is in can be told wrongly
_MAY_DATE = re.compile(r"(?:1[89]|20)\d\d|\d[./]\d|\d\s?[年月]")
_PRICE = re.compile(
    r"[$€£¥₹]\s?\d+(?:[.,]\d+)*|\d+(?:[.,]\d+)*\s?(?:[€$£]|(?:EUR|USD|GBP|CHF|euros?|dollars?|pounds?)\b)",
    re.IGNORECASE,
)
_VERSION = re.compile(r"\bv?\d+\.\d+\.\d+\b(?!\.\d)|\b(?:version|release)\s\d[\w.]*", re.IGNORECASE)


def fact_findings(examples: Sequence[Example]) -> Iterator[ExampleFinding]:
    """Say which share of answers states what will not stay true; quoted passages do not count."""
    counts: Counter[str] = Counter()
    places: list[Place | None] = []
    shown: dict[str, None] = {}
    own = [example for example in examples if not example.rests_on]
    for example in own:
        facts = dict(facts_that_change(example.target))
        if facts:
            counts.update(facts.keys())
            places.append(place_of(example))
            shown.update((repr(text), None) for text in facts.values())
    if not places:
        return
    share = len(places) / len(own)
    kinds = ", ".join(f"{name} in {count:,}" for name, count in counts.most_common())
    said = ", ".join(list(shown)[:_SHOWN_FACTS])
    told = f"{share:.0%} of the answers state facts that change ({kinds})"
    told = f"{told}, as {said} on {listed(places)}"
    fix = "facts that change are a job for retrieval: a tuned model goes on saying the old ones"
    severity: Severity = "warning" if share >= MANY_FACTS else "note"
    yield ExampleFinding(severity, "facts that change", told, fix=fix)


def facts_that_change(answer: str) -> Iterator[tuple[str, str]]:
    """Find what will not stay true: its kind, and how it is written."""
    if price := _PRICE.search(answer):
        yield "prices", price.group()
    if version := _VERSION.search(answer):
        yield "versions", version.group()
    if _MAY_DATE.search(answer) and (found := dates(answer)):
        yield "dates", answer[found[0].start : found[0].end]


def language_findings(examples: Sequence[Example]) -> Iterator[ExampleFinding]:
    """Say which languages are mixed, and which answers are in another one than their question."""
    answered = [detect(example.target[:_READ]) for example in examples]
    asked = [_language_asked(example) for example in examples]
    crossed = [
        (example, one, other)
        for example, one, other in zip(examples, asked, answered, strict=True)
        if one and other and one != other
    ]
    if len(crossed) <= ODD * len(examples):  # beyond it is what the examples are about
        for example, one, other in crossed:
            told = f"asked in {one!r} and answered in {other!r}"
            fix = "fine if meant so: the model learns to change the language, too"
            yield about(example, "warning", "language", told, fix=fix)
    counts = Counter(filter(None, answered))
    mixed = [code for code, n in counts.most_common() if n >= LEAST_SHARE * counts.total()]
    if len(mixed) > 1:
        shares = ", ".join(f"{code} {counts[code] / counts.total():.0%}" for code in mixed)
        told = f"answers are in several languages: {shares}"
        fix = "have enough of each, and test questions in each"
        yield ExampleFinding("note", "language", told, fix=fix)


def _language_asked(example: Example) -> str:
    asked = next((turn.content for turn in reversed(example.messages) if turn.role == "user"), "")
    told = len(asked.split()) >= _LEAST_ASKED or not asked.isascii()
    return detect(asked[:_READ]) if told else ""


def amount_findings(examples: Sequence[Example]) -> Iterator[ExampleFinding]:
    """Say whether there are enough examples to learn from."""
    count = len(examples)
    guides = f"guides name {FEW:,} good examples as the least and {GUIDE:,} as enough"
    if not count:
        yield ExampleFinding("error", "too few", "there is no example to learn from")
    elif count < HOPELESS:
        told = f"{count} examples: under {HOPELESS} it is nearly hopeless ({guides})"
        fix = "put them into the prompt instead: sartor ask --rung few-shot"
        yield ExampleFinding("warning", "too few", told, fix=fix)
    elif count < FEW:
        told = f"{count} examples: under {FEW} is rarely enough ({guides})"
        fix = "sartor tune curve says whether more would help"
        yield ExampleFinding("note", "too few", told, fix=fix)
