"""A model's config.json in, its sizes and exact counts of parameters out.

Nothing is loaded and no library of models is asked. It knows the families in `families`; of any
other it says what it found, because a count that is only likely would plan a run that fails.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sartor.errors import ConfigError, nearest
from sartor.tuning.planning.families import ALWAYS, FAMILIES, Family

EXPERTS = ("num_experts", "num_local_experts", "n_routed_experts", "moe_num_experts")
NOT_PLANNED = {  # key in a configuration -> why a model that has it is not planned
    "vision_config": "it reads pictures as well; only models of text alone are planned",
    "audio_config": "it hears as well; only models of text alone are planned",
    "is_encoder_decoder": "it reads and writes with two halves; only decoders are planned",
    "add_cross_attention": "it attends to another model; only decoders alone are planned",
    "quantization_config": "its weights are quantised already; give the weights they came from",
}


class Linear(NamedTuple):
    """One matrix that every layer has; there are `times` layers. The language head is not one."""

    name: str
    inputs: int
    outputs: int
    times: int

    @property
    def leaf(self) -> str:
        """The last part of the name: what recipes target."""
        return self.name.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of a decoder. `small` counts norms, biases and learned positions."""

    architecture: str
    hidden: int
    layers: int
    heads: int
    kv_heads: int
    head: int
    intermediate: int
    vocabulary: int
    tied: bool
    window: int
    gated: bool
    linears: tuple[Linear, ...]
    small: int

    @property
    def linear_parameters(self) -> int:
        """Parameters of all matrices in the layers: what 4 bits make smaller."""
        return sum(one.inputs * one.outputs * one.times for one in self.linears)

    @property
    def feed_forward(self) -> tuple[str, ...]:
        """The matrices behind attention, by the last part of their names."""
        matrices = FAMILIES[self.architecture].matrices
        names = (name for name, widths in matrices.items() if "inner" in widths)
        return tuple(dict.fromkeys(name.rpartition(".")[2] for name in names))

    @property
    def embedding_parameters(self) -> int:
        """Parameters of the token embedding, and of the language head where it has its own."""
        return self.vocabulary * self.hidden * (1 if self.tied else 2)

    @property
    def total(self) -> int:
        """Every parameter of the model, each once."""
        return self.linear_parameters + self.embedding_parameters + self.small


def read_shape(given: Path | str | Mapping[str, object]) -> Shape:
    """Read the shape of a model from its folder, its config.json, or that file's content."""
    config, where = (given, "the configuration") if isinstance(given, Mapping) else _load(given)
    family = _family(config, where)
    return _Reading(config, family, where).shape()


def _load(given: Path | str) -> tuple[Mapping[str, object], str]:
    path = Path(given)
    file = path / "config.json" if path.is_dir() else path
    try:
        config = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"{file} cannot be read as a model's configuration: {error}",
            hint="give the folder that holds the model's config.json",
        ) from error
    if not isinstance(config, dict):
        raise ConfigError(f"{file} holds {type(config).__name__}; expected an object with sizes")
    return config, str(file)


def _family(config: Mapping[str, object], where: str) -> Family:
    """Find the family, or say why this model is not planned."""
    kind = str(config.get("model_type", ""))
    for key, reason in NOT_PLANNED.items():
        if config.get(key):
            raise ConfigError(f"{where} describes {kind or 'a model'!r} with {key}: {reason}")
    experts = next((config[key] for key in EXPERTS if config.get(key)), 0)
    if isinstance(experts, int) and experts > 1:
        raise ConfigError(
            f"{where} describes {kind!r}, a mixture of {experts} experts: they are stacked "
            "tensors, which adapters on linear layers do not reach",
            hint="choose a dense model of the family; its plan and training are exact",
        )
    if kind not in FAMILIES:
        found = f"model_type {kind!r}{nearest(kind, FAMILIES)}" if kind else "no model_type"
        raise ConfigError(f"{where} has {found}; known are {', '.join(sorted(FAMILIES))}")
    return FAMILIES[kind]


class _Reading:
    """One configuration while its numbers are taken out, each checked."""

    def __init__(self, config: Mapping[str, object], family: Family, where: str) -> None:
        self.config, self.family, self.where = config, family, where

    def shape(self) -> Shape:
        hidden, layers = self.number("hidden_size"), self.number("num_hidden_layers")
        heads = self.number("num_attention_heads")
        kv_heads, head = heads, hidden // heads
        if not self.family.plain_heads:
            kv_heads = self.number("num_key_value_heads", heads)
            head = self.number("head_dim", head)
        inner = self.number("intermediate_size", 4 * hidden if self.family.positions else None)
        window = self.number("max_position_embeddings")
        widths = {
            "hidden": hidden,
            "inner": inner,
            "queries": heads * head,
            "keys": kv_heads * head,
            "head": head,
        }
        vocabulary = self.number("vocab_size")
        return Shape(
            architecture=str(self.config["model_type"]),
            hidden=hidden,
            layers=layers,
            heads=heads,
            kv_heads=kv_heads,
            head=head,
            intermediate=inner,
            vocabulary=vocabulary,
            tied=self.flag("tie_word_embeddings"),
            window=window,
            gated=self.family.gated,
            linears=tuple(
                Linear(name, _width(widths, inputs), _width(widths, outputs), layers)
                for name, (inputs, outputs) in self.family.matrices.items()
            ),
            small=layers * self._small_of_a_layer(widths)
            + hidden * (2 if self.family.centred else 1)
            + (window * hidden if self.family.positions else 0)
            + (vocabulary if self.family.head_bias else 0),
        )

    def _small_of_a_layer(self, widths: Mapping[str, int]) -> int:
        """Count the norms and biases of one layer."""
        norms = (*self.family.norms, *self._switched_on(self.family.norms_if))
        biases = (self.family.matrices[name][1] for name in self._switched_on(self.family.biases))
        weights = sum(_width(widths, name) for name in norms)
        return weights * (2 if self.family.centred else 1) + sum(_width(widths, b) for b in biases)

    def _switched_on(self, parts: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
        for setting, names in parts.items():
            if setting == ALWAYS or self.flag(setting):
                yield from names

    def number(self, key: str, default: int | None = None) -> int:
        """Take a size; null and absent mean what the family takes then."""
        name = self.family.names.get(key, key)
        found = self.config.get(name)
        if found is None:
            found = self.family.settings.get(key, default) if name not in self.config else default
        if not isinstance(found, int) or isinstance(found, bool) or found < 1:
            raise ConfigError(f"{self.where} has {name} = {found!r}; expected a number above 0")
        return found

    def flag(self, key: str) -> bool:
        found = self.config.get(key)
        return bool(self.family.settings.get(key, False) if found is None else found)


def _width(widths: Mapping[str, int], name: str) -> int:
    return sum(widths[part] for part in name.split("+"))
