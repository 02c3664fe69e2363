"""A clause with an amount -> how many, how much, how long."""

# ruff: noqa: RUF001 - apostrophes and dashes as people type them

from __future__ import annotations

import re
from collections.abc import Iterator

from sartor.evaluation.questions.making.asking import (
    ANAPHORA,
    Asking,
    asked,
    plain_main,
    tail_of,
    verb_after,
)
from sartor.evaluation.questions.making.clauses import Clause
from sartor.evaluation.questions.making.verbs import BE, is_participle
from sartor.text.dates import dates
from sartor.text.function_words import FUNCTION_WORDS
from sartor.text.numbers import Quantity, quantities
from sartor.text.units import CURRENCY_NAMES

MOST_NOUN_WORDS = 3
_PREPOSITION = re.compile(
    r"\s*\b(?P<link>within|after|for|in|at|by|with|from|to|of|over|under|below|above|through|before"
    r"|between|into|during|on|every)\Z"
)
_BOUND = re.compile(
    r"\s*\b(?:about|around|approximately|roughly|nearly|almost|some|over|under|up\sto|at\sleast"
    r"|at\smost|more\sthan|less\sthan|fewer\sthan|no\smore\sthan|only|just|exactly|a\stotal\sof"
    r"|as\smany\sas|a\smaximum\sof|a\sminimum\sof|another|an\sestimated|an\saverage\sof)\Z"
)
_THERE = re.compile(r"There\s(?P<is>are|were)\s(?P<rest>.+)\.")
_WHERE = re.compile(r"(?:in|at|on|of|within|per|under)\b")
_MEASURED = re.compile(r"^(tall|long|wide|high|deep|old|thick|heavy)\b")
_NOUN = re.compile(r"(?:\s|-)([a-z][\w’'-]*|[A-Z][\w’'-]*)")


def amount(cut: Clause) -> Iterator[Asking]:
    """Turn "X takes 14 days" into "How many days does X take?"."""
    stated = [one for one in quantities(cut.rest) if one.unit not in ("ordinal", "clock")]
    if not stated or dates(cut.rest):
        return
    first = stated[0]
    before = cut.rest[: first.start].rstrip()
    bound = _BOUND.search(before)
    main = before[: bound.start()].strip() if bound else before
    if cut.helper in BE and not cut.verb and not main:
        yield from _value(cut, first)
    elif plain_main(cut, main):
        yield from _how_many(cut, first, main)


def there_are(sentence: str) -> Asking | None:
    """Turn "There are 12 rooms in the house" into "How many rooms are there in the house?"."""
    found = _THERE.match(sentence)
    stated = quantities(found["rest"]) if found else []
    if not found or not stated or stated[0].unit or ANAPHORA.search(found["rest"]):
        return None
    if found["rest"][: stated[0].start].strip() not in ("", "about", "around", "over", "only"):
        return None
    counted, end = _noun(found["rest"], stated[0].end)
    tail = tail_of(found["rest"][end:])
    if not counted or not tail or not _WHERE.match(tail):
        return None
    before = f"{counted} {found['is']} there {tail}?"
    return Asking("number", before, "", "", found["rest"][stated[0].start : end])


def _value(cut: Clause, amount: Quantity) -> Iterator[Asking]:
    """Turn "X is 14 days" into "What is X?", "X is 3 metres long" into "How long is X?"."""
    told = cut.rest[amount.start : amount.end]
    behind = cut.rest[amount.end :].strip()
    measured = _MEASURED.match(behind)
    tail = tail_of(behind[measured.end() :] if measured else behind)
    if measured and tail is not None:
        yield from asked("number", f"How {measured.group()}", cut, tail, told)
    elif not behind and not cut.named and not cut.plural:
        yield from asked("number", "What", cut, "", told)


def _how_many(cut: Clause, amount: Quantity, main: str) -> Iterator[Asking]:
    counted, end = _counted(cut.rest, amount)
    tail = tail_of(cut.rest[end:])
    link = _PREPOSITION.search(main)
    if not counted or tail is None:
        return
    if link:
        main = main[: link.start()].strip()
        counted = f"{link['link']} {counted}"
    elif _has_object(main) or (amount.unit == "%" and not tail.startswith("of ")):
        return
    if tail.startswith("of "):
        counted, tail = f"{counted} {tail}", ""
    if cut.verb or main:
        told = cut.rest[amount.start : amount.end if amount.unit else end]
        yield from asked("number", counted, cut, f"{verb_after(cut, main)} {tail}", told)


def _counted(rest: str, amount: Quantity) -> tuple[str, int]:
    """Say what is counted, as a question asks for it, and where its words end."""
    if amount.unit in CURRENCY_NAMES:
        return "how much", amount.end
    if amount.unit == "%":
        return "what percentage", amount.end
    told = rest[amount.start : amount.end]
    if amount.unit:
        unit = re.sub(r"^[\d.,\s-]+|^\w+[\s-]", "", told, count=1).strip()
        return (f"how many {unit}", amount.end) if unit.endswith("s") or len(unit) > 1 else ("", 0)
    return _noun(rest, amount.end)


def _noun(rest: str, place: int) -> tuple[str, int]:
    """Read the noun behind a bare number: small words and stops end it, a plural must be in it."""
    words: list[str] = []
    while len(words) < MOST_NOUN_WORDS:
        found = _NOUN.match(rest, place)
        word = found[1] if found else ""
        if not found or word.lower() in FUNCTION_WORDS["en"] or is_participle(word):
            break
        words.append(word)
        place = found.end()
        if _plural(word):
            return f"how many {' '.join(words)}", place
    return "", 0


def _plural(word: str) -> bool:
    return (word.endswith("s") and not word.endswith(("ss", "us", "is"))) or word in (
        "people", "children", "men", "women", "staff",
    )  # fmt: skip


def _has_object(main: str) -> bool:
    """Tell whether there is an object before the amount: no place is left for another."""
    return len(main.split()) > 2 or any(
        word in ("a", "an", "the", "their", "its", "all", "any", "each") for word in main.split()
    )
