"""Judgements on disk: what a model said to exactly this prompt is not asked and paid for again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from sartor.storage import Database, Schema, SqliteDriver
from sartor.types import Message

JUDGEMENTS = Schema(
    name="cache of judgements",
    application=int.from_bytes(b"SRTJ"),
    migrations=(("CREATE TABLE judgement (key BLOB PRIMARY KEY, text TEXT NOT NULL)",),),
)


class JudgementCache:
    """What was written, by the hash of model, prompt and schema; any thread may use it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = Database(SqliteDriver(path, synchronous="NORMAL"), JUDGEMENTS)

    def get(self, key: bytes) -> str | None:
        """Find what was written, if anything was."""
        with self._database.read() as connection:
            rows = connection.execute("SELECT text FROM judgement WHERE key = ?", (key,))
            row = next(rows, None)
        return None if row is None else str(row[0])

    def put(self, key: bytes, text: str) -> None:
        """Keep it."""
        with self._database.write() as connection:
            connection.execute("INSERT OR REPLACE INTO judgement VALUES (?, ?)", (key, text))

    def close(self) -> None:
        """Close the database."""
        self._database.close()


def judgement_key(model: str, messages: Sequence[Message], verdicts: Sequence[str]) -> bytes:
    """Hash everything that decides a judgement: who judges, the whole prompt, what may be said."""
    told = [model, [(message.role, message.content) for message in messages], list(verdicts)]
    return sha256(json.dumps(told).encode()).digest()
