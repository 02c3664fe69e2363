"""Small sentence-transformers folders with random weights, and the same encoder in plain numpy.

The reference is written from the published formulas, in float64, one text at a time without any
padding, and shares no code with what it checks.
"""

from __future__ import annotations

import json
from math import erf, sqrt
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

WORDS = [
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "query", ":", "passage", "the", "pump", "valve", "tank",
    "a", "is", "open", "closed", "when", "water", "rises", ".", ",", "##s", "##ing", "refund",
]  # fmt: skip
POSITIONS = 40


def write_tokenizer(path: Path) -> None:
    tokenizer = Tokenizer(
        models.WordPiece({word: place for place, word in enumerate(WORDS)}, unk_token="[UNK]")
    )
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.save(str(path))


def write_model(
    folder: Path,
    *,
    kind: str = "bert",
    pooling: str = "mean",
    width: int = 32,
    prefix: str = "",
    activation: str = "gelu",
    prompts: dict[str, str] | None = None,
) -> Path:
    """Write a two-layer encoder; its weights are large enough for every part to matter."""
    random = np.random.default_rng(7)
    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "model_type": kind,
        "num_hidden_layers": 2,
        "hidden_size": width,
        "num_attention_heads": 4,
        "intermediate_size": 2 * width,
        "hidden_act": activation,
        "layer_norm_eps": 1e-5,
        "max_position_embeddings": POSITIONS,
        "pad_token_id": 0 if kind == "bert" else 1,
    }
    tensors = {
        "embeddings.word_embeddings.weight": (len(WORDS), width),
        "embeddings.position_embeddings.weight": (POSITIONS, width),
        "embeddings.token_type_embeddings.weight": (2, width),
        **_norm("embeddings.LayerNorm", width),
    }
    for layer in ("encoder.layer.0", "encoder.layer.1"):
        for part in ("query", "key", "value"):
            tensors |= _linear(f"{layer}.attention.self.{part}", width, width)
        tensors |= _linear(f"{layer}.attention.output.dense", width, width)
        tensors |= _norm(f"{layer}.attention.output.LayerNorm", width)
        tensors |= _linear(f"{layer}.intermediate.dense", 2 * width, width)
        tensors |= _linear(f"{layer}.output.dense", width, 2 * width)
        tensors |= _norm(f"{layer}.output.LayerNorm", width)
    weights = {
        prefix + name: random.normal(0, 0.3, shape).astype(np.float32)
        for name, shape in tensors.items()
    }
    save_file(weights, folder / "model.safetensors")
    write_tokenizer(folder / "tokenizer.json")
    _write_json(folder / "config.json", config)
    _write_json(folder / "sentence_bert_config.json", {"max_seq_length": 24})
    _write_json(folder / "config_sentence_transformers.json", {"prompts": prompts or {}})
    _write_json(
        folder / "1_Pooling" / "config.json",
        {"pooling_mode_mean_tokens": pooling == "mean", "pooling_mode_cls_token": pooling == "cls"},
    )
    return folder


def _linear(name: str, rows: int, columns: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (rows, columns), f"{name}.bias": (rows,)}


def _norm(name: str, width: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (width,), f"{name}.bias": (width,)}


def _write_json(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


class Reference:
    """The encoder of a folder, in float64."""

    def __init__(self, folder: Path) -> None:
        self.config = json.loads((folder / "config.json").read_text())
        loaded = load_file(folder / "model.safetensors")
        landmark = "embeddings.word_embeddings.weight"
        [prefix] = [name.removesuffix(landmark) for name in loaded if name.endswith(landmark)]
        self.weights = {
            name.removeprefix(prefix): tensor.astype(np.float64) for name, tensor in loaded.items()
        }
        pooling = json.loads((folder / "1_Pooling" / "config.json").read_text())
        self.first_only = pooling["pooling_mode_cls_token"]

    def vector(self, ids: list[int]) -> np.ndarray:
        first = 0 if self.config["model_type"] == "bert" else self.config["pad_token_id"] + 1
        hidden = self.weights["embeddings.word_embeddings.weight"][ids]
        places = self.weights["embeddings.position_embeddings.weight"]
        hidden = hidden + places[first : first + len(ids)]
        hidden = hidden + self.weights["embeddings.token_type_embeddings.weight"][0]
        hidden = self._norm(hidden, "embeddings.LayerNorm")
        for layer in range(self.config["num_hidden_layers"]):
            hidden = self._layer(hidden, f"encoder.layer.{layer}")
        pooled = hidden[0] if self.first_only else hidden.mean(axis=0)
        return pooled / np.linalg.norm(pooled)

    def _layer(self, hidden: np.ndarray, at: str) -> np.ndarray:
        heads = self.config["num_attention_heads"]
        query, key, value = (
            np.stack(np.split(self._linear(hidden, f"{at}.attention.self.{part}"), heads, axis=1))
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 2, 1) / sqrt(query.shape[-1])
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        seen = weights / weights.sum(axis=-1, keepdims=True) @ value
        seen = self._linear(np.concatenate(list(seen), axis=1), f"{at}.attention.output.dense")
        seen = self._norm(seen + hidden, f"{at}.attention.output.LayerNorm")
        inner = self._activate(self._linear(seen, f"{at}.intermediate.dense"))
        inner = self._linear(inner, f"{at}.output.dense")
        return self._norm(inner + seen, f"{at}.output.LayerNorm")

    def _linear(self, rows: np.ndarray, at: str) -> np.ndarray:
        return rows @ self.weights[f"{at}.weight"].T + self.weights[f"{at}.bias"]

    def _norm(self, rows: np.ndarray, at: str) -> np.ndarray:
        middle = rows - rows.mean(axis=-1, keepdims=True)
        spread = np.sqrt((middle**2).mean(axis=-1, keepdims=True) + self.config["layer_norm_eps"])
        return middle / spread * self.weights[f"{at}.weight"] + self.weights[f"{at}.bias"]

    def _activate(self, rows: np.ndarray) -> np.ndarray:
        if self.config["hidden_act"] == "relu":
            return np.maximum(rows, 0)
        if self.config["hidden_act"] == "gelu_new":
            return rows / 2 * (1 + np.tanh(sqrt(2 / np.pi) * (rows + 0.044715 * rows**3)))
        return rows / 2 * (1 + np.vectorize(erf)(rows / sqrt(2)))
