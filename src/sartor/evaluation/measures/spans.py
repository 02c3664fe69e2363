"""Passages found and evidence spans -> which characters they share.

Measured as studies of splitting do it: recall over the characters of the evidence, precision over
those of the passages, IoU over both. A character that two passages repeat is read twice, so it
counts twice among the passages and once as found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sartor.text.spans import merged
from sartor.types import Evidence, Hit

Place = tuple[int, int]


def span_measures(
    hits: Sequence[Hit], evidence: Sequence[Evidence], k: int
) -> Iterator[tuple[str, float]]:
    """Give recall, precision and IoU of the first k hits; nothing where no evidence is a span."""
    wanted = _wanted(evidence)
    asked = sum(end - start for spans in wanted.values() for start, end in spans)
    if not asked:
        return
    passages = [hit.passage for hit in hits[:k]]
    read = sum(passage.end - passage.start for passage in passages)
    found = 0
    for document, spans in wanted.items():
        covered = merged((one.start, one.end) for one in passages if one.document_id == document)
        found += sum(_common(span, cover) for span in spans for cover in covered)
    yield f"retrieval.span_recall@{k}", found / asked
    yield f"retrieval.span_precision@{k}", found / read if read else 0.0
    yield f"retrieval.iou@{k}", found / (read + asked - found)


def _wanted(evidence: Sequence[Evidence]) -> dict[str, list[Place]]:
    """Collect the relevant spans of each document, overlapping ones made one."""
    spans: dict[str, list[Place]] = {}
    for piece in evidence:
        if piece.start is not None and piece.end is not None and piece.grade > 0:
            spans.setdefault(piece.document, []).append((piece.start, piece.end))
    return {document: merged(found) for document, found in spans.items()}


def _common(left: Place, right: Place) -> int:
    return max(0, min(left[1], right[1]) - max(left[0], right[0]))
