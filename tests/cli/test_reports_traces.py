"""Traces as a person reads them."""

import pytest

from sartor.assistants.tracing import Trace, TracedHit
from sartor.cli.reports.traces import print_trace, print_traces
from sartor.types import Step

TRACE = Trace(
    id="1m7yekgjkj19",
    started="2026-11-21T07:02:00.000Z",
    seconds=1.0,
    steps=(
        Step(
            "generate", 0.0, 0.5,
            {"checking": 8e-05, "marks_without_passage": 0, "repaired": True, "hits": 10},
        ),
        Step("again", 0.5, 0.5, {"marks_without_passage": 2}),
    ),
    retrieved=(
        TracedHit(
            "handbooks/service-handbook.docx#dea5f490", 1.0,
            {"bm25": 1, "dense": 11}, {"bm25": 11.892, "dense": 0.187},
        ),
    ),
    packed=("handbooks/service-handbook.docx#dea5f490",),
)  # fmt: skip


@pytest.fixture
def printed(monkeypatch, capsys):
    def at_width(columns):
        monkeypatch.setenv("COLUMNS", str(columns))
        print_trace(TRACE)
        return capsys.readouterr().out

    return at_width


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_the_id_of_a_passage_is_never_broken(printed, columns):
    out = printed(columns)
    assert "handbooks/service-handbook.docx#dea5f490" in out
    for part in ("1.000", "1 (11.892)", "11 (0.187)", "read"):
        assert part in out


def test_counts_are_said_in_words_without_zeros_and_times_in_milliseconds(printed):
    out = printed(120)
    assert "checking: 0.1 ms, repaired, found: 10" in out
    assert "marks without a passage: 2" in out
    assert "without a passage: 0" not in out


def test_a_list_of_answers_keeps_their_ids_whole(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "60")
    print_traces([TRACE])
    assert "1m7yekgjkj19  2026-11-21 07:02" in capsys.readouterr().out
