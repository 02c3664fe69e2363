"""JSON values in, the JSON schema they share out: keys and types, nothing of their content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

OPEN = 12  # keys from which on an object without a key that all share is a table, not a form


def learn_schema(values: Sequence[Any], share: float) -> dict[str, object]:
    """Describe values; a key that so large a share of the objects have is required."""
    kinds = {_kind(value) for value in values}
    if "number" in kinds:
        kinds.discard("integer")
    schema: dict[str, object] = {"type": kinds.pop() if len(kinds) == 1 else sorted(kinds)}
    objects = [value for value in values if isinstance(value, dict)]
    if objects:
        schema |= _of_objects(objects, share)
    items = [item for value in values if isinstance(value, list) for item in value]
    if items:
        schema["items"] = learn_schema(items, share)
    return schema


def _of_objects(objects: Sequence[dict[str, Any]], share: float) -> dict[str, object]:
    counts = Counter(key for found in objects for key in found)
    required = [key for key, count in counts.items() if count >= share * len(objects)]
    if not required and len(counts) > OPEN:
        return {}
    return {
        "properties": {
            key: learn_schema([found[key] for found in objects if key in found], share)
            for key in counts
        },
        "required": required,
        "additionalProperties": False,
    }


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
    return "object"
