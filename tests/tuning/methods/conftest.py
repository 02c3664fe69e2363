import pytest
from small_bases import save_base


@pytest.fixture(scope="session")
def base(tmp_path_factory):
    """The tiny model, saved."""
    return save_base(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="session")
def other_base(tmp_path_factory):
    """The same family, but narrower."""
    return save_base(tmp_path_factory.mktemp("other"), hidden_size=32)
