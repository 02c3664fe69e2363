"""One model from an adapter and its base: what it computes, what it holds, what cannot be one."""

import json

import pytest
import torch
from made_adapters import card_for, write_trained
from peft import PeftModel
from safetensors import safe_open
from transformers import AutoModelForCausalLM, AutoTokenizer

from sartor.errors import InputError
from sartor.networks.identity import identify
from sartor.tuning.registry.merging import merge

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")
TOKENS = torch.arange(6, 46)[None]


def logits(network):
    with torch.inference_mode():
        return network.float().eval()(input_ids=TOKENS).logits


@pytest.mark.parametrize("method", ["lora", "qlora"])
def test_merging_changes_no_logit_by_more_than_a_hundred_thousandth(
    trained, base, tmp_path, method
):
    merged = merge(trained.resolve(method), base, tmp_path / "merged")
    assert merged.difference <= 1e-5 < merged.largest
    assert (merged.precision.value, merged.arithmetic.value) == ("bf16", "fp64")
    assert merged.in_fp32 <= 1e-5 * max(1.0, merged.largest)
    assert 0 < merged.fp32_alone <= 1e-5 * max(1.0, merged.largest)
    assert merged.agreeing > 0.8
    assert merged.prompts == 5, "four of ours, and the example on the card"
    assert ("NF4" in merged.base) == (method == "qlora")


def test_what_is_too_large_for_fp64_is_compared_in_fp32(trained, base, tmp_path, monkeypatch):
    monkeypatch.setattr("sartor.tuning.registry.merging.EXACT", 0)
    merged = merge(trained.resolve("lora"), base, tmp_path / "merged")
    assert merged.arithmetic.value == "fp32"
    assert merged.difference == merged.in_fp32 < 1e-4
    assert merged.fp32_alone is None


def test_dora_is_merged_too(base, registry, tmp_path):
    registry.add(
        "dora", card_for(base, "lora"), lambda to: write_trained("lora", base, to, dora=True)
    )
    assert merge(registry.resolve("dora"), base, tmp_path / "merged").difference <= 1e-5


def test_the_merged_model_is_the_adapter_at_work_but_for_rounding(trained, base, tmp_path):
    merged = merge(trained.resolve("lora"), base, tmp_path / "merged")
    plain = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    untuned = logits(plain)
    adapted = logits(PeftModel.from_pretrained(plain, trained.resolve("lora").path))
    found = logits(AutoModelForCausalLM.from_pretrained(tmp_path / "merged", dtype=torch.float32))
    apart = float((found - adapted).abs().max())
    assert apart <= 2 * merged.rounding < float((found - untuned).abs().max())


@pytest.mark.parametrize("method", ["lora", "qlora"])
def test_the_files_are_a_whole_model_of_the_bases_type(trained, base, tmp_path, method):
    to = tmp_path / "merged"
    merge(trained.resolve(method), base, to)
    assert identify(to).differences(identify(base)) == ("weights",)
    assert AutoTokenizer.from_pretrained(to).chat_template
    with safe_open(to / "model.safetensors", framework="np") as file:
        assert {file.get_slice(name).get_dtype() for name in file.keys()} == {"BF16"}  # noqa: SIM118
    assert "quantization_config" not in json.loads((to / "config.json").read_text())
    assert not [path for path in to.iterdir() if path.suffix == ".bin"]


@pytest.mark.parametrize(
    ("method", "says"), [("bottleneck", "cannot be merged"), ("full", "a whole model already")]
)
def test_what_is_no_sum_of_weights_is_refused_with_what_to_do_instead(
    trained, base, tmp_path, method, says
):
    with pytest.raises(InputError, match=says) as refused:
        merge(trained.resolve(method), base, tmp_path / "merged")
    assert refused.value.hint
    assert not (tmp_path / "merged").exists()


def test_a_folder_that_holds_something_is_left_as_it_is(trained, base, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="not empty"):
        merge(trained.resolve("lora"), base, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_merge_that_fails_leaves_nothing(trained, base, tmp_path, monkeypatch):
    def full_disk(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sartor.tuning.registry.merging.shutil.copyfile", full_disk)
    with pytest.raises(Exception, match="No space left"):
        merge(trained.resolve("lora"), base, tmp_path / "merged")
    assert list(tmp_path.iterdir()) == []
