"""Whatever rungs measure: none is built while one that was measured before it is enough."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sartor.evaluation.statistics import measurement
from sartor.ladder import walking
from sartor.ladder.bars import read_bar
from sartor.ladder.measuring import Measured
from sartor.ladder.rungs import Effort, Rung
from sartor.ladder.standings import stand
from sartor.ladder.walking import walk
from sartor.ladder.weighing import Weighing
from sartor.types import Scorecard

QUESTIONS = 50
BAR = read_bar("answers.correct >= 0.8", volume=1_000)


def card(right):
    values = [1.0] * right + [0.0] * (QUESTIONS - right)
    return Scorecard({"answers.correct": measurement("answers.correct", values)}, ())


def status(found):
    return stand(BAR.requirements[0], found.measurements["answers.correct"]).status


@given(
    st.lists(st.tuples(st.integers(25, 50), st.booleans()), min_size=1, max_size=6),
    st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_a_rung_is_built_if_and_only_if_none_before_it_is_enough(rungs, strict):
    known = {
        str(place): Rung(str(place), place, object, effort=Effort(60) if built else None)
        for place, (_, built) in enumerate(rungs)
    }
    enough = ("proved",) if strict else ("proved", "likely")

    def measure(found, rung):
        if rung.effort:
            assert not any(status(one) in enough for one in found.cards.values())
        found.cards[rung.name] = card(rungs[rung.order][0])

    found = Measured()
    weighing = Weighing(known, BAR, 1_000, {}, strict=strict)
    walk(list(known.values()), found, measure=measure, weighing=weighing)
    assert {*found.cards, *found.unbuilt} == set(known)
    if found.unbuilt:
        assert any(status(one) in enough for one in found.cards.values())


@pytest.mark.parametrize("name", ["rule", "standings", "walking", "weighing", "measuring", "climb"])
def test_the_code_that_decides_names_no_rung(name):
    source = Path(walking.__file__).with_name(f"{name}.py").read_text()
    assert not re.findall(r"\b(rag|lora|few-shot|long-context|adapter)\b", source)
