"""A whole sentence -> the question that its form answers: how to, what for short, when.

What a clause cannot show: what stands before it ("In 1889, ..."), what is set between commas, and
advice to the reader ("To do X, use Y").
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from sartor.evaluation.questions.making.amounts import there_are
from sartor.evaluation.questions.making.asking import ANAPHORA, Asking, asked, tail_of, verb_after
from sartor.evaluation.questions.making.clauses import Clause, clause
from sartor.evaluation.questions.making.patterns import ask
from sartor.evaluation.questions.making.people import is_person, role_of_a_person
from sartor.evaluation.questions.making.verbs import BE, is_participle
from sartor.text.dates import dates

MOST_GOAL_WORDS, MOST_ADVICE_WORDS = 12, 20

_OPENING = re.compile(
    r"(?:In|On)\s(?:the\syear\s)?"
    r"(?P<date>(?:\d{1,2}\s)?(?:[A-Z][a-z]+\s)?(?:\d{1,2},\s)?[12]\d{3}),\s(?=\S)"
)
_TO_DO = re.compile(
    r"To\s(?P<goal>[^,;:]+),\s(?:you\s(?:can|could|must|should|have\sto|need\sto|may)\s)?(?:just\s|simply\s)?"
    r"(?P<advice>(?:use|add|set|call|create|import|pass|declare|run|click|press|send|open|contact|write"
    r"|return|install|define|put|choose|select)\s[^;:]+)\."
)
_CAN_USE = re.compile(
    r"You\scan\s(?:also\s|just\s)?use\s(?P<tool>[^,;:]{2,60}?)\s(?P<goal>to\s[a-z][^,;:]+)\."
)
_READER = re.compile(r"\b(?:it|its|they|them|this|these|those|same|above|below|here|that|yours?)\b")
_SHORT = re.compile(r"(?P<long>(?:[\w-]+\s){1,7}[\w-]+)\s\((?P<short>[A-Z][A-Za-z]{1,6})\)")
_APPOSED = re.compile(
    r"(?P<who>[A-Z][\w.-]*(?:\s[A-Z][\w.-]*){0,3}),\s(?P<what>an?\s[^,;:()]{8,90}),\s"
    r"(?:is|was|has|had|were|are|can|will|[a-z]+ed)\b"
)


def forms(sentence: str, common: Collection[str]) -> Iterator[tuple[Asking, Clause | None]]:
    """Find what a sentence answers, with the clause it came from; the best form first."""
    opening = _OPENING.match(sentence)
    cut = clause(sentence[opening.end() :] if opening else sentence, common)
    if cut:
        asking = _when(cut, opening["date"]) if opening else ask(cut)
        if asking:
            yield asking, cut
            return
    for form in (there_are, _how_to, _what_to_use, _apposed, _stands_for):
        asking = form(sentence)
        if asking:
            yield asking, None
            return


def _when(cut: Clause, date: str) -> Asking | None:
    """Ask for the date that stood before a clause: "In 1889, X was built"."""
    rest = tail_of(cut.rest)
    if not rest or ANAPHORA.search(cut.rest) or dates(cut.rest) or cut.verb == "have":
        return None
    if cut.helper in BE and not cut.verb and not is_participle(rest.split()[0]):
        return None
    return next(asked("date", "When", cut, verb_after(cut, rest), date))


def _how_to(sentence: str) -> Asking | None:
    """Turn "To see the docs, open /docs" into "How do you see the docs?"."""
    found = _TO_DO.fullmatch(sentence)
    if not found or _READER.search(found["goal"]) or _READER.search(found["advice"]):
        return None
    if not _fits(found["goal"], found["advice"]):
        return None
    return Asking("how", f"How do you {found['goal']}", "", "?", found["advice"])


def _what_to_use(sentence: str) -> Asking | None:
    """Turn "You can use X to do Y" into "What can you use to do Y?"."""
    found = _CAN_USE.fullmatch(sentence)
    if not found or _READER.search(found["tool"]) or _READER.search(found["goal"]):
        return None
    if not _fits(found["goal"], found["tool"]):
        return None
    return Asking("how", f"What can you use {found['goal']}", "", "?", found["tool"])


def _fits(goal: str, advice: str) -> bool:
    return 2 <= len(goal.split()) <= MOST_GOAL_WORDS and len(advice.split()) <= MOST_ADVICE_WORDS


def _apposed(sentence: str) -> Asking | None:
    """Turn "X, a Y, was ..." into "What is X?"."""
    found = _APPOSED.match(sentence)
    if not found or ANAPHORA.search(found["what"]):
        return None
    person = is_person(found["who"]) and role_of_a_person(found["what"])
    lead = "Who is " if person else "What is "
    return Asking("definition", lead, found["who"], "?", found["what"])


def _stands_for(sentence: str) -> Asking | None:
    """Turn "the National Health Service (NHS)" into "What does NHS stand for?"."""
    for found in _SHORT.finditer(sentence):
        words = found["long"].split()[-len(found["short"]) :]
        initials = "".join(word[0] for word in words).upper()
        if initials == found["short"].upper() and len(words) > 1:
            return Asking("name", "What does ", found["short"], " stand for?", " ".join(words))
    return None
