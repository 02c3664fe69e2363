"""The OpenAI-compatible wire against a real server in a thread."""

from __future__ import annotations

import json
import logging
import time
import traceback

import pytest
from model_server import ANSWER, KEY, Fault, Said, chat_chunks, streamed

from sartor.errors import (
    ContextTooSmall,
    InputError,
    InvalidOutput,
    KeyRefused,
    ProviderError,
    Unreachable,
)
from sartor.protocols import Generation
from sartor.testing.conformance_model import SCHEMA, ModelConformance
from sartor.types import Completion, Message

ASK = [Message("system", "Be brief."), Message("user", "When are refunds paid?")]


def stream_text(model, options=Generation()):
    return "".join(piece for piece in model.stream(ASK, options) if isinstance(piece, str))


class TestConformance(ModelConformance):
    @pytest.fixture(autouse=True)
    def at_the_server(self, open_chat, times):
        times.now = time.monotonic()
        self.open_model = open_chat


# --- there and back ---------------------------------------------------------------------------


def test_an_answer_carries_text_usage_reason_and_the_models_own_name(open_chat):
    completion = open_chat().complete(ASK)
    assert completion.text == ANSWER
    assert completion.finish_reason == "stop"
    assert completion.model == "served-model"
    assert (completion.usage.input_tokens, completion.usage.output_tokens) == (6, 9)
    assert completion.usage.cached_tokens == 2


def test_settings_and_options_are_what_is_sent(open_chat, server):
    options = Generation(max_tokens=7, temperature=0.5, stop=("END",), seed=3)
    open_chat(max_tokens=99).complete(ASK, options)
    open_chat(max_tokens=99, temperature=0.2).complete(ASK)
    first, second = server.requests
    assert first == {
        "model": "shop-model",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "When are refunds paid?"},
        ],
        "max_tokens": 7,
        "temperature": 0.5,
        "stop": ["END"],
        "seed": 3,
    }
    assert (second["max_tokens"], second["temperature"]) == (99, 0.2)
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"


def test_what_was_cut_or_filtered_says_so(open_chat, server):
    assert open_chat(max_tokens=2).complete(ASK).finish_reason == "length"
    choice = {"message": {"content": None, "refusal": "No."}, "finish_reason": "content_filter"}
    server.faults.append(Fault(body=json.dumps({"choices": [choice]})))
    completion = open_chat().complete(ASK)
    assert (completion.text, completion.finish_reason) == ("No.", "filtered")


def test_usage_that_is_not_told_is_counted_on_the_safe_side(open_chat, server):
    server.faults.append(Fault(body='{"choices": [{"message": {"content": "Yes."}}]}'))
    usage = open_chat().complete(ASK).usage
    assert usage.input_tokens == open_chat().count(ASK)
    assert usage.output_tokens > 0


def test_a_stream_asks_for_usage_and_gives_it(open_chat, server):
    *pieces, last = open_chat().stream(ASK)
    assert len(pieces) > 3
    assert last.text == ANSWER
    assert last.usage.cached_tokens == 2
    assert server.requests[0]["stream_options"] == {"include_usage": True}


# --- servers that are not quite compatible ----------------------------------------------------


def test_a_server_without_stream_options_is_asked_without_them_from_then_on(open_chat, server):
    server.refuses["stream_options"] = "unknown field: stream_options"
    model = open_chat()
    for _ in range(2):
        *_, last = model.stream(ASK)
        assert last.text == ANSWER
        assert last.usage.output_tokens > 0
    assert len(server.requests) == 3


def test_a_model_that_wants_the_newer_names_gets_them(open_chat, server):
    server.refuses["max_tokens"] = "Unsupported parameter: 'max_tokens'. Use another."
    server.refuses["temperature"] = "'temperature' does not support 0.0 with this model."
    model = open_chat(max_tokens=5)
    assert model.complete(ASK).finish_reason == "length"
    assert len(server.requests) == 3
    assert server.requests[-1]["max_completion_tokens"] == 5
    assert "temperature" not in server.requests[-1]
    model.complete(ASK)
    assert len(server.requests) == 4


def test_a_server_that_cannot_stream_is_read_all_the_same(open_chat, server):
    choice = {"message": {"content": "All at once."}, "finish_reason": "stop"}
    server.faults.append(Fault(body=json.dumps({"choices": [choice]})))
    assert stream_text(open_chat()) == "All at once."


# --- JSON -------------------------------------------------------------------------------------


