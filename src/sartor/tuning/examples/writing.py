"""Examples -> our JSONL, and the fingerprint of what is learned from them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

from sartor.errors import InputError
from sartor.storage.whole_file import write_whole
from sartor.types import Example


def row_of(example: Example) -> dict[str, Any]:
    """Write an example as the row it is read from; what is default is left out."""
    row: dict[str, Any] = {
        "messages": [{"role": turn.role, "content": turn.content} for turn in example.messages]
    }
    if example.weight != 1.0:
        row["weight"] = example.weight
    if example.rests_on:
        row["rests_on"] = [
            {
                "passage_id": rest.passage_id,
                "document_id": rest.document_id,
                "text_hash": rest.text_hash,
                **({"answers": True} if rest.answers else {}),
            }
            for rest in example.rests_on
        ]
    if example.tags:
        row["tags"] = list(example.tags)
    return row


def write_examples(path: str | Path, examples: Iterable[Example]) -> None:
    """Write a whole file, or leave what is there as it was."""
    path = Path(path)
    text = "".join(json.dumps(row_of(one), ensure_ascii=False) + "\n" for one in examples)
    try:
        write_whole(path, text.encode())
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {error.strerror}", "name another file, or free some space"
        ) from None
    except UnicodeEncodeError:
        raise InputError(
            f"{path} cannot be written: an example holds half a character",
            "sartor tune check names its line",
        ) from None


def fingerprint(examples: Iterable[Example]) -> str:
    """Name what is learned, in whatever order it stands: messages and their weight."""
    whole = sha256()
    for one in sorted(map(digest, examples)):
        whole.update(one.encode())
    return whole.hexdigest()


def digest(example: Example) -> str:
    """Name one example by what is learned from it."""
    told = [[turn.role, turn.content] for turn in example.messages]
    return sha256(json.dumps([told, example.weight]).encode()).hexdigest()
