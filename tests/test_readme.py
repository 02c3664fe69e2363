"""The table that the README opens with is the one of the result file."""

import json
import runpy
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_table_of_the_readme_is_that_of_the_result_file():
    script = runpy.run_path(str(ROOT / "benchmarks/readme.py"))
    found = json.loads((ROOT / "benchmarks/results/demo.json").read_text())
    assert script["block"](found) in (ROOT / "README.md").read_text(), (
        "python benchmarks/readme.py writes it again"
    )
