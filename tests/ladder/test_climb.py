"""Rungs of known quality and price up the ladder: what is measured, left out and chosen."""

from dataclasses import replace
from functools import partial

import pytest
from known_systems import Knows, measured, questions

from sartor.errors import ConfigError, InputError, Unreachable
from sartor.ladder.climb import climb
from sartor.ladder.rungs import DEFAULT, Rung
from sartor.types import Cost, Measurement, Row, Scorecard

ASKED = questions(60, documents=60)


def rung(name, order, system, **more):
    return Rung(name, order, lambda: system, **more)


def ladder(*shares, costs=None):
    """Make a rung for each share, the simplest first."""
    costs = costs or [0.001 * (number + 1) for number in range(len(shares))]
    return [
        rung(f"r{number}", number, Knows(share, cost=cost))
        for number, (share, cost) in enumerate(zip(shares, costs, strict=True))
    ]


up = partial(climb, evaluate=measured, volume=10_000)


def test_the_cheapest_rung_that_is_enough_is_chosen():
    verdict = up(ladder(0.2, 0.97, 1.0), ASKED, bar="answers.correct >= 0.8")
    assert verdict.rung == "r1"
    assert verdict.status == "proved"
    assert verdict.considered == ("r0", "r1", "r2")
    assert verdict.standings["r0"][0].status == "failed"


def test_three_bars_give_three_verdicts():
    rungs = ladder(0.2, 0.7, 1.0)
    chosen = [up(rungs, ASKED, bar=f"answers.correct >= {bar}").rung for bar in (0.1, 0.6, 0.9)]
    assert chosen == ["r0", "r1", "r2"]


def test_a_cheaper_rung_higher_up_wins_over_one_declared_before_it():
    rungs = ladder(0.95, 0.95, costs=[0.05, 0.001])
    assert up(rungs, ASKED, bar="answers.correct >= 0.8").rung == "r1"


def test_where_a_price_is_unknown_the_declared_order_decides():
    rungs = ladder(0.95, 0.95, costs=[None, 0.001])
    verdict = up(rungs, ASKED, bar="answers.correct >= 0.8")
    assert verdict.rung == "r0"
    assert verdict.costs["r0"].per_month is None


def test_each_requirement_is_held_against_its_own_volume():
    rungs = ladder(1.0, costs=[0.01])
    bar = "cost.month <= $150 at 10k, cost.month <= $150 at 100k"
    first, second = up(rungs, ASKED, bar=bar).standings["r0"]
    assert (first.status, second.status) == ("proved", "failed")
    assert second.measured.mean == pytest.approx(1_000)


def test_what_is_paid_for_anyway_does_not_grow_with_the_questions():
    def price(card, *, volume, **_):
        month = Measurement("cost.month", 100 + volume / 1_000, 100, 100 + volume / 1_000, 1)
        return Cost(0.0, replace(month, metric="cost.query", mean=month.mean / volume), month)

    bar = "cost.month <= $115 at 10k, cost.month <= $205 at 100k"
    verdict = up(ladder(1.0), ASKED, bar=bar, price=price)
    assert [one.measured.mean for one in verdict.standings["r0"]] == [110, 200]
    assert verdict.costs["r0"].per_month.mean == 110


def test_a_rung_is_priced_under_its_own_name():
    told = []

    def price(card, **_):
        told.append(card.system)
        return Cost(0.0, None, None)

    up([rung("ours", 0, Knows(1.0, name="theirs"))], ASKED, price=price)
    assert set(told) == {"ours"}


def test_permuting_the_qualities_permutes_the_verdict():
    for shares, wanted in (((0.2, 0.95), "r1"), ((0.95, 0.2), "r0")):
        rungs = ladder(*shares, costs=[0.001, 0.001])
        assert up(rungs, ASKED, bar="answers.correct >= 0.8").rung == wanted


def test_all_rungs_are_asked_the_same_questions_in_the_same_order_and_closed():
    systems = [Knows(0.5), Knows(0.9)]
    up([rung("a", 1, systems[0]), rung("b", 2, systems[1])], ASKED)
    assert systems[0].asked == systems[1].asked == [question.text for question in ASKED]
    assert all(system.closed for system in systems)


