"""Open a suspect shard and read it: a child process that may die of what it finds.

    python -m sartor.knowledge.index.probe SHARD

Exit code 0: it can be opened and read. It knows nothing of what should be in there. A flipped byte
in a length makes the engine ask for all the memory there is, and take the machine down with it, so
this process may only have what a sound shard needs.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

import qdrant_edge as engine

READ_SECONDS = 1.0  # the next owner waits for this
PAGE = 512
ROOM = 1 << 30  # bytes of address space beyond the files themselves


def read_all(shard: engine.EdgeShard) -> None:
    """Read points with everything they have, and search by each page's first one."""
    deadline = time.monotonic() + READ_SECONDS
    offset = None
    while time.monotonic() < deadline:
        page = engine.ScrollRequest(offset, PAGE, with_payload=True, with_vector=True)
        records, offset = shard.scroll(page)
        for record in records[:1]:
            _search_like(shard, record)
        if offset is None:
            return


def limit_memory(folder: Path) -> None:
    """Allow this process to map the files twice and some memory besides."""
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    resource.setrlimit(resource.RLIMIT_AS, (ROOM + 2 * size, ROOM + 2 * size))


def _search_like(shard: engine.EdgeShard, record: engine.Record) -> None:
    queries = [engine.TextQuery("terms", record.payload["terms"])]
    queries += [engine.Query.Nearest(vector, name) for name, vector in record.vector.items()]
    for query in queries:
        shard.query(engine.QueryRequest(PAGE, query=query))


if __name__ == "__main__":
    limit_memory(Path(sys.argv[1]))
    probed = engine.EdgeShard.load(sys.argv[1])
    read_all(probed)
    probed.close()
