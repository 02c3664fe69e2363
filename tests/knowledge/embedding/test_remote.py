"""An embedder behind HTTP: what it sends, what it believes, what it tries again."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import numpy as np
import pytest
from endpoint import DIMENSION, Endpoint, Fault, answer, running_endpoint
from model_folders import write_tokenizer

from sartor.errors import ConfigError, MissingExtra, ProviderError
from sartor.knowledge.embedding import EmbeddingSettings, open_embedder, retrying
from sartor.knowledge.embedding.remote import RemoteEmbedder
from sartor.testing.conformance_embedder import EmbedderConformance

KEY = "sk-secret-0123456789"


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with running_endpoint() as running:
        yield running


@pytest.fixture(autouse=True)
def _quick_and_keyed(monkeypatch):
    monkeypatch.setattr(retrying, "FIRST_WAIT", 0.01)
    monkeypatch.setenv("TEST_KEY", KEY)


@pytest.fixture
def opened(endpoint):
    """Open embedders of this endpoint and close them when the test ends."""
    made: list[RemoteEmbedder] = []

    def open_one(**more) -> RemoteEmbedder:
        settings = EmbeddingSettings(
            **{"model": "m", "endpoint": endpoint.address, "api_key_env": "TEST_KEY", **more}
        )
        made.append(open_embedder(settings))
        return made[-1]

    yield open_one
    for embedder in made:
        embedder.close()


class TestConformance(EmbedderConformance):
    @pytest.fixture(autouse=True)
    def _opened(self, opened) -> None:
        self.open_embedder = lambda: opened(window=100)


# --- what is sent ----------------------------------------------------------------------------


def test_the_key_comes_from_the_named_variable_and_base64_is_asked_for(endpoint, opened):
    opened().embed_query("pump")
    assert endpoint.keys == [f"Bearer {KEY}"]
    assert endpoint.requests == [{"model": "m", "input": ["pump"], "encoding_format": "base64"}]


def test_requests_are_bounded_in_texts_and_in_tokens(endpoint, opened):
    opened(batch_texts=3).embed_passages(["pump"] * 7)
    assert [len(request["input"]) for request in endpoint.requests] == [3, 3, 1]
    endpoint.requests.clear()
    opened(batch_tokens=5).embed_passages(["pump"] * 7)
    assert [len(request["input"]) for request in endpoint.requests] == [5, 2]


def test_nothing_to_embed_sends_nothing(endpoint, opened):
    assert opened().embed_passages([]) == []
    assert endpoint.requests == []


def test_a_long_text_is_sent_as_its_windows(endpoint, opened):
    [rows] = opened(window=40).embed_passages(["pump " * 100])
    [request] = endpoint.requests
    assert len(rows) == len(request["input"]) > 2
    [cut] = opened(window=40, max_windows=1).embed_passages(["pump " * 100])
    assert len(cut) == 1


def test_prompts_are_put_before_each_window_and_before_queries(endpoint, opened):
    embedder = opened(window=40, passage_prompt="passage: ", query_prompt="query: ")
    embedder.embed_passages(["pump " * 100])
    embedder.embed_query("pump")
    windows, query = endpoint.requests
    assert all(text.startswith("passage: pump") for text in windows["input"])
    assert query["input"] == ["query: pump"]


def test_the_dimension_is_asked_for_once_when_nobody_says_it(endpoint, opened):
    embedder = opened()
    assert (embedder.dimension, embedder.dimension) == (DIMENSION, DIMENSION)
    assert len(endpoint.requests) == 1


def test_an_estimate_sends_nothing_and_does_not_invent_a_price(endpoint, opened):
    estimate = opened().estimate(["four pump"] * 10)
    assert (estimate.tokens, estimate.price) == (20, None)
    assert opened(price_per_million_tokens=2.0).estimate(["four pump"] * 10).price == 20 * 2.0 / 1e6
    assert endpoint.requests == []


def test_tokens_are_counted_by_a_tokenizer_file_where_there_is_one(opened, tmp_path):
    write_tokenizer(tmp_path / "tokenizer.json")
    embedder = opened(tokenizer_file=tmp_path / "tokenizer.json")
    assert embedder.token_spans(["valves pump"]) == [[(0, 5), (5, 6), (7, 11)]]
    assert opened().token_spans(["valves pump"]) == [[(0, 4), (4, 6), (7, 11)]]


def test_the_rate_limit_spaces_requests(endpoint, opened):
    opened(requests_per_minute=600, batch_texts=1).embed_passages(["pump"] * 4)
    pauses = np.diff(endpoint.times)
    assert len(pauses) == 3
    assert min(pauses) > 0.08


# --- what is believed ------------------------------------------------------------------------


def test_plain_numbers_are_understood_as_well(endpoint, opened):
    expected = opened().embed_query("pump")
    endpoint.plain_numbers = True
    assert np.allclose(opened().embed_query("pump"), expected, atol=1e-6)


def entry(index: int, embedding: object) -> dict:
    return {"index": index, "embedding": embedding}


@pytest.mark.parametrize(
    "body",
    [
        "<html>gateway</html>",
        "",
        "[]",
        json.dumps({"data": []}),
        json.dumps({"data": [entry(0, [1.0])]}),
        json.dumps({"data": [entry(0, [1.0]), entry(0, [1.0])]}),
        json.dumps({"data": [entry(0, [1.0]), entry(1, [1.0, 2.0])]}),
        json.dumps({"data": [entry(0, [1.0]), entry(1, None)]}),
        json.dumps({"data": [entry(0, "???"), entry(1, "???")]}),
        json.dumps({"data": [entry(0, [0.0]), entry(1, [1.0])]}),
        json.dumps({"data": [entry(0, [float("nan")]), entry(1, [1.0])]}),
        answer(["one", "two", "three"]),
    ],
)
def test_garbage_is_an_error_after_one_request(body, endpoint, opened):
    endpoint.faults = [Fault(body=body)]
    with pytest.raises(ProviderError):
        opened().embed_passages(["pump", "valve"])
    assert len(endpoint.requests) == 1


def test_another_dimension_is_an_error_that_names_both(endpoint, opened):
    with pytest.raises(ProviderError, match="vectors of 16 numbers, expected 8"):
        opened(dimension=8).embed_query("pump")
    assert len(endpoint.requests) == 1


# --- what is tried again ---------------------------------------------------------------------


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503])
def test_what_may_pass_is_tried_again(status, endpoint, opened):
    endpoint.faults = [Fault(status), Fault(status)]
    assert opened().embed_query("pump").shape == (DIMENSION,)
    assert len(endpoint.requests) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_what_will_not_pass_is_asked_once(status, endpoint, opened):
    endpoint.faults = [Fault(status, body=json.dumps({"error": {"message": f"bad {KEY}"}}))]
    with pytest.raises(ProviderError, match=f"asked once .status {status}") as caught:
        opened().embed_query("pump")
    assert len(endpoint.requests) == 1
    assert KEY not in str(caught.value)


def test_an_endpoint_that_says_no_more_is_obeyed(endpoint, opened):
    endpoint.faults = [Fault(429, {"x-should-retry": "false"})]
    with pytest.raises(ProviderError, match="asked once"):
        opened().embed_query("pump")
    assert len(endpoint.requests) == 1


def test_retries_end(endpoint, opened):
    endpoint.faults = [Fault(500)] * 9
    with pytest.raises(ProviderError, match=r"asked 3 times \(status 500\)"):
        opened(retries=2).embed_query("pump")
    assert len(endpoint.requests) == 3


def test_retry_after_is_honoured(endpoint, opened):
    endpoint.faults = [Fault(429, {"retry-after": "0.3"})]
    opened().embed_query("pump")
    assert endpoint.times[1] - endpoint.times[0] >= 0.3


def test_a_wait_of_hours_is_a_refusal(endpoint, opened):
    endpoint.faults = [Fault(429, {"retry-after": "7200"})]
    with pytest.raises(ProviderError):
        opened().embed_query("pump")
    assert len(endpoint.requests) == 1


def test_a_timeout_is_tried_again(endpoint, opened):
    endpoint.faults = [Fault(delay=1.0)]
    assert opened(timeout=0.3).embed_query("pump").shape == (DIMENSION,)
    assert len(endpoint.requests) == 2


def test_nobody_listening_is_an_error_that_says_so(endpoint, opened):
    embedder = opened(retries=1, endpoint="http://127.0.0.1:9/v1")
    with pytest.raises(ProviderError, match=r"asked 2 times \(no answer\)"):
        embedder.embed_query("pump")


def test_batches_that_are_done_survive_a_later_failure(endpoint, opened):
    embedder = opened(batch_texts=2, retries=0)
    done: list[int] = []
    endpoint.faults = []
    with pytest.raises(ProviderError):
        for numbers, _ in embedder.embed_batches(["pump"] * 6):
            done += numbers
            endpoint.faults = [Fault(500)] if len(done) == 4 else []
    assert done == [0, 1, 2, 3]


# --- settings --------------------------------------------------------------------------------


def test_a_missing_key_names_the_variable(monkeypatch, opened):
    monkeypatch.delenv("TEST_KEY")
    with pytest.raises(ConfigError, match="TEST_KEY, which is not set"):
        opened()


def test_an_endpoint_without_a_key_is_asked_without_one(endpoint, opened):
    opened(api_key_env="").embed_query("pump")
    assert KEY not in endpoint.keys[0]


def test_a_missing_package_names_the_extra(monkeypatch, opened):
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(MissingExtra, match="openai") as caught:
        opened()
    assert 'pip install "sartor[openai]"' in caught.value.hint


def test_fingerprints_tell_models_endpoints_and_prompts_apart(opened):
    prints = {
        opened().fingerprint,
        opened(model="n").fingerprint,
        opened(passage_prompt="passage: ").fingerprint,
        opened(endpoint="http://127.0.0.1:9/v2").fingerprint,
        opened(window=100).fingerprint,
    }
    assert len(prints) == 5
