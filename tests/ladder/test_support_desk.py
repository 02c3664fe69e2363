"""The worked example: a support desk with a few thousand articles that change every week.

4,000 articles of 1,500 tokens; every week 400 of them change. 1,000,000 questions a month, of 20
tokens each. All figures below can be checked with a pencil.

    tokens     $1.00 in, $0.25 cached, $4.00 out a million; embedding $0.02 a million
    machine    $2.50 an hour around the clock, 8 answers at once, busy 0.6 of its time, peak 3
    disk       0.9 GB at $0.10
    people     $60 an hour: 10 hours a month for the articles, 2 for each training
    training   30 minutes on such a machine: $1.25
"""

from datetime import date
from decimal import Decimal

import pytest

from sartor.ladder.costing.assumptions import CostAssumptions
from sartor.ladder.costing.dues import embedding, labour, storage, trained_again, training
from sartor.ladder.costing.machines import Machine
from sartor.ladder.costing.report import Subject, cost_report
from sartor.prices import Price, Prices
from sartor.types import Answer, Row, Scorecard, Usage

MILLION = 1_000_000
HOSTED, PAID = "own-7b", "desk-model"
MACHINE = Machine(2.50, at_once=8, utilisation=0.6, peak=3)
PRICE = Price(Decimal("1.00"), Decimal("0.25"), Decimal("4.00"), "the example", date(2026, 11, 1))

# 400 of 4,000 a week are 0.1 changes of an article; a month has 52 / 12 weeks.
CHANGES = 0.1 * 52 / 12
# An adapter that learned from articles is trained again when 0.05 of them changed: 8.67 times.
TRAININGS = CHANGES / 0.05


def answers(name, model, *usages, count=100):
    rows = [
        Row(f"q{n}", Answer("Yes.", model=model, usage=usages[n % len(usages)]))
        for n in range(count)
    ]
    return Scorecard({}, tuple(rows), system=name)


def documents():
    return storage(900_000_000, 0.10), embedding(4_000 * 1_500, CHANGES, 0.02, 20)


DUES = {
    "rag": (*documents(), labour(10, 60, "articles")),
    "lora": (
        training(1.25, 6.0, "30 minutes"),
        labour(2 / 6, 60, "a training in six months", start=2),
    ),
    "lora+rag": (
        *documents(),
        training(1.25, trained_again(6.0, 0.05, CHANGES), "30 minutes"),
        labour(10 + 2 * TRAININGS, 60, "articles and trainings", start=2),
    ),
}
CARDS = [
    answers("prompt", PAID, Usage(300, 200)),
    # Half of the answers have 150 tokens, half have 250.
    answers("rag", PAID, Usage(2_300, 150, 300), Usage(2_300, 250, 300)),
    answers("lora", HOSTED, Usage(250, 180, 0, 1.0)),
    answers("lora+rag", HOSTED, Usage(2_200, 180, 0, 1.2)),
]


@pytest.fixture(scope="module")
def report():
    rests_on = CostAssumptions(
        machine=MACHINE,
        hosted=frozenset({HOSTED}),
        dues=DUES,
        pricing=Prices({PAID: PRICE}),
    )
    subjects = [Subject(card.system, card) for card in CARDS]
    return cost_report(subjects, [10_000, 100_000, MILLION], rests_on, chosen="rag")


def month(report, name, volume=MILLION):
    rung = next(one for one in report.rungs if one.rung == name)
    return next(one for one in rung.months if one.volume == volume)


def parts(report, name, volume=MILLION):
    return {part.name: part.dollars.mean for part in month(report, name, volume).parts}


def test_a_prompt_alone_costs_its_tokens(report):
    # 300 x $1 + 200 x $4 = 1,100 millionths of a dollar an answer.
    assert parts(report, "prompt") == {"model": pytest.approx(1_100)}
    assert month(report, "prompt", 10_000).total.mean == pytest.approx(11)


