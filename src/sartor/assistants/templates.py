"""Prompt templates: the user's files over our defaults -> the text of a prompt.

In go a template's name, its variant and values; out comes text. `rag.jinja` in the folder replaces
our `rag`, `rag.terse.jinja` is its variant "terse"; where a variant lacks a template, the default
stands in. Templates run in Jinja2's sandbox and see plain values only. Besides Jinja2's own filters
there is `marked`: `{{ passage.text | marked(passage.number) }}` puts the number of a passage behind
each of its sentences.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import (
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateNotFound,
    TemplateSyntaxError,
    nodes,
)
from jinja2 import TemplateError as JinjaError
from jinja2.exceptions import SecurityError
from jinja2.meta import find_undeclared_variables
from jinja2.sandbox import ImmutableSandboxedEnvironment

from sartor.errors import TemplateError, nearest
from sartor.text.marks import marked

DEFAULT_VARIANT = "default"
DEFAULTS = Path(__file__).parent / "prompts"
LARGEST = 1_000_000  # characters that a template may make by multiplying

_SYSTEM = ("abstention",)
VARIABLES: dict[str, tuple[str, ...]] = {
    "prompt": _SYSTEM,
    "few-shot": _SYSTEM,
    "long-context": _SYSTEM,
    "rag": _SYSTEM,
    "few-shot+rag": _SYSTEM,
    "question": ("question", "passages", "boundary"),
    "rewrite": ("question", "history"),
    "expand": ("question", "count"),
    "decompose": ("question", "count"),
    "sufficient": ("question", "passages", "boundary", "searched"),
    "reword": ("sentence", "reasons"),
    "repair": ("question", "sentence", "reason", "passages", "boundary", "abstention"),
}
# A template that is given one of these must use it: without it the model answers nothing.
NEEDED = frozenset({"question", "passages", "history", "sentence"})

_FILE = re.compile(r"(?P<name>[^.]+)(?:\.(?P<variant>[^.]+))?\.jinja")


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox, which also refuses to fill the memory with one multiplication."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401
        sizes = [len(side) if hasattr(side, "__len__") else abs(side) for side in (left, right)]
        if operator == "**" or sizes[0] * sizes[1] > LARGEST:
            raise SecurityError(f"{operator} makes too much of its operands")
        return super().call_binop(context, operator, left, right)


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A template, and which variables it leaves out although a model could not do without."""

    template: Template
    leaves_out: frozenset[str]


