"""What training cost is said beside the verdict, whatever the bar says."""

import pytest
from made_verdicts import LADDER, Made, made_verdict

from sartor.project.findings import broken_guard, lost_by_training
from sartor.types import GuardFinding, GuardReport


def lost(trained):
    ladder = {"rag": LADDER["rag"], "lora+rag": trained}
    verdict = made_verdict(ladder, bar="format.valid >= 0.9")
    return list(lost_by_training(verdict, "lora+rag", "rag"))


def test_a_trained_rung_that_is_less_right_than_without_training_says_so():
    (told,) = lost(Made(0.4, 0.98, None, 0.5, 0.8))
    assert told.startswith("lora+rag was trained, and lost against rag: right \N{MINUS SIGN}")
    assert "cited \N{MINUS SIGN}" in told
    assert "form" not in told


def test_one_that_lost_nothing_that_can_be_told_is_not_warned_of():
    assert not lost(LADDER["lora+rag"])
    alone = made_verdict({"lora+rag": LADDER["lora+rag"]})
    assert not list(lost_by_training(alone, "lora+rag", "rag"))


@pytest.mark.parametrize("passed", [True, False])
def test_a_guard_that_does_not_pass_is_named_with_its_figure_and_limit(passed):
    leak = GuardFinding("leak", None, None, "<= 2 %", passed, "3 % of 96 general answers")
    told = list(broken_guard("lora+rag", "climb-lora-rag@1", GuardReport((leak,))))
    said = (
        "lora+rag does not pass its guard (leak: 3 % of 96 general answers, limit <= 2 %): "
        "sartor adapters show climb-lora-rag@1"
    )
    assert told == ([] if passed else [said])
