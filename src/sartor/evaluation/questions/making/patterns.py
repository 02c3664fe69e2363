"""A clause -> the question that it answers: what, who, when, where, how many.

Each pattern is one function from a clause to an `Asking`; the first that fits is taken. English
only, and only forms that can be turned round without knowing what the words mean.
"""

# ruff: noqa: RUF001 - apostrophes and dashes as people type them

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from sartor.evaluation.questions.making.amounts import amount
from sartor.evaluation.questions.making.asking import (
    MOST_TAIL_WORDS,
    Asking,
    asked,
    plain_main,
    tail_of,
    until_clause_end,
    verb_after,
)
from sartor.evaluation.questions.making.clauses import Clause
from sartor.evaluation.questions.making.people import is_person, role_of_a_person
from sartor.evaluation.questions.making.verbs import BE, is_participle
from sartor.text.dates import dates
from sartor.text.numbers import quantities

MOST_ANSWER_WORDS = 25  # of a definition
MOST_LISTED_WORDS = 18
MOST_DONE_WORDS = 14  # of what a subject did, where that is the question

_DEFINES = re.compile(r"(?P<what>an?\s\w.+)")
_IS_THE = re.compile(r"(?P<what>the\s.+)")
_AGENT = re.compile(
    r"(?P<done>(?:\w+ly\s)?(?P<verb>\w+)(?:\s\w+){0,2}?)\sby\s(?P<who>(?:the\s)?[A-Z][\w’'.-]*"
    r"(?:\s(?:of\s|de\s|van\s|von\s)?[A-Z0-9][\w’'.-]*){0,4})"
)
_AFTER_AGENT = re.compile(r"(?:in|at|on|for|during|from)\b|\Z")
_PLACED = re.compile(
    r"(?P<done>located|situated|headquartered|based|held|buried|born|stored|kept|built)\s"
    r"(?P<place>(?:in|at|near|under)\s.+)"
)
_CALLED = re.compile(
    r"(?:(?:also|often|sometimes|commonly|usually)\s)?(?:called|known\sas|named)\s(?P<name>.+)"
)
_MEANINGS = {"mean": "", "refer": " to", "stand": " for", "consist": " of"}
_HOLDS = frozenset({"include", "contain", "cover", "require", "comprise"})
_GIVES = frozenset({"use", "require", "need", "provide", "charge"})
_LIST = re.compile(r"(?!(?:by|to|in|as|for|on|up)\b)\S.*,.*\b(?:and|or)\s.+")
_FOR = re.compile(r"(?P<what>(?:\S+\s){0,5}?\S+)\s(?P<purpose>for\s.+)")
_CLAUSE_WORD = re.compile(r"\b(?:which|who|where|while|although|because|but|so|that|when)\b")
_DATE_BEFORE = re.compile(r"\s*\b(?P<link>in|on|since|until|from|by)\s(?:the\syear\s)?\Z")


def ask(cut: Clause) -> Asking | None:
    """Turn a clause round, by the first pattern that fits."""
    askings = (found for pattern in PATTERNS for found in pattern(cut))
    return next((asking for asking in askings if asking.stands_alone()), None)


def _definition(cut: Clause) -> Iterator[Asking]:
    """Turn "X is a Y" into "What is X?"."""
    found = _DEFINES.fullmatch(cut.rest)
    if not found or cut.helper not in BE or cut.verb:
        return
    told = until_clause_end(found["what"])
    if 3 <= len(told.split()) <= MOST_ANSWER_WORDS:
        person = is_person(cut.subject) and role_of_a_person(told)
        yield from asked("definition", "Who" if person else "What", cut, "", told)


def _identity(cut: Clause) -> Iterator[Asking]:
    """Turn "X is the capital of Y" into "What is the capital of Y?"; the answer is X."""
    found = _IS_THE.fullmatch(cut.rest)
    if not found or cut.helper not in BE or cut.verb or not cut.named or cut.plural:
        return
    role = until_clause_end(found["what"])
    if role == cut.rest and 4 <= len(role.split()) <= 14 and " of " in role:
        asks = "Who" if is_person(cut.subject) else "What"
        yield Asking("identity", f"{asks} {cut.helper} ", role, "?", cut.subject)


