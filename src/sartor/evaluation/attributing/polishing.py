"""A right answer -> what it lacks all the same: citations, the format, the voice."""

from __future__ import annotations

from collections.abc import Mapping

from sartor.evaluation.asked import Asked
from sartor.evaluation.attributing.aiming import Target, Wanted, aim, aim_blindly
from sartor.evaluation.attributing.finding import Searchable
from sartor.evaluation.attributing.following import cited
from sartor.evaluation.attributing.lost import Lost, listed, quoted
from sartor.evaluation.attributing.remembered import Remembered
from sartor.evaluation.measures.correct import expects_an_answer
from sartor.types import Answer, Citation

CITED, FORMAT, STYLE = "citations.recall", "format.valid", "style.match"
IN_STYLE = 0.5  # from here on an answer is rather theirs than the base's


def lacking(
    asked: Asked,
    answer: Answer,
    scores: Mapping[str, float | None],
    wanted: Wanted,
    corpus: Remembered | None,
) -> Lost | None:
    """Name the first thing that a right answer lacks."""
    uncited = _uncited(asked, answer, scores, wanted, corpus)
    if uncited:
        return Lost("right but uncited", uncited)
    if scores.get(FORMAT) == 0:
        return Lost("right but wrong format", f"{FORMAT} is 0 for {quoted(answer.text)}")
    style = scores.get(STYLE)
    if style is not None and style < IN_STYLE:
        said = f"{STYLE} is {style:.2f} for {quoted(answer.text)}"
        return Lost("right but wrong style", said)
    return None


def _uncited(
    asked: Asked,
    answer: Answer,
    scores: Mapping[str, float | None],
    wanted: Wanted,
    corpus: Remembered | None,
) -> str:
    """Say why an answer counts as uncited; a system that is shown nothing need not cite."""
    if not expects_an_answer(asked.question) or not (
        answer.context or answer.hits or answer.citations
    ):
        return ""
    citations = list(cited(answer))
    if not citations:
        return f"the answer cites nothing, though it was shown {len(answer.context)} passages"
    evidence = [piece for piece in asked.question.evidence if piece.grade > 0]
    aims = [aim(piece, wanted, corpus) if corpus else aim_blindly(piece) for piece in evidence]
    targets = [one for one in aims if isinstance(one, Target)]
    if any(_holds(one, targets, wanted) for one in citations):
        return ""
    named = listed(f"{one.document_id} {one.start}-{one.end}" for one in citations)
    recall = scores.get(CITED)
    if recall == 0:
        return f"{CITED} is 0: none of its sentences is supported by what it cites, {named}"
    if recall is None and targets:
        return f"it cites {named}; none of it holds {targets[0].said}"
    return ""


def _holds(citation: Citation, targets: list[Target], wanted: Wanted) -> bool:
    """Tell whether a citation touches the evidence, or says the expected text itself."""
    touched = any(
        citation.document_id == target.document_id
        and target.touched_by(citation.start, citation.end)
        for target in targets
    )
    return touched or bool(Searchable(citation.quote).places(wanted.expected))
