"""The JSON schemas of what `--json` prints, one file a verb beside this one.

They are written from the dataclasses that the calls return: `python -m sartor.cli.schemas`. A test
holds the files to the code, so a change of shape is seen in review and raises `SCHEMA_VERSION`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from sartor.cli.output import SCHEMA_VERSION

HERE = Path(__file__).parent
DIALECT = "https://json-schema.org/draft/2020-12/schema"
SIMPLE: Mapping[Any, str] = {
    str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null",
    Path: "string",
}  # fmt: skip


def returned() -> dict[str, Any]:
    """Say what each verb prints."""
    from sartor.assistants.tracing import Trace
    from sartor.cli.cite import WrittenPage
    from sartor.config import Setting
    from sartor.evaluation.questions.findings import QuestionFinding
    from sartor.evaluation.questions.making import Estimate, Made
    from sartor.evaluation.rating import Rated
    from sartor.evaluation.runs import RunSummary
    from sartor.knowledge.index.verify import Comparison
    from sartor.knowledge.ledger import DocumentSummary
    from sartor.knowledge.search import SearchResult
    from sartor.ladder.advising import Advice
    from sartor.ladder.costing.report import CostReport
    from sartor.ladder.estimate import Estimate as Foreseen
    from sartor.ladder.verdict import Verdict
    from sartor.project import Finding
    from sartor.project.calibrating import Calibration
    from sartor.project.comparing import Difference, Gate
    from sartor.samples.demonstration import Demonstration
    from sartor.tuning.examples import Report
    from sartor.tuning.registry import About, Exported
    from sartor.tuning.registry import Difference as Differing
    from sartor.tuning.registry.merged import Merged
    from sartor.tuning.searching import Curve
    from sartor.types import (
        Adapter,
        Answer,
        Document,
        Hit,
        Purged,
        Run,
        Scorecard,
        Sentence,
        Source,
        SyncReport,
    )

    return {
        "add": list[SyncReport],
        "sync": list[SyncReport],
        "search": list[Hit] | SearchResult,
        "ask": Answer,
        "check": list[Sentence],
        "cite": list[WrittenPage],
        "trace-list": list[Trace],
        "trace-show": Trace,
        "eval": Scorecard,
        "eval-diff": Difference,
        "eval-gate": Gate,
        "runs-list": list[RunSummary],
        "runs-show": Run,
        "calibrate": Calibration,
        "demo": Demonstration,
        "advise": Advice,
        "climb": Verdict,
        "climb-plan": Foreseen,
        "cost": CostReport,
        "questions-make": Made,
        "questions-estimate": Estimate,
        "questions-check": list[QuestionFinding],
        "rate": Rated,
        "purge": Purged,
        "documents": list[DocumentSummary],
        "show": Document,
        "sources": list[Source],
        "index-verify": Comparison,
        "doctor": list[Finding],
        "config": list[Setting],
        "tune-check": Report,
        "tune-plan": dict[str, object],
        "tune-run": Adapter,
        "tune-search": dict[str, object],
        "tune-curve": Curve,
        "tune-ground": dict[str, object],
        "lab-show": dict[str, object],
        "adapters-list": list[Adapter],
        "adapters-show": About,
        "adapters-diff": list[Differing],
        "adapters-promote": Adapter,
        "adapters-rollback": Adapter,
        "adapters-delete": list[str],
        "adapters-import": About,
        "adapters-export": Exported,
        "adapters-merge": Merged,
    }


def schema(verb: str) -> dict[str, Any]:
    """Write the schema of one verb's output."""
    definitions: dict[str, Any] = {}
    data = _describe(returned()[verb], definitions)
    return {
        "$schema": DIALECT,
        "title": f"sartor {verb} --json",
        "type": "object",
        "required": ["schema", "data"],
        "properties": {"schema": {"const": f"sartor/{verb}/{SCHEMA_VERSION}"}, "data": data},
        "$defs": dict(sorted(definitions.items())),
    }


def write_all() -> None:
    """Write every schema file again."""
    for verb in returned():
        text = json.dumps(schema(verb), indent=1) + "\n"
        (HERE / f"{verb}.json").write_text(text, encoding="utf-8")


def _describe(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    if kind in SIMPLE or kind is object:  # an object: whatever stands there
        return {"type": SIMPLE[kind]} if kind in SIMPLE else {}
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Literal:
        return {"enum": list(parts)}
    if origin in (Union, UnionType):
        return {"anyOf": [_describe(part, definitions) for part in parts]}
    if origin is tuple and Ellipsis not in parts and len({*parts}) > 1:
        return {"type": "array", "prefixItems": [_describe(part, definitions) for part in parts]}
    if origin in (list, tuple):
        return {"type": "array", "items": _describe(parts[0], definitions)}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _describe(parts[1], definitions)}
    if is_dataclass(origin or kind):
        return _reference(origin or kind, definitions)
    return {}


def _reference(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    name = kind.__name__
    if name not in definitions:
        definitions[name] = {}
        hints = get_type_hints(kind)
        shown = {f.name: hints[f.name] for f in fields(kind) if hints[f.name] is not bytes}
        definitions[name] = {
            "type": "object",
            "required": list(shown),
            "properties": {key: _describe(value, definitions) for key, value in shown.items()},
        }
    return {"$ref": f"#/$defs/{name}"}