def test_a_rung_is_built_only_when_its_turn_comes():
    told = []

    def build(name):
        told.append(f"build {name}")
        return Knows(0.5)

    def evaluate(name, system, asked):
        told.append(f"ask {name}")
        return measured(name, system, asked)

    rungs = [Rung(name, order, partial(build, name)) for order, name in enumerate("ab")]
    climb(rungs, ASKED, evaluate=evaluate, volume=1)
    assert told == ["build a", "ask a", "build b", "ask b"]


# --- rungs that cannot be measured ----------------------------------------------------------------


def test_what_is_missing_is_said_and_the_rung_is_never_built():
    def never():
        raise AssertionError("it was built")

    rungs = [*ladder(0.9), Rung("more", 9, never, needs="examples: --examples FILE")]
    verdict = up(rungs, ASKED)
    assert verdict.missing == {"more": "examples: --examples FILE"}
    assert any("Measure more too: examples" in step for step in verdict.next_steps)


def test_what_nobody_can_build_yet_is_no_next_step():
    rungs = [*ladder(0.9), rung("later", 9, None, needs="not built yet", planned=True)]
    verdict = up(rungs, ASKED)
    assert verdict.missing == {"later": "not built yet"}
    assert not any("later" in step for step in verdict.next_steps)


def test_a_rung_that_crashes_when_it_is_built_is_recorded_and_the_others_go_on():
    def crash():
        raise RuntimeError("no such file")

    verdict = up([Rung("broken", 0, crash), *ladder(0.9)], ASKED)
    assert verdict.missing == {"broken": "RuntimeError: no such file"}
    assert verdict.rung == "r0"


def test_a_rung_that_fails_on_every_question_is_missing_not_wrong():
    class Broken:
        def answer(self, question):
            raise RuntimeError("out of order")

    verdict = up([rung("broken", 0, Broken()), *ladder(0.9)], ASKED)
    assert list(verdict.cards) == ["r0"]
    assert "failed on every question" in verdict.missing["broken"]
    assert "out of order" in verdict.missing["broken"]


def test_a_question_that_fails_counts_as_wrong_for_that_rung_alone():
    class Moody(Knows):
        def answer(self, question):
            if "item 3?" in question:
                raise RuntimeError("not today")
            return super().answer(question)

    verdict = up([rung("moody", 0, Moody(1.0)), *ladder(1.0)], ASKED)
    assert verdict.cards["moody"].measurements["answers.correct"].mean == pytest.approx(59 / 60)
    assert verdict.cards["r0"].measurements["answers.correct"].mean == 1


def test_a_model_that_is_gone_ends_the_climb():
    def evaluate(name, system, asked):
        if name == "r1":
            raise Unreachable("the model is gone", "climb again")
        return measured(name, system, asked)

    with pytest.raises(Unreachable, match="gone"):
        climb(ladder(0.2, 0.9), ASKED, evaluate=evaluate, volume=1)


def test_nothing_measured_is_said_and_chooses_nothing():
    verdict = up([rung("one", 0, None, needs="a model")], ASKED, bar="answers.correct >= 0.5")
    assert verdict.rung is None
    assert verdict.reason
    assert verdict.next_steps == ("Measure one too: a model.",)


# --- bad input --------------------------------------------------------------------------------


def test_without_questions_there_is_nothing_to_climb_with():
    with pytest.raises(InputError, match="no questions"):
        up(ladder(0.5), [])


@pytest.mark.parametrize(
    "bar",
    ["answers.corect >= 0.8", "answers.correct >= 0.9, answers.correct <= 0.2", "good enough"],
)
def test_a_bar_that_cannot_be_meant_is_refused_before_anything_is_asked(bar):
    system = Knows(1.0)
    with pytest.raises(ConfigError):
        up([rung("one", 0, system)], ASKED, bar=bar)
    assert not system.asked


def test_two_rungs_of_one_name_are_refused():
    with pytest.raises(ConfigError, match="two rungs are named a"):
        up([rung("a", 0, Knows(1.0)), rung("a", 1, Knows(1.0))], ASKED)


