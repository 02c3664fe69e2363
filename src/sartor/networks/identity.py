"""A model's folder in, hashes of its weights, tokenizer and chat template out.

An adapter belongs to the weights it was trained on, the tokens it saw and the template around
them. Weights are hashed tensor by tensor, so a model that was saved again in other shards is still
the same model; of large models only evenly spaced blocks of every tensor are read. It knows
neither torch nor adapters.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sartor.errors import InputError

WHOLE = 512 * 2**20  # bytes of weights that are read whole: about half a second
BLOCK = 16 * 2**10  # of larger models so many bytes ...
BLOCKS = 8  # ... so many times from every tensor: any training changes all of them
TOKENS = ("model", "added_tokens", "normalizer", "pre_tokenizer", "post_processor")
OLDER_TOKENIZERS = ("vocab.json", "merges.txt", "vocab.txt", "tokenizer.model", "spiece.model")


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes a model this very one; each part is a hash, empty where the folder has none."""

    weights: str
    tokenizer: str
    template: str

    @property
    def fingerprint(self) -> str:
        """One hash of all three."""
        return _hash(f"{self.weights}/{self.tokenizer}/{self.template}".encode())

    def differences(self, other: Identity) -> tuple[str, ...]:
        """Name the parts in which another model is not this one."""
        return tuple(
            part
            for part in ("weights", "tokenizer", "template")
            if getattr(self, part) != getattr(other, part)
        )


@dataclass(frozen=True, slots=True)
class _Stored:
    """Where the bytes of one tensor lie."""

    file: Path
    start: int
    end: int
    kind: str  # type and shape, as the header says them


def identify(folder: Path) -> Identity:
    """Hash what a model's folder holds."""
    return Identity(_weights(folder), tokenizer_hash(folder), template_hash(folder))


# --- weights -----------------------------------------------------------------------------------


def _weights(folder: Path) -> str:
    tensors = _tensors(folder)
    size = sum(one.end - one.start for one in tensors.values())
    found = hashlib.sha256()
    for name in sorted(tensors):
        one = tensors[name]
        found.update(f"{name} {one.kind}\n".encode())
        for piece in _pieces(one, whole=size <= WHOLE):
            found.update(piece)
    return found.hexdigest()[:32]


def _tensors(folder: Path) -> dict[str, _Stored]:
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise InputError(
            f"{folder} holds no weights as *.safetensors",
            hint="name the folder of a model that save_pretrained wrote",
        )
    return {name: one for file in files for name, one in _header(file)}


def _header(file: Path) -> Iterator[tuple[str, _Stored]]:
    try:
        with file.open("rb") as opened:
            length = int.from_bytes(opened.read(8), "little")
            header = json.loads(opened.read(min(length, file.stat().st_size)))
        data = 8 + length
        for name, entry in header.items():
            if name != "__metadata__":
                start, end = entry["data_offsets"]
                kind = f"{entry['dtype']} {entry['shape']}"
                yield name, _Stored(file, data + start, data + end, kind)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{file} is not a complete safetensors file: {error}", hint="copy or download it again"
        ) from error


def _pieces(stored: _Stored, *, whole: bool) -> Iterator[bytes]:
    size = stored.end - stored.start
    with stored.file.open("rb") as opened:
        if whole or size <= BLOCK * BLOCKS:
            opened.seek(stored.start)
            yield opened.read(size)
            return
        for number in range(BLOCKS):
            opened.seek(stored.start + (size - BLOCK) * number // (BLOCKS - 1))
            yield opened.read(BLOCK)


# --- words -------------------------------------------------------------------------------------


def tokenizer_hash(folder: Path) -> str:
    """Hash how text becomes tokens, without what only says how they are cut and padded."""
    if (folder / "tokenizer.json").is_file():
        read = _json(folder / "tokenizer.json")
        return _hash(json.dumps([read.get(part) for part in TOKENS], sort_keys=True).encode())
    older = [folder / name for name in OLDER_TOKENIZERS if (folder / name).is_file()]
    return _hash(b"\n".join(file.read_bytes() for file in older)) if older else ""


def template_hash(folder: Path) -> str:
    """Hash the template wherever it lies: in its own file, or in the tokenizer's settings."""
    if (folder / "chat_template.jinja").is_file():
        text: object = (folder / "chat_template.jinja").read_text(encoding="utf-8")
    elif (folder / "tokenizer_config.json").is_file():
        text = _json(folder / "tokenizer_config.json").get("chat_template")
    else:
        text = None
    return _hash(json.dumps(text, sort_keys=True).encode()) if text else ""


def _json(file: Path) -> Mapping[str, Any]:
    try:
        read = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(
            f"{file} is not JSON: {error}", hint="copy or download it again"
        ) from error
    if not isinstance(read, dict):
        raise InputError(f"{file} holds no JSON object", hint="copy or download it again")
    return read


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]
