"""JSON objects -> which kind of examples they are, or what they look like instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

CHAT, PAIRS, SHAREGPT, ALPACA = "openai chat", "prompt/completion", "sharegpt", "alpaca"
TABLE, TEXT = "csv", "text"

ASKING = (
    "prompt", "question", "user", "input", "instruction", "query", "request", "frage", "human",
    "eingabe",
)  # fmt: skip
ANSWERING = (
    "completion", "answer", "response", "assistant", "output", "reply", "antwort", "ausgabe",
)  # fmt: skip
STEERING = ("system", "system_prompt")

# Keys that other kinds of files have, what they are, and what to do with them.
_OTHERS: tuple[tuple[frozenset[str], str, str], ...] = (
    (
        frozenset({"chosen", "rejected"}),
        "preference pairs",
        "keep what was chosen: --field user=prompt --field assistant=chosen",
    ),
    (
        frozenset({"question", "expected"}),
        "test questions",
        "measure with them: sartor eval FILE; what is tested with must not be learned",
    ),
    (
        frozenset({"question", "evidence"}),
        "test questions",
        "measure with them: sartor eval FILE; what is tested with must not be learned",
    ),
    (
        frozenset({"question", "answerable"}),
        "test questions",
        "measure with them: sartor eval FILE; what is tested with must not be learned",
    ),
    (
        frozenset({"id", "answer"}),
        "a system's recorded answers",
        "measure it: sartor eval QUESTIONS --system FILE",
    ),
    (frozenset({"questions_file", "card"}), "a recorded run", "look at it: sartor runs show"),
    (frozenset({"schema", "data"}), "what a command printed with --json", "name the examples"),
    (frozenset({"measurements", "rows"}), "a scorecard", "name the examples"),
    (frozenset({"_id", "text"}), "documents in the BEIR layout", "sartor add FILE"),
    (
        frozenset({"contents"}),
        "examples in another provider's format",
        'write rows {"messages": [{"role": "user", "content": "..."}, ...]}',
    ),
    (frozenset({"context", "qas"}), "a reading-comprehension set", "sartor eval FILE"),
    (frozenset({"paragraphs"}), "a reading-comprehension set", "sartor eval FILE"),
    (frozenset({"data", "version"}), "a reading-comprehension set", "sartor eval FILE"),
    (frozenset({"input_ids"}), "examples that are tokens already", "name the texts they are from"),
    (
        frozenset({"question"}),
        "test questions",
        "measure with them: sartor eval FILE; to learn from them, name the answer: "
        "--field user=question --field assistant=KEY",
    ),
    (
        frozenset({"text"}),
        "plain texts that nobody asks for and nobody answers",
        "documents go in with: sartor add FILE",
    ),
)


def example_kind(row: Mapping[str, Any]) -> str:
    """Say which kind of example an object is; empty: none."""
    if isinstance(row.get("messages"), list):
        return CHAT
    if isinstance(row.get("conversations", row.get("conversation")), list):
        return SHAREGPT
    if {"question"} < row.keys() and row.keys() & {"expected", "evidence", "answerable"}:
        return ""
    if "instruction" in row and "output" in row:
        return ALPACA
    return PAIRS if all(guessed_keys(row)) else ""


def main_kind(rows: Sequence[Mapping[str, Any]]) -> str:
    """Say of which kind most of these objects are; empty: none is an example."""
    kinds = Counter(kind for row in rows if (kind := example_kind(row)))
    return kinds.most_common(1)[0][0] if kinds else ""


def guessed_keys(row: Mapping[str, Any] | Sequence[str]) -> tuple[str, str]:
    """Guess under which names it is asked and answered; names are compared in small letters."""
    names = {name.strip().casefold().replace(" ", "_"): name for name in row}
    asking = next((names[name] for name in ASKING if name in names), "")
    answering = next((names[name] for name in ANSWERING if name in names), "")
    return asking, answering


def looks_like(row: Mapping[str, Any]) -> tuple[str, str]:
    """Name what an object that is no example looks like, and what to do with it."""
    names = list(row)
    if held := next((name for name in names if _holds_examples(row[name])), ""):
        return (
            f"one object that holds the examples under {held!r}",
            f"write that list alone into a file: jq '.{held}' FILE",
        )
    for keys, name, fix in _OTHERS:
        if keys <= row.keys():
            return name, fix
    if len(names) > 20 and all(isinstance(value, dict | list) for value in row.values()):
        return (
            f"one object that holds {len(names):,} others",
            "write one example a row: each value of it on a line of its own",
        )
    named = ", ".join(repr(key) for key in names[:6]) or "no keys"
    more = f" and {len(names) - 6} more" if len(names) > 6 else ""
    return (
        f"rows with {named}{more}",
        "name what is asked and what is answered: --field user=KEY --field assistant=KEY",
    )


def _holds_examples(value: object) -> bool:
    first = value[0] if isinstance(value, list) and value else None
    return isinstance(first, dict) and bool(example_kind(first))
