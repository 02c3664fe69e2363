"""Adapters of every method, served by name beside each other."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from tiny_model import make_network, make_tokenizer, save_adapter
from transformers import AutoModelForCausalLM, AutoTokenizer

from sartor.errors import AdapterMismatch, SartorError
from sartor.models.local import LocalModel
from sartor.models.local.adapters import Adapters
from sartor.networks import bottleneck
from sartor.networks.adapter_files import read_adapter
from sartor.networks.identity import identify
from sartor.protocols import Generation
from sartor.types import Message

ASKED = [Message("user", "When are refunds paid?")]


def save_bottleneck(base, folder, seed):
    """Save detours that have something to say."""
    network = AutoModelForCausalLM.from_pretrained(base)
    bottleneck.attach(network, 8, seed=seed)
    drawing = torch.Generator().manual_seed(seed)
    for one in network.parameters():
        if one.requires_grad:
            one.data.copy_(torch.randn(one.shape, generator=drawing) * 0.3)
    bottleneck.save(network, folder)
    return folder


@pytest.fixture(scope="module")
def mixed(folder, tmp_path_factory):
    """Two bottlenecks, two LoRA adapters and one DoRA."""
    at = tmp_path_factory.mktemp("mixed")
    return {
        "narrow.v1": save_bottleneck(folder, at / "one", 1),
        "narrow.v2": save_bottleneck(folder, at / "two", 2),
        "voice": save_adapter(folder, at / "three", 3),
        "legal": save_adapter(folder, at / "four", 4, target_modules=["q_proj", "v_proj"]),
        "dora": save_adapter(folder, at / "five", 5, use_dora=True),
    }


@pytest.fixture(scope="module")
def serving(folder, mixed):
    opened = LocalModel(folder, adapters=mixed, precision="fp32", threads=1)
    yield opened
    opened.close()


def write(model, name):
    return model.complete(ASKED, Generation(max_tokens=16, adapter=name)).text


def test_a_bottleneck_writes_what_it_writes_in_plain_transformers(serving, folder, mixed):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    network = AutoModelForCausalLM.from_pretrained(folder)
    bottleneck.load(network, read_adapter(mixed["narrow.v1"]))
    turns = [{"role": one.role, "content": one.content} for one in ASKED]
    prompt = tokenizer.apply_chat_template(turns, add_generation_prompt=True, return_tensors="pt")
    with torch.inference_mode():
        tokens = network.generate(**prompt, max_new_tokens=16, do_sample=False)
    expected = tokenizer.decode(tokens[0, prompt["input_ids"].shape[1] :], skip_special_tokens=True)

    assert write(serving, "narrow.v1") == expected.rstrip("\ufffd")


def test_calls_with_adapters_of_every_kind_that_come_together_get_what_each_gets_alone(
    serving, mixed
):
    names = [None, *mixed] * 2
    alone = [write(serving, name) for name in names]

    with ThreadPoolExecutor(len(names)) as callers:
        together = list(callers.map(lambda name: write(serving, name), names))

    assert together == alone
    assert len(set(alone)) == len(mixed) + 1


def test_without_its_bottlenecks_a_model_is_what_it_was(folder, mixed):
    model = LocalModel(folder, precision="fp32", threads=1)
    before = write(model, None)
    model.load_adapter("narrow", mixed["narrow.v1"])
    first = write(model, "narrow")
    model.load_adapter("narrow", mixed["narrow.v2"])
    second = write(model, "narrow")
    assert len({before, first, second}) == 3

    model.unload_adapter("narrow")

    network = model._worker._batch._network
    assert write(model, None) == before
    assert not bottleneck.attached(network)
    model.close()


def test_a_lora_on_every_matrix_does_not_take_detours_for_matrices(folder, tmp_path):
    """Its configuration may still say "all-linear" when it meets a network with detours."""
    plain = save_adapter(folder, tmp_path / "lora", 3)
    config = json.loads((plain / "adapter_config.json").read_text())
    (plain / "adapter_config.json").write_text(
        json.dumps(config | {"target_modules": "all-linear"})
    )
    narrow = save_bottleneck(folder, tmp_path / "narrow", 1)
    model = LocalModel(folder, adapters={"narrow": narrow}, precision="fp32", threads=1)

    model.load_adapter("voice", plain)

    assert write(model, "voice") != write(model, "narrow") != write(model, None)
    model.close()


def test_switching_adapters_takes_less_than_ten_milliseconds(folder, mixed):
    network = AutoModelForCausalLM.from_pretrained(folder)
    adapters = Adapters(network)
    for name, path in mixed.items():
        adapters.load(name, path)

    taken = {}
    for name in mixed:
        took = []
        for _ in range(10):
            adapters.use((None,))
            started = time.thread_time()
            adapters.use((name,))
            took.append(time.thread_time() - started)
        taken[name] = min(took)

    assert max(taken.values()) < 0.010, taken


# --- what is refused ---------------------------------------------------------------------------


def card(folder, base, **changes):
    """Say in an adapter's folder what the registry says there."""
    identity = identify(base)
    parts = {part: getattr(identity, part) for part in ("weights", "tokenizer", "template")}
    said = {"model": "their/base", "fingerprint": identity.fingerprint, **parts}
    content = {"id": "voice@1", "card": {"base": {**said, **changes}}}
    (folder / "card.json").write_text(json.dumps(content))
    return folder


