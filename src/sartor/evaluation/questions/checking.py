"""Questions and documents -> what is wrong with the questions before anything is measured.

An error would make a figure wrong: evidence that is not there, an unanswerable question with an
answer, an example to learn from that is a question to be tested with. A warning makes it weaker.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from sartor.evaluation.measures.amounts import amount
from sartor.evaluation.questions.evidence import evidence_findings
from sartor.evaluation.questions.findings import QuestionFinding, Severity
from sartor.evaluation.questions.found import UNREVIEWED, Found, counted
from sartor.evaluation.questions.leakage import leakage_findings
from sartor.protocols import Corpus
from sartor.text.dates import dates
from sartor.text.given_away import words_of
from sartor.text.near import near_groups
from sartor.text.numbers import quantities
from sartor.types import Question

NEAR_QUESTIONS = 0.7  # share of word triples: from here on two questions ask the same
TELLING = 0.1  # a difference that people hope to see
RECOUNT = "count characters from 0, in the context as it stands there"
LEAST_FOR_SPREAD = 5  # questions from which on they should not all be about one document


def check(
    found: Found, corpus: Corpus | None = None, examples: Sequence[str] = ()
) -> list[QuestionFinding]:
    """Check what was read; errors first, each with its line.

    Without a corpus evidence is not looked up. `examples` are the lines of an examples.jsonl.
    """
    questions = counted(found.questions)
    findings = [
        QuestionFinding("error", "format", one.message, line=one.line) for one in found.mistakes
    ]
    findings += [
        QuestionFinding("warning", "misplaced", one.message, RECOUNT, line=one.line)
        for one in found.doubts
    ]
    findings += _empty(found, questions)
    findings += _repeated(questions)
    findings += _contradicting(questions)
    findings += _not_compared(questions)
    if corpus is not None:
        findings += evidence_findings(questions, corpus)
    findings += leakage_findings(questions, examples)
    findings += _too_few(questions)
    findings += _one_sided(questions)
    placed = [_placed(finding, found) for finding in findings]
    return sorted(placed, key=lambda one: (one.severity != "error", one.line or 10**9))


def _placed(finding: QuestionFinding, found: Found) -> QuestionFinding:
    line = finding.line or found.lines.get(finding.question_id, 0)
    return QuestionFinding(
        finding.severity, finding.kind, finding.message, finding.hint, finding.question_id, line
    )


def _empty(found: Found, questions: Sequence[Question]) -> Iterator[QuestionFinding]:
    waiting = sum(UNREVIEWED in question.tags for question in found.questions)
    if waiting:
        told = f"{waiting} candidates are not reviewed: they do not count"
        yield QuestionFinding("warning", "unreviewed", told, "sartor questions review FILE")
    if not questions and not found.mistakes:
        yield QuestionFinding(
            "error", "empty", "there is no question that counts", "sartor questions make"
        )


def _repeated(questions: Sequence[Question]) -> Iterator[QuestionFinding]:
    """Find questions that are asked twice; a conversation before makes another question of one."""
    same: dict[tuple[object, ...], Question] = {}
    single: list[Question] = []
    for question in questions:
        first = same.setdefault((words_of(question.text), question.history), question)
        if first is question:
            single.append(question)
        else:
            yield _double("error", "the same as", question, first)
    alone = [question for question in single if not question.history]
    for group in near_groups([question.text for question in alone], NEAR_QUESTIONS):
        for place in group[1:]:
            yield _double("warning", "nearly the same as", alone[place], alone[group[0]])


def _double(severity: str, how: str, question: Question, first: Question) -> QuestionFinding:
    return QuestionFinding(
        "error" if severity == "error" else "warning",
        "duplicate",
        f"{question.text!r} is {how} question {first.id!r}",
        "keep one of them: twice the same question is counted as two proofs",
        question.id,
    )


def _contradicting(questions: Sequence[Question]) -> Iterator[QuestionFinding]:
    for question in questions:
        if not question.answerable and (question.expected or question.evidence):
            what = "an expected answer" if question.expected else "evidence"
            told = f"is marked as not answerable, but has {what}"
            yield QuestionFinding("error", "unanswerable", told, "drop one of the two", question.id)
        elif question.answerable and not (
            question.expected or question.evidence or question.schema or question.match
        ):
            told = "has neither an expected answer nor evidence: nothing of it can be measured"
            hint = "add what should be in the answer"
            yield QuestionFinding("warning", "unmeasurable", told, hint, question.id)


def _not_compared(questions: Sequence[Question]) -> Iterator[QuestionFinding]:
    """Find what is expected but decides otherwise than it looks as if it did."""
    for question in questions:
        if question.answerable and any(not text.strip() for text in question.expected):
            told = "an empty text is expected: nothing can be compared with it"
            hint = 'write what should be in the answer, or "answerable": false if nothing should'
            yield QuestionFinding("error", "expects nothing", told, hint, question.id)
        elif question.match not in ("", "schema") and not question.expected and question.answerable:
            told = f"match is {question.match}, but nothing is expected that could match"
            yield QuestionFinding("error", "expects nothing", told, 'add "expected"', question.id)
        elif question.match == "number":
            yield from _no_number(question)


def _no_number(question: Question) -> Iterator[QuestionFinding]:
    for expected in question.expected:
        if amount(expected) is None:
            none = not (quantities(expected) or dates(expected))
            told = f"match is number, but {expected!r} is " + (
                "none: it is looked for as a text" if none else "not one number alone"
            )
            hint = 'write the number alone, as in "14 days", or leave match out'
            severity: Severity = "error" if none else "warning"
            yield QuestionFinding(severity, "no number", told, hint, question.id)


def _too_few(questions: Sequence[Question]) -> Iterator[QuestionFinding]:
    from sartor.evaluation.statistics import detectable

    if not questions:
        return
    smallest = detectable(len(questions))
    if smallest > TELLING:
        many = "question" if len(questions) == 1 else "questions"
        above = f"only differences above {100 * smallest:.0f} points can be told apart"
        told = above if smallest < 1.0 else "no difference can be told from chance"
        told = f"with {len(questions)} {many} {told}"
        yield QuestionFinding("warning", "too few", told, "sartor questions make writes candidates")


def _one_sided(questions: Sequence[Question]) -> Iterator[QuestionFinding]:
    clusters: dict[str, int] = Counter(
        question.evidence[0].document for question in questions if question.evidence
    )
    total = sum(clusters.values())
    if len(clusters) == 1 and total >= LEAST_FOR_SPREAD:
        told = f"all {total} questions with evidence are about {next(iter(clusters))!r}"
        hint = "what holds for one document need not hold for the others"
        yield QuestionFinding("warning", "one document", told, hint)
    kinds: dict[bool, int] = defaultdict(int)
    for question in questions:
        kinds[question.answerable] += 1
    if len(questions) >= LEAST_FOR_SPREAD and not kinds[False]:
        told = "every question can be answered: nothing shows whether a system knows when to stop"
        yield QuestionFinding(
            "warning", "all answerable", told, 'add some with "answerable": false'
        )
