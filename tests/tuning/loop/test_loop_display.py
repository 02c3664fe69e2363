import io
import math

import pytest
from rich.console import Console

from sartor.cli.reports.training import (
    Lines,
    duration,
    line,
    sparkline,
    training,
    watching,
    with_step,
)  # fmt: skip
from sartor.tuning.loop import Standing, Step


def made(number, dev=None, measure=None):
    return Step(number, 3.0 / number, 1_000, 0.5, 1e-3, dev, measure)


def standing(step, **changes):
    values = {"steps": 48, "best": 4, "tokens_per_second": 1240.4, "seconds_left": 754.0}
    return Standing(step, **(values | {"memory": 1_830_000_000} | changes))


@pytest.mark.parametrize("width", [80, 120])
def test_the_display_fits_and_tells_everything(width):
    steps = [made(number) for number in range(1, 12)] + [made(12, 1.4, 0.85)]
    out = Console(width=width, file=io.StringIO())
    out.print(training(standing(steps[-1]), steps))
    text = out.file.getvalue()
    assert all(len(row) <= width for row in text.splitlines())
    for told in ("step 12 of 48", "13 min left", "0.250", "1.400", "0.850", "step 4", "1.8 GB"):
        assert told in text
    assert "1,240 tokens/s" in text


def test_lines_come_first_last_and_when_something_was_measured():
    out = Console(width=80, file=io.StringIO())
    lines = Lines(out)
    for number in range(1, 49):
        lines.see(standing(made(number, dev=1.5 if number % 16 == 0 else None)))
    lines.say("saving after this step\x1b[2J")
    shown = out.file.getvalue().splitlines()
    assert [row.split(",")[0] for row in shown[:-1]] == [
        f"step {number} of 48" for number in (1, 16, 32, 48)
    ]
    assert "dev loss 1.500" in shown[1]
    assert shown[-1] == "saving after this step[2J"


def test_without_a_terminal_lines_go_to_stderr(capsys):
    with watching() as watch:
        watch.see(standing(made(1)))
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "step 1 of 48, loss 3.000" in captured.err


def test_a_step_shown_again_and_a_new_run_replace_what_was_there():
    steps = [made(1), made(2), made(3)]
    assert with_step(steps, made(3, dev=1.0))[2].dev_loss == 1.0
    assert with_step(steps, made(1)) == [made(1)]


def test_a_line_tells_what_was_measured():
    told = line(standing(made(16, 1.25, 0.5), seconds_left=math.inf))
    assert told == (
        "step 16 of 48, loss 0.188, dev loss 1.250, task 0.500, 1,240 tokens/s, 1.8 GB, "
        "unknown time left"
    )


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0 s"), (89, "89 s"), (754, "13 min"), (9_754, "2 h 43 min"), (math.inf, "unknown time")],
)
def test_durations_are_as_exact_as_anybody_wants(seconds, told):
    assert duration(seconds) == told


def test_a_sparkline_averages_what_does_not_fit():
    assert sparkline([]) == ""
    assert sparkline([math.nan]) == ""
    assert sparkline([2, 2]) == "▁▁"
    assert sparkline([0, 1]) == "▁█"
    assert len(sparkline(range(1_000))) == 40
    assert sparkline(range(1_000))[-1] == "█"
