import pytest
from made_adapters import card_for, save_base, write_trained

from sartor.tuning.registry import Registry


@pytest.fixture
def registry(tmp_path):
    return Registry(tmp_path / "adapters")


@pytest.fixture(scope="session")
def base(tmp_path_factory):
    """The tiny model, saved."""
    return save_base(tmp_path_factory.mktemp("tuned-base"))


@pytest.fixture(scope="session")
def trained(base, tmp_path_factory):
    """A registry with an adapter of each method, for tests that only read."""
    made = Registry(tmp_path_factory.mktemp("trained") / "adapters")
    for method in ("lora", "qlora", "bottleneck", "full"):
        made.add(
            method, card_for(base, method), lambda to, kind=method: write_trained(kind, base, to)
        )
    return made
