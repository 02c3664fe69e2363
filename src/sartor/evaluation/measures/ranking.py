"""Hits and evidence -> the places at which evidence was found.

A place is a rank from 1. When all evidence is whole documents, documents are ranked, and several
passages of one take one place; otherwise each passage takes its own. Knows no measures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ctypes import c_float
from dataclasses import dataclass

from sartor.types import Evidence, Hit


@dataclass(frozen=True, slots=True)
class Ranking:
    """What was found where.

    `ranks` is the first place of each piece of evidence that was found, `places` are all places
    that hold relevant evidence, in order. A piece whose grade is 0 or less is not relevant.
    """

    grades: Mapping[Evidence, int]
    ranks: Mapping[Evidence, int]
    places: tuple[int, ...]


def ranking(hits: Sequence[Hit], evidence: Sequence[Evidence]) -> Ranking:
    """Find every piece of evidence among the hits."""
    grades = {piece: piece.grade for piece in evidence}
    held = _documents_held(hits, grades) if _whole_documents(evidence) else _held(hits, grades)
    ranks: dict[Evidence, int] = {}
    places = []
    for place, pieces in enumerate(held, start=1):
        for piece in pieces:
            ranks.setdefault(piece, place)
        if any(piece.grade > 0 for piece in pieces):
            places.append(place)
    return Ranking(grades, ranks, tuple(places))


def holds(hit: Hit, piece: Evidence) -> bool:
    """Say whether a hit's passage overlaps the span, stands on the page, or is of the document."""
    passage = hit.passage
    if passage.document_id != piece.document:
        return False
    if piece.start is not None and piece.end is not None:
        return passage.start < piece.end and piece.start < passage.end
    return piece.page is None or passage.page == piece.page


def as_trec_eval_orders(scores: Mapping[str, float]) -> list[str]:
    """Order documents by falling score in single precision; equal ones by falling id."""
    return sorted(scores, key=lambda id: (c_float(scores[id]).value, id), reverse=True)


def _whole_documents(evidence: Sequence[Evidence]) -> bool:
    return all(piece.start is None and piece.page is None for piece in evidence)


def _held(hits: Sequence[Hit], grades: Mapping[Evidence, int]) -> list[list[Evidence]]:
    return [[piece for piece in grades if holds(hit, piece)] for hit in hits]


def _documents_held(hits: Sequence[Hit], grades: Mapping[Evidence, int]) -> list[list[Evidence]]:
    documents = dict.fromkeys(hit.passage.document_id for hit in hits)
    return [[piece for piece in grades if piece.document == id] for id in documents]
