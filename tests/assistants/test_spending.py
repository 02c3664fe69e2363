"""What one answer may use, and what it costs."""

import pytest

from sartor.assistants.spending import Ceilings, Spending
from sartor.errors import BudgetRefused
from sartor.protocols import Generation
from sartor.testing.model import ScriptedModel
from sartor.types import Completion, Usage


class Tariff:
    """One dollar for a hundred tokens of the models that are named."""

    def __init__(self, *names):
        self._names = names

    def cost(self, model, usage):
        tokens = usage.input_tokens + usage.output_tokens
        return tokens / 100 if model in self._names else None


def spending(*priced, **options):
    return Spending(ScriptedModel(name="ours"), Tariff(*priced), Generation(**options))


def test_an_answer_gets_no_more_tokens_than_are_left():
    asked = spending("ours", max_tokens=500)
    asked.count(Completion("x", Usage(200, 50)))
    assert asked.allowed(100, Ceilings(1_000, 60)).max_tokens == 500
    assert asked.allowed(600, Ceilings(1_000, 60)).max_tokens == 150


def test_a_prompt_that_takes_all_tokens_is_refused_before_it_is_sent():
    with pytest.raises(BudgetRefused, match=r"takes 1,200 tokens, .* leaves 1,000 of 1,000"):
        spending("ours").allowed(1_200, Ceilings(1_000, 60))


def test_what_may_cost_more_than_allowed_is_refused():
    asked = spending("ours", max_tokens=100)
    assert asked.allowed(100, Ceilings(1_000, 60, cost=2.0))
    with pytest.raises(BudgetRefused, match=r"may cost \$3\.0+, and ask\.max_cost is \$2"):
        asked.allowed(200, Ceilings(1_000, 60, cost=2.0))


def test_a_limit_in_dollars_needs_a_price():
    with pytest.raises(BudgetRefused, match="the price of ours is unknown"):
        spending("another").allowed(1, Ceilings(1_000, 60, cost=2.0))


def test_the_name_we_know_a_model_by_has_a_price_too():
    asked = spending("ours")
    asked.count(Completion("x", Usage(100, 0), model="ours@main"))
    assert asked.cost == 1.0