@pytest.mark.parametrize("save", [save_adapter, save_bottleneck])
def test_an_adapter_whose_card_names_another_base_is_refused_with_both(folder, tmp_path, save):
    other = tmp_path / "other"
    tokenizer = make_tokenizer()
    tokenizer.save_pretrained(other)
    changed = make_network(tokenizer)
    changed.lm_head.weight.data.add_(0.001)
    changed.save_pretrained(other)
    fitting = card(save(folder, tmp_path / "fitting", 1), folder)
    foreign = card(save(other, tmp_path / "foreign", 1), other)
    model = LocalModel(folder, adapters={"fitting": fitting}, precision="fp32", threads=1)
    before = write(model, None)

    with pytest.raises(AdapterMismatch, match="trained on their/base, and .* weights") as error:
        model.load_adapter("foreign", foreign)

    assert str(folder) in str(error.value)
    assert model.adapters == ("fitting",)
    assert write(model, None) == before
    model.close()


def test_another_template_or_an_older_card_is_noticed_too(folder, tmp_path):
    adapters = Adapters(AutoModelForCausalLM.from_pretrained(folder))
    saved = save_adapter(folder, tmp_path / "voice", 1)

    with pytest.raises(AdapterMismatch, match="another template"):
        adapters.load("voice", card(saved, folder, fingerprint="0", template="0"))
    (saved / "card.json").write_text('{"made": "by somebody else"}')
    adapters.load("voice", saved)


def spoil(folder, how):
    from safetensors.torch import load_file, save_file

    weights = load_file(folder / "adapter_model.safetensors")
    how(weights, next(iter(weights)))
    save_file(weights, folder / "adapter_model.safetensors")
    return folder


@pytest.mark.parametrize("save", [save_adapter, save_bottleneck])
@pytest.mark.parametrize(
    ("how", "message"),
    [
        (lambda weights, first: weights.pop(first), "missing: base_model"),
        (lambda weights, first: weights.update(more=torch.zeros(1)), "unexpected: more"),
        (lambda weights, first: weights.update({first: torch.zeros(1, 1)}), r"is \[1, 1\] and not"),
    ],
)
def test_weights_that_do_not_fit_are_errors_and_leave_nothing(folder, tmp_path, save, how, message):
    adapters = Adapters(AutoModelForCausalLM.from_pretrained(folder))
    spoiled = spoil(save(folder, tmp_path / "spoiled", 1), how)
    names = set(dict(adapters._network.named_parameters()))

    with pytest.raises(AdapterMismatch, match=message):
        adapters.load("spoiled", spoiled)

    left = {name for name, _ in adapters._network.named_parameters() if "lora" in name}
    assert not left
    assert not bottleneck.attached(adapters._network)
    assert len(dict(adapters._network.named_parameters())) == len(names)


def test_an_adapter_that_matches_no_module_is_an_error(folder, tmp_path):
    saved = save_adapter(folder, tmp_path / "voice", 1, target_modules=["q_proj"])
    config = json.loads((saved / "adapter_config.json").read_text())
    (saved / "adapter_config.json").write_text(json.dumps(config | {"target_modules": ["c_attn"]}))

    with pytest.raises(AdapterMismatch, match="c_attn"):
        Adapters(AutoModelForCausalLM.from_pretrained(folder)).load("voice", saved)


def test_a_pickled_adapter_is_refused_unread(folder, tmp_path):
    saved = save_adapter(folder, tmp_path / "voice", 1)
    (saved / "adapter_model.safetensors").unlink()
    (saved / "adapter_model.bin").write_bytes(b"\x80\x04cos\nsystem\n")

    with pytest.raises(SartorError, match=r"only as adapter_model\.bin"):
        Adapters(AutoModelForCausalLM.from_pretrained(folder)).load("voice", saved)
