from pathlib import Path

import pytest
import torch
from bitsandbytes.functional import dequantize_4bit, has_avx512bf16
from small_bases import TOKENS, attached, learning, open_for, save_base, scores, small_recipe, teach
from torch import nn

from sartor.errors import ConfigError, StateError
from sartor.networks.quantised import keep_layout, quantised_layers
from sartor.tuning.methods import METHODS

QLORA = METHODS["qlora"]


def gradients(network):
    """What one training step would change, by name."""
    network.train()
    network.zero_grad()
    network(input_ids=TOKENS, labels=TOKENS).loss.backward()
    return {name: one.grad.clone() for name, one in learning(network).items()}


def dequantised(network):
    """Put plain matrices with the same values in place of those in 4 bits."""
    for path, layer in list(network.named_modules()):
        if layer in set(quantised_layers(network)):
            weight = dequantize_4bit(layer.weight.data, layer.weight.quant_state)
            plain = nn.Linear(layer.in_features, layer.out_features, bias=False)
            plain.weight = nn.Parameter(weight.to(torch.float32), requires_grad=False)
            network.set_submodule(path, plain)
    return network


def error(found, expected):
    """The error of all gradients together, relative to their size."""
    assert found.keys() == expected.keys()
    wrong = sum((found[name] - expected[name]).square().sum() for name in expected)
    return float((wrong / sum(one.square().sum() for one in expected.values())).sqrt())


def evaluate(network, passes=2):
    network.eval()
    for _ in range(passes):
        scores(network)


def reference(base):
    """LoRA over the same values as plain matrices: what the gradients should be."""
    network = dequantised(open_for("qlora", base))
    return METHODS["lora"].attach(network, small_recipe("lora"), seed=0)


def set_going(network):
    """Give every thin matrix something to learn: at first half of them have no gradient."""
    drawing = torch.Generator().manual_seed(0)
    for one in learning(network).values():
        one.data.copy_(torch.randn(one.shape, generator=drawing) * 0.1)
    return network


def test_matrices_are_quantised_twice_and_the_head_is_not(base):
    network = open_for("qlora", base)

    layers = list(quantised_layers(network))

    assert len(layers) == 14
    assert all(layer.weight.quant_state.quant_type == "nf4" for layer in layers)
    assert all(layer.weight.quant_state.nested for layer in layers)
    assert type(network.lm_head) is nn.Linear


def test_no_layer_may_ever_rearrange_its_weights(base, tmp_path):
    """Held on every machine: the trap itself is only on some."""

    def allowed(network):
        return [layer.support_avx512bf16_for_cpu for layer in quantised_layers(network)]

    network = open_for("qlora", base)
    assert allowed(network) == [False] * 14
    evaluate(network)
    network = QLORA.attach(network, small_recipe("qlora"), seed=0)
    assert allowed(network) == [False] * 14
    evaluate(teach(network))
    assert allowed(network) == [False] * 14
    QLORA.save(network, tmp_path)
    again = QLORA.load(open_for("qlora", base), tmp_path)
    evaluate(again)
    assert allowed(again) == [False] * 14


def test_gradients_are_those_of_a_dequantised_base_before_and_after_evaluations(base):
    expected = gradients(set_going(reference(base)))
    network = set_going(attached("qlora", base))

    assert error(gradients(network), expected) < 1e-3
    evaluate(network)
    assert error(gradients(network), expected) < 1e-3
    evaluate(network)
    assert error(gradients(network), expected) < 1e-3


@pytest.mark.filterwarnings("ignore:.*gemv_4bit")
@pytest.mark.skipif(not has_avx512bf16(), reason="this CPU does not have the trap")
def test_the_trap_is_there_and_closed_layers_are_noticed(base):
    expected = gradients(set_going(reference(base)))
    network = set_going(attached("qlora", base))
    for layer in quantised_layers(network):
        layer.support_avx512bf16_for_cpu = True

    evaluate(network)

    assert error(gradients(network), expected) > 0.1
    with pytest.raises(StateError, match="already rearranged"):
        keep_layout(network)


@pytest.mark.skipif(not Path("/proc/self/maps").is_file(), reason="nowhere to see what is mapped")
def test_the_file_of_an_open_base_is_not_kept_in_memory(tmp_path):
    base = save_base(tmp_path)  # one that no other test has open
    network = open_for("qlora", base)

    mapped = Path("/proc/self/maps").read_text()

    assert network.lm_head.weight.isfinite().all()
    assert str(base / "model.safetensors") not in mapped


def test_a_base_that_is_not_quantised_is_refused(base):
    with pytest.raises(ConfigError, match="no quantised matrices"):
        QLORA.attach(open_for("lora", base), small_recipe("qlora"), seed=0)
    with pytest.raises(ConfigError, match="weights of this base are quantised"):
        METHODS["full"].attach(open_for("qlora", base), small_recipe("full"), seed=0)


def test_its_adapter_is_a_lora_that_any_base_in_full_precision_takes(base, tmp_path):
    network = teach(attached("qlora", base))
    QLORA.save(network, tmp_path)

    plain = METHODS["lora"].load(open_for("lora", base), tmp_path).eval()
    by_hand = METHODS["lora"].load(dequantised(open_for("qlora", base)), tmp_path).eval()

    assert scores(plain).shape == scores(network).shape
    torch.testing.assert_close(scores(by_hand), scores(network), rtol=1e-4, atol=1e-4)
