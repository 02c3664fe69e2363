"""Result files, numbers and tables, as docs/benchmarks.md shows them."""

import json
from pathlib import Path

HERE = Path(__file__).parent


def result(name):
    path = HERE / f"results/{name}.json"
    return json.loads(path.read_text()) if path.exists() else None


def number(value):
    if isinstance(value, dict | list):
        return number(len(value))
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if float(value).is_integer() and abs(value) < 1e7:
        return f"{int(value):,}"
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.1f}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    return "\n".join([*lines, *("| " + " | ".join(map(number, row)) + " |" for row in rows)])


def where(found, name):
    machine = found.get("machine", {})
    machine = machine if isinstance(machine, dict) else {}
    cpu = machine.get("cpu") or machine.get("processor")
    load = machine.get("load", machine.get("load_when_started", machine.get("load before")))
    bf16 = machine.get("bf16")
    parts = [f"`results/{name}.json`", *([f"CPU {cpu}"] if cpu else [])]
    parts += [f"bf16 units: {'yes' if bf16 else 'no'}"] if bf16 is not None else []
    parts += [f"load {load:.1f}"] if load is not None else []
    return "*" + ", ".join(parts) + "*"
