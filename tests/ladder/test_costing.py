"""What a month costs beside tokens: machines, dues, and where another rung becomes cheaper."""

from datetime import date
from decimal import Decimal

import pytest

from sartor.ladder.costing.answers import answers_of
from sartor.ladder.costing.assumptions import DEFAULT, CostAssumptions
from sartor.ladder.costing.breaking_even import Side, break_even
from sartor.ladder.costing.dues import Due, embedding, storage, trained_again, training
from sartor.ladder.costing.machines import Machine
from sartor.ladder.costing.published import published
from sartor.ladder.costing.report import Subject, cost_report
from sartor.ladder.costs import project_cost
from sartor.prices import Price, Prices
from sartor.types import Answer, Row, Score, Scorecard, Usage

OWN = "our-7b"


def card(system, *, costs=(), seconds=(), model="", usage=None):
    """A scorecard of answers with these prices, or written in these seconds."""
    count = len(costs) or len(seconds)
    rows = [
        Row(
            f"q{n}",
            Answer(
                "Yes.",
                cost=costs[n] if costs else None,
                model=model,
                usage=usage or Usage(100, 10, 0, seconds[n] if seconds else 0.0),
            ),
        )
        for n in range(count)
    ]
    return Scorecard({}, tuple(rows), system=system)


def side(system, dues=(), assumptions=DEFAULT, **answers):
    return Side(system, answers_of(card(system, **answers), assumptions), dues)


# --- machines ---------------------------------------------------------------------------------


def test_machines_come_whole_and_are_sized_for_the_busiest_hour():
    machine = Machine(2.5, at_once=4, utilisation=0.5, peak=3)
    # A month has 730 x 3,600 = 2,628,000 seconds. 2,628,000 questions of 2 s are 2 answers being
    # written at any time, 6 in the busiest hour; a machine does 4 x 0.5 = 2 of them.
    assert machine.needed(2_628_000, 2.0) == 3
    assert machine.dollars(2_628_000, 2.0) == 3 * 2.5 * 730
    assert machine.needed(1, 2.0) == 1
    assert machine.needed(0, 2.0) == 0


def test_a_quicker_machine_is_needed_less():
    assert Machine(1.0, peak=1, utilisation=1.0, speed=2.0).needed(2_628_000, 4.0) == 2


def test_an_own_model_costs_its_machines_and_no_tokens():
    hosted = CostAssumptions(machine=Machine(2.0), hosted=frozenset({OWN}))
    cost = project_cost(
        card("x", seconds=[1.0, 2.0, 3.0], model=OWN), volume=1_000, assumptions=hosted
    )
    assert cost.per_month.mean == 2.0 * 730
    assert cost.per_query.mean == pytest.approx(1.46)
    assert cost.per_query.metric == "cost.query"
    assert any("1 machine at $2.00 an hour" in one for one in cost.assumptions)


def test_a_machine_without_a_price_is_unknown_and_not_free():
    hosted = CostAssumptions(hosted=frozenset({OWN}))
    cost = project_cost(card("x", seconds=[1.0], model=OWN), volume=10, assumptions=hosted)
    assert cost.per_month is None
    assert cost.per_query is None
    assert "cost.machine_per_hour" in cost.assumptions[0]


def test_answers_without_seconds_have_an_unknown_price_on_a_machine():
    hosted = CostAssumptions(machine=Machine(2.0), hosted=frozenset({OWN}))
    cost = project_cost(card("x", seconds=[1.0, 0.0], model=OWN), volume=10, assumptions=hosted)
    assert cost.per_month is None
    assert "1 of 2 answers do not say how long" in cost.assumptions[0]


def test_seconds_that_a_recorded_answer_took_stand_in_for_those_of_its_model():
    answer = Answer("Yes.", model=OWN, usage=Usage(10, 10))
    waited = Row("q", answer, (Score("latency.seconds", "q", 4.0),))
    hosted = CostAssumptions(machine=Machine(2.0), hosted=frozenset({OWN}))
    assert answers_of(Scorecard({}, (waited,)), hosted).time.mean == 4.0


