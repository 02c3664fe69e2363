"""What a search and a curve found is shown so that one sees what to take and why."""

import json
from dataclasses import replace

import pytest

from sartor.cli.reports.searching import curve_data, found_data, print_curve, print_found
from sartor.tuning.recipes import recipe_for
from sartor.tuning.searching import Attempt, Curve, Found, Point, Trial
from sartor.types import Measurement

START = recipe_for("ours", "lora", rank=16, learning_rate=1e-3, epochs=4.0)


def measured(mean, reach=0.05):
    return Measurement("task.exact", mean, mean - reach, mean + reach, 60)


def attempt(number, mean, share=1.0, outcome="finished"):
    recipe = replace(START, rank=2 ** (1 + number % 5), learning_rate=1e-3 * (1 + number))
    trial = Trial(measured(mean)) if mean is not None else None
    reason = "the loss is not a number" if mean is None else ""
    return Attempt(number, recipe, share, trial, 30.0, outcome, reason)


TRIALS = (
    attempt(0, 0.66),
    attempt(1, None, 1 / 9, "failed"),
    attempt(2, 0.83),
    *(attempt(number, 0.5, 1 / 9, "overtaken") for number in range(3, 20)),
)
FOUND = Found(
    TRIALS[2].recipe, TRIALS, 2, measured(0.83), measured(0.79), measured(0.04, 0.06),
    measured(0.64),
    "the best of 2, and none smaller is within a standard error of it", "budget", 600.0,
)  # fmt: skip
POINTS = (Point(0.25, 75, measured(0.55), 2), Point(0.5, 150, measured(0.62), 2))
CURVE = Curve(
    (*POINTS, Point(1.0, 300, measured(0.7), 2)),
    measured(0.08, 0.03), "more examples would help", "the last step brought +8.0 points",
)  # fmt: skip


def shown(capsys):
    return capsys.readouterr().out


def test_the_recipe_to_take_comes_first_and_then_how_it_did_elsewhere(capsys):
    print_found(FOUND)
    out = shown(capsys)

    assert out.startswith("Take rank 8, learning rate 0.003, 4 epochs")
    assert "83.0 % [78.0, 88.0]" in out
    assert "it looked +4.0 points too good" in " ".join(out.split())
    assert "without searching 64.0 % [59.0, 69.0], on the same examples" in " ".join(out.split())
    assert "20 recipes in 10.0 minutes (8 more are not shown: --json)" in " ".join(out.split())
    assert next(line for line in out.splitlines() if line.startswith("▸")).split()[1] == "2"


def test_a_search_that_confirmed_nothing_says_so(capsys):
    print_found(replace(FOUND, test=None, gap=None))
    assert "not measured" in shown(capsys)
    nothing = {"chosen": None, "dev": None, "test": None, "gap": None, "reason": "the time was up"}
    print_found(replace(FOUND, recipe=START, **nothing))
    assert shown(capsys).startswith("Nothing was compared.\nThe time was up.\n")


def test_one_recipe_alone_is_not_recommended(capsys):
    print_found(replace(FOUND, recipe=START, chosen=0, trials=TRIALS[:1]))
    told = shown(capsys)

    assert told.startswith("Nothing was compared.\nThe time was enough for one recipe")
    assert "Take" not in told
    assert "1 recipe in 10.0 minutes" in told


@pytest.mark.parametrize("columns", [80, 120])
def test_reports_fit(monkeypatch, capsys, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    print_found(FOUND)
    print_curve(CURVE)
    assert max(map(len, shown(capsys).splitlines())) <= columns


def test_a_curve_rises_from_left_to_right(capsys):
    print_curve(CURVE)
    out = shown(capsys)
    dots = [line.index("●") for line in out.splitlines() if "●" in line]

    assert out.startswith("More examples would help.")
    assert len(dots) == 3
    assert dots == sorted(set(dots))
    assert "300 examples" in out and "70.0 % [65.0, 75.0]" in out


def test_a_curve_without_spread_can_be_drawn(capsys):
    flat = Point(1.0, 0, Measurement("task.exact", 1.0, 1.0, 1.0, 5), 1)
    print_curve(Curve((flat,), None, "cannot tell", "one point is no curve"))
    assert "●" in shown(capsys)


def test_json_holds_what_was_found():
    data = json.loads(json.dumps(found_data(FOUND)))

    assert data["recipe"]["rank"] == 8
    assert len(data["trials"]) == 20
    assert data["trials"][1]["dev"] is None
    assert data["gap"]["mean"] == 0.04
    assert json.loads(json.dumps(curve_data(CURVE)))["helps"] == "more examples would help"
