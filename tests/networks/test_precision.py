import pytest
import torch

from sartor.errors import ConfigError
from sartor.networks.precision import choose_device, choose_precision


def test_bf16_is_chosen_only_where_the_cpu_has_it(monkeypatch):
    for native in (True, False):
        monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: native)  # noqa: B023
        monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: False)

        chosen = choose_precision("auto", "cpu")

        assert chosen.value == ("bf16" if native else "fp32")
        assert "this CPU" in chosen.reason


def test_a_precision_of_the_user_is_taken():
    assert choose_precision("bf16", "cpu").value == "bf16"
    assert choose_precision("fp32", "cpu").reason == "set by the user"


def test_an_unknown_precision_or_device_is_refused():
    with pytest.raises(ConfigError, match="auto, fp32, bf16"):
        choose_precision("int3", "cpu")
    with pytest.raises(ConfigError, match="cuda:0"):
        choose_device("abacus")


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a graphics card")
def test_a_graphics_card_that_is_not_there_is_refused():
    with pytest.raises(ConfigError, match="no CUDA device"):
        choose_device("cuda")
    assert choose_device("auto").value == "cpu"
