"""The funnel, the waterfall and the risk-coverage curve -> their drawings."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from sartor.evaluation.reporting.drawing import bar, curve, span
from sartor.evaluation.reporting.figures import figure, percent
from sartor.evaluation.reporting.pictures import Coverage, Level, Stretch

POINTS = 250  # of a curve: more cannot be seen


def funnel_chart(levels: Sequence[Level]) -> list[tuple[Level, Markup]]:
    """Draw what is left at each level, and what it lost."""
    return [
        (level, bar(f"{level.left} left, {level.lost} lost", level.share, rest=level.lost_share))
        for level in levels
    ]


def time_chart(stretches: Sequence[Stretch]) -> list[tuple[Stretch, Markup]]:
    """Draw the steps one below the other, each where it usually begins."""
    whole = max((one.start + one.most for one in stretches), default=0.0) or 1.0
    return [(one, _stretch(one, whole)) for one in stretches]


def _stretch(one: Stretch, whole: float) -> Markup:
    usual, most = (figure("latency.seconds", seconds) for seconds in (one.usual, one.most))
    ends = (one.start, one.start + one.usual, one.start + one.most)
    start, end, tail = (seconds / whole for seconds in ends)
    return span(f"{one.name}: half within {usual}, 95 % within {most}", start, end, tail)


def coverage_chart(found: Coverage) -> Markup:
    """Draw how many answers are right when only the surest are given."""
    reach, right = found.points[-1]
    step = len(found.points) // POINTS + 1
    told = f"It answers {percent(reach, 1)} of the questions; {percent(right, 1)} of them are right"
    return curve(told, (*found.points[::step], found.points[-1]), right)
