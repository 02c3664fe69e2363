"""The bytes that a layer is said to keep, held against what autograd really keeps."""

import pytest

from sartor.tuning.methods import METHODS
from sartor.tuning.planning import read_shape
from sartor.tuning.planning.memory import WIDTH, kept_per_token
from sartor.tuning.recipes import recipe_for

SIZES = {
    "hidden_size": 64,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "intermediate_size": 168,
    "vocab_size": 1_000,
    "max_position_embeddings": 264,
    "eos_token_id": 1,
    "bos_token_id": 2,
    "pad_token_id": 0,
}
ROWS, LENGTH = 2, 120
RECIPES = {
    "lora": {"rank": 8, "dropout": 0.0},
    "lora with dropout": {"rank": 8, "dropout": 0.05},
    "lora on two": {"rank": 8, "dropout": 0.0, "targets": ("q_proj", "v_proj")},
    "bottleneck": {"size": 24},
    "full": {},
}


def kept(network, precision):
    """Run the decoder and return the bytes of all that autograd keeps, weights left out."""
    import torch

    inner = network.get_base_model() if hasattr(network, "peft_config") else network
    decoder = getattr(inner, inner.base_model_prefix)
    for module in network.modules():
        if hasattr(module, "cast_input_dtype_enabled"):
            module.cast_input_dtype_enabled = False
    own = {one.untyped_storage().data_ptr() for one in [*network.parameters(), *network.buffers()]}
    copies = {tuple(one.shape) for one in network.parameters()}
    copies |= {shape[::-1] for shape in copies}
    held = {}

    def pack(tensor):
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own and tuple(tensor.shape) not in copies:
            held[storage.data_ptr()] = (storage.nbytes(), tensor)
        return tensor

    bf16 = precision == "bf16"
    ids = torch.arange(ROWS * LENGTH).view(ROWS, LENGTH)
    with (
        torch.autocast("cpu", torch.bfloat16, enabled=bf16),
        torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor),
    ):
        decoder(input_ids=ids, use_cache=False)
    return sum(size for size, _ in held.values())


def really_kept_per_token(kind, recipe, precision):
    """Return what one layer adds: the difference of two models that differ in their layers."""
    import torch
    from transformers import CONFIG_MAPPING, AutoModelForCausalLM

    found = []
    for layers in (1, 2):
        config = CONFIG_MAPPING[kind](num_hidden_layers=layers, **SIZES)
        network = AutoModelForCausalLM.from_config(config)
        if precision == "bf16" and recipe.method != "full":
            network.to(torch.bfloat16)
        network = METHODS[recipe.method].attach(network, recipe, seed=0).train()
        found.append(kept(network, precision))
    shape = read_shape(config.to_diff_dict())
    return shape, (found[1] - found[0]) / (ROWS * LENGTH)


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
@pytest.mark.parametrize("name", RECIPES)
def test_a_layer_of_a_llama_keeps_what_is_said(name, precision):
    recipe = recipe_for("ours", name.partition(" ")[0], **RECIPES[name])
    shape, really = really_kept_per_token("llama", recipe, precision)
    said = kept_per_token(shape, recipe, LENGTH, WIDTH[precision])
    assert said == pytest.approx(really, rel=0.02)


@pytest.mark.parametrize(
    "kind", ["gemma", "gemma2", "gemma3_text", "gpt_neox", "olmo2", "phi", "phi3", "qwen3"]
)
def test_a_layer_of_other_families_keeps_about_what_is_said(kind):
    recipe = recipe_for("ours", "lora", rank=8)
    shape, really = really_kept_per_token(kind, recipe, "bf16")
    said = kept_per_token(shape, recipe, LENGTH, WIDTH["bf16"])
    assert said == pytest.approx(really, rel=0.1)
