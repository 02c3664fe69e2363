"""The guard lets through what is shown to be better, and nothing that is broken or unknown."""

from dataclasses import replace

import pytest

from sartor.tuning.guard import Limits, Measured, judge
from sartor.tuning.guard.intervals import summarise
from sartor.tuning.guard.prose import Prose

TOKENS = (40, 60, 50, 45, 55)
LOSSES = (160.0, 250.0, 190.0, 200.0, 230.0)


def measured(*, worse=1.0, **scores):
    """What a run measured; `worse` is how many times its perplexity is the usual one."""
    from math import log

    names = {
        "format": "task.format",
        "f1": "task.f1",
        "probe": "general.probe",
        "leak": "general.leak",
    }
    found = {"format": [0.0] * 40, "f1": [0.3] * 40, "probe": [0.6] * 60, "leak": [0.0] * 80}
    rows = {names[name]: tuple(values) for name, values in (found | scores).items()}
    prose = Prose(
        tuple(loss + count * log(worse) for loss, count in zip(LOSSES, TOKENS, strict=True)), TOKENS
    )
    measurements = {name: summarise(name, values) for name, values in rows.items()}
    measurements["general.perplexity"] = prose.measurement()
    known = {name: one for name, one in measurements.items() if one is not None}
    return Measured(known, rows, prose)


BEFORE = measured()
TUNED = {"format": [1.0] * 40, "f1": [0.9] * 40}


def broken(report):
    return [found.name for found in report.findings if not found.passed]


def reason(report, name):
    return next(found.reason for found in report.findings if found.name == name)


def test_what_got_better_and_broke_nothing_passes():
    report = judge(BEFORE, measured(**TUNED, worse=1.03))

    assert report.passed
    assert reason(report, "task") == "better: format, f1"
    assert "1.030 times the base's" in reason(report, "general.perplexity")


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"worse": 1.06}, "general.perplexity"),
        ({"probe": [0.54] * 60}, "general.probe"),
        ({"leak": [1.0] * 3 + [0.0] * 77}, "general.leak"),
        ({"f1": [0.1] * 40}, "task.f1"),
    ],
)
def test_each_limit_breaks_for_itself(changes, name):
    report = judge(BEFORE, measured(**(TUNED | changes)))

    assert broken(report) == [name]
    assert not report.passed


def test_limits_can_be_set():
    loose = Limits(perplexity=1.2, probe=0.2, leak=0.1)
    after = measured(**TUNED, worse=1.15, probe=[0.45] * 60, leak=[1.0] * 5 + [0.0] * 75)

    assert judge(BEFORE, after, loose).passed
    assert broken(judge(BEFORE, after)) == ["general.perplexity", "general.probe", "general.leak"]


def test_nobody_is_let_through_of_whom_it_cannot_be_told_whether_it_helps():
    after = measured(format=[1.0] * 2 + [0.0] * 38)
    report = judge(BEFORE, after)

    assert broken(report) == ["task"]
    assert "no measure can be told to be better" in reason(report, "task")


def test_where_the_base_does_it_already_there_is_nothing_to_gain():
    same = measured(format=[1.0] * 40, f1=[0.99] * 40)

    assert "the base does it already" in reason(judge(same, same), "task")


def test_one_measure_better_does_not_excuse_another_that_is_worse():
    report = judge(BEFORE, measured(format=[1.0] * 40, f1=[0.2] * 40))

    assert broken(report) == ["task.f1"]
    assert reason(report, "task.f1").startswith("worse: -10.0 points")


def test_what_was_not_measured_does_not_pass_and_is_no_zero():
    nothing = Measured({})
    report = judge(nothing, nothing)

    assert set(broken(report)) == {"task", "general.perplexity", "general.probe", "general.leak"}
    for found in report.findings:
        assert found.before is None and found.after is None
        assert found.reason.startswith("not measured: ")


def test_a_base_that_was_not_measured_is_not_taken_to_be_perfect():
    report = judge({}, measured(**TUNED))

    assert {"task", "task.format", "task.f1"} <= set(broken(report))
    assert reason(report, "task") == "not measured: the base was not measured"


def test_a_base_that_has_the_form_by_itself_is_not_held_against_its_adapter():
    usual = [1.0] * 24 + [0.0] * 56
    before = measured(leak=usual)

    assert judge(before, measured(**TUNED, leak=usual)).passed
    report = judge(before, measured(**TUNED, leak=[1.0] * 30 + [0.0] * 50))
    assert broken(report) == ["general.leak"]
    assert "the base itself does it in 30 %" in reason(report, "general.leak")


def test_means_from_a_card_are_compared_as_well_but_less_surely():
    before, after = dict(BEFORE), dict(measured(**TUNED, worse=1.04))
    report = judge(before, after)

    assert report.passed
    assert "by the means alone" in reason(report, "general.perplexity")


def test_other_examples_are_not_paired():
    after = measured(format=[1.0] * 30, f1=[0.9] * 30)
    report = judge(BEFORE, after)

    assert "better" in reason(report, "task.format")
    assert judge(BEFORE, replace(after, prose=Prose(LOSSES[:2], TOKENS[:2]))).passed
