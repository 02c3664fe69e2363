"""Where the graphs of a model lie on disk, who makes them, and when.

`<cache>/embedding/<model>-<revision>-<precision>-<graph version>.xml` with a `.bin` of weights
beside it. fp32 and bf16 are written the first time the model is used; int8 only by the explicit
step in `int8.py`, because it needs sample texts and a library that is otherwise not needed. A file
belongs to one content of the model folder: another revision has another name. Files that are no
longer used may be deleted at any time.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sartor.errors import ConfigError
from sartor.knowledge.embedding.model_folder import ModelSpec
from sartor.knowledge.embedding.runtime import compile_graph, save_graph
from sartor.knowledge.embedding.settings import Precision
from sartor.knowledge.embedding.weights import revision

if TYPE_CHECKING:
    from openvino import CompiledModel

GRAPH_VERSION = 1  # raise when the same folder would give another graph
BUILD_INT8_COMMAND = "sartor doctor --build-int8"


@dataclass(frozen=True, slots=True)
class GraphFile:
    """One graph of one model: what it is made from, and where it is kept."""

    spec: ModelSpec
    precision: Precision
    revision: str
    path: Path

    def require(self) -> None:
        """Raise `ConfigError` when the graph is one that only an explicit step makes."""
        if self.precision == "int8" and not self.path.exists():
            raise ConfigError(
                f"precision is int8, but {self.path} is missing: it has to be made once for each "
                "revision of a model",
                hint=f"run: {BUILD_INT8_COMMAND}",
            )

    def compile(self, *, streams: int) -> CompiledModel:
        """Make the graph runnable, from the file where there is a good one."""
        self.require()
        if self.path.exists():
            try:
                return compile_graph(self.path, self.precision, streams=streams)
            except RuntimeError:
                # Cut off or damaged: not worth an error, it is made again.
                self.path.unlink(missing_ok=True)
                self.require()
        return self._build(streams)

    def _build(self, streams: int) -> CompiledModel:
        from sartor.knowledge.embedding.encoder_graph import build_graph

        graph = build_graph(self.spec, half_size=self.precision == "bf16")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            save_graph(graph, self.path)
        except (OSError, RuntimeError):
            # A folder that cannot be written to only costs time at the next start.
            return compile_graph(graph, self.precision, streams=streams)
        del graph
        return compile_graph(self.path, self.precision, streams=streams)


def graph_file(spec: ModelSpec, precision: Precision, cache_folder: Path) -> GraphFile:
    """Name the file of one graph; it need not exist."""
    folder = cache_folder / "embedding"
    content = _revision(spec, folder)
    name = f"{spec.name.replace('/', '--')}-{content}-{precision}-{GRAPH_VERSION}.xml"
    return GraphFile(spec, precision, content, folder / name)


def _revision(spec: ModelSpec, folder: Path) -> str:
    """Hash the model once, and again only when a file has another size or time."""
    files = (*spec.weight_files, spec.tokenizer_file, spec.folder / "config.json")
    seen = [f"{path.resolve()} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files]
    note = folder / f"{hashlib.sha256(chr(10).join(seen).encode()).hexdigest()[:16]}.revision"
    with suppress(OSError):
        return note.read_text(encoding="ascii")
    found = revision(files)
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        note.write_text(found, encoding="ascii")
    return found
