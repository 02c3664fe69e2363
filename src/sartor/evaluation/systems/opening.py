"""What a person names as a system -> the system."""

from __future__ import annotations

import importlib
import inspect
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sartor.errors import ConfigError, InputError
from sartor.evaluation.systems.assistants import AssistantSystem, FunctionSystem
from sartor.evaluation.systems.endpoint import ChatSystem, HttpSystem, is_chat
from sartor.evaluation.systems.recorded import RecordedSystem
from sartor.evaluation.systems.system import System
from sartor.protocols import Library, Pricing

SCHEMES = ("http://", "https://")
KINDS = "a file of recorded answers, http(s)://ADDRESS, or MODULE:FUNCTION (or FILE.py:FUNCTION)"
_IMPORTABLE = re.compile(r"(?P<module>[A-Za-z_][\w.]*|.+\.py):(?P<name>[A-Za-z_][\w.]*)")


def open_system(
    given: object,
    *,
    name: str = "",
    pricing: Pricing | None = None,
    corpus: Library | None = None,
    folder: Path | None = None,
) -> System:
    """Open an object with `answer`, a function, "module:function", an address or a file.

    `corpus` is where citations of foreign systems are looked up, `folder` where modules and files
    are looked for besides the usual places.
    """
    if isinstance(given, System):
        return given
    if isinstance(given, Path):
        return _recorded(given, name, pricing, corpus, folder)
    if not isinstance(given, str):
        return _of_object(given, name, pricing, corpus)
    if given.lower().startswith(SCHEMES):
        if is_chat(given):
            return ChatSystem(given, name=name, pricing=pricing)
        return HttpSystem(given, name=name, library=corpus, pricing=pricing)
    found = _IMPORTABLE.fullmatch(given)
    if found and not Path(given).exists():
        return _of_object(_imported(found, folder), name or given, pricing, corpus)
    return _recorded(Path(given), name, pricing, corpus, folder)


def _recorded(
    path: Path,
    name: str,
    pricing: Pricing | None,
    library: Library | None,
    folder: Path | None,
) -> System:
    """Open a file, from here or from the project's folder."""
    places = [path, *([folder / path] if folder else [])]
    found = next((place for place in places if place.exists()), None)
    if found is None:
        raise InputError(f"there is no {path}", f"expected {KINDS}")
    return RecordedSystem(found, name=name, library=library, pricing=pricing)


def _of_object(
    given: object, name: str, pricing: Pricing | None, library: Library | None
) -> System:
    if inspect.isclass(given):
        given = given()
    if callable(getattr(given, "answer", None)):
        called = name or type(given).__name__
        return AssistantSystem(given, name=called, library=library, pricing=pricing)
    if callable(given):
        called = name or getattr(given, "__name__", type(given).__name__)
        return FunctionSystem(given, name=called, library=library, pricing=pricing)
    raise InputError(
        f"a system is {type(given).__name__}; expected something with answer(question), "
        "or a function"
    )


def _imported(found: re.Match[str], folder: Path | None) -> object:
    """Import what stands at module:name or file.py:name; the project's folder comes first."""
    file = Path(found["module"]) if found["module"].endswith(".py") else None
    place = file.parent.resolve() if file else folder or Path.cwd()
    try:
        with _importable(place):
            target: object = importlib.import_module(file.stem if file else found["module"])
        for part in found["name"].split("."):
            target = getattr(target, part)
    except (ImportError, AttributeError) as error:
        raise ConfigError(
            f"{found.group()} cannot be imported: {error}", f"expected {KINDS}"
        ) from error
    return target


@contextmanager
def _importable(place: Path) -> Iterator[None]:
    sys.path.insert(0, str(place))
    try:
        yield
    finally:
        sys.path.remove(str(place))
