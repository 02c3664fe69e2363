"""A versioned prompt and what is to be judged -> messages for a model.

The prompts are the files beside this one; their names carry the version, and a changed prompt is
a new file. What is judged comes from strangers: it stands between marks with a code that is made
of all of it, so that no text can hold its own closing mark.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from sartor.types import Message

PROMPTS = Path(__file__).parent / "prompts"
CODE_LENGTH = 16  # hex digits; nobody finds a text that holds 64 bits of its own hash


@dataclass(frozen=True, slots=True)
class Task:
    """One kind of judgement: its prompt, by name and version, and the verdicts it may give."""

    prompt: str
    verdicts: tuple[str, ...]

    @property
    def schema(self) -> Mapping[str, object]:
        """The JSON schema of an answer; the reason comes first, so that it is thought of first."""
        return {
            "type": "object",
            "properties": {
                "reason": {"type": "string", "maxLength": 300},
                "verdict": {"enum": list(self.verdicts)},
            },
            "required": ["reason", "verdict"],
            "additionalProperties": False,
        }


CORRECT = Task("correct.v1", ("correct", "wrong"))
PAIR = Task("pair.v1", ("A", "B", "tie"))


def judging_messages(task: Task, parts: Mapping[str, str]) -> tuple[Message, Message]:
    """Put the named parts between marks, under the instructions of the task."""
    told = json.dumps(list(parts.items()))
    code = sha256(told.encode()).hexdigest()[:CODE_LENGTH]
    marked = "\n\n".join(
        f"<{name} {code}>\n{text}\n</{name} {code}>" for name, text in parts.items()
    )
    return Message("system", _prompt(task.prompt)), Message("user", marked)


@cache
def _prompt(name: str) -> str:
    return (PROMPTS / f"{name}.txt").read_text(encoding="utf-8").strip()