class Prompts:
    """The templates of a project: its own over the defaults."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._environment = _Sandbox(
            loader=FileSystemLoader([*([folder] if folder else []), DEFAULTS]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
            autoescape=False,  # prompts are no HTML
        )
        self._environment.filters["marked"] = marked
        self._checked = lru_cache(maxsize=None)(self._load)

    def names(self) -> list[str]:
        """List the templates."""
        return sorted(VARIABLES)

    def variants(self) -> list[str]:
        """List the variants: the default, and those that the folder has a file of."""
        own = (_FILE.fullmatch(path.name) for path in self._own_files())
        found = {match["variant"] for match in own if match and match["variant"]}
        return [DEFAULT_VARIANT, *sorted(found - {DEFAULT_VARIANT})]

    def text(self, name: str, variant: str = DEFAULT_VARIANT) -> str:
        """Give the source of a template."""
        return _source(self._path(name, variant), name)

    def is_own(self, name: str, variant: str = DEFAULT_VARIANT) -> bool:
        """Tell whether the project says this in its own words; a copy of the default does not."""
        return self.text(name, variant) != _source(DEFAULTS / f"{name}.jinja", name)

    def render(self, name: str, variant: str = DEFAULT_VARIANT, **values: object) -> str:
        """Fill in a template; raises `TemplateError` with its file and line."""
        path = self._path(name, variant)
        compiled = self._checked(name, path, path.stat().st_mtime_ns)
        for variable in sorted(compiled.leaves_out):
            if values.get(variable):
                raise TemplateError(
                    f"{path}: {{{{ {variable} }}}} is missing; the model would not see it",
                    _known(name),
                )
        try:
            return compiled.template.render(**values).strip()
        except Exception as error:  # a template may do anything; it is its fault
            raise _failure(error, path, name) from error

    def write_defaults(self, folder: Path) -> list[Path]:
        """Copy the default templates into a folder; files that are there stay as they are."""
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for source in sorted(DEFAULTS.glob("*.jinja")):
            target = folder / source.name
            if not target.exists():
                target.write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
                written.append(target)
        return written

    def _own_files(self) -> list[Path]:
        return sorted(self._folder.glob("*.jinja")) if self._folder else []

    def _path(self, name: str, variant: str) -> Path:
        """Find the file of a template: the variant's, else the project's, else the default."""
        if name not in VARIABLES:
            raise TemplateError(
                f"no prompt template {name!r}{nearest(name, VARIABLES)}",
                f"one of: {', '.join(self.names())}",
            )
        if variant not in self.variants():
            raise TemplateError(
                f"no template of the variant {variant!r} in {self._folder or DEFAULTS}; "
                f"there are: {', '.join(self.variants())}",
                f"write {name}.{variant}.jinja, or set ask.template",
            )
        candidates = [DEFAULTS / f"{name}.jinja"]
        if self._folder:
            own = (self._folder / f"{name}.{variant}.jinja", self._folder / f"{name}.jinja")
            candidates = [*own, *candidates]
        return next(path for path in candidates if path.is_file())

    def _load(self, name: str, path: Path, _changed: int) -> _Compiled:
        """Compile a template; refuse one that uses what is never given."""
        source = _source(path, name)
        try:
            tree = self._environment.parse(source, name, str(path))
            _refuse_unknown(tree, path, name)
            compiled = self._environment.get_template(path.name)
        except (JinjaError, OSError, UnicodeDecodeError) as error:
            raise _failure(error, path, name) from error
        return _Compiled(compiled, _left_out(tree, name))


def _source(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise TemplateError(
            f"{path} is not UTF-8 at byte {error.start}", "save it as UTF-8"
        ) from None
    except OSError as error:
        raise _failure(error, path, name) from error


def _refuse_unknown(tree: nodes.Template, path: Path, name: str) -> None:
    used = find_undeclared_variables(tree)
    for variable in sorted(used.difference(VARIABLES[name])):
        line = next(node.lineno for node in tree.find_all(nodes.Name) if node.name == variable)
        raise TemplateError(
            f"{path}, line {line}: unknown variable {variable!r}"
            f"{nearest(variable, VARIABLES[name])}",
            _known(name),
        )


def _left_out(tree: nodes.Template, name: str) -> frozenset[str]:
    """List what a template should use and does not; what it includes may use anything."""
    if any(True for _ in tree.find_all((nodes.Include, nodes.Extends))):
        return frozenset()
    return NEEDED.intersection(VARIABLES[name]) - find_undeclared_variables(tree)


def _failure(error: Exception, path: Path, name: str) -> TemplateError:
    """Say where a template failed and why."""
    if isinstance(error, TemplateSyntaxError):
        place, reason = f"{error.filename or path}, line {error.lineno}", error.message
    elif isinstance(error, TemplateNotFound):
        place, reason = str(path), f"it includes {error.name!r}, which is not there"
    else:
        place, reason = f"{path}{_line(path)}", str(error) or type(error).__name__
    return TemplateError(f"{place}: {reason}", _known(name))


def _line(path: Path) -> str:
    """Find the template's line in the traceback of the error that is being handled."""
    trace, line = sys.exc_info()[2], 0
    while trace:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return f", line {line}" if line else ""


def _known(name: str) -> str:
    return f"variables of {name}: {', '.join(VARIABLES[name])}"
