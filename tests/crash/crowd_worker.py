"""Add, edit and delete documents of a source of its own, once `go` appears beside the ledger.

python crowd_worker.py ledger.db NAME DOCUMENTS
"""

import sys
import time
from pathlib import Path

from ledger_history import put, record, text, vectors_for

from sartor.knowledge.ledger import DeleteDocument, Ledger
from sartor.types import Source


def add_all(ledger: Ledger, name: str, documents: int) -> None:
    ledger.put_source(Source(name, "."))
    for at in range(documents):
        id = f"{name}-{at}.md"
        for version in (0, 1):
            change = put(id, text(id, version), source=name)
            ledger.commit([change, record(id, version, source=name)])
            ledger.put_vectors("test-embedder", vectors_for([change]))
        if at % 5 == 4:
            ledger.commit([DeleteDocument(id)])


def main(path: str, name: str, documents: str) -> None:
    while not Path(path).with_name("go").exists():
        time.sleep(0.001)
    with Ledger(path) as ledger:
        add_all(ledger, name, int(documents))


if __name__ == "__main__":
    main(*sys.argv[1:])
