"""Failures injected at known stages: does attribution name the stage?

    python benchmarks/attribution.py [--each 24] [--seed 7] [--minilm] [--out attribution]

A town's documents (Markdown, text, PDF) go into a real project: real reading, splitting, search,
packing and checking. What writes the answers is scripted: it sees the prompt, knows the fact that
is asked for and says it if it can read it there, unless the failure to be injected is its own.
Each failure is made where it belongs: a document is deleted, a page is blank, a value is lost in
reading, decoys crowd a document out of the hits, the prompt has no room, the model looks away.
The generator decides what is true from what it did and from plain string search; it shares no
code with the attribution and never sees it. An "unknown" counts as wrong, but for the answers of
foreign systems that store nothing to tell by.

The second half simulates stages with a known chance of being right when fixed, and counts how
often the interval of the expected gain holds the true gain.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path

from attribution_faults import Town, cases, cut_cases
from measuring import write_result
from sartor.checking import SupportChecker
from sartor.evaluation.attributing import attribute, gains
from sartor.testing.embedder import HashingEmbedder
from sartor.types import Row, Score

# --- the expected gain ------------------------------------------------------------------------


def simulated(draw, *, n=300, lost=0.25, right_if_fixed=0.7, measured=0.0, per_document=1):
    """Rows of a system that loses a share of the questions at search, and some in writing."""
    rows, clusters, given = [], {}, {}
    for number in range(n):
        id = str(number)
        clusters[id] = f"document {number // per_document}"
        missed, would_be_right = draw.random() < lost, draw.random() < right_if_fixed
        stage = "not retrieved" if missed else None if would_be_right else "used but wrong"
        rows.append(
            Row(id, None, (Score("answers.correct", id, float(stage is None)),), stage=stage)
        )
        if missed and draw.random() < measured:
            given[id] = would_be_right
    return rows, clusters, given


def coverage(repeats, resamples, **settings):
    """Count how often the interval holds the gain that is true by construction."""
    true = settings["lost"] * settings["right_if_fixed"]
    inside = 0
    for seed in range(repeats):
        rows, clusters, given = simulated(random.Random(seed), **settings)
        found = [
            one
            for one in gains(rows, clusters=clusters, given=given, resamples=resamples)
            if one.stage == "not retrieved"
        ]
        inside += bool(found) and found[0].gain.low <= true <= found[0].gain.high
    return inside / repeats if repeats else None


SIMULATIONS = {
    "estimated": {"lost": 0.25, "right_if_fixed": 0.7},
    "estimated, few lost": {"lost": 0.08, "right_if_fixed": 0.8},
    "measured": {"lost": 0.25, "right_if_fixed": 0.7, "measured": 1.0},
    "half of them measured": {"lost": 0.25, "right_if_fixed": 0.6, "measured": 0.5},
    "three questions a document": {"lost": 0.25, "right_if_fixed": 0.7, "per_document": 3},
    "nearly all right when found": {"lost": 0.25, "right_if_fixed": 0.99},
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=24)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--repeats", type=int, default=1000)
    parser.add_argument("--minilm", action="store_true", help="search with the real embedder")
    parser.add_argument("--show", action="store_true", help="print what was named wrong")
    parser.add_argument("--out", default="attribution")
    arguments = parser.parse_args()
    draw = random.Random(arguments.seed)
    figures = {"embedder": "minilm" if arguments.minilm else "hashing", "seed": arguments.seed}
    with tempfile.TemporaryDirectory() as folder:
        town = Town(
            Path(folder) / "town", draw, embedder(minilm=arguments.minilm), **{"splitting.size": 60}
        )
        cutting = Town(
            Path(folder) / "cut",
            draw,
            embedder(minilm=arguments.minilm),
            **{"splitting.strategy": "tokens", "splitting.size": 24},
        )
        with town.project, cutting.project:
            made = [*cases(town, arguments.each), *cut_cases(cutting, arguments.each)]
            figures |= named(made, SupportChecker(town.project), show=arguments.show)
    figures["gains: coverage of the interval"] = {
        name: coverage(arguments.repeats, 1000, **settings)
        for name, settings in SIMULATIONS.items()
    }
    write_result(arguments.out, figures)


def embedder(*, minilm):
    return None if minilm else HashingEmbedder()


def named(made, checker, *, show):
    """Attribute every case and count what came of it."""
    confusion, kinds, forms = (defaultdict(Counter) for _ in range(3))
    started = time.perf_counter()
    for case in made:
        lost = attribute(case.asked, case.scores, corpus=case.corpus, checker=checker)
        stage = lost.stage if lost else "nothing"
        confusion[case.stage][stage] += 1
        kinds[f"{case.stage}: {case.kind}"][stage == case.stage] += 1
        forms[case.form][stage == case.stage] += 1
        if show and stage != case.stage:
            print(
                f"{case.stage} ({case.kind}) was named {stage}\n  {lost and lost.proof}\n  {case.asked.question.expected} {case.asked.answer and case.asked.answer.text[:150]}"
            )
    seconds = time.perf_counter() - started

    def counted(groups):
        return {name: f"{found[True]} of {sum(found.values())}" for name, found in groups.items()}

    return {
        "cases": len(made),
        "milliseconds a case": round(1000 * seconds / len(made), 2),
        "named right": {
            stage: round(found[stage] / sum(found.values()), 3)
            for stage, found in confusion.items()
        },
        "confusion": {
            stage: {"cases": sum(found.values()), **found} for stage, found in confusion.items()
        },
        "kinds": counted(kinds),
        "by how the expected text is written": counted(forms),
    }


if __name__ == "__main__":
    main()
