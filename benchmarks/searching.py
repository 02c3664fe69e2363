"""Does a search find a better recipe, and does a learning curve tell when examples are enough?

    python benchmarks/searching.py [--minutes 12] [--precision auto]

The handbook of `sartor demo` and its examples, on the lab model. The search looks around the recipe
that is chosen without it; what it takes and what it started from are both measured on examples that
neither chose by. The curve trains on a quarter, half and all of the examples.
Writes `benchmarks/results/searching.json`.
"""

import argparse
import tempfile
import time
from pathlib import Path

from measuring import write_result
from sartor import Project
from sartor.cli.reports.searching import curve_data, found_data
from sartor.project.tuning import TuneOptions
from sartor.samples.handbook import make_handbook

EPOCHS = 3  # of the recipe that is started from: a search tries many, so each is short


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=12)
    parser.add_argument("--precision", default="auto", choices=("fp32", "bf16", "auto"))
    arguments = parser.parse_args()
    result = {"minutes": arguments.minutes, "precision": arguments.precision, "epochs": EPOCHS}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "handbook"
        with make_handbook(folder):
            settings = (folder / "sartor.toml").read_text()
        changed = settings.replace("minutes = 2", f'precision = "{arguments.precision}"')
        (folder / "sartor.toml").write_text(changed)
        with Project(folder) as project:
            result["search"] = searched(project, arguments.minutes)
            write_result("searching", result)
            result["curve"] = curved(project)
    write_result("searching", result)


def searched(project, minutes):
    """Search, and measure the recipe that it started from as the one that it takes."""
    cpu = time.process_time()
    found = project.tuning.search(None, TuneOptions(changes={"epochs": EPOCHS}), minutes=minutes)
    start = found.trials[0].trial
    return {
        **found_data(found),
        "started from, on test": told(start.confirm()) if start else None,
        "taken, on test": told(found.test) if found.test else None,
        "cpu seconds": round(time.process_time() - cpu),
    }


def curved(project):
    cpu = time.process_time()
    found = project.tuning.curve(None, TuneOptions(changes={"epochs": EPOCHS}), seeds=1)
    return {**curve_data(found), "cpu seconds": round(time.process_time() - cpu)}


def told(measured):
    return {key: round(getattr(measured, key), 3) for key in ("mean", "low", "high", "n")}


if __name__ == "__main__":
    main()
