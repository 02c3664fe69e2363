"""A model folder in, an OpenVINO graph out, written operation by operation from the weights.

The graph takes `ids` (batch x length, padded on the right) and `lengths` (batch), and gives one
vector of length one for each row. Padding takes part in nothing. No torch, no ONNX, no tracing:
what is not written here does not run. It does not know texts, precision of arithmetic or threads.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sartor.knowledge.embedding.model_folder import ModelSpec, Shape
from sartor.knowledge.embedding.runtime import import_openvino
from sartor.knowledge.embedding.weights import Weights

if TYPE_CHECKING:
    from openvino import Model, Node

MASKED = -1e4  # added to a score it makes a weight of zero; finite in every precision
SMALLEST_NORM = 1e-12
ACTIVATIONS = {"gelu": ("gelu", "ERF"), "gelu_new": ("gelu", "TANH"), "relu": ("relu",)}


def build_graph(spec: ModelSpec, *, half_size: bool = False) -> Model:
    """Write the graph of one encoder; `half_size` stores the large weights in 16 bits."""
    with Weights(spec.weight_files) as weights:
        return _Writer(weights, half_size=half_size).model(spec)


class _Writer:
    """Holds what every operation needs, so that the methods below read like the formulas."""

    def __init__(self, weights: Weights, *, half_size: bool) -> None:
        self.openvino = import_openvino()
        self.op = self.openvino.opset15
        self.weights = weights
        self.half_size = half_size

    def model(self, spec: ModelSpec) -> Model:
        ids = self._input("ids", [-1, -1])
        lengths = self._input("lengths", [-1])
        steps = self._steps(ids)
        real = self.op.less(
            self.op.unsqueeze(steps, self._axes(0)), self.op.unsqueeze(lengths, self._axes(1))
        )
        hidden = self._embeddings(ids, steps, spec.shape)
        bias = self.op.select(real, self._number(0.0), self._number(MASKED))
        bias = self.op.unsqueeze(bias, self._axes(1, 2))
        for layer in range(spec.shape.layers):
            hidden = self._layer(hidden, bias, f"encoder.layer.{layer}", spec.shape)
        pool = self._mean if spec.pooling == "mean" else self._first
        vectors = self.op.normalize_l2(
            pool(hidden, real, lengths), self._axes(1), SMALLEST_NORM**2, "max"
        )
        vectors.output(0).set_names({"vectors"})
        return self.openvino.Model([vectors.output(0)], [ids, lengths], spec.name)

    # --- the encoder ---------------------------------------------------------------------------

    def _embeddings(self, ids: Node, steps: Node, shape: Shape) -> Node:
        words = self.op.gather(
            self._matrix(self.weights["embeddings.word_embeddings.weight"]), ids, self._axis(0)
        )
        # Every text is of type 0, so that row can be added to the positions once and for all.
        places = self.weights["embeddings.position_embeddings.weight"][shape.first_position :]
        places = places + self.weights["embeddings.token_type_embeddings.weight"][0]
        placed = self.op.gather(self._matrix(places), steps, self._axis(0))
        return self._norm(self.op.add(words, placed), "embeddings.LayerNorm", shape)

    def _layer(self, hidden: Node, bias: Node, at: str, shape: Shape) -> Node:
        seen = self._attention(hidden, bias, f"{at}.attention.self", shape)
        seen = self.op.add(self._linear(seen, f"{at}.attention.output.dense"), hidden)
        seen = self._norm(seen, f"{at}.attention.output.LayerNorm", shape)
        name, *arguments = ACTIVATIONS[shape.activation]
        activate: Callable[..., Node] = getattr(self.op, name)
        inner = activate(self._linear(seen, f"{at}.intermediate.dense"), *arguments)
        out = self.op.add(self._linear(inner, f"{at}.output.dense"), seen)
        return self._norm(out, f"{at}.output.LayerNorm", shape)

    def _attention(self, hidden: Node, bias: Node, at: str, shape: Shape) -> Node:
        """Write the scores out: the plugin fuses them, with the transposes, into one kernel."""
        size = shape.width // shape.heads
        split = self._axes(0, 0, shape.heads, size)
        turn = self._axes(0, 2, 1, 3)

        def heads(part: str, scale: float = 1.0) -> Node:
            rows = self._linear(hidden, f"{at}.{part}", scale)
            return self.op.transpose(self.op.reshape(rows, split, True), turn)

        query, key, value = heads("query", size**-0.5), heads("key"), heads("value")
        scores = self.op.add(self.op.matmul(query, key, False, True), bias)
        seen = self.op.matmul(self.op.softmax(scores, 3), value, False, False)
        return self.op.reshape(self.op.transpose(seen, turn), self._axes(0, 0, shape.width), True)

    def _linear(self, rows: Node, at: str, scale: float = 1.0) -> Node:
        matrix = self._matrix(self.weights[f"{at}.weight"] * np.float32(scale))
        bias = self._constant(self.weights[f"{at}.bias"] * np.float32(scale))
        return self.op.add(self.op.matmul(rows, matrix, False, True), bias)

    def _norm(self, rows: Node, at: str, shape: Shape) -> Node:
        flat = self.op.mvn(rows, self._axes(-1), True, shape.norm_epsilon, "inside_sqrt")
        scaled = self.op.multiply(flat, self._constant(self.weights[f"{at}.weight"]))
        return self.op.add(scaled, self._constant(self.weights[f"{at}.bias"]))

    # --- pooling -------------------------------------------------------------------------------

    def _mean(self, hidden: Node, real: Node, lengths: Node) -> Node:
        weight = self.op.unsqueeze(self.op.convert(real, "f32"), self._axis(2))
        total = self.op.reduce_sum(self.op.multiply(hidden, weight), self._axis(1), False)
        count = self.op.unsqueeze(self.op.convert(lengths, "f32"), self._axes(1))
        return self.op.divide(total, count)

    def _first(self, hidden: Node, real: Node, lengths: Node) -> Node:  # noqa: ARG002
        return self.op.gather(hidden, self._axis(0), self._axis(1))

    # --- leaves --------------------------------------------------------------------------------

    def _input(self, name: str, shape: list[int]) -> Node:
        node = self.op.parameter(self.openvino.PartialShape(shape), np.int32, name=name)
        node.output(0).set_names({name})
        return node

    def _steps(self, ids: Node) -> Node:
        """Return 0, 1, 2 ... for each column of the batch."""
        length = self.op.gather(self.op.shape_of(ids, "i32"), self._axis(1), self._axis(0))
        return self.op.range(self._scalar(0), length, self._scalar(1), "i32")

    def _matrix(self, values: NDArray[np.float32]) -> Node:
        if not self.half_size:
            return self._constant(values)
        return self.op.convert(self.op.constant(values.astype(np.float16)), "f32")

    def _constant(self, values: NDArray[np.float32]) -> Node:
        return self.op.constant(np.ascontiguousarray(values, dtype=np.float32))

    def _number(self, value: float) -> Node:
        return self.op.constant(np.float32(value))

    def _scalar(self, value: int) -> Node:
        return self.op.constant(np.int32(value))

    def _axis(self, value: int) -> Node:
        return self.op.constant(np.int64(value))

    def _axes(self, *values: int) -> Node:
        return self.op.constant(np.array(values, dtype=np.int64))