def test_a_machine_is_as_wide_a_range_as_the_seconds_that_were_seen():
    busy = CostAssumptions(machine=Machine(1.0, peak=1, utilisation=1.0), hosted=frozenset({OWN}))
    # 26,280,000 questions are 10 a second: 10 machines for each second that an answer takes.
    seen = card("x", seconds=[1.0, 3.0] * 50, model=OWN)
    cost = project_cost(seen, volume=26_280_000, assumptions=busy)
    # 1 s and 3 s a hundred times: 2 s with a standard error of 0.1, so 1.8 s to 2.2 s.
    assert cost.per_month.mean == 20 * 730
    assert cost.per_month.low in (18 * 730, 19 * 730)
    assert cost.per_month.high in (22 * 730, 23 * 730)


# --- tokens -----------------------------------------------------------------------------------


def test_an_answer_without_a_price_is_priced_by_its_tokens_where_the_model_is_known():
    price = Price(Decimal(1), Decimal("0.25"), Decimal(4), "ours", date(2026, 1, 1))
    priced = CostAssumptions(pricing=Prices({"m": price}))
    usage = Usage(2_000, 250, 800)  # 1,200 x $1 + 800 x $0.25 + 250 x $4, a million
    seen = Scorecard({}, (Row("q", Answer("Yes.", model="m", usage=usage)),))
    assert project_cost(seen, volume=1_000_000, assumptions=priced).per_month.mean == pytest.approx(
        2_400
    )
    assert project_cost(seen, volume=1_000_000).per_month is None


def test_what_is_answered_from_memory_costs_no_tokens():
    remembered = CostAssumptions(repeated=0.25)
    cost = project_cost(card("x", costs=[0.02] * 4), volume=1_000, assumptions=remembered)
    assert cost.per_month.mean == pytest.approx(15)
    assert "25% of them are answered from memory" in cost.assumptions


# --- dues -------------------------------------------------------------------------------------


def test_a_rung_pays_its_dues_whatever_the_wording_of_its_prompts():
    dues = {"rag": (storage(5_000_000_000, 0.10), Due("labour", 100.0, "two hours"))}
    cost = project_cost(
        card("rag (short)", costs=[0.01] * 4), volume=1_000, assumptions=CostAssumptions(dues=dues)
    )
    assert cost.per_month.mean == pytest.approx(10 + 0.50 + 100)
    assert cost.per_query.mean == pytest.approx(0.1105)
    assert "storage: 5.0 GB at $0.10 a GB" in cost.assumptions


def test_embedding_counts_all_documents_once_then_changes_and_questions():
    due = embedding(3_000_000, 0.5, 0.02, 20)
    assert due.start == pytest.approx(0.06)  # 3M tokens
    assert due.monthly == pytest.approx(0.03)  # half of them again
    assert due.per_question == pytest.approx(20 * 0.02 / 1e6)


@pytest.mark.parametrize(("changes", "price"), [(None, 0.02), (0.5, None)])
def test_embedding_is_unknown_without_its_price_or_the_rate_of_change(changes, price):
    assert embedding(3_000_000, changes, price, 20).monthly is None


def test_training_is_spread_over_the_months_until_the_next():
    due = training(30.0, 6.0, "an hour")
    assert (due.start, due.monthly) == (30.0, 5.0)
    assert due.reason == "$30.00 (an hour), again after 6 months"
    assert training(30.0, 0.1, "an hour").reason.endswith("again after 3 days")
    assert training(None, 6.0, "nobody knows").monthly is None


def test_what_was_learned_from_documents_is_learned_again_as_they_change():
    assert trained_again(6.0, 0.05, 0.5) == pytest.approx(0.1)
    assert trained_again(6.0, 0.05, 0.001) == 6.0
    assert trained_again(6.0, 0.05, None) == 6.0


def test_one_unknown_due_makes_the_month_unknown():
    dues = {"lora": (training(None, 6.0, "set cost.training_per_hour"),)}
    cost = project_cost(
        card("lora", costs=[0.01]), volume=10, assumptions=CostAssumptions(dues=dues)
    )
    assert cost.per_month is None
    assert cost.assumptions == ("set cost.training_per_hour",)


# --- break-even -------------------------------------------------------------------------------


def test_two_lines_cross_where_the_dearer_answer_has_eaten_up_the_cheaper_month():
    plain = side("api", costs=[0.003] * 8)
    fixed = side("tuned", (Due("training", 100.0, ""),), costs=[0.001] * 8)
    found = break_even(plain, fixed, DEFAULT)
    # $100 / ($0.003 - $0.001): they cost the same at 50,000 questions.
    assert (found.first, found.then, found.volume) == ("api", "tuned", 50_001)
    assert break_even(fixed, plain, DEFAULT).first == "api"


