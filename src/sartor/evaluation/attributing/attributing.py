"""A wrong answer, the evidence and the documents -> the stage that lost it, with its proof.

Evidence is followed from the documents to the answer; the stage at which the last useful piece
was lost is the one. Where what is stored does not tell, the stage is "unknown" and the proof says
what is missing. Also names what an answer lacks that is right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sartor.evaluation.asked import Asked
from sartor.evaluation.attributing.aiming import Target, Wanted, aim, aim_blindly, divided
from sartor.evaluation.attributing.asking_again import ask_again
from sartor.evaluation.attributing.following import follow
from sartor.evaluation.attributing.lost import Lost, listed, quoted
from sartor.evaluation.attributing.misforming import only_misformed
from sartor.evaluation.attributing.polishing import lacking
from sartor.evaluation.attributing.remembered import Remembered
from sartor.evaluation.attributing.searching import evidence_in
from sartor.evaluation.measures.correct import expects_an_answer
from sartor.protocols import Checker, Corpus, GroundedAssistant
from sartor.types import Answer, Evidence, Question

CORRECT = "answers.correct"
LITERAL = ("", "exact", "contains", "number", "facts")  # matches whose expected text can be sought

Decide = Callable[[Asked], bool | None]


def attribute(
    asked: Asked,
    scores: Mapping[str, float | None],
    *,
    corpus: Corpus | None,
    checker: Checker | None = None,
    given: GroundedAssistant | None = None,
    decide: Decide | None = None,
) -> Lost | None:
    """Name the stage that lost a question; None where nothing was lost, or nobody can say so.

    `scores` are what was measured of this question. For many questions, wrap the corpus in
    `Remembered` once. With `given` and `decide` the question is asked again with its evidence.
    """
    correct = scores.get(CORRECT)
    answer = asked.answer
    if answer is None or not (correct or answer.text.strip() or answer.abstained):
        return Lost("no answer", f"it gave no answer: {asked.error or 'the text is empty'}")
    if correct is None:
        return None
    remembered = None if corpus is None else Remembered.over(corpus)
    wanted = _wanted(asked.question, checker)
    if correct:
        return lacking(asked, answer, scores, wanted, remembered)
    if not expects_an_answer(asked.question):
        return Lost("should have abstained", _claimed(answer))
    misformed = only_misformed(asked.question, answer)
    if misformed:
        return Lost("right but wrong format", misformed)
    lost, targets = _lost(asked, answer, wanted, remembered)
    if given and decide and targets:
        return ask_again(asked, lost, targets, given, decide)
    return lost


def _wanted(question: Question, checker: Checker | None) -> Wanted:
    expected = question.expected if question.match in LITERAL else ()
    return Wanted(question.text, tuple(one for one in expected if one.strip()), checker)


def _claimed(answer: Answer) -> str:
    cited = listed(one.document_id for one in answer.citations)
    source = f", citing {cited}" if cited else ""
    return f"the documents do not answer this, and it claims {quoted(answer.text)}{source}"


def _lost(
    asked: Asked, answer: Answer, wanted: Wanted, corpus: Remembered | None
) -> tuple[Lost, Sequence[Target]]:
    """Follow the evidence; give the verdict, and what should have been read.

    Pieces that hold the expected text count before others, and of those the one that came
    furthest; all are needed where each holds a part of the answer that the others lack.
    """
    evidence = [piece for piece in asked.question.evidence if piece.grade > 0]
    if not evidence:
        found = evidence_in(wanted, corpus)
        if isinstance(found, Lost):
            return found, ()
        evidence = found
    aims = [aim(piece, wanted, corpus) if corpus else aim_blindly(piece) for piece in evidence]
    if corpus and _composed(evidence, aims):
        parts = replace(wanted, expected=())
        aims = [aim(piece, parts, corpus) for piece in evidence]
        ends = [follow(one, answer, asked.claimed) for one in aims if isinstance(one, Target)]
        if len(ends) == len(aims):
            return min(ends, key=_reached), [one for one in aims if isinstance(one, Target)]
    targets = [one for one in aims if isinstance(one, Target)]
    missing = [one for one in aims if isinstance(one, Lost)]
    needed = divided(targets, len(missing), wanted)
    if needed:
        ends = [*missing, *(follow(one, answer, asked.claimed) for one in needed)]
        return min(ends, key=_reached), needed
    if not targets:  # what one document lacks may have been in another that is not there
        return min(missing, key=_reached), ()
    useful = [one for one in targets if one.located] or targets
    return max((follow(one, answer, asked.claimed) for one in useful), key=_reached), targets


def _composed(evidence: Sequence[Evidence], aims: Sequence[Target | Lost]) -> bool:
    """Tell whether the answer has to be put together: several documents, and none says it."""
    several = len({piece.document for piece in evidence}) > 1
    return several and all(isinstance(one, Lost) and one.stage == "not read" for one in aims)


def _reached(lost: Lost) -> int:
    return lost.reached
