"""sartor.toml, the environment and flags -> one frozen Settings tree, every value with its origin.

Walks the list in `sections`; knows nothing about projects.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from sartor.config.sections import (
    AskSettings,
    CostSettings,
    EmbeddingSettings,
    EvalSettings,
    ModelSettings,
    PolicySettings,
    ReadingSettings,
    SearchSettings,
    SplittingSettings,
    StorageSettings,
    TuneSettings,
)
from sartor.errors import ConfigError, nearest

FILE_NAME = "sartor.toml"
ENVIRONMENT_PREFIX = "SARTOR_"
_SECTION_TWICE = re.compile(r"Cannot declare \('(?P<section>\w+)',\) twice \(at line (?P<line>\d+)")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. `origins` says for each "section.key" where it came from."""

    reading: ReadingSettings = ReadingSettings()
    splitting: SplittingSettings = SplittingSettings()
    embedding: EmbeddingSettings = EmbeddingSettings()
    search: SearchSettings = SearchSettings()
    storage: StorageSettings = StorageSettings()
    model: ModelSettings = ModelSettings()
    ask: AskSettings = AskSettings()
    policy: PolicySettings = PolicySettings()
    eval: EvalSettings = EvalSettings()
    tune: TuneSettings = TuneSettings()
    cost: CostSettings = CostSettings()
    origins: Mapping[str, str] = field(default_factory=dict)

    def origin(self, name: str) -> str:
        """Say where a value came from: "default", a file, an environment variable or a flag."""
        return self.origins.get(name, "default")


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as a person would look it up."""

    name: str
    value: Any
    default: Any
    about: str
    origin: str


SECTIONS = tuple(f.name for f in fields(Settings) if f.name != "origins")


def listing(settings: Settings) -> list[Setting]:
    """List every setting with its value, default, meaning and origin."""
    rows = []
    for section in SECTIONS:
        values = getattr(settings, section)
        for f in fields(values):
            name = f"{section}.{f.name}"
            rows.append(
                Setting(
                    name,
                    getattr(values, f.name),
                    f.default,
                    f.metadata["about"],
                    settings.origin(name),
                )
            )
    return rows


def load(
    folder: Path,
    *,
    environment: Mapping[str, str] | None = None,
    flags: Mapping[str, Any] | None = None,
) -> Settings:
    """Read `sartor.toml` in `folder`, then the environment, then flags; the later one wins.

    Every mistake in all three is collected and shown together.
    """
    environment = os.environ if environment is None else environment
    mistakes: list[str] = []
    given = [*_from_file(folder / FILE_NAME, mistakes), *_from_environment(environment)]
    given += [(name, value, "flag") for name, value in (flags or {}).items()]
    settings = Settings()
    for name, value, origin in given:
        try:
            settings = _with(settings, name, value, origin)
        except ConfigError as error:
            mistakes.append(f"{origin}: {error}")
    if mistakes:
        raise ConfigError(
            "\n".join(mistakes),
            "correct it first; the sartor.toml of a new project lists every setting: "
            "sartor init ANOTHER_FOLDER",
        )
    return settings


def _from_file(path: Path, mistakes: list[str]) -> list[tuple[str, Any, str]]:
    if not path.exists():
        return []
    try:
        text = path.read_text(encoding="utf-8")
        tree = tomllib.loads(text)
    except UnicodeDecodeError as error:
        mistakes.append(f"{path.name} is not valid TOML: it is not UTF-8 at byte {error.start}")
        return []
    except tomllib.TOMLDecodeError as error:
        mistakes.append(f"{path.name} is not valid TOML: {_explained(error, text)}")
        return []
    except OSError as error:
        mistakes.append(f"{path} cannot be read: {error.strerror}")
        return []
    given = []
    for section, table in tree.items():
        if not isinstance(table, dict):
            mistakes.append(f"{path.name}: {section} stands outside a section; expected [section]")
            continue
        given += [(f"{section}.{key}", value, path.name) for key, value in table.items()]
    return given


def _explained(error: tomllib.TOMLDecodeError, text: str) -> str:
    """Say in plain words what the most likely mistake means: a section that was pasted again."""
    twice = _SECTION_TWICE.search(str(error))
    if not twice:
        return str(error)
    section, second = twice["section"], int(twice["line"])
    header = re.compile(rf"\s*\[\s*{re.escape(section)}\s*\]")
    lines = [number for number, line in enumerate(text.splitlines(), 1) if header.match(line)]
    first = f" on line {lines[0]}" if lines and lines[0] < second else ""
    return (
        f"line {second}: the section [{section}] is there already{first}; "
        f"put these settings under that [{section}], without a second header"
    )


def _from_environment(environment: Mapping[str, str]) -> list[tuple[str, Any, str]]:
    """Pick SARTOR_SECTION_KEY; other variables that start with SARTOR_ are not settings."""
    given = []
    for section in SECTIONS:
        prefix = f"{ENVIRONMENT_PREFIX}{section.upper()}_"
        for variable, text in environment.items():
            if variable.startswith(prefix):
                given.append((f"{section}.{variable[len(prefix) :].lower()}", text, variable))
    return given


def _with(settings: Settings, name: str, value: Any, origin: str) -> Settings:  # noqa: ANN401
    """Return settings with one value replaced, checked and converted."""
    known = {row.name for row in listing(settings)}
    if name not in known:
        raise ConfigError(f"unknown setting {name!r}{nearest(name, known)}")
    section, _, key = name.partition(".")
    values = getattr(settings, section)
    about = next(f for f in fields(values) if f.name == key)
    converted = _convert(name, value, get_type_hints(type(values))[key], about.metadata["least"])
    changed = replace(values, **{key: converted})
    return replace(settings, **{section: changed}, origins={**settings.origins, name: origin})


_EXPECTED: Mapping[Any, str] = {
    int: "a whole number",
    float: "a number",
    str: "a text",
    bool: "true or false",
    tuple[str, ...]: "a list of texts",
}


def _convert(name: str, value: Any, kind: Any, least: float | None) -> Any:  # noqa: ANN401
    if get_origin(kind) is Literal:
        if value not in get_args(kind):
            raise ConfigError(f"{name} is {value!r}; expected one of {', '.join(get_args(kind))}")
        return value
    converted: Any = None
    if kind is bool:
        converted = _truth(value)
    elif kind == tuple[str, ...]:
        converted = _texts(value)
    else:
        converted = _number_or_text(value, kind)
    if converted is None:
        raise ConfigError(f"{name} is {value!r}; expected {_EXPECTED[kind]}")
    if least is not None and converted < least:
        raise ConfigError(f"{name} is {value!r}; expected at least {least:g}")
    return converted


def _truth(value: object) -> bool | None:
    """Read true and false, also as the environment and flags write them."""
    if isinstance(value, bool):
        return value
    words = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}
    return words.get(value.strip().lower()) if isinstance(value, str) else None


def _texts(value: object) -> tuple[str, ...] | None:
    """Read a list of texts; the environment and flags separate them by semicolons."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(";") if part.strip())
    if isinstance(value, list | tuple) and all(isinstance(part, str) for part in value):
        return tuple(value)
    return None


def _number_or_text(value: Any, kind: Any) -> Any:  # noqa: ANN401
    """Convert to int, float or str as a person would expect; None when it is something else."""
    if isinstance(value, bool) or (kind is str and not isinstance(value, str)):
        return None
    try:
        converted = kind(value)
    except (TypeError, ValueError):
        return None
    return None if kind is int and float(value) != converted else converted


def template() -> str:
    """Write the `sartor.toml` of a new project: every setting, commented out, with its meaning."""
    lines = [
        "# Settings of this Sartor project. A line that is commented out shows the default.",
        "# Where a value comes from:  sartor config show --origin",
    ]
    for section in SECTIONS:
        lines += ["", f"[{section}]"]
        for row in listing(Settings()):
            if row.name.startswith(f"{section}."):
                lines.append(
                    f"# {row.name.partition('.')[2]} = {_toml(row.default)}  # {row.about}"
                )
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(item) for item in value)}]"
    return f'"{value}"' if isinstance(value, str) else str(value)