def test_a_schema_is_sent_in_the_providers_own_way(open_chat, server):
    completion = open_chat().complete(ASK, Generation(schema=SCHEMA))
    assert json.loads(completion.text) == {"days": 14}
    asked = server.requests[0]["response_format"]
    assert asked["type"] == "json_schema"
    assert asked["json_schema"]["schema"] == SCHEMA


def test_a_server_without_schemas_is_asked_for_json_and_told_the_schema(open_chat, server):
    server.refuses["json_schema"] = "response_format json_schema is not supported"
    model = open_chat()
    model.complete(ASK, Generation(schema=SCHEMA))
    assert [request["response_format"]["type"] for request in server.requests] == [
        "json_schema",
        "json_object",
    ]
    assert '"maximum": 99' in server.requests[-1]["messages"][-1]["content"]
    model.complete(ASK, Generation(schema=SCHEMA))
    assert len(server.requests) == 3


def test_a_server_without_json_at_all_is_only_told(open_chat, server):
    server.refuses["response_format"] = "no response_format here"
    server.answer = 'Sure:\n```json\n{"days": 3}\n```'
    with pytest.raises(InvalidOutput):
        open_chat().complete(ASK, Generation(schema=SCHEMA))
    server.answer = '```json\n{"days": 3}\n```'
    completion = open_chat().complete(ASK, Generation(schema=SCHEMA))
    assert completion.text == '{"days": 3}'


def test_invalid_json_is_asked_for_once_more_and_no_more(open_chat, server):
    bad = {"choices": [{"message": {"content": '{"days": -1}'}, "finish_reason": "stop"}]}
    server.faults += [Fault(body=json.dumps(bad))] * 2
    with pytest.raises(InvalidOutput, match="less than the minimum"):
        open_chat().complete(ASK, Generation(schema=SCHEMA))
    assert len(server.requests) == 2
    assert server.requests[1]["messages"][-2]["content"] == '{"days": -1}'


def test_a_wrong_schema_is_refused_before_anything_is_asked(open_chat, server):
    with pytest.raises(InputError):
        open_chat().complete(ASK, Generation(schema={"type": "nothing"}))
    assert server.requests == []


# --- faults: how often is asked, and what is said ---------------------------------------------


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 529])
def test_what_may_pass_is_asked_again(open_chat, server, times, status):
    server.faults += [Fault(status), Fault(status)]
    assert open_chat().complete(ASK).text == ANSWER
    assert len(server.requests) == 3
    assert 0.25 <= times.waits[0] <= 0.5 <= times.waits[1] <= 1.0


@pytest.mark.parametrize("status", [429, 500, 529])
def test_in_the_end_it_says_who_was_asked_how_often_and_how_long(open_chat, server, status):
    server.faults += [Fault(status, body='{"error": {"message": "busy"}}')] * 5
    with pytest.raises(Unreachable) as caught:
        open_chat().complete(ASK)
    assert len(server.requests) == 3
    assert f"{server.address} was asked 3 times in" in str(caught.value)
    assert f"status {status}" in str(caught.value)
    assert "busy" in str(caught.value)


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (400, ProviderError, "status 400"),
        (401, KeyRefused, "SHOP_KEY"),
        (403, KeyRefused, "api_key_env under [model] in sartor.toml"),
        (404, ProviderError, "knows no model 'shop-model', or nothing is at that address"),
        (422, ProviderError, "status 422"),
    ],
)
def test_what_will_not_pass_is_asked_once(open_chat, server, status, error, words):
    for ask in (lambda model: model.complete(ASK), stream_text):
        server.requests.clear()
        server.faults[:] = [Fault(status)]
        with pytest.raises(error) as caught:
            ask(open_chat())
        assert words in str(caught.value)
        assert len(server.requests) == 1
        assert not isinstance(caught.value, Unreachable)


