"""A process that adds a folder to a project and is meant to be killed: `adding.py PROJECT FOLDER`.

Prints one line for each committed document, so that the test knows what was reported.
"""

import sys

from sartor.knowledge.ledger import Ledger
from sartor.project import Project
from sartor.testing.embedder import HashingEmbedder


def reporting_commit(self, changes, commit=Ledger.commit):
    committed = commit(self, changes)
    for change in committed.documents:
        sys.stdout.write(f"{change.id}\n")
    sys.stdout.flush()
    return committed


if __name__ == "__main__":
    Ledger.commit = reporting_commit
    settings = {"storage.commit_documents": 3, "reading.workers": 1}
    with Project.init(sys.argv[1], embedder=HashingEmbedder(), **settings) as project:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        project.add(sys.argv[2])
        sys.stdout.write("done\n")
        sys.stdout.flush()
