"""A location and options -> the `Source` that the ledger keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from sartor.types import Source


def describe(
    place: Path,
    known: Sequence[Source],
    *,
    collection: str | None = None,
    labels: Sequence[str] | None = None,
    fields: Mapping[str, str] | None = None,
    include: Sequence[str] | None = None,
    exclude: Sequence[str] | None = None,
) -> Source:
    """Describe a new source, or the known one at this place with what is given changed."""
    at_place = (source for source in known if source.location == str(place))
    source = next(at_place, None) or Source(_free_name(place, known), str(place))
    return replace(
        source,
        collection=source.collection if collection is None else collection,
        labels=source.labels if labels is None else tuple(sorted(labels)),
        fields=source.fields if fields is None else dict(fields),
        include=source.include if include is None else tuple(include),
        exclude=source.exclude if exclude is None else tuple(exclude),
    )


def _free_name(place: Path, known: Iterable[Source]) -> str:
    """Name a source after its folder or file; a second one of that name gets a number."""
    taken = {source.name for source in known}
    stem = place.name or "root"
    names = (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)
