"""Does the lab model learn a form from examples alone, and keep the rest of what it does?

    python benchmarks/behaviour.py [--minutes 3.5] [--precision fp32]

The handbook of `sartor demo`: its examples are learned as the rung lora learns them, and format is
measured on its questions, which are about other facts. Once with general text mixed in, once
without: then the guard must fail. Writes `benchmarks/results/behaviour.json`.
"""

import argparse
import tempfile
from pathlib import Path

from measuring import write_result
from sartor import Project
from sartor.evaluation.questions import read_questions
from sartor.samples.handbook import DOCUMENTS, make_handbook

FORMAT = "format.valid"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=3.5)
    parser.add_argument("--precision", default="fp32", choices=("fp32", "bf16", "auto"))
    args = parser.parse_args()
    found = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "handbook"
        with make_handbook(folder):
            settings = (folder / "sartor.toml").read_text()
        settings = settings.replace("threads = 1", f'threads = 1\nprecision = "{args.precision}"')
        (folder / "sartor.toml").write_text(settings)
        with Project(folder) as project:
            project.add(folder / DOCUMENTS)
            found["with replay"] = learned(project, minutes=args.minutes)
            found["without replay"] = learned(project, minutes=args.minutes / 2, replay=0.0)
    write_result("behaviour", {"precision": args.precision, "minutes": args.minutes, **found})


def learned(project, **changes):
    """Train the rung, ask it everything, and give what its guard found."""
    asked = [one for one in read_questions(project.folder / "questions.jsonl") if one.answerable]
    tune = {"batch_tokens": 1_024, "evaluations": 4, **changes}
    verdict = project.climb(asked, rungs=["prompt", "lora"], everything=True, tune=tune)
    adapter = project.adapters.resolve("climb-lora")
    card = project.adapters.card(adapter.id)
    return {
        "format before": told(verdict.cards["prompt"].measurements[FORMAT]),
        "format after": told(verdict.cards["lora"].measurements[FORMAT]),
        "guard passed": adapter.guard.passed,
        "guard": {
            one.name: {"passed": one.passed, "found": one.reason} for one in adapter.guard.findings
        },
        "training seconds": round(card.training.seconds),
    }


def told(measured):
    return {key: round(getattr(measured, key), 3) for key in ("mean", "low", "high", "n")}


if __name__ == "__main__":
    main()
