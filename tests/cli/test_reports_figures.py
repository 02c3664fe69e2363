"""Figures as a person reads them: what they were measured on, and what to do with them."""

from dataclasses import replace

import pytest

from sartor.cli.reports.measuring import print_calibration, print_scorecard
from sartor.cli.reports.syncing import print_sync
from sartor.project.calibrating import Calibration
from sartor.types import Answer, Chosen, Gain, Measurement, Row, Scorecard, SyncReport

MEASURED = Measurement("self-retrieval", 14 / 15, 0.7, 1.0, 15)
FIRST_LOOK = (
    "answers.correct", "answers.silent", "answers.abstained", "retrieval.recall@10",
    "retrieval.ndcg@10", "retrieval.mrr", "citations.recall", "citations.precision",
    "faithfulness.supported", "faithfulness.numbers", "format.valid", "style.match",
    "latency.p50", "latency.p95", "tokens.input", "tokens.output", "cost.query",
)  # fmt: skip
STAGES = (
    "not retrieved", "used but wrong", "should have abstained", "no answer",
    "not in the documents", "not read", "cut by splitting", "right but uncited",
)  # fmt: skip


@pytest.fixture
def card() -> Scorecard:
    """A usual card: all of a first look and more, eight stages, failures, notes."""
    names = (*FIRST_LOOK, "answers.f1", "retrieval.map", "latency.search.p50")
    measured = {name: Measurement(name, 0.71, 0.62, 0.79, 100) for name in names}
    rows = [
        Row(f"{stage} {number}", Answer("no"), stage=stage)
        for at, stage in enumerate(STAGES)
        for number in range(10 - at)
    ]
    rows += [Row(f"late {number}", None, error="TimeoutError: late") for number in range(5)]
    gains = [
        Gain(stage, 10 - at, Measurement("answers.correct", 0.09, 0.05, 0.14, 100), "")
        for at, stage in enumerate(STAGES[:-1])
    ]
    return Scorecard(measured, tuple(rows), gains=tuple(gains), notes=("with 100 questions ...",))


def test_what_an_add_tried_out_is_called_a_sample(capsys):
    print_sync(SyncReport(added=("a",), passages=18, embedded=18, self_retrieval=MEASURED))
    out = " ".join(capsys.readouterr().out.split())
    assert "a sample of 15 sentences from new passages: 14 find the passage" in out


def test_a_calibrated_threshold_goes_under_the_section_that_is_there(capsys):
    print_calibration(Calibration(Chosen(0.25, "measured"), MEASURED, MEASURED))
    lines = capsys.readouterr().out.splitlines()
    assert "abstain_below = 0.25" in lines
    assert "[ask]" not in lines, "a second header would break the file"
    assert "To use it, in sartor.toml, under the [ask] that is there:" in lines


def test_a_scorecard_begins_with_what_was_right_and_ends_with_what_to_fix(card, capsys):
    print_scorecard(card)
    out = capsys.readouterr().out
    assert out.startswith("71 of 100 questions answered correctly (71 %, 95 % interval 62 to 79)")
    assert "Fix first: Finding the right passage would add about 9 points [5, 14]." in out
    assert "sartor search QUESTION --explain" in out
    assert "Note: With 100 questions ..." in out


@pytest.mark.parametrize("columns", [60, 80, 100])
def test_a_usual_scorecard_fits_on_a_screen(card, capsys, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    print_scorecard(card)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 45
    assert max(map(len, lines)) <= columns
    for name in FIRST_LOOK:
        (line,) = (line for line in lines if line.startswith(f"{name} "))
        assert line.rstrip().endswith("100"), "no cell is folded"


def test_finer_measures_rarer_stages_and_further_failures_wait_for_all(card, capsys):
    print_scorecard(card)
    short = capsys.readouterr().out
    print_scorecard(card, everything=True)
    full = capsys.readouterr().out
    for waits in ("retrieval.map", "latency.search.p50", "right but uncited", "late 4"):
        assert waits not in short
        assert waits in full
    assert "3 more measures: --all" in short
    assert "--all" not in full


def test_a_stage_whose_gain_nobody_knows_says_so(card, capsys):
    print_scorecard(card, everything=True)
    (line,) = (
        line for line in capsys.readouterr().out.splitlines() if line.startswith("right but unc")
    )
    assert line.split() == ["right", "but", "uncited", "3", "not", "known"]


def test_colours_are_left_out_where_nobody_wants_them(card, capsys, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    print_scorecard(card)
    assert "\x1b[3" not in capsys.readouterr().out


def test_what_strangers_wrote_cannot_steer_the_terminal(card, capsys):
    row = Row("\x1b[2Jid", None, error="\x1b]0;title\x07Boom: [red]late[/red]\nagain")
    print_scorecard(replace(card, rows=(row,), notes=("\x1b[2Jcleared",)))
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "Boom: [red]late[/red] again" in out


def test_a_card_without_anything_says_that_nothing_decides(capsys):
    print_scorecard(Scorecard({}, (Row("a", Answer("so")),)))
    assert capsys.readouterr().out.startswith("1 question asked (nothing decides")
