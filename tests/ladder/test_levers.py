"""What to do next: first the prompt, then examples, then training; and facts are never trained."""

from functools import partial

import pytest
from known_systems import Knows, questions

from sartor.evaluation.run import evaluate
from sartor.ladder.climb import climb
from sartor.ladder.forming import Tried
from sartor.ladder.levers import FORMS, LEVERS, READING, ROOMS, next_steps
from sartor.ladder.rungs import Effort, Rung
from sartor.types import Answer, Gain, Measurement, Question, Scorecard

EXAMPLES, KNOWLEDGE, TRAINING = (frozenset({one}) for one in ("examples", "knowledge", "training"))
BAR = "format.valid >= 0.99"
SCHEMA = {"type": "object", "required": ["answer"]}
ASKED = [Question(one.id, one.text, expected=one.expected, schema=SCHEMA) for one in questions(100)]


class Formed(Knows):
    """Knows everything, and keeps to the form on a share of the questions."""

    def __init__(self, share):
        super().__init__(1.0)
        self.formed = share

    def answer(self, question):
        said = super().answer(question).text
        number = int(question.rstrip("?").rsplit(" ", 1)[1])
        return Answer(f'{{"answer": "{said}"}}' if number < 100 * self.formed else said, cost=0.0)


def rung(name, order, share=0.5, **more):
    return Rung(name, order, partial(Formed, share), **more)


def up(rungs, **more):
    measured = partial(_measured)
    return climb(rungs, ASKED, evaluate=measured, volume=1, bar=BAR, **more)


def _measured(name, system, asked):
    return evaluate(system, asked, name=name, resamples=1_000)


SEARCHING = rung("searching", 0, parts=KNOWLEDGE)
SHOWING = rung("showing", 1, 0.7, parts=EXAMPLES)
SHOWING_AND_SEARCHING = rung("both", 2, 0.7, parts=EXAMPLES | KNOWLEDGE)
NO_FILE = "there are no examples: --examples FILE"


def test_before_examples_were_tried_they_are_the_lever_with_what_they_need():
    shown = rung("showing", 1, parts=EXAMPLES, needs=NO_FILE)
    step = up([SEARCHING, shown]).next_steps[0]
    assert "State the schema in the prompt" in step
    assert f"showing was not measured, as {NO_FILE}" in step
    assert "train" not in step


def test_the_rung_that_adds_nothing_but_examples_to_the_best_is_the_one_named():
    more = [
        rung("showing", 1, parts=EXAMPLES, needs="this"),
        rung("both", 2, parts=EXAMPLES | KNOWLEDGE, needs="that"),
    ]
    step = up([SEARCHING, *more]).next_steps[0]
    assert "both was not measured, as that" in step


def test_when_examples_were_not_enough_training_is_the_lever_with_its_need():
    trained = rung("t", 3, parts=TRAINING, needs="a model on this machine is missing")
    verdict = up([SEARCHING, SHOWING, trained])
    assert verdict.rung is None
    step = verdict.next_steps[0]
    assert step.startswith("format.valid >= 0.99 is failed (70 % [")
    assert "Examples in the prompt were tried. The next lever is training" in step
    assert "t was not measured, as a model on this machine is missing" in step


def test_training_that_was_left_undone_is_named_with_its_command():
    tried = Tried(
        {one.name: one for one in (SHOWING, rung("t", 3, parts=TRAINING, effort=Effort(60)))},
        measured=frozenset({"showing"}),
    )
    assert tried.lever("style", "showing").endswith("sartor climb --rung t --all")


def test_when_training_was_not_enough_its_examples_are_the_lever():
    step = up([SHOWING, rung("t", 3, 0.8, parts=TRAINING, effort=Effort(60))]).next_steps[0]
    assert "Give it more of them, and cleaner ones: sartor tune check" in step


def test_the_rung_that_is_ahead_in_what_is_lacking_is_named_with_an_interval():
    bar = "answers.correct >= 0.99, format.valid >= 0.99"
    rungs = [SEARCHING, Rung("formed", 1, partial(_Empty, 0.9), parts=EXAMPLES)]
    verdict = climb(rungs, ASKED, evaluate=_measured, volume=1, bar=bar)
    assert verdict.nearest == "searching"
    assert "formed is ahead there, +40.0 points [" in verdict.next_steps[0]


def test_where_a_rung_that_was_measured_keeps_to_the_form_nothing_new_is_advised():
    verdict = climb(
        [SEARCHING, Rung("formed", 1, partial(Formed, 0.9), parts=EXAMPLES)],
        ASKED,
        evaluate=_measured,
        volume=1,
        bar="answers.correct >= 0.9",
    )
    assert verdict.rung == "searching"
    (step,) = [one for one in verdict.next_steps if "wrong format" in one]
    assert "formed is ahead there, +40.0 points [" in step
    assert "Put that into the bar" in step


class _Empty(Formed):
    """Keeps to the form, and knows nothing."""

    def answer(self, question):
        return Answer(super().answer(question).text.replace("code-", "no "), cost=0.0)


def test_what_was_not_measured_is_no_reason_to_train():
    verdict = climb(
        [SHOWING, rung("t", 3, parts=TRAINING, needs="more")],
        questions(40),
        evaluate=_measured,
        volume=1,
        bar=BAR,
    )
    assert verdict.next_steps[0].startswith("format.valid >= 0.99 is unmeasured")
    assert verdict.next_steps[0].endswith("Make it measurable first.")


# --- facts ----------------------------------------------------------------------------------------


def gain(stage):
    return Gain(stage, 6, Measurement("answers.correct", 0.1, 0.05, 0.15, 60), "")


@pytest.mark.parametrize("stage", sorted(set(LEVERS) - set(FORMS)))
def test_lost_facts_never_lead_to_training(stage):
    rungs = {one.name: one for one in (SHOWING, rung("lora", 3, parts=TRAINING))}
    missing = {"lora": "it needs 100 examples"}
    steps = next_steps(
        "showing",
        {"showing": Scorecard({}, (), gains=(gain(stage),))},
        (),
        Tried(rungs, frozenset({"showing"}), missing),
    )
    assert steps
    for word in ("train", "tun", "lora", "adapter"):
        assert not any(word in step.replace("--tune-retrieval", "").lower() for step in steps)


def test_no_lever_for_facts_knows_of_training():
    told = [LEVERS[stage] for stage in LEVERS if stage not in FORMS]
    for lever in (*told, *READING.values(), *ROOMS.values()):
        assert "tun" not in lever.replace("--tune-retrieval", "")
        assert "train" not in lever


def test_what_the_form_lacks_lets_a_missing_training_be_measured_too():
    trained = rung("t", 3, parts=TRAINING, needs="a model on this machine is missing")
    steps = up([SHOWING, trained]).next_steps
    assert "Measure t too: a model on this machine is missing." in steps


def test_steps_come_with_what_they_would_bring_and_its_interval():
    card = Scorecard({}, (), gains=(gain("not in the documents"),))
    (step,) = next_steps("a", {"a": card}, (), Tried())
    assert step.startswith("10 points [5, 15]: 6 questions of a lost")
