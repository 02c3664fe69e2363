"""A question put together around its subject, and the pieces of a clause that it is made of."""

# ruff: noqa: RUF001 - apostrophes and dashes as people type them

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sartor.evaluation.questions.making.clauses import Clause
from sartor.evaluation.questions.making.verbs import BE, is_participle
from sartor.text.numbers import quantities

MOST_TAIL_WORDS = 9  # of what follows the answer inside the sentence
MOST_BETWEEN_WORDS = 7  # between verb and answer

_CLAUSE_END = re.compile(
    r",|;|:|\s[–—-]\s|\s\(|\s(?:which|who|where|while|although|because|but|so)\s"
)
ANAPHORA = re.compile(
    r"\b(?:it|its|they|their|them|(?:of|in|for|to|by|with|at)\sthat|him|there|here|then|this|these|those|he|she|his|her|we|our|us|such|not|never|no|n[’']t"
    r"|respectively|former|latter|however|you|your|following)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asking:
    """A question around its subject, and the words of the sentence that answer it."""

    kind: str
    before: str
    subject: str
    after: str
    expected: str

    def stands_alone(self) -> bool:
        """Tell whether nothing in it points to another sentence, and nothing is denied."""
        return not ANAPHORA.search(f"{self.before} {self.after} {self.expected}")


def asked(kind: str, lead: str, cut: Clause, after: str, expected: str) -> Iterator[Asking]:
    """Ask about the subject of a clause: lead, helper, subject, and what comes behind."""
    tail = f" {after.strip()}" if after.strip() else ""
    yield Asking(kind, f"{lead} {cut.helper} ", cut.subject, f"{tail}?", expected)


def verb_after(cut: Clause, main: str = "") -> str:
    """Say what of the verb stands behind the subject in a question."""
    return " ".join(part for part in (cut.verb, main) if part)


def plain_main(cut: Clause, main: str) -> bool:
    """Tell whether the words between verb and answer read well behind the subject."""
    words = main.split()
    if len(words) > MOST_BETWEEN_WORDS or _CLAUSE_END.search(f" {main} "):
        return False
    if cut.verb:
        return not any(is_participle(word) for word in words)
    if cut.helper not in BE:
        return True
    return bool(words) and any(is_participle(word) or word.endswith("ing") for word in words[:2])


def tail_of(text: str) -> str | None:
    """Give what follows the answer up to the next clause; None where it would not read well."""
    told = until_clause_end(text).strip(" ,")
    if text[:1] in ("-", "/", "°") or len(told.split()) > MOST_TAIL_WORDS:
        return None
    if re.match(r"(?:and|or|to|–|-|years?\sold)\b", told) or quantities(told):
        return None
    return told


def until_clause_end(text: str) -> str:
    """Cut a text where another clause begins."""
    found = _CLAUSE_END.search(text)
    return text[: found.start()].strip() if found else text.strip()
