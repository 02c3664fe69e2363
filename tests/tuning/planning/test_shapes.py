"""Counts from config.json alone, held against the models themselves."""

import json

import pytest

from sartor.errors import ConfigError
from sartor.tuning.methods import METHODS
from sartor.tuning.planning import read_shape
from sartor.tuning.planning.families import FAMILIES
from sartor.tuning.recipes import recipe_for

SIZES = {
    "hidden_size": 96,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "intermediate_size": 200,
    "vocab_size": 1_000,
    "max_position_embeddings": 128,
    "eos_token_id": 1,
    "bos_token_id": 2,
    "pad_token_id": 0,
}
LLAMA_7B = {
    "model_type": "llama",
    "hidden_size": 4_096,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "intermediate_size": 11_008,
    "vocab_size": 32_000,
    "max_position_embeddings": 4_096,
    "tie_word_embeddings": False,
}
VARIANTS = {
    "as it is": {},
    "heads of their own size": {"head_dim": 32},
    "tied": {"tie_word_embeddings": True},
    "not tied": {"tie_word_embeddings": False},
    "with biases": {"attention_bias": True, "mlp_bias": True},
    "with normed heads": {"qk_layernorm": True},
}


def real_model(kind, changes):
    import torch
    from transformers import CONFIG_MAPPING, AutoModelForCausalLM

    known = "qk_layernorm" not in changes or kind == "phi"
    config = CONFIG_MAPPING[kind](**SIZES, **(changes if known else {}))
    with torch.device("meta"):
        return config, AutoModelForCausalLM.from_config(config)


@pytest.mark.parametrize("kind", sorted(FAMILIES))
def test_parameters_are_those_of_the_model_itself(kind):
    for changes in VARIANTS.values():
        config, model = real_model(kind, changes)
        shape = read_shape(config.to_diff_dict())
        assert shape.total == sum(one.numel() for one in model.parameters()), changes


@pytest.mark.parametrize("kind", sorted(FAMILIES))
@pytest.mark.parametrize("method", ["lora", "bottleneck"])
def test_what_a_method_counts_is_what_it_trains(kind, method):
    import torch
    from transformers import AutoModelForCausalLM

    config, _ = real_model(kind, {})
    shape = read_shape(config.to_diff_dict())
    recipe = recipe_for(
        "ours", method, shape, **({"rank": 4, "dora": True} if method == "lora" else {})
    )
    network = METHODS[method].attach(AutoModelForCausalLM.from_config(config), recipe, seed=0)
    trained = sum(one.numel() for one in network.parameters() if one.requires_grad)
    assert trained == METHODS[method].parameters(shape, recipe)
    assert isinstance(network, torch.nn.Module)


def test_reads_a_folder_a_file_and_what_is_in_it(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps(LLAMA_7B))
    shapes = [read_shape(given) for given in (tmp_path, tmp_path / "config.json", LLAMA_7B)]
    assert len(set(shapes)) == 1
    assert shapes[0].total == 6_738_415_616  # as Llama-2-7B is published


def test_published_counts_are_reproduced():
    qwen = {
        "model_type": "qwen2", "hidden_size": 896, "num_hidden_layers": 24,
        "num_attention_heads": 14, "num_key_value_heads": 2, "intermediate_size": 4_864,
        "vocab_size": 151_936, "max_position_embeddings": 32_768, "tie_word_embeddings": True,
    }  # fmt: skip
    gpt2 = {
        "model_type": "gpt2", "n_embd": 768, "n_layer": 12, "n_head": 12, "n_positions": 1_024,
        "vocab_size": 50_257,
    }  # fmt: skip
    assert read_shape(qwen).total == 494_032_768  # Qwen2.5-0.5B
    assert read_shape(gpt2).total == 124_439_808


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"model_type": "lama"}, "did you mean 'llama'"),
        ({"model_type": "mamba"}, "known are gemma, gemma2"),
        ({"model_type": ""}, "no model_type"),
        ({"model_type": "mixtral", "num_local_experts": 8}, "mixture of 8 experts"),
        ({"vision_config": {"depth": 2}}, "it reads pictures"),
        ({"is_encoder_decoder": True}, "two halves"),
        ({"quantization_config": {"bits": 4}}, "quantised already"),
        ({"hidden_size": None}, "hidden_size = None; expected a number above 0"),
        ({"hidden_size": "wide"}, "hidden_size = 'wide'"),
        ({"vocab_size": -1}, "vocab_size = -1"),
        ({"num_hidden_layers": True}, "num_hidden_layers = True"),
    ],
)
def test_what_cannot_be_planned_is_refused_with_the_reason(changes, said):
    with pytest.raises(ConfigError, match=said):
        read_shape(LLAMA_7B | changes)


@pytest.mark.parametrize("content", ["{", "[]", "\ud800".encode("utf-16", "surrogatepass")])
def test_a_broken_file_is_named(tmp_path, content):
    file = tmp_path / "config.json"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigError, match=r"config\.json"):
        read_shape(tmp_path)


def test_a_folder_without_a_model_says_what_to_give(tmp_path):
    with pytest.raises(ConfigError, match="holds the model's config") as raised:
        read_shape(tmp_path)
    assert "config.json" in str(raised.value)
