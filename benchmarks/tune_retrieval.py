"""Does the search for settings of retrieval find what was set badly, and leave alone what was not?

    python benchmarks/tune_retrieval.py --data PATH/TO/beir/xquad-en [--questions 120]

A BEIR folder with answers becomes a project that quotes, with the settings as they come and with
some set badly on purpose. Each climbs with --tune-retrieval; told are the changes advised, what they
brought where they were chosen and where they report, and the optimism between the two.
"""

import argparse
import tempfile
import time
from pathlib import Path
from random import Random

from measuring import write_result
from sartor.evaluation.questions.beir import read_beir
from sartor.project import Project

CORPUS = {"id": "_id", "title": "title", "text": "text"}
STARTS = {
    "as it comes": {},
    "one passage is read": {"ask.passages": 1},
    "words count for nothing": {"search.weight": 1.0},
    "passages of 48 tokens": {"splitting.size": 48},
}


def rounded(measured):
    return [round(value, 4) for value in (measured.mean, measured.low, measured.high)]


def told(found):
    confirmed = found.confirmed
    return {
        "metric": found.metric,
        "changes": dict(found.changes),
        "reason": found.reason,
        "gain_where_chosen": rounded(found.gain) if found.gain else None,
        "gain_where_reported": rounded(confirmed.difference) if confirmed else None,
        "outcome": confirmed.outcome if confirmed else "",
        "optimism": None if found.gap is None else round(found.gap, 4),
        "tried": {row.name: [*rounded(row.figure), row.figure.n] for row in found.tried},
    }


def searched(data, questions, settings, folder):
    """Climb with quotes; count the seconds of all threads."""
    with Project.init(folder, **settings) as project:
        project.add(data / "corpus.jsonl", fields=CORPUS)
        cpu, wall = time.process_time(), time.perf_counter()
        verdict = project.climb(questions, rungs=["rag"], tune_retrieval=True)
        seconds = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
    return told(verdict.searched) | {name: round(spent, 1) for name, spent in seconds.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=120)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--starts", nargs="+", choices=STARTS, default=list(STARTS))
    parser.add_argument("--out", help="name of a result file")
    options = parser.parse_args()
    known = read_beir(options.data).questions
    drawn = Random(options.seed).sample(known, min(options.questions, len(known)))
    results = {}
    for name in options.starts:
        with tempfile.TemporaryDirectory() as folder:
            results[name] = searched(options.data, drawn, STARTS[name], Path(folder) / "project")
        print(name, results[name], flush=True)
    if options.out:
        write_result(options.out, {"set": options.data.name, "questions": len(drawn), **results})


if __name__ == "__main__":
    main()
