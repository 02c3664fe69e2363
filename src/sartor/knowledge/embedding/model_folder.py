"""A sentence-transformers folder in, a `ModelSpec` out: what the encoder is, where its files are.

Reads configuration files only. It does not know OpenVINO, tokens or vectors.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sartor.errors import ConfigError

SUPPORTED_ARCHITECTURES = ("bert", "roberta", "xlm-roberta")
SUPPORTED_ACTIVATIONS = ("gelu", "gelu_new", "relu")
SUPPORTED_MODULES = ("Transformer", "Pooling", "Normalize")
ANOTHER_WAY = "serve that model behind an OpenAI-compatible endpoint and set `endpoint`"
PASSAGE_PROMPTS = ("document", "passage", "corpus")

Pooling = Literal["mean", "cls"]


@dataclass(frozen=True, slots=True)
class Shape:
    """The numbers that make one BERT-type encoder differ from another."""

    layers: int
    width: int
    heads: int
    activation: str
    norm_epsilon: float
    positions: int
    first_position: int  # RoBERTa counts from its padding id + 1


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """One model folder, understood. `longest` counts tokens with the special ones."""

    name: str
    folder: Path
    shape: Shape
    pooling: Pooling
    longest: int
    lower_case: bool
    query_prompt: str
    passage_prompt: str

    @property
    def weight_files(self) -> tuple[Path, ...]:
        """One file, or several shards."""
        return tuple(sorted(self.folder.glob("*.safetensors")))

    @property
    def tokenizer_file(self) -> Path:
        """The fast tokenizer, with its vocabulary."""
        return self.folder / "tokenizer.json"


def read_model_folder(folder: Path, name: str) -> ModelSpec:
    """Understand a model folder; raises `ConfigError` naming what is missing or not supported."""
    _require_files(folder)
    config = _read_json(folder / "config.json")
    shape = _shape(config, folder)
    _require_modules(folder)
    transformer = _read_json(folder / "sentence_bert_config.json")
    query_prompt, passage_prompt = _prompts(folder)
    return ModelSpec(
        name=name,
        folder=folder,
        shape=shape,
        pooling=_pooling(folder),
        longest=_longest(shape, transformer, _read_json(folder / "tokenizer_config.json")),
        lower_case=bool(transformer.get("do_lower_case", False)),
        query_prompt=query_prompt,
        passage_prompt=passage_prompt,
    )


def _require_files(folder: Path) -> None:
    missing = [name for name in ("config.json", "tokenizer.json") if not (folder / name).is_file()]
    if not any(folder.glob("*.safetensors")):
        missing.append("model.safetensors")
    if missing:
        raise ConfigError(
            f"{folder} is not a model folder: it has no {', no '.join(missing)}",
            hint="give the folder of a sentence-transformers model saved with safetensors",
        )


def _read_json(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    content = json.loads(path.read_text(encoding="utf-8"))
    return content if isinstance(content, dict) else {}


def _shape(config: dict[str, Any], folder: Path) -> Shape:
    kind = config.get("model_type", "")
    if kind not in SUPPORTED_ARCHITECTURES:
        raise ConfigError(
            f"the model in {folder} is of type {kind!r}, which the encoder builder does not know; "
            f"it knows {', '.join(SUPPORTED_ARCHITECTURES)}",
            hint=ANOTHER_WAY,
        )
    _require_setting(config, "hidden_act", "gelu", SUPPORTED_ACTIVATIONS, folder)
    _require_setting(config, "position_embedding_type", "absolute", ("absolute",), folder)
    return Shape(
        layers=config["num_hidden_layers"],
        width=config["hidden_size"],
        heads=config["num_attention_heads"],
        activation=config.get("hidden_act", "gelu"),
        norm_epsilon=config.get("layer_norm_eps", 1e-12),
        positions=config["max_position_embeddings"],
        first_position=0 if kind == "bert" else config.get("pad_token_id", 1) + 1,
    )


def _require_setting(
    config: dict[str, Any], key: str, default: str, known: tuple[str, ...], folder: Path
) -> None:
    found = config.get(key, default)
    if found not in known:
        raise ConfigError(
            f"{folder / 'config.json'}: {key} is {found!r}, expected one of {', '.join(known)}",
            hint=ANOTHER_WAY,
        )


def _require_modules(folder: Path) -> None:
    path = folder / "modules.json"
    modules = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    kinds = [str(module["type"]).rsplit(".", 1)[-1] for module in modules]
    strange = [kind for kind in kinds if kind not in SUPPORTED_MODULES]
    if strange:
        raise ConfigError(
            f"{path} asks for {', '.join(strange)}; known are {', '.join(SUPPORTED_MODULES)}",
            hint=ANOTHER_WAY,
        )


def _pooling(folder: Path) -> Pooling:
    """Without a pooling file it is the mean, as in sentence-transformers."""
    path = folder / "1_Pooling" / "config.json"
    config = _read_json(path)
    chosen = [key for key, on in config.items() if key.startswith("pooling_mode_") and on is True]
    if "pooling_mode" in config:
        chosen = [f"pooling_mode_{config['pooling_mode']}"]
    if not config.get("include_prompt", True):
        chosen.append("include_prompt: false")
    match chosen:
        case [] | ["pooling_mode_mean_tokens"] | ["pooling_mode_mean"]:
            return "mean"
        case ["pooling_mode_cls_token"] | ["pooling_mode_cls"]:
            return "cls"
    raise ConfigError(
        f"{path} asks for {', '.join(chosen)}; supported are the mean of all tokens and CLS",
        hint=ANOTHER_WAY,
    )


def _longest(shape: Shape, transformer: dict[str, Any], tokenizer: dict[str, Any]) -> int:
    possible = shape.positions - shape.first_position
    wanted = transformer.get("max_seq_length") or tokenizer.get("model_max_length") or possible
    return int(min(wanted, possible))


def _prompts(folder: Path) -> tuple[str, str]:
    """Return the prompts for queries and for passages."""
    config = _read_json(folder / "config_sentence_transformers.json")
    prompts = config.get("prompts") or {}
    default = prompts.get(config.get("default_prompt_name") or "", "")
    known = [prompts[key] for key in PASSAGE_PROMPTS if prompts.get(key)]
    return prompts.get("query") or default, known[0] if known else default
