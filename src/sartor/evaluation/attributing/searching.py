"""No evidence given -> the documents that hold the expected text, in place of it.

Looked for in the whole corpus where it is small enough, word for word and numbers in any
spelling. Says so where an answer is too common, or too free, to be looked for.
"""

from __future__ import annotations

from sartor.evaluation.attributing.aiming import Wanted
from sartor.evaluation.attributing.finding import Searchable, absent
from sartor.evaluation.attributing.lost import Lost, quoted
from sartor.evaluation.attributing.remembered import Remembered
from sartor.types import Evidence

COMMON = 0.1  # share of the documents that may hold a text that is to point at its source
ALWAYS_TOLD = 3  # ... but this many documents are few in any corpus


def evidence_in(wanted: Wanted, corpus: Remembered | None) -> list[Evidence] | Lost:
    """Find documents that can stand for the evidence, or say why there are none."""
    if not wanted.expected:
        return Lost("unknown", "the question has neither evidence nor an expected text to look for")
    if corpus is None:
        return Lost("unknown", "no evidence is given, and there are no documents to search")
    documents = corpus.all_documents()
    if documents is None:
        count = len(corpus.document_ids())
        return Lost(
            "unknown", f"no evidence is given, and {count} documents are too many to look through"
        )
    sought = " or ".join(map(quoted, wanted.expected[:2]))
    holding = [one.id for one in documents if corpus.text(one).places(wanted.expected)]
    if len(holding) > max(ALWAYS_TOLD, COMMON * len(documents)):
        return Lost(
            "unknown",
            f"no evidence is given, and {sought} stands in {len(holding)} of "
            f"{len(documents)} documents: too common to tell where it should come from",
        )
    if holding:
        return [Evidence(id) for id in holding]
    nothing = Searchable("")
    if not absent(wanted.expected, nothing, nothing):
        return Lost("unknown", f"no evidence is given, and {sought} may stand there in other words")
    return Lost(
        "not in the documents",
        f"{sought} stands in none of the {len(documents)} documents (looked for word for word, "
        "numbers in any spelling)",
    )