def test_retrieval_costs_tokens_disk_embedding_and_the_care_of_articles(report):
    assert parts(report, "rag") == {
        # 2,000 x $1 + 300 cached x $0.25 + 200 x $4 = 2,875 millionths an answer.
        "model": pytest.approx(2_875),
        "storage": pytest.approx(0.09),
        # 6M tokens x 0.4333 = 2.6M changed for $0.052; 20M tokens of questions for $0.40.
        "embedding": pytest.approx(0.052 + 0.40),
        "labour": pytest.approx(600),
    }
    assert month(report, "rag").total.mean == pytest.approx(3_475.542)


def test_the_range_is_that_of_the_tokens_that_were_observed(report):
    # 150 or 250 tokens out are $200 more or less a million; over 100 answers the standard error is
    # 200 / sqrt(99) = $20.1, and 95 % lie within 1.984 of them: $39.9 on either side.
    total = month(report, "rag").total
    assert total.low == pytest.approx(3_475.5 - 39.9, abs=2)
    assert total.high == pytest.approx(3_475.5 + 39.9, abs=2)
    exact = month(report, "prompt").total
    assert exact.low == pytest.approx(exact.high)


def test_a_tuned_model_costs_its_machine_and_trainings_that_follow_the_articles(report):
    assert parts(report, "lora+rag") == {
        # 1M questions are 0.3805 a second, 1.1416 in the busiest hour; of 1.2 s each, 1.37 are
        # being written at any time. A machine does 8 x 0.6 = 4.8: one is enough, $2.50 x 730.
        "machine": pytest.approx(1_825),
        "storage": pytest.approx(0.09),
        "embedding": pytest.approx(0.452),
        # A twentieth of the articles has changed after 0.115 months: 8.667 trainings of $1.25.
        "training": pytest.approx(8.6667 * 1.25, rel=1e-4),
        # 10 hours, and 2 for each of 8.667 trainings, at $60: tuning for facts never ends.
        "labour": pytest.approx((10 + 2 * 8.6667) * 60, rel=1e-4),
    }
    assert month(report, "lora+rag").total.mean == pytest.approx(3_476.375, abs=0.01)


def test_an_adapter_without_articles_is_trained_twice_a_year(report):
    # $1,825 + $1.25 / 6 + 2 hours / 6 x $60.
    assert month(report, "lora").total.mean == pytest.approx(1_845.208, abs=0.001)
    assert month(report, "lora", 10_000).total.mean == pytest.approx(1_845.208, abs=0.001)


def test_what_is_paid_before_the_first_question(report):
    starts = {one.rung: one.start for one in report.rungs}
    assert starts == {
        "prompt": 0,
        "rag": pytest.approx(0.12),  # 6M tokens embedded
        "lora": pytest.approx(121.25),  # one training, and 2 hours at $60
        "lora+rag": pytest.approx(121.37),
    }


def test_the_volume_at_which_tuning_pays(report):
    pairs = {(one.first, one.then): one for one in report.break_even}
    # The embedding of a question costs both the same. Fixed are $600.142 a month for rag, and
    # $3,475.975 for lora+rag; $2,875.833 / $0.002875 an answer = 1,000,290 questions.
    turn = pairs["rag", "lora+rag"]
    assert turn.volume == pytest.approx(1_000_290, abs=2)
    # An answer costs $0.0028351 to $0.0029149, as far as 100 of them tell.
    assert turn.low == pytest.approx(2_875.833 / 0.0029149, rel=0.002)
    assert turn.high == pytest.approx(2_875.833 / 0.0028351, rel=0.002)
    # A prompt costs $0.0011 an answer; $1,845.208 a month for lora are 1,677,462 of them.
    assert pairs["prompt", "lora"].volume == pytest.approx(1_677_462, abs=2)
    assert pairs["prompt", "rag"].volume is None
    assert pairs["lora", "lora+rag"].volume is None


def test_the_ranges_of_guides_stand_beside_it(report):
    beside = {(one.way, one.volume): (one.low, one.high) for one in report.published if one.volume}
    assert beside["RAG", MILLION] == (5_000, 15_000)
    assert beside["tuning", MILLION] == (3_000, 8_000)
