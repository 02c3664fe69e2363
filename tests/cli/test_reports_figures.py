"""Figures as a person reads them: what they were measured on, and what to do with them."""

from sartor.cli.reports.measuring import print_calibration
from sartor.cli.reports.syncing import print_sync
from sartor.project.calibrating import Calibration
from sartor.types import Chosen, Measurement, SyncReport

MEASURED = Measurement("self-retrieval", 14 / 15, 0.7, 1.0, 15)


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
