"""sartor.toml, the environment and flags -> one frozen Settings tree, every value with its origin.

The dataclasses below are the only list of settings there is: the reader, `sartor config show`,
the written template and the documentation test all walk them. Knows nothing about projects.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from sartor.errors import ConfigError, nearest

FILE_NAME = "sartor.toml"
ENVIRONMENT_PREFIX = "SARTOR_"


def _setting(default: Any, about: str, *, least: float | None = None) -> Any:  # noqa: ANN401
    """Declare a setting: its default, one line about it, and the smallest value allowed."""
    return field(default=default, metadata={"about": about, "least": least})


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """How files become text."""

    workers: int = _setting(0, "processes that parse files; 0: one for each core", least=0)
    timeout: float = _setting(60.0, "seconds one file may take before it is given up", least=0.1)
    memory: int = _setting(1024, "megabytes one parsing process may use", least=128)
    max_pages: int = _setting(5000, "pages read of one file", least=1)
    max_characters: int = _setting(20_000_000, "characters read of one file", least=1)
    password_env: str = _setting(
        "SARTOR_PDF_PASSWORD", "environment variable with the password of encrypted PDFs"
    )


@dataclass(frozen=True, slots=True)
class SplittingSettings:
    """How documents become passages; sizes in the embedder's tokens."""

    strategy: Literal["structure", "tokens", "sentences"] = _setting(
        "structure", "structure (along headings and sentences), tokens or sentences"
    )
    size: int = _setting(200, "tokens in one passage at most", least=16)
    overlap: int = _setting(0, "tokens that a passage repeats of the one before", least=0)


@dataclass(frozen=True, slots=True)
class EmbeddingSettings:
    """Which model turns text into vectors."""

    model: str = _setting(
        "minilm", "minilm, a hub name (organisation/name), or the model's name at the endpoint"
    )
    precision: Literal["auto", "fp32", "bf16", "int8"] = _setting(
        "auto", "auto: the fastest this CPU really has without loss"
    )
    threads: int = _setting(0, "threads that embed; 0: one for each core", least=0)
    max_windows: int = _setting(
        0, "windows embedded of a passage longer than the model sees; 0: all", least=0
    )
    path: str = _setting("", "folder of a sentence-transformers model; wins over model")
    endpoint: str = _setting("", "base URL of an OpenAI-compatible endpoint; empty: local")
    api_key_env: str = _setting("OPENAI_API_KEY", "environment variable with the endpoint's key")
    tokenizer_file: str = _setting(
        "", "tokenizer.json of the endpoint's model; empty: tokens are counted roughly"
    )
    dimension: int = _setting(0, "length of the endpoint's vectors; 0: what it answers", least=0)
    window: int = _setting(8000, "tokens the endpoint's model sees at once", least=16)
    query_prompt: str = _setting("", "text put before queries sent to the endpoint")
    passage_prompt: str = _setting("", "text put before passages sent to the endpoint")
    batch_texts: int = _setting(128, "texts in one request to the endpoint", least=1)
    batch_tokens: int = _setting(100_000, "tokens in one request to the endpoint", least=1)
    requests_per_minute: int = _setting(0, "requests to the endpoint; 0: no limit", least=0)
    timeout: float = _setting(60.0, "seconds one request to the endpoint may take", least=0.1)
    retries: int = _setting(5, "times a request to the endpoint is tried again", least=0)
    price_per_million_tokens: float = _setting(
        0.0, "what the endpoint charges, for the estimate; 0: unknown", least=0
    )


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """How passages are found."""

    k: int = _setting(10, "hits returned", least=1)
    mode: Literal["hybrid", "dense", "bm25"] = _setting("hybrid", "hybrid, dense or bm25")
    fusion: Literal["weighted", "rrf"] = _setting(
        "weighted", "how both legs are joined: weighted scores or reciprocal ranks"
    )
    weight: float = _setting(0.5, "share of the dense leg in weighted fusion, 0 to 1", least=0)
    depth: int = _setting(100, "hits each leg contributes before fusion", least=1)
    fold: float = _setting(
        0.9, "similarity above which two hits count as one and the same text; 0: never", least=0
    )
    mmr: float = _setting(
        0.0, "share of diversity in the ranking (maximal marginal relevance); 0: off", least=0
    )
    per_document: int = _setting(0, "hits of one document at most; 0: no limit", least=0)


@dataclass(frozen=True, slots=True)
class StorageSettings:
    """How the ledger is kept."""

    synchronous: Literal["FULL", "NORMAL"] = _setting(
        "FULL", "FULL survives a power cut; NORMAL is faster and may lose the last commits"
    )
    commit_documents: int = _setting(200, "documents that share one transaction", least=1)
    commit_seconds: float = _setting(1.0, "seconds a finished document waits at most", least=0)


@dataclass(frozen=True, slots=True)
class AskSettings:
    """How questions are answered."""

    passages: int = _setting(10, "passages an answer is made from", least=1)
    sentences: int = _setting(3, "sentences an extracted answer has at most", least=1)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. `origins` says for each "section.key" where it came from."""

    reading: ReadingSettings = ReadingSettings()
    splitting: SplittingSettings = SplittingSettings()
    embedding: EmbeddingSettings = EmbeddingSettings()
    search: SearchSettings = SearchSettings()
    storage: StorageSettings = StorageSettings()
    ask: AskSettings = AskSettings()
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
        raise ConfigError("\n".join(mistakes), "sartor config show   lists every setting")
    return settings


def _from_file(path: Path, mistakes: list[str]) -> list[tuple[str, Any, str]]:
    if not path.exists():
        return []
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        mistakes.append(f"{path.name} is not valid TOML: {error}")
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


def _convert(name: str, value: Any, kind: Any, least: float | None) -> Any:  # noqa: ANN401
    if get_origin(kind) is Literal:
        if value not in get_args(kind):
            raise ConfigError(f"{name} is {value!r}; expected one of {', '.join(get_args(kind))}")
        return value
    converted = _number_or_text(value, kind)
    if converted is None:
        expected = {int: "a whole number", float: "a number", str: "a text"}[kind]
        raise ConfigError(f"{name} is {value!r}; expected {expected}")
    if least is not None and converted < least:
        raise ConfigError(f"{name} is {value!r}; expected at least {least:g}")
    return converted


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
    return f'"{value}"' if isinstance(value, str) else str(value)
