"""A lost question, asked again with its evidence in hand: was it the search, or the writing?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from sartor.evaluation.asked import Asked
from sartor.evaluation.attributing.aiming import Target
from sartor.evaluation.attributing.lost import WAY, Lost
from sartor.protocols import GroundedAssistant
from sartor.types import Passage

HANDED = 12  # passages at most: evidence that is a whole document is cut there
ASKED_AGAIN = frozenset(WAY[WAY.index("cut by splitting") :]) - {"unknown"}


def ask_again(
    asked: Asked,
    lost: Lost,
    targets: Sequence[Target],
    given: GroundedAssistant,
    decide: Callable[[Asked], bool | None],
) -> Lost:
    """Add to a verdict what came of asking with the evidence; the stage stays what it is."""
    passages = _handed(targets)
    if lost.stage not in ASKED_AGAIN or not passages:
        return lost
    question = asked.question
    try:
        answer = given.answer_given(question.text, passages, question.history)
    except Exception as error:  # noqa: BLE001  # any system may stand here; the rest goes on
        failed = f"asked again with the evidence it raised {type(error).__name__}: {error}"
        return replace(lost, proof=f"{lost.proof}; {failed}")
    correct = decide(Asked(question, answer))
    told = {
        True: "right with the evidence given",
        False: "also wrong with the evidence given",
        None: "asked again with the evidence, which nobody could judge",
    }[correct]
    return replace(lost, proof=f"{lost.proof}; {told}", given_correct=correct)


def _handed(targets: Sequence[Target]) -> list[Passage]:
    """Choose the passages to hand over: those that hold the evidence, or all of its pieces.

    What says the answer comes first; what only leads to it may be a whole document.
    """
    ordered = sorted(targets, key=lambda target: not target.located)
    chosen = [one for target in ordered for one in (target.holders or target.pieces)]
    return list({one.id: one for one in chosen}.values())[:HANDED]
