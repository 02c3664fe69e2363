"""What would change a decision: each sentence holds when the climb is done again that way."""

import re
from dataclasses import replace

import pytest
from known_systems import Knows, measured, questions

from sartor.ladder.changes import changes
from sartor.ladder.climb import climb
from sartor.ladder.costs import project_cost
from sartor.ladder.rungs import Rung

ASKED = questions(60, documents=60)
PER_MONTH = 10_000


def up(*pairs, bar="answers.correct >= 0.6", asked=ASKED, **more):
    """Climb rungs of (share, dollars an answer), the simplest first."""
    rungs = [
        Rung(f"r{number}", number, lambda share=share, cost=cost: Knows(share, cost=cost))
        for number, (share, cost) in enumerate(pairs)
    ]
    return climb(rungs, asked, evaluate=measured, bar=bar, volume=PER_MONTH, **more)


def said(verdict, pattern):
    """Find the one sentence that says this."""
    (found,) = [one for one in changes(verdict) if re.search(pattern, one)]
    return found


def test_a_higher_and_a_lower_bar_name_the_rung_that_would_be_chosen():
    pairs = (0.45, 0.001), (0.7, 0.002), (0.95, 0.003)
    verdict = up(*pairs)
    assert verdict.rung == "r1"
    higher = said(verdict, "had to be above")
    lower = said(verdict, "were enough")
    assert "r2 would be chosen, at $30.00 a month" in higher
    assert "r0 would be chosen, at $10.00 a month" in lower
    up_to = float(re.search(r"above ([\d.]+) %", higher)[1])
    down_to = float(re.search(r"If ([\d.]+) % or less", lower)[1])
    assert up(*pairs, bar=f"answers.correct >= {up_to + 0.1}%").rung == "r2"
    assert up(*pairs, bar=f"answers.correct >= {up_to - 0.1}%").rung == "r1"
    assert up(*pairs, bar=f"answers.correct >= {down_to - 0.1}%").rung == "r0"


def test_at_the_top_no_measured_rung_is_left():
    assert "no measured rung would be enough" in said(up((0.9, 0.001)), "had to be above")


def test_a_bar_that_nobody_would_settle_for_is_not_told():
    verdict = up((0.05, 0.001), (0.9, 0.002), bar="answers.correct >= 0.8")
    assert verdict.rung == "r1"
    assert not any("were enough" in one for one in changes(verdict))


def test_where_proof_is_asked_for_the_bar_turns_at_what_is_proved():
    pairs = (0.7, 0.001), (0.97, 0.002)
    verdict = up(*pairs, bar="answers.correct >= 0.65", strict=True)
    assert verdict.rung == "r1"
    lower = said(verdict, "were enough")
    proved = 100 * verdict.cards["r0"].measurements["answers.correct"].low
    assert f"If {proved:.1f} % or less" in lower


def test_without_a_bar_it_says_what_each_bar_would_choose():
    verdict = up((0.45, 0.001), (0.3, 0.002), (0.95, 0.003), bar="")
    told = said(verdict, "A bar on answers.correct")
    assert re.search(r"choose r0 up to [\d.]+ %, r2 up to [\d.]+ %; beyond that", told)
    assert "r1" not in told


def test_where_nothing_meets_the_bar_it_says_how_far_each_requirement_was_met():
    verdict = up((0.4, 0.001), (0.6, 0.02), bar="answers.correct >= 0.95, cost.month <= $5")
    assert verdict.rung is None
    told = said(verdict, "The best that any rung reached")
    assert re.search(
        r"answers.correct >= 0.95: [\d.]+ % \(r1\); cost.month <= \$5: \$10 \(r0\)", told
    )


def test_prices_say_when_the_next_rung_that_is_enough_would_be_chosen():
    told = said(up((0.9, 0.003), (0.9, 0.002)), "is enough too")
    assert told.startswith("r0 is enough too: it would be chosen if its price fell by 33 %")
    assert "that of r1 rose by 50 %" in told


def test_an_unknown_price_is_named():
    told = said(up((0.9, 0.001), (0.9, None)), "is not known of r1")
    assert "the cheapest of r0, r1 is chosen" in told


def test_the_bar_on_costs_breaks_at_a_volume():
    verdict = up((0.9, 0.002), bar="answers.correct >= 0.6, cost.month <= $100")
    told = said(verdict, "stays within")
    assert told == "r0 stays within $100 up to about 50,000 questions a month."


def test_costs_that_are_not_by_question_cross_at_a_volume():
    def price(card, **more):
        found = project_cost(card, **more)
        if card.system != "r0" or found.per_month is None:
            return found
        month = found.per_month
        return replace(found, per_month=replace(month, mean=month.mean + 100))

    verdict = up((0.9, 0.001), (0.9, 0.005), price=price)
    assert verdict.rung == "r1"
    (told,) = [one for one in changes(verdict, price=price) if "questions a month, r0" in one]
    assert told == "From about 25,000 questions a month, r0 is cheaper than r1."
    assert not any("questions a month, r0" in one for one in changes(verdict))  # another price


def test_likely_says_how_many_questions_would_prove_it_and_who_is_not_ruled_out():
    verdict = up((0.55, 0.001), (0.68, 0.002))
    assert verdict.status == "likely"
    assert "further questions would prove that r1" in said(verdict, "further questions")
    assert "r0 comes before r1 and is not ruled out" in said(verdict, "not ruled out")


def test_the_best_of_the_others_is_named_with_its_distance():
    told = said(up((0.7, 0.001), (0.95, 0.002), (0.2, 0.0005)), "The best of the others")
    assert told.startswith("The best of the others at answers.correct is r1, at $20.00 a month: +")
    assert told.endswith("against r0, better.")


@pytest.mark.parametrize("bar", ["", "answers.correct >= 0.5", "retrieval.recall@10 >= 0.5"])
def test_nothing_measured_changes_nothing(bar):
    none = climb([], ASKED, evaluate=measured, bar=bar, volume=1)
    assert changes(none) == ()
    assert all("inf" not in one and "nan" not in one for one in changes(up((0.5, None), bar=bar)))