def _meaning(cut: Clause) -> Iterator[Asking]:
    """Turn "X refers to Y" into "What does X refer to?"."""
    link = _MEANINGS.get(cut.verb)
    if link is None or not cut.rest.startswith(link.strip()):
        return
    told = until_clause_end(cut.rest[len(link) :].strip() if link else cut.rest)
    if 2 <= len(told.split()) <= MOST_ANSWER_WORDS:
        yield from asked("definition", "What", cut, f"{cut.verb}{link}", told)


def _name(cut: Clause) -> Iterator[Asking]:
    """Turn "X is called Y" into "What is X called?"."""
    found = _CALLED.fullmatch(until_clause_end(cut.rest))
    if found and cut.helper in BE and not cut.verb and len(found["name"].split()) <= 6:
        yield from asked("name", "What", cut, "called", found["name"])


def _date(cut: Clause) -> Iterator[Asking]:
    """Turn "X was built in 1889" into "When was X built?"."""
    stated = dates(cut.rest)
    if len(stated) != 1 or stated[0].decade or stated[0].year is None:
        return
    date = stated[0]
    before, tail = cut.rest[: date.start], tail_of(cut.rest[date.end :])
    link = _DATE_BEFORE.search(before)
    if link is None or tail is None:
        return
    main = before[: link.start()].strip()
    if not plain_main(cut, main):
        return
    lead = "when" if link["link"] in ("in", "on", "by") else f"{link['link']} when"
    told = cut.rest[date.start : date.end]
    yield from asked("date", lead, cut, f"{verb_after(cut, main)} {tail}", told)


def _agent(cut: Clause) -> Iterator[Asking]:
    """Turn "X was founded by Y" into "Who was X founded by?"."""
    found = _AGENT.match(cut.rest)
    if not found or cut.helper not in BE or cut.verb or not is_participle(found["verb"]):
        return
    tail = tail_of(cut.rest[found.end() :])
    if tail is None or " and " in found["done"] or not _AFTER_AGENT.match(tail):
        return
    after = f"{found['done']} by {tail}"
    yield from asked("who", "Who", cut, after, found["who"])


def _place(cut: Clause) -> Iterator[Asking]:
    """Turn "X is kept in Y" into "Where is X kept?"."""
    found = _PLACED.match(until_clause_end(cut.rest))
    if not found or cut.helper not in BE or cut.verb:
        return
    if 2 <= len(found["place"].split()) <= 10 and not quantities(found["place"]):
        yield from asked("where", "Where", cut, found["done"], found["place"])


def _contents(cut: Clause) -> Iterator[Asking]:
    """Turn "X includes A, B and C" into "What does X include?"."""
    listed = _LIST.fullmatch(cut.rest) and len(cut.rest.split()) <= MOST_LISTED_WORDS
    if cut.verb in _HOLDS and listed and not _CLAUSE_WORD.search(cut.rest):
        yield from asked("what", "What", cut, cut.verb, cut.rest)


def _purpose(cut: Clause) -> Iterator[Asking]:
    """Turn "X uses Y for Z" into "What does X use for Z?"."""
    found = _FOR.fullmatch(until_clause_end(cut.rest))
    if cut.verb in _GIVES and found and len(found["purpose"].split()) <= MOST_TAIL_WORDS:
        yield from asked("what", "What", cut, f"{cut.verb} {found['purpose']}", found["what"])


def _doer(cut: Clause) -> Iterator[Asking]:
    """Turn "Ada Lovelace wrote the first program" into "Who wrote the first program?"."""
    told = until_clause_end(cut.rest)
    words = told.split()
    if not is_person(cut.subject) or not 4 <= len(words) <= MOST_DONE_WORDS:
        return
    if told == cut.rest and (cut.helper in BE or cut.helper == "did"):
        yield Asking("who", f"Who {cut.said} {told}", "", "?", cut.subject)


PATTERNS: tuple[Callable[[Clause], Iterator[Asking]], ...] = (
    _definition,
    _identity,
    _meaning,
    _name,
    _date,
    _agent,
    amount,
    _place,
    _contents,
    _purpose,
    _doer,
)
