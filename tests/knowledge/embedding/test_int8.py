"""Making the int8 graph, and using it."""

from __future__ import annotations

import sys

import pytest
from model_folders import write_model

from sartor.errors import InputError, MissingExtra
from sartor.knowledge.embedding import EmbeddingSettings, open_local
from sartor.knowledge.embedding.int8 import build_int8

TEXTS = [f"the pump is open when the water rises {'a valve ' * (place % 5)}" for place in range(20)]


@pytest.mark.slow
def test_a_graph_made_from_sample_texts_is_near_the_fp32_one(tmp_path):
    pytest.importorskip("nncf")
    folder = write_model(tmp_path / "model", width=64)
    made = build_int8(folder, TEXTS, tmp_path / "cache", name="model")
    settings = {"path": folder, "cache_folder": tmp_path / "cache"}
    exact = open_local(EmbeddingSettings(**settings, precision="fp32"))
    small = open_local(EmbeddingSettings(**settings, precision="int8"))
    pairs = zip(exact.embed_passages(TEXTS), small.embed_passages(TEXTS), strict=True)
    assert min(float((one * other).sum()) for one, other in pairs) > 0.98
    assert made.name in {path.name for path in (tmp_path / "cache" / "embedding").iterdir()}
    assert "int8" in small.fingerprint
    assert "torch" not in sys.modules


def test_no_sample_texts_are_refused(tmp_path):
    with pytest.raises(InputError, match="found none"):
        build_int8(write_model(tmp_path / "model"), [], tmp_path, name="model")


def test_a_missing_package_names_the_command(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "nncf", None)
    with pytest.raises(MissingExtra, match="nncf") as caught:
        build_int8(write_model(tmp_path / "model"), TEXTS, tmp_path, name="model")
    assert "pip install nncf" in caught.value.hint
