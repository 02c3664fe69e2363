"""An example and the documents as they are now -> whether it was made from texts that are gone."""

from __future__ import annotations

from hashlib import blake2b

from sartor.errors import NotFound
from sartor.protocols import Corpus
from sartor.types import Example, Passage, Rests

_HASH_BYTES = 16


def rests(passage: Passage, *, answers: bool = False) -> Rests:
    """Note which passage, with which text, an example is made from."""
    return Rests(passage.id, passage.document_id, text_hash(passage.text), answers)


def text_hash(text: str) -> str:
    """Name a text by its content."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_HASH_BYTES).hexdigest()


def stale(example: Example, library: Corpus) -> bool:
    """Tell whether a passage that the example was made from has changed or vanished.

    A passage that only moved within its document, or stands under another heading now, is the
    same one.
    """
    return any(not _still_there(one, library) for one in example.rests_on)


def _still_there(one: Rests, library: Corpus) -> bool:
    try:
        if text_hash(library.passage(one.passage_id).text) == one.text_hash:
            return True
    except NotFound:
        pass  # its id may have changed with its heading
    try:
        passages = library.passages_of(one.document_id)
    except NotFound:
        return False
    return any(text_hash(passage.text) == one.text_hash for passage in passages)
