"""A question and everything its answer depends on besides the documents -> one key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from sartor.types import Message

FORMAT = 1  # of what is stored; a new one makes every older answer unknown


def cache_key(
    question: str,
    history: Sequence[Message],
    labels: Sequence[str] | None,
    fingerprint: str,
) -> bytes:
    """Hash what was asked, by whom, and how answers are made.

    The order of labels does not matter; the owner (`None`) is another caller than one without
    labels.
    """
    parts = (
        FORMAT,
        question,
        [(message.role, message.content) for message in history],
        None if labels is None else sorted(set(labels)),
        fingerprint,
    )
    return hashlib.sha256(json.dumps(parts).encode()).digest()
