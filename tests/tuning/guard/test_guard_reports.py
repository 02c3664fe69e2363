"""What the guard found is shown so that one sees at once what broke, and what to do."""

import pytest

from sartor.cli.reports.guarding import Next, print_guard
from sartor.tuning.guard import judge
from sartor.types import Measurement

BEFORE = {
    "task.format": Measurement("task.format", 0.0, 0.0, 0.06, 60),
    "task.f1": Measurement("task.f1", 0.1, 0.08, 0.13, 60),
    "general.perplexity": Measurement("general.perplexity", 112.0, 90.0, 141.0, 25),
    "general.probe": Measurement("general.probe", 0.55, 0.5, 0.6, 58),
    "general.leak": Measurement("general.leak", 0.0, 0.0, 0.044, 83),
}
TUNED = BEFORE | {
    "task.format": Measurement("task.format", 0.98, 0.92, 0.99, 60),
    "task.f1": Measurement("task.f1", 0.91, 0.88, 0.93, 60),
    "general.perplexity": Measurement("general.perplexity", 114.0, 92.0, 143.0, 25),
}
SPOILT = TUNED | {
    "general.perplexity": Measurement("general.perplexity", 201.0, 170.0, 244.0, 25),
    "general.leak": Measurement("general.leak", 0.96, 0.9, 0.99, 83),
}


def test_what_passes_is_said_first_and_leaves_nothing_to_do(capsys):
    print_guard(judge(BEFORE, TUNED))
    out = capsys.readouterr().out

    assert out.startswith("The guard passes")
    assert "98 % [92, 99]" in out
    assert "What to do next" not in out
    assert "✗" not in out


def test_what_broke_is_named_with_its_remedy(capsys):
    then = Next("house@1", "sartor tune run --name house", replay=8)
    print_guard(judge(BEFORE, SPOILT), {}, then)
    out = capsys.readouterr().out

    assert out.startswith("The guard fails on perplexity, leak.")
    assert "1.795 times the base's" in out
    assert out.count("sartor tune run --name house --replay 8") == 1
    assert "sartor adapters promote house@1 --force" in out


def test_what_stays_wrong_has_no_tick_and_every_row_says_of_how_many(capsys):
    still = {**TUNED, "task.format": BEFORE["task.format"]}
    print_guard(judge(BEFORE, still), {"task.format": "all targets are JSON"})
    lines = capsys.readouterr().out.splitlines()

    row, reason, looked_for = (line for line in lines if line.split()[:1] == ["format"])
    assert row.split()[-1] == "-"
    assert row.split("not worse")[0].split()[-1] == "60"
    assert "nothing gained" in reason
    assert "all targets are JSON" in looked_for


def test_what_was_not_measured_is_a_dash_and_said(capsys):
    print_guard(judge(BEFORE, {**TUNED, "general.probe": BEFORE["general.probe"]}))
    capsys.readouterr()
    partly = {name: one for name, one in TUNED.items() if name != "general.probe"}
    print_guard(judge(BEFORE, partly))
    out = capsys.readouterr().out

    assert "small tasks was not measured: " in " ".join(out.split())
    line = next(line for line in out.splitlines() if line.startswith("small tasks"))
    assert " - " in line


@pytest.mark.parametrize("columns", [80, 120])
def test_the_table_fits(monkeypatch, capsys, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    print_guard(judge(BEFORE, SPOILT))
    lines = capsys.readouterr().out.splitlines()

    assert max(map(len, lines)) <= columns
    names = ["format", "f1", "task as a whole", "perplexity", "small tasks", "leak"]
    assert [line.split("  ")[0] for line in lines[3:9]] == names, "no row is broken in two"
