import pytest
import torch
from small import adapted, make_network, make_tokenizer
from test_loop_loss import FAMILIES, SIZES, family

from sartor.tuning.loop.architecture import keeps_apart


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_families_that_read_positions_keep_packed_examples_apart(name, dtype):
    network = family(name).to(dtype)
    assert keeps_apart(network)
    assert not network.training


@pytest.mark.parametrize("name", ["Bloom", "Mamba"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_families_that_know_no_positions_do_not_even_with_random_weights(name, dtype):
    """Their losses hardly change by what they saw before, so losses would not tell."""
    import transformers

    torch.manual_seed(0)
    config = getattr(transformers, f"{name}Config")(**SIZES, pad_token_id=0, eos_token_id=1)
    network = getattr(transformers, f"{name}ForCausalLM")(config).to(dtype)
    assert not keeps_apart(network)
    assert network.training


def test_an_adapter_in_training_mode_is_tried_without_its_dropout():
    network = adapted(make_network(make_tokenizer()), lora_dropout=0.5).train()
    assert keeps_apart(network)
    assert all(module.training for module in network.modules())
