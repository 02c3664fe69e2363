"""Do our intervals hold the truth as often as they say, and do our tests cry wolf no more often.

    python benchmarks/coverage.py [--projects 2000]

Each cell simulates that many test sets from a distribution whose truth is known, and counts. An
interval of 95 % should hold the truth in 93-97 %; a test at 5 % should tell two equal systems apart
in at most 6 %. With 2,000 sets the counting itself errs by half a point (one standard error).

Cells known to be hard are there too, under `limits`: a heavy tail seen 20 times, two systems that differ
on a few questions only (their interval errs on the long side), single proportions near 1, where no
interval covers evenly (their average over all proportions does), and, for comparison, right and wrong
answers that go together within a document taken as if each stood alone. Whatever else lies outside
93-97 % is named under `outside`.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from measuring import write_result
from sartor.evaluation.statistics import compare, detectable, holm, measurement, percentile

RESAMPLES = 2_000
PER_DOCUMENT = 3
FEW = 8  # questions on which two systems differ: with fewer, coverage goes in steps


def documents(draw, n):
    return draw.integers(0, max(4, n // PER_DOCUMENT), n)


def together(draw, n, share, one):
    """Values of which a share comes from the document that several questions are about."""
    places = documents(draw, n)
    of_document = one(max(4, n // PER_DOCUMENT))
    return share * of_document[places] + (1 - share) * one(n), [str(place) for place in places]


def right_together(draw, n):
    """Answers that are right as often as their document is easy."""
    places = documents(draw, n)
    rates = draw.beta(4, 1, max(4, n // PER_DOCUMENT))
    return draw.binomial(1, rates[places]), [str(place) for place in places]


def ndcg(draw, n):
    luck = draw.random(n)
    return np.where(luck < 0.25, 0.0, np.where(luck < 0.7, 1.0, draw.random(n)))


def ndcg_high(draw, n):
    luck = draw.random(n)
    return np.where(luck < 0.05, 0.0, np.where(luck < 0.85, 1.0, draw.random(n)))


GRADED = {  # name: (draw, n) -> values, and their mean
    "uniform": (lambda draw, n: draw.random(n), 0.5),
    "beta 8, 1.5": (lambda draw, n: draw.beta(8, 1.5, n), 8 / 9.5),
    "nDCG, middling": (ndcg, 0.45 + 0.15),
    "nDCG, high": (ndcg_high, 0.8 + 0.075),
    "recall of 3 pieces": (lambda draw, n: draw.binomial(3, 0.85, n) / 3, 0.85),
    "exponential": (lambda draw, n: draw.exponential(1, n), 1.0),
    "log-normal, 0.5": (lambda draw, n: draw.lognormal(0, 0.5, n), np.exp(0.125)),
}
CLUSTERED = {
    "normal": (lambda draw, n: together(draw, n, 0.5, draw.standard_normal), 0.0),
    "beta 4, 1": (lambda draw, n: together(draw, n, 0.7, lambda k: draw.beta(4, 1, k)), 0.8),
    "square roots": (
        lambda draw, n: together(draw, n, 0.5, lambda k: draw.random(k) ** 0.5),
        2 / 3,
    ),
    "right or wrong": (right_together, 0.8),
}
WAITING = {  # name: draw, and the function from a share to its percentile
    "log-normal, 0.7": (
        lambda draw, n: draw.lognormal(0, 0.7, n),
        {0.5: 1.0, 0.95: np.exp(0.7 * 1.644854)},
    ),
    "exponential": (lambda draw, n: draw.exponential(1, n), {0.5: np.log(2), 0.95: np.log(20)}),
    "gamma 4": (lambda draw, n: draw.gamma(4, 1, n), {0.5: 3.672061, 0.95: 7.753657}),
}


def covered(projects, seed, one):
    """Share of simulated test sets whose interval holds the truth; `one` gives both."""
    draw, hits, width = np.random.default_rng(seed), 0, 0.0
    for _ in range(projects):
        found, truth = one(draw)
        hits += found.low <= truth <= found.high
        width += found.high - found.low
    return {"covers": round(hits / projects, 4), "width": round(width / projects, 4)}


def proportions(projects):
    def at(n, rate):
        def one(draw):
            truth = rate if rate else draw.random()
            return measurement("answers.correct", draw.binomial(1, truth, n)), truth

        return one

    return {
        f"{rate or 'any proportion'}, n={n}": covered(projects, n, at(n, rate))
        for rate in (None, 0.5, 0.7, 0.85)
        for n in (20, 40, 100, 300)
    }


def graded(projects):
    def of(make, n, truth):
        return lambda draw: (measurement("retrieval.x", make(draw, n), resamples=RESAMPLES), truth)

    return {
        f"{name}, n={n}": covered(projects, n, of(make, n, truth))
        for name, (make, truth) in GRADED.items()
        for n in (20, 40, 100)
    }


def clustered(projects):
    def of(make, n, truth):
        def one(draw):
            values, places = make(draw, n)
            return measurement("x", values, clusters=places, resamples=RESAMPLES), truth

        return one

    return {
        f"{name}, n={n}": covered(projects, n, of(make, n, truth))
        for name, (make, truth) in CLUSTERED.items()
        for n in (20, 40, 100, 300)
    }


def percentiles(projects):
    def of(make, n, share, truth):
        return lambda draw: (
            percentile("latency.x", make(draw, n), share, resamples=RESAMPLES),
            truth,
        )

    return {
        f"{name}, p{100 * share:.0f}, n={n}": covered(projects, n, of(make, n, share, truth))
        for name, (make, truths) in WAITING.items()
        for share, truth in truths.items()
        for n in (20, 40, 100, 300)
    }


def differences(projects):
    def shares(n):
        def one(draw):
            hard = draw.random(n)
            first, second = (np.clip(hard + draw.normal(0, 0.2, n), -1, 2) for _ in range(2))
            return compare(
                "x", named(first), named(second + 0.1), resamples=RESAMPLES
            ).difference, -0.1

        return one

    cells = {
        f"right or wrong, {better:.0%} better, {worse:.0%} worse, n={n}": right_or_wrong(
            n, better, worse
        )
        for better, worse in ((0.05, 0.05), (0.15, 0.05), (0.3, 0.1))
        for n in (20, 40, 100, 300)
        if n * (better + worse) >= FEW
    } | {f"graded, n={n}": shares(n) for n in (20, 40, 100)}
    return {name: covered(projects, 7, one) for name, one in cells.items()}


def right_or_wrong(n, better, worse):
    def one(draw):
        first, second = pair(draw, n, better, worse)
        return compare("answers.correct", first, second).difference, better - worse

    return one


def limits(projects):
    def as_if_alone(n):
        return lambda draw: (measurement("answers.correct", right_together(draw, n)[0]), 0.8)

    def heavy(n):
        return lambda draw: (measurement("tokens.x", draw.lognormal(0, 1, n)), np.exp(0.5))

    def near_one(n, rate):
        return lambda draw: (measurement("answers.correct", draw.binomial(1, rate, n)), rate)

    cells = {
        "right or wrong, by document, documents ignored, n=100": as_if_alone(100),
        "log-normal, 1.0, n=20": heavy(20),
        "log-normal, 1.0, n=100": heavy(100),
        "5% better, 5% worse, n=20": right_or_wrong(20, 0.05, 0.05),
        "15% better, 5% worse, n=20": right_or_wrong(20, 0.15, 0.05),
        "0.95, n=20": near_one(20, 0.95),
        "0.99, n=100": near_one(100, 0.99),
    }
    return {name: covered(projects, 3, one) for name, one in cells.items()}


def named(values):
    return {str(place): float(value) for place, value in enumerate(values)}


def pair(draw, n, better, worse):
    """Two systems that disagree that often, the rest of the time both right or both wrong."""
    luck, hard = draw.random(n), draw.random(n) < 0.7
    first = np.where(luck < better, 1, np.where(luck < better + worse, 0, hard))
    second = np.where(luck < better, 0, np.where(luck < better + worse, 1, hard))
    return named(first), named(second)


def told(projects, seed, one):
    draw = np.random.default_rng(seed)
    return round(sum(one(draw) for _ in range(projects)) / projects, 4)


def false_alarms(projects):
    def mcnemar(n, differing):
        return lambda draw: compare("x", *pair(draw, n, differing / 2, differing / 2)).p <= 0.05

    def permutation(n, make):
        def one(draw):
            return compare("x", named(make(draw, n)), named(make(draw, n)), resamples=100).p <= 0.05

        return one

    def by_document(n):
        def one(draw):
            places = documents(draw, n)
            shared = draw.normal(0, 0.3, n)[places]
            first, second = draw.random(n) + shared, draw.random(n)
            of = {str(place): str(document) for place, document in enumerate(places)}
            return compare("x", named(first), named(second), clusters=of, resamples=100).p <= 0.05

        return one

    def family(n):
        def one(draw):
            found = holm([compare("x", *pair(draw, n, 0.1, 0.1)) for _ in range(6)])
            return any(each.outcome != "cannot tell" for each in found)

        return one

    cells = {
        f"McNemar, {d:.0%} differ, n={n}": mcnemar(n, d) for d in (0.1, 0.3) for n in (20, 60, 300)
    }
    cells |= {f"permutation, nDCG, n={n}": permutation(n, ndcg) for n in (8, 20, 60)}
    cells |= {
        f"permutation, exponential, n={n}": permutation(n, GRADED["exponential"][0])
        for n in (8, 20, 60)
    }
    cells |= {f"permutation by document, n={n}": by_document(n) for n in (40, 150)}
    cells |= {"Holm over six, any told": family(100)}
    quick = {
        name: 500 if "nDCG" in name or "exp" in name or "doc" in name else projects
        for name in cells
    }
    return {name: told(max(projects, 2 * quick[name]), 11, one) for name, one in cells.items()}


def power(projects):
    """How often a difference of `detectable(n)` is told, under the assumption it states."""

    def one(n, difference, differing):
        better, worse = (differing + difference) / 2, (differing - difference) / 2
        return lambda draw: compare("x", *pair(draw, n, better, worse)).outcome == "better"

    rows = {}
    for n in (20, 60, 100, 300, 1000):
        smallest = detectable(n)
        rows[f"n={n}"] = {
            "detectable": round(smallest, 4),
            "told when the true difference is that": told(
                projects, 5, one(n, smallest, max(1 / 8, smallest))
            ),
            "told when it is half of that": told(
                projects, 5, one(n, smallest / 2, max(1 / 8, smallest / 2))
            ),
        }
    return rows


def main():
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--projects", type=int, default=2_000)
    projects = reading.parse_args().projects
    started = time.perf_counter()
    figures = {"projects": projects}
    for part in (
        proportions,
        graded,
        clustered,
        percentiles,
        differences,
        limits,
        false_alarms,
        power,
    ):
        figures[part.__name__.replace("_", " ")] = part(projects)
    figures["outside"] = [
        f"{part}: {name}"
        for part in ("proportions", "graded", "clustered", "percentiles", "differences")
        for name, cell in figures[part].items()
        if not 0.93 <= cell["covers"] <= 0.97
    ]
    figures["seconds"] = round(time.perf_counter() - started, 1)
    write_result("coverage", figures)


if __name__ == "__main__":
    main()
