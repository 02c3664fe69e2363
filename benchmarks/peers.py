"""Keep a run of the peers' harness: its JSON lines -> results/peers.json, medians by peer.

    python benchmarks/peers.py RESULTS.jsonl

The harness measures LangChain, LlamaIndex, Haystack, txtai and, through `ours_peer.py`, Sartor, each
step in a fresh process of the peer's own environment, all with the same weights on the same documents.
"""

import json
import statistics
import sys
from collections import defaultdict
from pathlib import Path

from measuring import write_result


def main():
    values, machine, run = defaultdict(list), {}, {}
    for line in Path(sys.argv[1]).read_text().splitlines():
        row = json.loads(line)
        if row["step"] == "machine":
            machine[row["measure"]] = row["value"]
        else:
            key = f"{row['peer']}/{row['variant']}", row["measure"]
            if run.setdefault(key, row["run"]) != row["run"]:  # a later run replaces an earlier one
                run[key], values[key] = row["run"], []
            values[key].append(row["value"])
    peers = defaultdict(dict)
    for (peer, measure), found in values.items():
        peers[peer][measure] = found[-1] if isinstance(found[-1], str) else statistics.median(found)
    write_result("peers", {"run": machine, "peers": peers})


if __name__ == "__main__":
    main()
