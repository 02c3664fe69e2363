"""The table that the README opens with is the one of the result file."""

import json
import runpy
from pathlib import Path

from sartor.cli.reports import demo
from sartor.evaluation.reporting.figures import called

ROOT = Path(__file__).parent.parent


def test_the_demo_and_the_readme_call_measures_alike():
    script = runpy.run_path(str(ROOT / "benchmarks/readme.py"))
    found = json.loads((ROOT / "benchmarks/results/demo.json").read_text())
    head, *rows = script["block"](found).splitlines()[1:]
    assert head.split(" | ")[1:5] == [called(metric) for metric in demo.MEASURES[:4]]
    assert any(row.endswith("| right and in form |") for row in rows)


def test_the_table_of_the_readme_is_that_of_the_result_file():
    script = runpy.run_path(str(ROOT / "benchmarks/readme.py"))
    found = json.loads((ROOT / "benchmarks/results/demo.json").read_text())
    assert script["block"](found) in (ROOT / "README.md").read_text(), (
        "python benchmarks/readme.py writes it again"
    )
