import warnings

import pytest
import torch
from peft import PeftModel
from safetensors.torch import load_file, save_file
from small_bases import attached, learning, open_for, save_base, scores, small_recipe, teach
from transformers import AutoModelForCausalLM, GPT2Config, GPT2LMHeadModel

from sartor.errors import AdapterMismatch, ConfigError
from sartor.tuning.methods import METHODS
from sartor.tuning.planning import read_shape

LORA = METHODS["lora"]


def test_plain_peft_reads_it_and_computes_the_same(base, tmp_path):
    network = teach(attached("lora", base))
    LORA.save(network, tmp_path)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        plain = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base), tmp_path)

    assert torch.equal(scores(plain), scores(network))


def test_ours_reaches_every_matrix_but_the_head(base):
    network = attached("lora", base)

    reached = {name.split(".lora_")[0].rpartition(".")[2] for name in learning(network)}

    assert reached == {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}


@pytest.mark.parametrize(
    "changes",
    [
        {"targets": ("q_proj", "v_proj")},
        {"targets": ("mlp.down_proj",)},
        {"dora": True},
        {"rslora": False, "alpha": 32},
    ],
)
def test_variants_of_the_recipe_are_counted_saved_and_read(base, tmp_path, changes):
    network = attached("lora", base, **changes)
    counted = LORA.parameters(read_shape(base), small_recipe("lora", **changes))
    assert sum(one.numel() for one in learning(network).values()) == counted

    LORA.save(teach(network), tmp_path)

    again = LORA.load(open_for("lora", base), tmp_path).eval()
    assert torch.equal(scores(again), scores(network))


def test_another_rank_keeps_the_scale_of_rslora(base):
    network = attached("lora", base, rank=16, alpha=8)

    layer = network.base_model.model.model.layers[0].self_attn.q_proj

    assert layer.scaling["default"] == 8 / 16**0.5


@pytest.mark.parametrize("targets", [("q_proj", "v_prj"), ("self_attn",), ("lm_head",)])
def test_a_target_that_matches_nothing_is_an_error(base, targets):
    recipe = small_recipe("lora", targets=targets)

    for refuses in (
        lambda: LORA.attach(open_for("lora", base), recipe, seed=0),
        lambda: LORA.parameters(read_shape(base), recipe),
    ):
        with pytest.raises(ConfigError, match=f"names '{targets[-1]}', and no matrix") as error:
            refuses()
        assert "q_proj" in str(error.value)


def test_gpt_2_with_its_own_kind_of_matrices_is_counted_and_read(tmp_path):
    base = save_base(tmp_path / "base")
    config = GPT2Config(n_embd=32, n_layer=2, n_head=4, vocab_size=80, n_positions=64)
    GPT2LMHeadModel(config).save_pretrained(base)
    network = attached("lora", base)
    counted = LORA.parameters(read_shape(base), small_recipe("lora"))
    assert sum(one.numel() for one in learning(network).values()) == counted

    LORA.save(teach(network), tmp_path / "adapter")

    again = LORA.load(open_for("lora", base), tmp_path / "adapter").eval()
    assert torch.equal(scores(again), scores(network))


def change(folder, how):
    weights = load_file(folder / "adapter_model.safetensors")
    how(weights, next(iter(weights)))
    save_file(weights, folder / "adapter_model.safetensors")


@pytest.mark.parametrize(
    ("how", "message"),
    [
        (lambda weights, first: weights.pop(first), "missing: base_model"),
        (lambda weights, first: weights.update(more=torch.zeros(1)), "unexpected: more"),
    ],
)
def test_missing_and_unexpected_weights_are_errors(base, tmp_path, how, message):
    LORA.save(attached("lora", base), tmp_path)
    change(tmp_path, how)

    with pytest.raises(AdapterMismatch, match=message):
        LORA.load(open_for("lora", base), tmp_path)


def test_weights_of_the_base_in_an_adapter_do_not_reach_the_base(base, tmp_path):
    LORA.save(attached("lora", base), tmp_path)
    embedding = "base_model.model.model.embed_tokens.weight"
    change(tmp_path, lambda weights, _: weights.update({embedding: torch.zeros(500, 64)}))

    with pytest.raises(AdapterMismatch, match="unexpected: base_model.model.model.embed_tokens"):
        LORA.load(open_for("lora", base), tmp_path)


def test_a_pickle_is_refused_and_not_read(base, tmp_path):
    LORA.save(attached("lora", base), tmp_path)
    (tmp_path / "adapter_model.safetensors").rename(tmp_path / "adapter_model.bin")

    with pytest.raises(AdapterMismatch, match=r"only as adapter_model\.bin"):
        LORA.load(open_for("lora", base), tmp_path)
