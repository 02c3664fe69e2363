import copy
import json

import pytest
import torch
import transformers
from families import FAMILIES, TOKENS, build, scores
from safetensors.torch import load_file, save_file

from sartor.errors import AdapterMismatch, ConfigError
from sartor.networks import bottleneck
from sartor.networks.adapter_files import read_adapter
from sartor.networks.places import places


def teach(network, steps=3):
    """Let whatever may learn take a few steps."""
    learning = [one for one in network.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=0.05)
    for _ in range(steps):
        network(TOKENS, labels=TOKENS).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    return network


def trained(family="Llama", size=4, seed=0, name="default"):
    network = build(family)
    bottleneck.attach(network, size, seed=seed, name=name)
    return teach(network)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_gets_two_detours_a_layer_that_change_nothing_before_they_learn(family):
    network = build(family)
    before = scores(network)

    bottleneck.attach(network, 4, seed=1)

    assert len(bottleneck.attached(network)) == 4
    assert torch.equal(scores(network), before)
    learning = {name for name, one in network.named_parameters() if one.requires_grad}
    assert learning
    assert all(".bottleneck.default." in name for name in learning)
    teach(network)
    assert not torch.allclose(scores(network), before)


@pytest.mark.parametrize("family", ["Llama", "GPT2", "GPTNeoX"])
def test_off_and_taken_out_the_network_is_exactly_what_it_was(family):
    untouched = build(family)
    network = trained(family)
    learned = scores(network)

    with bottleneck.off(network):
        assert torch.equal(scores(network), scores(untouched))
    assert torch.equal(scores(network), learned)
    bottleneck.detach(network)

    assert torch.equal(scores(network), scores(untouched))
    assert dict(network.named_modules()).keys() == dict(untouched.named_modules()).keys()
    assert not any(one._forward_hooks for one in network.modules())


def test_what_was_saved_is_read_without_a_difference(tmp_path):
    network = trained()
    bottleneck.save(network, tmp_path)

    again = build("Llama")
    bottleneck.load(again, read_adapter(tmp_path))

    assert torch.equal(scores(again), scores(network))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "adapter_config.json",
        "adapter_model.safetensors",
    ]
    config = json.loads((tmp_path / "adapter_config.json").read_text())
    assert config["peft_type"] == "BOTTLENECK"
    assert config["bottleneck_size"] == 4


def test_the_same_seed_draws_the_same_weights_and_leaves_other_draws_alone():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)

    drawn = []
    for seed in (1, 1, 2):
        network = build("Llama")
        torch.manual_seed(5)
        bottleneck.attach(network, 4, seed=seed)
        drawn.append(network.model.layers[1].mlp.bottleneck.of("default").down.weight)

    assert torch.equal(drawn[0], drawn[1])
    assert not torch.equal(drawn[0], drawn[2])
    assert torch.equal(torch.rand(3), expected)


def test_several_adapters_are_attached_and_one_is_at_work(tmp_path):
    expected = {}
    for seed, name in enumerate(("voice", "legal")):
        single = trained(seed=seed)
        expected[name] = scores(single)
        bottleneck.save(single, tmp_path / name)
    network = build("Llama")
    expected[None] = scores(network)

    for name in ("voice", "legal"):
        bottleneck.load(network, read_adapter(tmp_path / name), name=name)

    for name in ("voice", None, "legal", "voice"):
        bottleneck.switch(network, name)
        assert torch.equal(scores(network), expected[name])
    bottleneck.detach(network, "voice")
    assert torch.equal(scores(network), expected[None])
    bottleneck.switch(network, "legal")
    assert torch.equal(scores(network), expected["legal"])


def test_detours_learn_in_fp32_beside_a_network_in_bf16():
    network = build("Llama").to(torch.bfloat16)
    before = scores(network)

    bottleneck.attach(network, 4)

    assert {one.dtype for one in network.parameters() if one.requires_grad} == {torch.float32}
    assert torch.equal(scores(network), before)
    assert scores(teach(network)).dtype == torch.bfloat16


def test_a_copy_of_the_network_has_detours_of_its_own():
    network = trained()
    twin = copy.deepcopy(network)
    learned = scores(network)

    bottleneck.switch(network, None)

    assert torch.equal(scores(twin), learned)


def test_gradients_reach_the_detours_when_activations_are_computed_again():
    network = build("Llama")
    bottleneck.attach(network, 4)
    network.activation_checkpointing_enable({"use_reentrant": False})
    network.train()

    network(TOKENS, labels=TOKENS).loss.backward()

    up = network.model.layers[0].self_attn.bottleneck.of("default").up
    assert up.weight.grad.abs().sum() > 0


def test_a_network_without_such_layers_is_refused_with_what_it_has():
    small = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 60}
    config = transformers.OPTConfig(**small, ffn_dim=32, word_embed_proj_dim=32)
    network = transformers.OPTForCausalLM(config)

    with pytest.raises(ConfigError, match=r"2 x OPTDecoderLayer \(self_attn .*fc1 \+ fc2"):
        places(network)
    with pytest.raises(ConfigError, match="OPTForCausalLM has no layers of which each"):
        bottleneck.attach(network, 4)
    assert all(one.requires_grad for one in network.parameters())


def change(folder, how):
    weights = load_file(folder / "adapter_model.safetensors")
    how(weights)
    save_file(weights, folder / "adapter_model.safetensors")


FIRST = "base_model.model.model.layers.0.mlp.bottleneck.down.weight"


@pytest.mark.parametrize(
    ("how", "message"),
    [
        (lambda found: found.pop(FIRST), f"missing: {FIRST}"),
        (lambda found: found.update(more=torch.zeros(1)), "unexpected: more"),
        (lambda found: found.update({FIRST: torch.zeros(3, 3)}), r"is \[3, 3\] and not \[4, 32\]"),
    ],
)
def test_an_adapter_that_does_not_fit_is_refused_and_leaves_nothing(tmp_path, how, message):
    bottleneck.save(trained(), tmp_path)
    change(tmp_path, how)
    network = build("Llama")

    with pytest.raises(AdapterMismatch, match=message):
        bottleneck.load(network, read_adapter(tmp_path))

    assert not bottleneck.attached(network)


def test_an_adapter_that_matches_no_layer_is_refused(tmp_path):
    bottleneck.save(trained("GPT2"), tmp_path)

    with pytest.raises(AdapterMismatch, match="matches none of its layers"):
        bottleneck.load(build("Llama"), read_adapter(tmp_path))
