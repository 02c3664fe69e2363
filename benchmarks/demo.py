"""The demonstration from start to end: which rung is enough for which bar, and what it takes.

    python benchmarks/demo.py

Then `python benchmarks/readme.py` writes the table of the README.
"""

import json
import tempfile
from pathlib import Path

from measuring import SARTOR, Watched, write_result

MEASURES = (
    "answers.correct",
    "answers.contains",
    "format.valid",
    "citations.recall",
    "citations.precision",
    "answers.abstained",
    "latency.p50",
)


def main():
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "demo"
        ran = Watched([*SARTOR, "demo", str(folder), "--json"])
    found = json.loads(ran.output.replace(str(folder), folder.name))["data"]
    took = {
        "seconds": round(ran.seconds),
        "cpu_seconds": round(ran.cpu_seconds),
        "peak_mb": round(ran.peak_mb),
    }
    write_result("demo", {"run": took, **figures(found)})


def figures(found):
    """Keep of what `sartor demo --json` prints what a table needs."""
    return {
        "table": [
            {
                "rung": line["rung"],
                "chosen_for": line["chosen_for"],
                "why": line["why"],
                "measures": {
                    name: rounded(line["measurements"][name])
                    for name in MEASURES
                    if name in line["measurements"]
                },
            }
            for line in found["table"]
        ],
        "verdicts": [
            {
                key: verdict[key]
                for key in ("bar", "rung", "status", "reason", "unbuilt", "warnings")
            }
            for verdict in found["verdicts"]
        ],
    }


def rounded(measured):
    return {key: round(measured[key], 3) for key in ("mean", "low", "high")} | {"n": measured["n"]}


if __name__ == "__main__":
    main()
