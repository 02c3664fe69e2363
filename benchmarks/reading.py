"""Read real and broken files through the pool; write what became of each, how fast, how big.

    python benchmarks/reading.py PARSER_SAMPLES [--pdf FOLDER] [--rows CORPUS.jsonl]

Every file must end as read, skipped or failed with a reason, and the parent must stay below
+200 MB. The result is benchmarks/results/reading.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import tempfile
import time
from collections import Counter
from pathlib import Path

from sartor.knowledge.reading.pool import ReadingPool
from sartor.knowledge.reading.walk import Found, files
from sartor.protocols import ReadOptions
from sartor.types import Reading, Trouble

RESULT = Path(__file__).parent / "results" / "reading.json"
BEIR_FIELDS = {"id": "_id", "title": "title", "text": "text"}
MOST_MEGABYTES = 200
SMALL_FILES = 5_000


def measure(found: Found, options: ReadOptions | None = None) -> dict:
    """Read everything that was found; count the outcomes, time and memory."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    cpu_before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    ended: dict[str, str] = {}
    totals: Counter[str] = Counter()
    with ReadingPool() as pool:
        for file, result in pool.read(found.files, options or ReadOptions()):
            if isinstance(result, Trouble):
                ended.setdefault(file.relative, result.reason)
                totals["troubles"] += 1
            else:
                ended[file.relative] = ""
                count(result, totals)
    cpu = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = cpu.ru_utime + cpu.ru_stime - cpu_before.ru_utime - cpu_before.ru_stime
    return {
        "files": len(found.files),
        "read": sum(not reason for reason in ended.values()),
        "failed": {name: reason for name, reason in ended.items() if reason},
        "skipped": len(found.skipped),
        "refused": [trouble.item for trouble in found.failed],
        "without an outcome": sorted({f.relative for f in found.files} - set(ended)),
        **totals,
        "wall_seconds": round(time.perf_counter() - start, 2),
        "child_cpu_seconds": round(used, 2),
        "parent_grew_megabytes": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
        >> 10,
    }


def count(reading: Reading, totals: Counter[str]) -> None:
    """Add one reading to the totals."""
    totals["documents"] += 1
    totals["pages"] += len(reading.pages)
    totals["tables"] += reading.tables
    totals["characters"] += len(reading.text)
    totals["box_bytes"] += sum(len(page.boxes) for page in reading.pages)


def small_markdown(folder: Path) -> Found:
    """Write many small Markdown files."""
    for number in range(SMALL_FILES):
        body = f"# Page {number}\n\n" + "A few words about the house and its rules. " * 30
        (folder / f"{number:05}.md").write_text(f"{body}\n\n- one\n- two\n")
    return files(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("samples", type=Path)
    parser.add_argument("--pdf", type=Path, help="a folder of PDFs, for the speed of a page")
    parser.add_argument("--rows", type=Path, help="a BEIR corpus.jsonl, for the speed of a row")
    given = parser.parse_args()
    result = {
        "machine": {
            "cores": os.cpu_count(),
            "load": os.getloadavg()[0],
            "python": platform.python_version(),
        },
        "samples": measure(files(given.samples)),
    }
    with tempfile.TemporaryDirectory() as folder:
        result["small markdown"] = measure(small_markdown(Path(folder)))
    if given.pdf:
        result["pdf"] = measure(files(given.pdf, include=["*.pdf"]))
        spent, pages = result["pdf"]["child_cpu_seconds"], result["pdf"]["pages"]
        result["pdf"]["cpu_milliseconds_a_page"] = round(1000 * spent / pages, 1)
    if given.rows:
        result["rows"] = measure(files(given.rows), ReadOptions(fields=BEIR_FIELDS))
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    print(json.dumps(result, indent=2, ensure_ascii=False)[:1500])
    assert not result["samples"]["without an outcome"]
    assert result["samples"]["parent_grew_megabytes"] < MOST_MEGABYTES


if __name__ == "__main__":
    main()