@pytest.mark.parametrize("more", [{"development": ASKED[:5]}, {"again": ASKED[:1]}])
def test_a_question_that_stands_twice_is_refused_above_all_one_that_chooses_and_reports(more):
    asked = [*ASKED, *more.pop("again", [])]
    with pytest.raises(InputError, match="'q0' stands twice"):
        up(ladder(0.5), asked, **more)


def test_one_question_proves_nothing_and_says_so():
    verdict = up(ladder(1.0), ASKED[:1], bar="answers.correct >= 0.85")
    assert verdict.rung == "r0"
    assert verdict.status == "likely"
    assert verdict.standings["r0"][0].more > 1


# --- several wordings -------------------------------------------------------------------------


CHOOSING = questions(80, documents=80, prefix="c")


def test_wordings_are_raced_on_questions_that_report_nothing():
    default, terse = Knows(0.3), Knows(0.95)
    rungs = [rung("r", 0, default, variants={"terse": lambda: terse}), *ladder(0.5)]
    verdict = up(rungs, ASKED, development=CHOOSING)
    race = verdict.races["r"]
    assert race.chosen == "terse"
    assert race.gap == pytest.approx(race.tried["terse"].mean - race.reported.mean)
    asked = {question.id for question in ASKED}
    assert all({row.question_id for row in card.rows} == asked for card in verdict.cards.values())
    assert verdict.comparison("r", "r0").differing > 0
    assert "only the other 60 report" in verdict.notes[0]


def test_without_questions_to_choose_by_the_default_is_used_and_that_is_said():
    terse = Knows(1.0)
    rungs = [rung("r", 0, Knows(0.3), variants={"terse": lambda: terse})]
    verdict = up(rungs, ASKED[:20])
    assert not verdict.races
    assert not terse.asked
    assert "were not raced" in verdict.notes[0]


# --- from before ------------------------------------------------------------------------------


def test_a_rung_that_was_measured_before_is_not_built_again():
    def never():
        raise AssertionError("it was built")

    known = measured("old", Knows(0.9), ASKED)
    verdict = climb(
        [Rung("old", 0, never), *ladder(0.2)],
        ASKED,
        evaluate=measured,
        stored=lambda name, _: known if name == "old" else None,
        volume=1,
    )
    assert verdict.cards["old"] is known


def test_wordings_are_stored_under_names_of_their_own():
    asked = []

    def stored(name, some):
        asked.append((name, len(some)))

    rungs = [rung("r", 0, Knows(0.6), variants={"b": lambda: Knows(0.6)})]
    climb(rungs, ASKED, evaluate=measured, stored=stored, development=CHOOSING, volume=1)
    assert asked[0] == ("r", 20)
    assert asked[1] == ("r (b)", 20)
    assert asked[-1] == ("r", 60)


def test_the_wording_in_use_comes_first_whatever_it_is_called():
    one = Rung("r", 0, object, variants={DEFAULT: object}, wording="terse")
    assert list(one.wordings) == ["terse", DEFAULT]
    assert (one.worded("terse"), one.worded(DEFAULT)) == ("r", "r (default)")


def test_an_empty_scorecard_leaves_its_rung_among_the_measured():
    verdict = climb(
        ladder(0.5),
        ASKED,
        evaluate=lambda *_: Scorecard({}, (Row("q0", None),)),
        volume=1,
        bar="answers.correct >= 0.5",
    )
    assert verdict.standings["r0"][0].status == "unmeasured"
    assert verdict.rung is None


@pytest.mark.parametrize(
    ("bar", "metric"),
    [
        ("", "answers.correct"),
        ("format.valid >= 0.9, answers.correct >= 0.5", "answers.correct"),
        ("latency.p95 <= 2s, format.valid >= 0.9", "format.valid"),
        ("latency.p95 <= 2s, answers.silent <= 0.1", "answers.correct"),
    ],
)
def test_wordings_are_raced_by_what_the_bar_is_about(bar, metric):
    rungs = [rung("r", 0, Knows(0.5), variants={"b": lambda: Knows(0.5)})]
    assert up(rungs, ASKED, development=CHOOSING, bar=bar).races["r"].metric == metric
