"""What a month would cost: a range where prices are known, and unknown otherwise."""

import pytest

from sartor.ladder.costs import per_month, project_cost
from sartor.types import Answer, Measurement, Row, Scorecard


def card(*costs, failed=0, model="m"):
    rows = [
        Row(f"q{number}", Answer("Yes.", cost=cost, model=model))
        for number, cost in enumerate(costs)
    ]
    rows += [Row(f"f{number}", None, error="it broke") for number in range(failed)]
    return Scorecard({}, tuple(rows))


def test_a_month_is_the_mean_price_times_the_volume_with_its_interval():
    cost = project_cost(card(0.01, 0.03, 0.02, 0.02), volume=100_000)
    assert cost.per_query.mean == pytest.approx(0.02)
    assert cost.per_month.mean == pytest.approx(2_000)
    assert cost.per_month.low < 2_000 < cost.per_month.high
    assert cost.per_month.metric == "cost.month"
    assert "100,000 questions a month" in cost.assumptions[0]


def test_one_unknown_price_makes_the_whole_cost_unknown():
    cost = project_cost(card(0.01, None, model="house-model"), volume=1_000)
    assert cost.per_query is None
    assert cost.per_month is None
    assert "1 of 2 answers carry no price" in cost.assumptions[0]
    assert "house-model" in cost.assumptions[1]


def test_quotes_cost_nothing_because_their_answers_say_so():
    cost = project_cost(card(0.0, 0.0, 0.0), volume=1_000_000, once=0.0)
    assert cost.per_month.mean == cost.per_month.high == 0
    assert cost.once == 0


def test_failed_questions_are_named_among_the_assumptions():
    cost = project_cost(card(0.01, failed=3), volume=10)
    assert cost.per_query.n == 1
    assert any("3 questions without an answer" in one for one in cost.assumptions)


def test_without_any_answer_nothing_is_known():
    cost = project_cost(card(failed=2), volume=10)
    assert cost.per_month is None
    assert "no question was answered" in cost.assumptions[0]


def test_the_interval_is_drawn_over_documents_where_these_are_known():
    prices = [0.01] * 20 + [0.05] * 20
    alone = project_cost(card(*prices), volume=1)
    of_two = {f"q{number}": "a" if number < 20 else "b" for number in range(40)}
    shared = project_cost(card(*prices), volume=1, clusters=of_two)
    width = shared.per_query.high - shared.per_query.low
    assert width > alone.per_query.high - alone.per_query.low


def test_a_price_is_scaled_to_any_volume():
    one = Measurement("cost.query", 0.001, 0.0005, 0.002, 50)
    month = per_month(one, 10_000)
    assert (month.mean, month.low, month.high, month.n) == (10, 5, 20, 50)
