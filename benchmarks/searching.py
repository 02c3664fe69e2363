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
            result["curve"] = curved(project)
            result["search"] = searched(project, arguments.minutes)
    write_result("searching", result)


def searched(project, minutes):
    """Search around the recipe that is taken without it."""
    cpu = time.process_time()
    found = project.tuning.search(None, TuneOptions(changes={"epochs": EPOCHS}), minutes=minutes)
    return {
        **found_data(found),
        "cpu seconds": round(time.process_time() - cpu),
    }


def curved(project):
    cpu = time.process_time()
    found = project.tuning.curve(None, TuneOptions(changes={"epochs": EPOCHS}), seeds=1)
    return {**curve_data(found), "cpu seconds": round(time.process_time() - cpu)}


if __name__ == "__main__":
    main()
