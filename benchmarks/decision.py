"""Is the cheapest adequate rung chosen, by number of questions and by its distance to the bar.

    python benchmarks/decision.py [--projects 2000]

Four rungs of known quality stand on a ladder, the first the cheapest. The bar is 0.80. The first is
inadequate by the gap, the second and third are adequate by the gap, the fourth by twice the gap; so
the second is the right choice. A simulated project draws which questions each rung gets right
(questions are hard or easy for all rungs alike, as they are), and the rule decides from that alone,
by cost a month. Per cell of questions and gap that many projects are simulated, and it is counted how
often the right one is chosen, a dearer one (or none) where the second would have done, and the cheap
inadequate one. `renamed` says in how many projects the verdict moved along when the qualities were
dealt to the rungs in another order (prices too): all of them must.

A second ladder holds two rungs that are there and three that must be trained first, each training
with its price. Either the second rung that is there is adequate (nothing is to be trained), or the
second that is trained (one training too few is inadequate, one too many is wasted); or everything is
built, and the cheapest adequate one of all is right. `in vain` counts the projects in which
a training was started while a rung measured before it was proved or likely: none may. Half as many
projects are simulated there.

Writes results/decision.json and the chart results/decision.svg.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from measuring import RESULTS, write_result
from sartor.evaluation.statistics import measurement
from sartor.ladder.bars import read_bar
from sartor.ladder.measuring import Measured
from sartor.ladder.rule import Candidate, decide
from sartor.ladder.rungs import Effort, Rung
from sartor.ladder.walking import walk
from sartor.ladder.weighing import Weighing
from sartor.types import Cost, Measurement, Scorecard

BAR = 0.80
QUESTIONS = (20, 50, 100, 300, 1000)
GAPS = (0.02, 0.05, 0.10, 0.15)
PRICES = (10.0, 50.0, 100.0, 400.0)
RIGHT = 1  # place of the cheapest adequate rung
COMMON = 0.6  # weight of what makes a question hard for every rung


def qualities(gap):
    return (BAR - gap, BAR + gap, BAR + gap, min(0.99, BAR + 2 * gap))


def answers(draw, n, rates):
    """Draw right and wrong answers with these rates, alike in what they find hard."""
    shared = draw.standard_normal(n)
    own = draw.standard_normal((len(rates), n))
    luck = np.sqrt(COMMON) * shared + np.sqrt(1 - COMMON) * own
    return [row < threshold(rate) for row, rate in zip(luck, rates, strict=True)]


def threshold(rate):
    from statistics import NormalDist

    return NormalDist().inv_cdf(rate)


def candidates(right, prices):
    return [
        Candidate(
            name=f"rung {place}",
            order=place,
            measurements={"answers.correct": measurement("answers.correct", row)},
            per_month=price,
        )
        for place, (row, price) in enumerate(zip(right, prices, strict=True))
    ]


def cell(n, gap, projects, seed):
    draw, bar = np.random.default_rng(seed), read_bar(f"answers.correct >= {BAR}", volume=10_000)
    outcomes = dict.fromkeys(("right", "dearer", "none", "inadequate"), 0)
    moved = 0
    for _ in range(projects):
        right = answers(draw, n, qualities(gap))
        decision = decide(candidates(right, PRICES), bar)
        place = int(decision.chosen.split()[1]) if decision.chosen else None
        outcomes[
            "none"
            if place is None
            else "right"
            if place == RIGHT
            else "inadequate"
            if place < RIGHT
            else "dearer"
        ] += 1
        dealt = draw.permutation(len(right))
        again = decide(
            candidates([right[one] for one in dealt], [PRICES[one] for one in dealt]), bar
        )
        moved += (again.chosen is None and place is None) or (
            again.chosen is not None and int(dealt[int(again.chosen.split()[1])]) == place
        )
    shares = {name: round(count / projects, 4) for name, count in outcomes.items()}
    return {**shares, "renamed": round(moved / projects, 4)}


# --- rungs that must be trained first ---------------------------------------------------------

VOLUME = 10_000
MONTHS = 12  # that a training lasts
RUNNING = (20.0, 100.0, 10.0, 40.0, 200.0)  # dollars a month; the last three are trained
TRAINING = (0.0, 0.0, 120.0, 360.0, 1_200.0)  # dollars once
NOTHING = MappingProxyType({})


@dataclass(frozen=True)
class Ladder:
    """Which of five rungs are adequate, whether all are built, and which one is right then."""

    adequate: tuple[bool, ...]
    right: int | None
    everything: bool = False


LADDERS = {
    "one that is there": Ladder((False, True, False, True, True), right=1),
    "one that is trained": Ladder((False, False, False, True, True), right=3),
    "everything built": Ladder((False, True, False, True, True), right=3, everything=True),
}


@dataclass
class Project:
    """One project: what its rungs would measure, and what becomes of them on the way up."""

    cards: list
    found: Measured = field(default_factory=Measured)
    trained: int = 0
    in_vain: bool = False

    def measure(self, found, rung):
        """Measure a rung; whether training it was in vain is seen from the figures alone."""
        if rung.effort:
            self.trained += 1
            met = [
                card.measurements["answers.correct"].mean >= BAR for card in found.cards.values()
            ]
            self.in_vain |= any(met)
        found.cards[rung.name] = self.cards[rung.order]


def rungs():
    return [
        Rung(str(place), place, object, effort=Effort(dollars=once) if once else None, once=once)
        for place, once in enumerate(TRAINING)
    ]


def price(card, *, once, **_):
    month = RUNNING[int(card.system)] + once / MONTHS
    return Cost(once, None, Measurement("cost.month", month, month, month, 1))


def training_cell(ladder, n, gap, projects, seed):
    draw, bar = np.random.default_rng(seed), read_bar(f"answers.correct >= {BAR}", volume=VOLUME)
    known = {rung.name: rung for rung in rungs()}
    counts = dict.fromkeys(("right", "dearer", "none", "inadequate", "trained", "in vain"), 0)
    rates = [BAR + gap if adequate else BAR - gap for adequate in ladder.adequate]
    for _ in range(projects):
        measured = (measurement("answers.correct", row) for row in answers(draw, n, rates))
        project = Project([Scorecard({"answers.correct": one}, ()) for one in measured])
        weighing = Weighing(known, bar, VOLUME, NOTHING, price=price)
        walk(
            list(known.values()),
            project.found,
            measure=project.measure,
            weighing=weighing,
            everything=ladder.everything,
        )
        chosen = weighing.decide(project.found.cards).chosen
        counts[outcome(chosen, ladder)] += 1
        counts["trained"] += project.trained
        counts["in vain"] += project.in_vain and not ladder.everything
    return {name: round(count / projects, 4) for name, count in counts.items()}


def outcome(chosen, ladder):
    if chosen is None:
        return "none"
    if int(chosen) == ladder.right:
        return "right"
    return "dearer" if ladder.adequate[int(chosen)] else "inadequate"


def training(projects):
    return {
        f"{name}, n={n}, gap={gap:.0%}": training_cell(ladder, n, gap, projects, seed=n)
        for name, ladder in LADDERS.items()
        for n in QUESTIONS
        for gap in GAPS
    }


# --- the chart --------------------------------------------------------------------------------

COLOURS = {"right": "#2f7d4f", "dearer": "#c98a1b", "none": "#9aa3ad", "inadequate": "#b3372f"}
WORDS = {
    "right": "cheapest adequate rung",
    "dearer": "a dearer one",
    "none": "none",
    "inadequate": "a cheaper, inadequate one",
}
WIDE, HIGH, LEFT, TOP, BETWEEN = 150, 132, 62, 74, 22


def chart(cells):
    """Draw one panel a gap, one stacked bar a number of questions."""
    width = LEFT + len(GAPS) * (WIDE + BETWEEN) + 8
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 250" role="img" '
        'font-family="system-ui, sans-serif" font-size="11" fill="#24292f">',
        "<title>Which rung is chosen, by number of questions and gap to the bar</title>",
        f'<rect width="{width}" height="250" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="22" font-size="14" font-weight="600">Which rung is chosen</text>',
    ]
    parts += legend()
    parts += [
        f'<text x="{LEFT - 8}" y="{TOP + HIGH * (1 - share) + 4:.0f}" text-anchor="end">{share:.0%}</text>'
        for share in (0, 0.5, 0.9, 1)
    ]
    for column, gap in enumerate(GAPS):
        parts += panel(LEFT + column * (WIDE + BETWEEN), gap, cells)
    return "\n".join([*parts, "</svg>"]) + "\n"


def legend():
    x = LEFT
    for name, words in WORDS.items():
        yield f'<rect x="{x}" y="34" width="10" height="10" fill="{COLOURS[name]}"/>'
        yield f'<text x="{x + 15}" y="43">{words}</text>'
        x += 32 + 6 * len(words)


def panel(x, gap, cells):
    yield f'<text x="{x}" y="{TOP - 8}" font-weight="600">{100 * gap:.0f} points from the bar</text>'
    step = WIDE / len(QUESTIONS)
    for place, n in enumerate(QUESTIONS):
        y, left = TOP + HIGH, x + place * step + 2
        for name, colour in COLOURS.items():
            height = HIGH * cells[f"n={n}, gap={gap:.0%}"][name]
            y -= height
            yield (
                f'<rect x="{left:.1f}" y="{y:.1f}" width="{step - 4:.1f}" height="{height:.1f}" '
                f'fill="{colour}"><title>{n} questions, {WORDS[name]}: {height / HIGH:.1%}</title></rect>'
            )
        yield f'<text x="{left + step / 2 - 2:.1f}" y="{TOP + HIGH + 15}" text-anchor="middle">{n}</text>'
    line = TOP + HIGH * 0.1
    yield f'<line x1="{x}" y1="{line}" x2="{x + WIDE}" y2="{line}" stroke="#24292f" stroke-dasharray="3 3"/>'
    yield f'<text x="{x + WIDE / 2}" y="{TOP + HIGH + 32}" text-anchor="middle">questions</text>'


def main():
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--projects", type=int, default=2_000)
    projects = reading.parse_args().projects
    started = time.perf_counter()
    cells = {
        f"n={n}, gap={gap:.0%}": cell(n, gap, projects, seed=n) for n in QUESTIONS for gap in GAPS
    }
    (RESULTS / "decision.svg").write_text(chart(cells))
    write_result(
        "decision",
        {
            "bar": BAR,
            "projects": projects,
            "cells": cells,
            "training": training(projects // 2),
            "seconds": round(time.perf_counter() - started, 1),
        },
    )


if __name__ == "__main__":
    main()
