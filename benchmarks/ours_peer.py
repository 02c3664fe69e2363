"""Sartor as a peer of the comparison harness: copy this file beside its other `*_peer.py`.

plain    one source, `add` once, `sync` afterwards (the documented way; there is no other)
"""

import json
import os
from pathlib import Path

from peerlib import BasePeer, read_jsonl

PACKAGES = ["sartor"]
ENTRY = "from sartor import Project"
VARIANTS = ["plain"]
NOTES = [
    "one document is one passage of one window, cut where the model's 256 tokens end, as the other "
    "peers do; the default cuts long documents into several passages instead",
    "embedding threads as OMP_NUM_THREADS says, as for the other peers; near-duplicates not folded",
]
FIELDS = {"id": "_id", "title": "title", "text": "text"}


class Peer(BasePeer):
    def settings(self):
        return {
            "splitting.strategy": "tokens",
            "splitting.size": 100_000,
            "embedding.path": str(self.model),
            "embedding.max_windows": 1,
            "embedding.threads": int(os.environ.get("OMP_NUM_THREADS") or 0),
            "search.fold": 0,
        }

    def build(self, corpus_dir, workdir):
        from sartor import Project

        self.corpus = Path(workdir) / "corpus.jsonl"
        self.take(corpus_dir)
        self.project = Project.init(Path(workdir) / "project", **self.settings())
        self.project.add(self.corpus, fields=FIELDS)
        self.project.close()

    def open(self, workdir):
        from sartor import Project

        self.corpus = Path(workdir) / "corpus.jsonl"
        self.project = Project(Path(workdir) / "project", **self.settings())

    def take(self, corpus_dir):
        self.corpus.write_bytes((Path(corpus_dir) / "corpus.jsonl").read_bytes())

    def query(self, text, k, mode="dense"):
        return [hit.passage.document_id for hit in self.found(text, k, mode)]

    def hits(self, text, k, mode="dense"):
        rows = []
        for hit in self.found(text, k, mode):
            title = self.project.document(hit.passage.document_id).title
            rows.append((hit.passage.document_id, f"{title} {hit.passage.text}".strip()))
        return rows

    def found(self, text, k, mode):
        return self.project.search(text, k, mode, labels=None)

    def reingest(self, corpus_dir):
        self.take(corpus_dir)
        self.project.sync()

    def update(self, docs):
        new = dict(docs)
        rows = [
            {"_id": row["_id"], "title": "", "text": new[str(row["_id"])]}
            if str(row["_id"]) in new
            else row
            for row in read_jsonl(self.corpus)
        ]
        self.corpus.write_text("".join(json.dumps(row) + "\n" for row in rows))
        self.project.sync()

    def delete(self, ids):
        self.project.delete(*ids)

    def count(self):
        return sum(document.passages for document in self.project.documents())