def test_an_empty_account_is_not_asked_again(open_chat, server):
    body = {"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}}
    server.faults.append(Fault(429, body=json.dumps(body)))
    with pytest.raises(ProviderError, match="exceeded your quota"):
        open_chat().complete(ASK)
    assert len(server.requests) == 1


def test_a_prompt_longer_than_the_window_says_so(open_chat, server):
    words = "This model's maximum context length is 8 tokens, max_tokens included."
    server.faults.append(Fault(400, body=json.dumps({"error": {"message": words}})))
    with pytest.raises(ContextTooSmall, match="maximum context length is 8"):
        open_chat().complete(ASK, Generation(schema=SCHEMA))
    assert len(server.requests) == 1


def test_an_endpoint_that_takes_too_long_is_asked_again(open_chat, server):
    server.faults.append(Fault(delay=0.6))
    assert open_chat(timeout=0.2).complete(ASK).text == ANSWER
    assert len(server.requests) == 2


def test_nobody_there(open_chat):
    model = open_chat(endpoint="http://127.0.0.1:9/v1")
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:9/v1 was asked 3 times .*no answer"):
        model.complete(ASK)


@pytest.mark.parametrize(
    "body",
    [
        "<html><body>Welcome</body></html>",
        "{}",
        '{"choices": []}',
        '{"choices": null}',
        '{"choices": [{}]}',
        '{"choices": [{"message": {"content": 5}}]}',
        '[{"choices": 1}]',
        "",
        "\x00\x01",
    ],
)
def test_garbage_is_no_answer_and_not_asked_for_again(open_chat, server, body):
    for ask in (lambda model: model.complete(ASK), stream_text):
        server.requests.clear()
        server.faults[:] = [Fault(body=body, content_type="text/html")]
        with pytest.raises(ProviderError, match="no chat completion"):
            ask(open_chat())
        assert len(server.requests) == 1


# --- streams that break -----------------------------------------------------------------------

CHUNKS = chat_chunks(Said(ANSWER, False, 5, 9))


@pytest.mark.parametrize("cut", [True, False])
def test_a_stream_that_breaks_before_its_first_word_is_asked_again(open_chat, server, cut):
    server.faults.append(streamed([], cut=cut))
    assert stream_text(open_chat()) == ANSWER
    assert len(server.requests) == 2


@pytest.mark.parametrize("cut", [True, False])
def test_half_a_stream_is_an_error_that_says_so_and_is_not_asked_again(open_chat, server, cut):
    server.faults.append(streamed(CHUNKS[:3], cut=cut))
    stream = open_chat().stream(ASK)
    assert "".join(next(stream) for _ in range(3)) == ANSWER[:21]
    with pytest.raises(ProviderError, match="half a stream arrived from http"):
        next(stream)
    assert len(server.requests) == 1


@pytest.mark.parametrize("line", ["data: {broken\n\n", "data: 5\n\n", 'data: {"choices": [7]}\n\n'])
def test_garbage_in_a_stream_is_an_error(open_chat, server, line):
    server.faults += [streamed([CHUNKS[0], line])]
    with pytest.raises(ProviderError):
        stream_text(open_chat())


def test_an_error_told_in_mid_stream_is_told(open_chat, server):
    server.faults.append(streamed([CHUNKS[0], 'data: {"error": {"message": "out of memory"}}\n\n']))
    with pytest.raises(ProviderError, match="out of memory"):
        stream_text(open_chat())


def test_a_stream_left_early_lets_the_connection_go(open_chat, server):
    model = open_chat()
    stream = model.stream(ASK)
    assert isinstance(next(stream), str)
    stream.close()
    assert isinstance(model.complete(ASK), Completion)


# --- deadlines --------------------------------------------------------------------------------


def test_a_deadline_that_has_passed_asks_nobody(open_chat, server, times):
    with pytest.raises(Unreachable):
        open_chat().complete(ASK, Generation(deadline=times.now - 1))
    assert server.requests == []


def test_no_wait_goes_beyond_the_deadline(open_chat, server, times):
    server.faults += [Fault(503, headers={"retry-after": "20"})] * 3
    with pytest.raises(Unreachable):
        open_chat().complete(ASK, Generation(deadline=times.now + 5))
    assert (len(server.requests), times.waits) == (1, [])


def test_one_request_takes_no_longer_than_the_deadline(open_chat, server, times):
    server.faults.append(Fault(delay=1.0))
    started = time.monotonic()
    with pytest.raises(Unreachable):
        open_chat(retries=0).complete(ASK, Generation(deadline=times.now + 0.2))
    assert time.monotonic() - started < 0.9


# --- keys stay where they are -----------------------------------------------------------------


@pytest.mark.parametrize("status", [401, 400, 429, 500])
def test_the_key_is_in_no_error_no_log_and_no_repr(open_chat, server, caplog, status):
    caplog.set_level(logging.DEBUG)
    complaint = json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}."}})
    server.faults += [Fault(status, body=complaint)] * 6
    model = open_chat()
    for ask in (lambda: model.complete(ASK), lambda: stream_text(model)):
        with pytest.raises(ProviderError) as caught:
            ask()
        error = caught.value
        told = [str(error), repr(error), *traceback.format_exception(error)]
        while error is not None:
            told += [str(error), repr(error)]
            error = error.__cause__ or error.__context__
        assert not any(KEY in words for words in told)
        assert any("***" in words for words in told)
    assert KEY not in caplog.text
    assert KEY not in repr(model) + str(vars(model))
