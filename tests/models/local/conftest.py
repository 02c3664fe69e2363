"""The tiny model, saved once for all tests of this folder."""

import pytest
from tiny_model import make_network, make_tokenizer, save_adapter


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """The tiny model, saved."""
    path = tmp_path_factory.mktemp("tiny")
    tokenizer = make_tokenizer()
    tokenizer.save_pretrained(path)
    make_network(tokenizer).save_pretrained(path)
    return path


@pytest.fixture(scope="session")
def adapters(folder, tmp_path_factory):
    """Three plain LoRA adapters of different ranks and layers, and one that is more than that."""
    at = tmp_path_factory.mktemp("adapters")
    return {
        "voice.v1": save_adapter(folder, at / "one", 1),
        "legal": save_adapter(folder, at / "two", 2, r=8, use_rslora=True),
        "queries": save_adapter(folder, at / "three", 3, target_modules=["q_proj", "v_proj"]),
        "dora": save_adapter(folder, at / "four", 4, use_dora=True),
    }


@pytest.fixture(scope="session")
def model(folder, adapters):
    from sartor.models.local import LocalModel

    opened = LocalModel(folder, adapters=adapters, precision="fp32", threads=1)
    yield opened
    opened.close()
