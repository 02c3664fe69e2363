"""Who makes the int8 graph, when, and where it lives.

`build_int8` makes it, once for each model and revision, when somebody asks for it (it is the only
step that needs the package `nncf`, takes about a minute of one core, and needs some hundred texts
like those that will be embedded, from which it learns the range of every activation). The file
lies in the cache folder under the model's name, revision and `int8`; `graph_cache` only reads it.
Weights and matrix products become 8-bit integers; what lies between them stays in 16 or 32 bits.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sartor.errors import InputError, MissingExtra
from sartor.knowledge.embedding.batches import Window, pack
from sartor.knowledge.embedding.encoder_graph import build_graph
from sartor.knowledge.embedding.graph_cache import graph_file
from sartor.knowledge.embedding.model_folder import ModelSpec, read_model_folder
from sartor.knowledge.embedding.runtime import save_graph, without_telemetry
from sartor.knowledge.embedding.tokens import Tokens

if TYPE_CHECKING:
    from numpy.typing import NDArray

CALIBRATION_TEXTS = 100


def build_int8(model_folder: Path, texts: Sequence[str], target: Path, *, name: str) -> Path:
    """Quantise a model with sample texts; return the file made under the cache folder `target`.

    `name` is the model's name in the settings (`minilm`, or the name of the folder).
    """
    spec = read_model_folder(model_folder, name)
    samples = _samples(spec, texts)
    nncf = _import_nncf()
    with redirect_stdout(sys.stderr):  # its progress bars; standard output is for data
        quantised = nncf.quantize(
            build_graph(spec),
            nncf.Dataset(samples),
            model_type=nncf.ModelType.TRANSFORMER,
            subset_size=len(samples),
        )
    path = graph_file(spec, "int8", target).path
    path.parent.mkdir(parents=True, exist_ok=True)
    save_graph(quantised, path)
    return path


def _import_nncf() -> Any:  # noqa: ANN401  (a module without type information)
    with without_telemetry():
        try:
            import nncf
        except ImportError as error:
            raise MissingExtra(
                f"making an int8 graph needs the package nncf: {error}",
                hint="pip install nncf, then run the same command again",
            ) from error
    return nncf


def _samples(spec: ModelSpec, texts: Sequence[str]) -> list[dict[str, NDArray[np.int32]]]:
    """Take texts evenly from all of them, each as a batch of its own, without padding."""
    if not texts:
        raise InputError("an int8 graph needs sample texts to measure activations, found none")
    chosen = texts[:: max(1, len(texts) // CALIBRATION_TEXTS)][:CALIBRATION_TEXTS]
    tokens = Tokens(spec.tokenizer_file, lower_case=spec.lower_case)
    room = spec.longest - len(tokens.before) - len(tokens.after)
    samples = []
    for ids in tokens.ids(chosen):
        row = np.array([*tokens.before, *ids[:room], *tokens.after], dtype=np.int32)
        batch = pack([Window(0, row)], spec.longest)
        samples.append({"ids": batch.ids, "lengths": batch.lengths})
    return samples
