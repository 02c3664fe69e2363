"""What the layers of each family of models are made of, as tables.

A width is a word: hidden, inner (of the feed-forward part), queries and keys (heads times the size
of one), head (one of them), or a sum of these. Experts are in no table: they are refused elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ALWAYS = "always"  # a bias that no setting switches off

_QUERY_KEY_VALUE = {
    "q_proj": ("hidden", "queries"),
    "k_proj": ("hidden", "keys"),
    "v_proj": ("hidden", "keys"),
}
_ATTENTION = {**_QUERY_KEY_VALUE, "o_proj": ("queries", "hidden")}
_GATED = {
    "gate_proj": ("hidden", "inner"),
    "up_proj": ("hidden", "inner"),
    "down_proj": ("inner", "hidden"),
}
_TWO_NORMS = ("hidden", "hidden")
_FOUR_NORMS = _TWO_NORMS * 2


@dataclass(frozen=True, slots=True)
class Family:
    """How one family is built; `settings` holds what its configurations may leave out.

    `matrices` are those of one layer by name; where a layer has two of one name, the second is
    written with its part in front. `biases` and `norms_if` say what there is if a setting is on.
    """

    matrices: Mapping[str, tuple[str, str]]
    norms: tuple[str, ...] = _TWO_NORMS
    norms_if: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    biases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    centred: bool = False  # LayerNorm, which has a bias, and not RMSNorm
    positions: bool = False  # learned positions
    plain_heads: bool = False  # as many keys as queries, each head an equal share of hidden
    head_bias: bool = False
    bends: int = 3  # tensors of the inner width that the feed-forward part keeps for its gradient
    capped_scores: bool = False  # attention that holds all scores, to cap them
    changed_scores: bool = False  # scores of words that are scaled or capped behind the head

    @property
    def gated(self) -> bool:
        """Whether the feed-forward part multiplies two branches."""
        return any("gate" in name for name in self.matrices)


_LLAMA = Family(
    {**_ATTENTION, **_GATED},
    biases={"attention_bias": tuple(_ATTENTION), "mlp_bias": tuple(_GATED)},
)
_GEMMA_2 = Family(
    _LLAMA.matrices,
    norms=_FOUR_NORMS,
    biases={"attention_bias": tuple(_ATTENTION)},
    settings={"tie_word_embeddings": True, "head_dim": 256, "num_key_value_heads": 4},
    capped_scores=True,
    changed_scores=True,
)

FAMILIES: Mapping[str, Family] = {
    "llama": _LLAMA,
    "granite": Family(_LLAMA.matrices, biases=_LLAMA.biases, changed_scores=True),
    "smollm3": Family(
        _LLAMA.matrices,
        biases=_LLAMA.biases,
        settings={"tie_word_embeddings": True, "num_key_value_heads": 4},
    ),
    "mistral": Family({**_ATTENTION, **_GATED}, settings={"num_key_value_heads": 8}),
    "qwen2": Family({**_ATTENTION, **_GATED}, biases={ALWAYS: tuple(_QUERY_KEY_VALUE)}),
    "qwen3": Family(
        _LLAMA.matrices,
        norms=(*_TWO_NORMS, "head", "head"),
        biases={"attention_bias": tuple(_ATTENTION)},
        settings={"head_dim": 128},
    ),
    "olmo2": Family(
        _LLAMA.matrices,
        norms=(*_TWO_NORMS, "queries", "keys"),
        biases={"attention_bias": tuple(_ATTENTION)},
    ),
    "gemma": Family(
        _LLAMA.matrices,
        biases={"attention_bias": tuple(_ATTENTION)},
        settings={"tie_word_embeddings": True, "head_dim": 256},
    ),
    "gemma2": _GEMMA_2,
    "gemma3_text": Family(
        _GEMMA_2.matrices,
        norms=(*_FOUR_NORMS, "head", "head"),
        biases=_GEMMA_2.biases,
        settings=_GEMMA_2.settings,
    ),
    "phi": Family(
        {
            **_QUERY_KEY_VALUE,
            "dense": ("queries", "hidden"),
            "fc1": ("hidden", "inner"),
            "fc2": ("inner", "hidden"),
        },
        norms=("hidden",),
        norms_if={"qk_layernorm": ("head", "head")},
        biases={ALWAYS: (*_QUERY_KEY_VALUE, "dense", "fc1", "fc2")},
        centred=True,
        head_bias=True,
        bends=4,
    ),
    "phi3": Family(
        {
            "qkv_proj": ("hidden", "queries+keys+keys"),
            "o_proj": ("queries", "hidden"),
            "gate_up_proj": ("hidden", "inner+inner"),
            "down_proj": ("inner", "hidden"),
        }
    ),
    "starcoder2": Family(
        {**_ATTENTION, "c_fc": ("hidden", "inner"), "c_proj": ("inner", "hidden")},
        biases={"use_bias": (*_ATTENTION, "c_fc", "c_proj")},
        settings={"tie_word_embeddings": True, "use_bias": True, "num_key_value_heads": 2},
        centred=True,
        bends=1,
    ),
    "gpt2": Family(
        {
            "c_attn": ("hidden", "queries+keys+keys"),
            "attn.c_proj": ("queries", "hidden"),
            "c_fc": ("hidden", "inner"),
            "mlp.c_proj": ("inner", "hidden"),
        },
        biases={ALWAYS: ("c_attn", "attn.c_proj", "c_fc", "mlp.c_proj")},
        settings={"tie_word_embeddings": True},
        names={
            "hidden_size": "n_embd",
            "num_hidden_layers": "n_layer",
            "num_attention_heads": "n_head",
            "intermediate_size": "n_inner",
            "max_position_embeddings": "n_positions",
        },
        centred=True,
        bends=4,
        positions=True,
        plain_heads=True,
    ),
    "gpt_neox": Family(
        {
            "query_key_value": ("hidden", "queries+keys+keys"),
            "dense": ("queries", "hidden"),
            "dense_h_to_4h": ("hidden", "inner"),
            "dense_4h_to_h": ("inner", "hidden"),
        },
        biases={
            "attention_bias": ("query_key_value", "dense"),
            ALWAYS: ("dense_h_to_4h", "dense_4h_to_h"),
        },
        settings={"attention_bias": True},
        centred=True,
        bends=1,
        plain_heads=True,
    ),
}