def test_the_range_of_a_crossing_is_that_of_the_paired_difference():
    prices = [0.002, 0.004] * 50
    found = break_even(
        side("api", costs=prices),
        side("tuned", (Due("training", 100.0, ""),), costs=[price - 0.002 for price in prices]),
        DEFAULT,
    )
    assert found.low == pytest.approx(found.high, rel=1e-6)  # each question differs by the same
    apart = break_even(
        side("api", costs=prices),
        side("tuned", (Due("training", 100.0, ""),), costs=[0.001] * 100),
        DEFAULT,
    )
    # Differences of $0.001 and $0.003: a mean of 0.002 with a standard error of 0.0001.
    assert apart.low == pytest.approx(100 / 0.0022, rel=0.01)
    assert apart.high == pytest.approx(100 / 0.0018, rel=0.01)


def test_a_crossing_that_may_never_come_has_no_upper_end():
    found = break_even(
        side("api", costs=[0.0, 0.005] * 5),
        side("tuned", (Due("training", 100.0, ""),), costs=[0.005, 0.0] * 4 + [0.001, 0.001]),
        DEFAULT,
    )
    assert found.volume is not None
    assert found.high is None


def test_what_is_cheaper_at_any_volume_never_turns():
    found = break_even(side("a", costs=[0.001] * 4), side("b", costs=[0.002] * 4), DEFAULT)
    assert (found.first, found.then, found.volume) == ("a", "b", None)


def test_rungs_that_cost_the_same_have_no_first():
    found = break_even(side("a", costs=[0.0] * 4), side("b", costs=[0.0] * 4), DEFAULT)
    assert (found.first, found.then) == ("", "a, b")


def test_an_endpoint_is_cheaper_until_a_machine_is_worth_it():
    hosted = CostAssumptions(machine=Machine(1.0, peak=1, utilisation=1.0), hosted=frozenset({OWN}))
    # A machine is $730 and writes 2,628,000 answers of a second; an endpoint takes $0.001 each.
    found = break_even(
        side("api", costs=[0.001] * 4),
        side("own", seconds=[1.0] * 4, model=OWN, assumptions=hosted),
        hosted,
    )
    assert (found.first, found.then, found.volume) == ("api", "own", 730_001)
    assert not found.returns  # the second machine comes long after the endpoint costs more


def test_a_turn_that_the_next_machine_takes_back_is_told():
    hosted = CostAssumptions(machine=Machine(1.0, peak=1, utilisation=1.0), hosted=frozenset({OWN}))
    # A machine writes 2,628,000 answers, which are $735.84 of the endpoint's: from 2,607,143 up to
    # there it is worth its $730, and then a second one is needed.
    found = break_even(
        side("api", costs=[0.00028] * 4),
        side("own", seconds=[1.0] * 4, model=OWN, assumptions=hosted),
        hosted,
    )
    assert (found.first, found.then, found.returns) == ("api", "own", True)
    assert found.volume == pytest.approx(2_607_143, abs=1)


# --- side by side -----------------------------------------------------------------------------


def test_rungs_whose_cost_is_unknown_are_shown_and_compared_with_none():
    report = cost_report(
        [
            Subject("a", card("a", costs=[0.001] * 4)),
            Subject("b", card("b", costs=[None] * 4, model="house")),
            Subject("c", card("c", costs=[0.002] * 4), like="a"),
        ],
        [1_000, 10_000],
        DEFAULT,
    )
    assert [rung.rung for rung in report.rungs] == ["a", "b", "c"]
    assert report.rungs[1].months[0].total is None
    assert "house" in report.rungs[1].months[0].unknown[1]
    assert [(one.first, one.then) for one in report.break_even] == [("a", "c")]


def test_published_ranges_name_their_guide():
    ranges = {(one.way, one.volume): (one.low, one.high, one.guide) for one in published()}
    assert ranges["RAG", 100_000] == (1_000, 3_000, "G2")
    assert ranges["tuning", 1_000_000] == (3_000, 8_000, "G2")
    assert all(one.title for one in published())
    assert [one.what for one in published() if one.high is None] == ["one run, full"]
