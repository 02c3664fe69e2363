import pytest
import torch
from small_bases import attached, learning, open_for, save_base, scores, teach

from sartor.errors import AdapterMismatch
from sartor.networks.identity import identify
from sartor.tuning.base import open_base
from sartor.tuning.methods import METHODS

FULL = METHODS["full"]


def test_what_comes_out_is_a_model_of_its_own_with_the_same_tokenizer_and_template(base, tmp_path):
    network = teach(attached("full", base))
    FULL.save(network, tmp_path)

    opened = open_base(tmp_path, precision="fp32", device="cpu")

    assert torch.equal(scores(opened.network), scores(network))
    assert identify(base).differences(opened.identity) == ("weights",)
    assert opened.tokenizer.chat_template


def test_a_base_in_bf16_is_trained_in_fp32(tmp_path):
    base = save_base(tmp_path / "base", tie_word_embeddings=True)
    open_for("full", base).to(torch.bfloat16).save_pretrained(base)

    network = attached("full", base)

    assert {one.dtype for one in network.parameters()} == {torch.float32}
    assert len(learning(network)) == len(list(network.parameters()))
    FULL.save(teach(network), tmp_path / "out")
    again = FULL.load(open_for("full", base), tmp_path / "out")
    assert torch.equal(scores(again), scores(network))


def test_a_model_that_lacks_weights_is_not_filled_with_random_ones(base, tmp_path):
    from safetensors.torch import load_file, save_file

    FULL.save(attached("full", base), tmp_path)
    weights = load_file(tmp_path / "model.safetensors")
    del weights["model.layers.1.mlp.up_proj.weight"]
    save_file(weights, tmp_path / "model.safetensors", metadata={"format": "pt"})
    network = open_for("full", base)
    before = scores(network)

    with pytest.raises(AdapterMismatch, match=r"layers\.1\.mlp\.up_proj"):
        FULL.load(network, tmp_path)

    assert torch.equal(scores(network), before)
