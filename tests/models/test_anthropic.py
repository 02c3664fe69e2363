"""Anthropic's wire against a real server in a thread."""

from __future__ import annotations

import json
import logging
import time
import traceback

import pytest
from model_server import ANSWER, KEY, Fault, Said, message_events, streamed

from sartor.errors import ContextTooSmall, KeyRefused, ProviderError, Unreachable
from sartor.protocols import Generation
from sartor.testing.conformance_model import SCHEMA, ModelConformance
from sartor.types import Message

ASK = [
    Message("system", "Be brief."),
    Message("user", "Hello."),
    Message("user", "When are refunds paid?"),
]
EVENTS = message_events(Said(ANSWER, False, 7, 9))


def stream_text(model, options=Generation()):
    return "".join(piece for piece in model.stream(ASK, options) if isinstance(piece, str))


class TestConformance(ModelConformance):
    @pytest.fixture(autouse=True)
    def at_the_server(self, open_claude, times):
        times.now = time.monotonic()
        self.open_model = open_claude


def test_system_messages_stand_apart_and_neighbours_of_one_role_are_joined(open_claude, server):
    options = Generation(max_tokens=20, temperature=1.5, stop=("END",))
    completion = open_claude().complete(ASK, options)
    assert server.paths == ["/v1/messages"]
    assert server.requests[0] == {
        "model": "claude-opus-5",
        "system": "Be brief.",
        "messages": [{"role": "user", "content": "Hello.\n\nWhen are refunds paid?"}],
        "max_tokens": 20,
        "temperature": 1.0,
        "stop_sequences": ["END"],
    }
    assert any(KEY in value for value in server.headers[0].values())
    assert (completion.text, completion.model) == (ANSWER, "served-claude")


@pytest.mark.parametrize("streamed_too", [False, True])
def test_cached_tokens_are_part_of_the_input_tokens(open_claude, streamed_too):
    model = open_claude()
    usage = (list(model.stream(ASK))[-1] if streamed_too else model.complete(ASK)).usage
    assert (usage.input_tokens, usage.cached_tokens, usage.output_tokens) == (5, 2, 9)


def test_a_model_that_takes_no_temperature_is_asked_without(open_claude, server):
    server.refuses["temperature"] = "temperature: not supported by this model"
    model = open_claude()
    assert model.complete(ASK).text == ANSWER
    assert model.complete(ASK).text == ANSWER
    assert len(server.requests) == 3


def test_a_schema_is_sent_as_output_format_or_told(open_claude, server):
    model = open_claude()
    assert json.loads(model.complete(ASK, Generation(schema=SCHEMA)).text) == {"days": 14}
    form = server.requests[0]["output_config"]["format"]
    assert form == {"type": "json_schema", "schema": SCHEMA}
    server.refuses["output_config"] = "output_config: unknown field"
    server.answer = '{"days": 5}'
    other = {**SCHEMA, "title": "another"}
    assert model.complete(ASK, Generation(schema=other)).text == '{"days": 5}'
    assert '"maximum": 99' in server.requests[-1]["messages"][-1]["content"]


@pytest.mark.parametrize(
    ("status", "error", "calls"),
    [
        (400, ProviderError, 1),
        (401, KeyRefused, 1),
        (403, KeyRefused, 1),
        (404, ProviderError, 1),
        (429, Unreachable, 3),
        (500, Unreachable, 3),
        (529, Unreachable, 3),
    ],
)
def test_each_status_is_asked_as_often_as_it_deserves(open_claude, server, status, error, calls):
    for ask in (lambda model: model.complete(ASK), stream_text):
        server.requests.clear()
        server.faults[:] = [Fault(status)] * calls
        with pytest.raises(error):
            ask(open_claude())
        assert len(server.requests) == calls


def test_a_prompt_that_is_too_long_says_so(open_claude, server):
    body = {"type": "error", "error": {"type": "x", "message": "prompt is too long: 9 > 8"}}
    server.faults.append(Fault(400, body=json.dumps(body)))
    with pytest.raises(ContextTooSmall, match="9 > 8"):
        open_claude().complete(ASK)


@pytest.mark.parametrize(
    "body",
    ["<html>hello</html>", "{}", '{"content": 5, "stop_reason": "end_turn"}', "[]", ""],
)
def test_garbage_is_no_answer(open_claude, server, body):
    for ask in (lambda model: model.complete(ASK), stream_text):
        server.requests.clear()
        server.faults[:] = [Fault(body=body, content_type="text/html")]
        with pytest.raises(ProviderError, match="no chat completion"):
            ask(open_claude())
        assert len(server.requests) == 1


@pytest.mark.parametrize("cut", [True, False])
def test_half_a_stream_is_an_error_but_none_at_all_is_asked_again(open_claude, server, cut):
    server.faults.append(streamed(EVENTS[:2], cut=cut))
    assert stream_text(open_claude()) == ANSWER
    assert len(server.requests) == 2
    server.faults.append(streamed(EVENTS[:5], cut=cut))
    with pytest.raises(ProviderError, match="half a stream arrived"):
        stream_text(open_claude())
    assert len(server.requests) == 3


def test_an_overload_told_in_the_stream_is_asked_again(open_claude, server):
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    server.faults.append(streamed([f"event: error\ndata: {json.dumps(error)}\n\n"]))
    assert stream_text(open_claude()) == ANSWER
    assert len(server.requests) == 2


def test_the_key_is_in_no_error_and_no_log(open_claude, server, caplog):
    caplog.set_level(logging.DEBUG)
    complaint = json.dumps({"error": {"message": f"invalid x-api-key {KEY}"}})
    server.faults += [Fault(401, body=complaint)] * 2
    for ask in (lambda model: model.complete(ASK), stream_text):
        with pytest.raises(KeyRefused) as caught:
            ask(open_claude())
        assert KEY not in "".join(traceback.format_exception(caught.value))
        assert "SHOP_KEY" in str(caught.value)
    assert KEY not in caplog.text
