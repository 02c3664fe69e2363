"""The HTML report: how large it is, how long it takes to write, to open and to filter.

    python benchmarks/report.py [--browser chromium] [--out benchmarks/results/report.json]

Runs of 100, 1,000 and 2,000 questions are made by the seeded generator of the tests, with answers of
a sentence or two and of seven. Times are the median of five. A browser, if there is one, opens each
page five times; a copy without the page's policy carries a script that reads the browser's own clock
and then types two words into the search field.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from measuring import write_result
from sartor.evaluation.reporting import render

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "evaluation"))
from made_runs import made_run

REPEATS = 5
LIMIT = 3_000_000  # bytes, for 1,000 questions
CASES = ((100, 0), (1_000, 0), (1_000, 5), (2_000, 5))  # questions, sentences added to each answer
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')
CLOCK = """<script>
const parsed = performance.now();
document.body.offsetHeight;
const laidOut = performance.now();
const form = document.getElementById("filter");
form.elements.find.value = "mattress days";
form.dispatchEvent(new Event("input"));
document.body.offsetHeight;
document.title = JSON.stringify({
  parsed_ms: parsed, laid_out_ms: laidOut, filter_ms: performance.now() - laidOut,
});
</script></body>"""


def opened(page, browser):
    """Open a page; say how long after its start it was parsed and laid out; then filter it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.html"
        path.write_text(POLICY.sub("", page).replace("</body>", CLOCK), "utf-8")
        command = [
            browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--window-size=1280,900",
            "--dump-dom", path.as_uri(),
        ]  # fmt: skip
        found = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return json.loads(re.search(r"<title>(\{.*?\})</title>", found.stdout)[1])


def measured(questions, wordy, browser):
    run = made_run(questions, wordy=wordy)
    seconds = []
    for _ in range(REPEATS):
        began = perf_counter()
        page = render(run)
        seconds.append(perf_counter() - began)
    told = [opened(page, browser) for _ in range(REPEATS)] if browser else []
    answers = [row.answer.text for row in run.card.rows if row.answer]
    return {
        "questions": questions,
        "characters_an_answer": round(sum(map(len, answers)) / len(answers)),
        "bytes": len(page.encode()),
        "render_seconds": round(median(seconds), 3),
        **{name: round(median(one[name] for one in told), 1) for name in (told[0] if told else ())},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--browser", default=shutil.which("chromium") or "")
    parser.add_argument("--out", default="benchmarks/results/report.json")
    options = parser.parse_args()
    cases = [measured(*case, options.browser) for case in CASES]
    within = all(case["bytes"] <= LIMIT for case in cases if case["questions"] <= 1_000)
    write_result(
        Path(options.out).stem,
        {"repeats": REPEATS, "limit_bytes": LIMIT, "within_limit": within, "cases": cases},
    )


if __name__ == "__main__":
    main()
