"""Adapters for others: a folder that plain PEFT loads, and lines that start servers."""

import json
import shlex
from dataclasses import replace

import pytest
import torch
from made_adapters import CONFIG, WEIGHTS, card_for, made_card, write_small
from peft import PeftModel
from transformers import AutoModelForCausalLM

from sartor.errors import AdapterMismatch, ConfigError, InputError
from sartor.networks.adapter_files import require_base
from sartor.networks.identity import identify
from sartor.tuning.registry import Registry, records

TOKENS = torch.arange(6, 46)[None]


def logits(network):
    with torch.inference_mode():
        return network.eval()(input_ids=TOKENS).logits


@pytest.mark.filterwarnings("ignore::FutureWarning")
@pytest.mark.parametrize("method", ["lora", "qlora"])
def test_an_export_loads_in_plain_peft_and_computes_the_same(trained, base, tmp_path, method):
    trained.export(method, tmp_path / "out")
    found, expected = (
        logits(PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base), folder))
        for folder in (tmp_path / "out", trained.resolve(method).path)
    )
    assert torch.equal(found, expected)


def test_an_export_holds_no_words_of_the_examples_and_can_be_changed(trained, tmp_path):
    exported = trained.export("lora", tmp_path / "out")
    assert set(exported.files) == {CONFIG, WEIGHTS, "README.md", "card.json"}
    assert all(
        "Who asks?" not in path.read_text("latin-1") for path in (tmp_path / "out").iterdir()
    )
    assert all(path.stat().st_mode & 0o200 for path in (tmp_path / "out").iterdir())


def test_an_export_carries_the_identity_of_its_base_and_its_card(trained, base, tmp_path):
    trained.export("lora", tmp_path / "out")
    record, found = records.read(tmp_path / "out"), identify(base)
    assert record.card.base.fingerprint == found.fingerprint
    assert (record.id, record.card.base.licence) == ("lora@1", "mit")
    assert record.card == trained.card("lora").travelling
    require_base(tmp_path / "out", lambda: (base, found))
    with pytest.raises(AdapterMismatch, match=f"trained on {base}, .* another weights") as refused:
        require_base(tmp_path / "out", lambda: (tmp_path, replace(found, weights="0")))
    assert "--model" in refused.value.hint


def test_the_lines_name_base_adapter_and_a_rank_that_vllm_takes(trained, base, tmp_path):
    lines = trained.export("lora", tmp_path / "an out").lines
    vllm, tgi = shlex.split(lines["vLLM"]), shlex.split(lines["TGI"])
    module = f"lora={tmp_path / 'an out'}"
    assert vllm == [
        "vllm", "serve", str(base), "--enable-lora", "--max-lora-rank", "8",
        "--lora-modules", module,
    ]  # fmt: skip
    assert tgi == [
        "text-generation-launcher", "--model-id", str(base), "--lora-adapters", module,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "says"),
    [({"use_dora": True}, "DoRA"), ({"r": 1000}, "above 512"), ({"bias": "all"}, "biases")],
)
def test_what_vllm_does_not_serve_is_said_instead_of_a_line(registry, tmp_path, settings, says):
    def write(folder):
        write_small(folder)
        (folder / CONFIG).write_text(json.dumps({"peft_type": "LORA", "r": 4} | settings))

    registry.add("voice", made_card(), write)
    exported = registry.export("voice", tmp_path / "out")
    assert "vLLM" not in exported.lines
    assert says in exported.notes[0]


def test_a_base_that_is_gone_is_named_as_the_card_does(registry, tmp_path):
    registry.add("voice", made_card(), write_small)
    assert " tiny " in registry.export("voice", tmp_path / "out").lines["TGI"]


def test_a_bottleneck_stays_here_and_a_whole_model_goes_as_one(trained, tmp_path):
    with pytest.raises(InputError, match="only Sartor knows"):
        trained.export("bottleneck", tmp_path / "one")
    with pytest.raises(InputError, match="a whole model"):
        trained.export("full", tmp_path / "two")
    exported = trained.export("full", tmp_path / "three", "merged")
    assert {"config.json", "model.safetensors"} <= set(exported.files)
    assert "card.json" not in exported.files
    assert str(tmp_path / "three") in exported.lines["vLLM"]


def test_an_adapter_is_exported_as_a_merged_model(trained, tmp_path):
    exported = trained.export("lora", tmp_path / "out", "merged")
    assert {"model.safetensors", "chat_template.jinja", "tokenizer.json"} <= set(exported.files)
    assert "merged in fp32, logits differ by" in exported.notes[0]


def test_an_unknown_kind_is_refused_before_anything_is_written(trained, tmp_path):
    with pytest.raises(ConfigError, match="known are peft, merged, provider"):
        trained.export("lora", tmp_path / "out", "gguf")
    assert list(tmp_path.iterdir()) == []


def test_a_base_is_found_by_whoever_knows_the_project(base, trained, tmp_path):
    folder = trained.resolve("lora").path.parents[1]
    asked = []
    registry = Registry(folder, find=lambda name: asked.append(name) or base)
    registry.verify("lora")
    registry.verify("lora", "another")
    assert asked == [str(base), "another"]


def test_a_card_names_the_base_by_its_folder(base):
    assert card_for(base, "lora").base.model == str(base)
