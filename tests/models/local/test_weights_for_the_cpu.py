import pytest
import torch
from torch import nn

from sartor.models.local.packing import pack


@pytest.mark.parametrize("bias", [True, False])
def test_a_packed_layer_multiplies_as_before(bias):
    network = nn.Sequential(nn.Linear(96, 130, bias=bias), nn.ReLU(), nn.Linear(130, 7))
    inputs = torch.randn(3, 40, 96)[:, -5:]

    with torch.inference_mode():
        expected = network(inputs)
        pack(network)
        found = network(inputs)

    torch.testing.assert_close(found, expected)


def test_layers_of_other_kinds_and_types_are_left_alone():
    class Scaled(nn.Linear):
        """A layer that does more than multiply."""

    network = nn.Sequential(Scaled(4, 4), nn.Linear(4, 4).double())

    pack(network)

    assert not any("forward" in vars(layer) for layer in network)


def test_a_network_too_large_for_a_second_copy_is_left_alone(monkeypatch):
    monkeypatch.setattr("sartor.models.local.packing.LARGEST", 100)
    network = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4))

    pack(network)

    assert not any("forward" in vars(layer) for layer in network)
