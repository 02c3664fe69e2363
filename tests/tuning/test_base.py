import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).parents[1] / "models" / "local"))
from tiny_model import make_network, make_tokenizer

from sartor.errors import ConfigError
from sartor.networks.identity import identify
from sartor.networks.quantised import quantised_layers
from sartor.tuning.base import find_base, open_base


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("bases") / "tiny"
    tokenizer = make_tokenizer()
    tokenizer.save_pretrained(path)
    make_network(tokenizer).save_pretrained(path)
    return path


@pytest.fixture
def base(saved, tmp_path):
    """A copy that a test may spoil."""
    shutil.copytree(saved, tmp_path / "tiny")
    return tmp_path / "tiny"


def change_config(folder, **changes):
    file = folder / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


# --- finding -----------------------------------------------------------------------------------


def test_a_base_is_found_by_its_path_from_the_project_and_from_here(base, monkeypatch):
    assert find_base(str(base), root=Path("elsewhere")) == base
    assert find_base("tiny", root=base.parent) == base
    monkeypatch.chdir(base.parent)
    assert find_base("./tiny", root=Path("elsewhere")) == base


def test_a_base_is_found_in_the_cache_of_the_hub(saved, tmp_path, monkeypatch):
    cache = tmp_path / "hub"
    place = cache / "models--acme--tiny"
    shutil.copytree(saved, place / "snapshots" / "abc")
    (place / "refs").mkdir()
    (place / "refs" / "main").write_text("abc")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(cache))

    assert find_base("acme/tiny", root=tmp_path) == place / "snapshots" / "abc"


def test_a_base_that_is_nowhere_is_told_where_it_was_looked_for_and_how_to_get_it(tmp_path):
    with pytest.raises(ConfigError, match=str(tmp_path / "acme/none")) as error:
        find_base("acme/none", root=tmp_path)
    assert "hub's cache" in str(error.value)
    assert "hf download acme/none" in str(error.value)
    with pytest.raises(ConfigError, match="no base model is named"):
        find_base("", root=tmp_path)


def test_finding_imports_no_torch(saved):
    code = (
        "import sys; from pathlib import Path; from sartor.tuning.base import find_base;"
        f"find_base({str(saved)!r}, root=Path()); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# --- opening -----------------------------------------------------------------------------------


def test_what_is_known_of_an_open_base(saved):
    base = open_base(saved, device="cpu", precision="bf16")

    assert base.folder == saved
    assert base.identity == identify(saved)
    assert base.window == 512
    assert base.ends == {1, 2}
    assert base.precision.reason == "set by the user"
    assert base.network.dtype == torch.bfloat16
    assert not base.network.training


def test_weights_are_as_the_method_needs_them(saved):
    whole = open_base(saved, device="cpu", precision="bf16", whole=True)
    quantised = open_base(saved, device="cpu", precision="bf16", quantised=True)

    assert {one.dtype for one in whole.network.parameters()} == {torch.float32}
    assert whole.precision.value == "bf16"
    assert len(list(quantised_layers(quantised.network))) == 14
    assert quantised.network.lm_head.weight.dtype == torch.bfloat16


def test_pickled_weights_are_refused_unread_with_what_to_do(base):
    (base / "model.safetensors").unlink()
    (base / "pytorch_model.bin").write_bytes(b"\x80\x04cos\nsystem\n")

    with pytest.raises(ConfigError, match=r"only as pytorch_model\.bin") as error:
        open_base(base)
    assert "safetensors" in str(error.value)


def test_code_that_comes_with_a_model_is_never_run(base):
    trace = base / "was run"
    (base / "modeling_evil.py").write_text(f"open({str(trace)!r}, 'w')\n")
    change_config(
        base,
        model_type="evil",
        auto_map={
            "AutoConfig": "modeling_evil.Config",
            "AutoModelForCausalLM": "modeling_evil.Model",
        },
    )

    with pytest.raises(ConfigError, match="cannot be loaded as a language model"):
        open_base(base)

    assert not trace.exists()


def test_other_things_than_a_decoder_with_weights_are_refused(base, tmp_path):
    change_config(base, is_encoder_decoder=True)
    with pytest.raises(ConfigError, match="expected a decoder only"):
        open_base(base)
    change_config(base, is_encoder_decoder=False, quantization_config={"quant_method": "gptq"})
    with pytest.raises(ConfigError, match="holds quantised weights"):
        open_base(base)
    (base / "model.safetensors").unlink()
    with pytest.raises(ConfigError, match="holds no weights"):
        open_base(base)
    (tmp_path / "adapter").mkdir()
    (tmp_path / "adapter" / "adapter_config.json").write_text("{}")
    with pytest.raises(ConfigError, match="holds an adapter, not a model"):
        open_base(tmp_path / "adapter")


def test_a_download_that_stopped_half_way_is_named(base):
    index = {"weight_map": {"lm_head.weight": "model-00002-of-00002.safetensors"}}
    (base / "model.safetensors.index.json").write_text(json.dumps(index))

    with pytest.raises(ConfigError, match="names model-00002-of-00002"):
        open_base(base)
