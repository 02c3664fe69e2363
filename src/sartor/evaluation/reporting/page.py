"""A run -> one HTML file that needs nothing else.

No script is needed to read it: one, short, adds filter and order of the questions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sartor.evaluation.reporting.charts import coverage_chart, funnel_chart, time_chart
from sartor.evaluation.reporting.filling import fill
from sartor.evaluation.reporting.flips import flips
from sartor.evaluation.reporting.pictures import coverage, funnel, waterfall
from sartor.evaluation.reporting.questions import SHOWN, shown
from sartor.evaluation.reporting.scores import by_matcher, by_tag, groups, losses, versus
from sartor.evaluation.reporting.wording import (
    CORRECT,
    STAGES,
    fix,
    headline,
    next_fixes,
    standing,
)
from sartor.protocols import Corpus
from sartor.types import Comparison, Run

FIXES = 3  # told first
DEFAULT = "(default)"  # how the origin of a setting ends that nobody chose


def render(run: Run, *, corpus: Corpus | None = None) -> str:
    """Write the page of one run; with the documents at hand it quotes the expected evidence."""
    card = run.card
    said, sure = headline(card)
    surest = coverage(card.rows)
    return fill(
        "report.html",
        title=f"{card.system or 'A system'}: {said}",
        run=run,
        card=card,
        began=_moment(run.started),
        said=said,
        sure=sure,
        correct=card.measurements.get(CORRECT),
        fixes=[(gain, fix(gain), STAGES[gain.stage]) for gain in next_fixes(card)[:FIXES]],
        settings=_changed_first(run.settings),
        losses=losses(card),
        groups=groups(card.measurements),
        tags=by_tag(card),
        matchers=by_matcher(card),
        levels=funnel_chart(funnel(run)),
        stretches=time_chart(waterfall(card)),
        coverage=surest,
        coverage_picture=coverage_chart(surest) if surest else "",
        questions=shown(run, corpus),
        left_out=max(0, len(card.rows) - SHOWN),
        stages=list(STAGES),
        all_tags=sorted({tag for question in run.questions for tag in question.tags}),
    )


def render_comparison(first: Run, second: Run, comparisons: Sequence[Comparison]) -> str:
    """Write the page of two runs on the same questions; what is said is about the first."""
    names = first.card.system or first.id, second.card.system or second.id
    if names[0] == names[1]:
        names = f"{names[0]} ({first.id})", f"{names[1]} ({second.id})"
    main = next((one for one in comparisons if one.metric == CORRECT), None)
    lines = list(versus(first.card.measurements, second.card.measurements, comparisons))
    return fill(
        "comparison.html",
        title=standing(*names, main) if main else f"{names[0]} against {names[1]}",
        first=first,
        second=second,
        names=names,
        lines=lines,
        main=next((line for line in lines if line.name == CORRECT), None),
        flips=flips(first, second),
    )


def _changed_first(settings: Mapping[str, str]) -> dict[str, str]:
    """Put the settings that somebody chose in front of the defaults."""
    return dict(sorted(settings.items(), key=lambda pair: pair[1].endswith(DEFAULT)))


def _moment(started: str) -> str:
    """Write an ISO time for people; what is none stays as it is."""
    try:
        moment = datetime.fromisoformat(started)
    except ValueError:
        return started
    return f"{moment.astimezone(UTC):%d %B %Y, %H:%M} UTC".lstrip("0")
