"""The wire of Anthropic's models: `POST /v1/messages`.

This is the only file that knows Anthropic's SDK. Its ways differ in three things: system messages
stand apart, two turns of one role become one, and cached tokens are told beside the input tokens
instead of among them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sartor.errors import MissingExtra
from sartor.models.endpoint import Endpoint
from sartor.models.remote import Reply, Request
from sartor.models.retrying import Refusal
from sartor.types import FinishReason, Message, Usage

if TYPE_CHECKING:
    from anthropic import Anthropic, APIError

KEY_ENV = "ANTHROPIC_API_KEY"
FINISHED: Mapping[str, FinishReason] = {
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "filtered",
}
EVENTS = "text/event-stream"
INPUTS = ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
# What an error in mid-stream says, where the status has long been 200.
STATUS_OF = {"overloaded_error": 529, "rate_limit_error": 429, "api_error": 500}


class Messages:
    """A `Wire` over Anthropic's SDK, whose own retries are off. It takes no seed."""

    concessions: tuple[str, ...] = ("temperature",)
    schema_forms: tuple[str, ...] = ("output_config",)

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._client = _connect(endpoint)

    def send(self, request: Request, timeout: float) -> Reply:
        """Ask for the whole answer at once."""
        from anthropic import APIError

        try:
            response = self._client.messages.with_raw_response.create(
                **self._parameters(request), timeout=timeout
            )
        except APIError as error:
            refusal = self._refusal(error)
        else:
            return self._read(response.text())
        raise refusal  # outside of `except`: the SDK's error may hold the key

    def stream(self, request: Request, timeout: float) -> Iterator[str | Reply]:
        """Yield pieces of text and, last, all of it."""
        from anthropic import APIError
        from httpx2 import RequestError

        try:
            with self._client.messages.create(
                **self._parameters(request), stream=True, timeout=timeout
            ) as events:
                if EVENTS in events.response.headers.get("content-type", ""):
                    yield from self._pieces(event.to_dict(warnings=False) for event in events)
                else:
                    raise self.endpoint.garbage(events.response.read().decode(errors="replace"))
        except APIError as error:
            refusal = self._refusal(error)
        except RequestError as error:  # this SDK lets it through in mid-stream
            refusal = Refusal(self.endpoint.clean(str(error)))
        except json.JSONDecodeError as error:
            raise self.endpoint.garbage(error.doc) from None
        else:
            return
        raise refusal

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    # --- there --------------------------------------------------------------------------------

    def _parameters(self, request: Request) -> dict[str, Any]:
        system = [message.content for message in request.messages if message.role == "system"]
        parameters: dict[str, Any] = {
            "model": self.endpoint.model,
            "messages": _turns(request.messages),
            "max_tokens": request.max_tokens,
        }
        if system:
            parameters["system"] = "\n\n".join(system)
        if "temperature" not in request.conceded:
            # The SDK no longer knows it, older models still do; more than 1 none of them takes.
            parameters["extra_body"] = {"temperature": min(request.temperature, 1.0)}
        if request.stop:
            parameters["stop_sequences"] = list(request.stop)
        if request.schema_form:
            form = {"type": "json_schema", "schema": request.schema}
            parameters["output_config"] = {"format": form}
        return parameters

    # --- and back -----------------------------------------------------------------------------

    def _read(self, text: str) -> Reply:
        try:
            answer = json.loads(text)
            words = "".join(block["text"] for block in answer["content"] if block["type"] == "text")
            reason = FINISHED.get(answer["stop_reason"], "stop")
            usage = _usage(answer.get("usage"))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise self.endpoint.garbage(text) from None
        return Reply(words, reason, usage, answer.get("model") or "")

    def _pieces(self, events: Iterator[dict[str, Any]]) -> Iterator[str | Reply]:
        """Read a stream; one that ends without a stop reason has been cut off."""
        text: list[str] = []
        told: dict[str, Any] = {}
        model, finished = "", None
        for event in events:
            message, delta = event.get("message") or {}, event.get("delta") or {}
            model = message.get("model") or model
            counts = message.get("usage") or event.get("usage") or {}
            told |= {name: count for name, count in counts.items() if count is not None}
            finished = delta.get("stop_reason") or finished
            if delta.get("type") == "text_delta" and delta.get("text"):
                text.append(delta["text"])
                yield delta["text"]
        if finished is None:
            raise Refusal("the stream ended before the answer did")
        yield Reply("".join(text), FINISHED.get(finished, "stop"), _usage(told), model)

    def _refusal(self, error: APIError) -> Refusal:
        from anthropic import APIStatusError

        words = self.endpoint.clean(str(error))
        if not isinstance(error, APIStatusError):
            return Refusal(words)
        status = error.status_code
        if status == 200:
            status = next((code for name, code in STATUS_OF.items() if name in words), 500)
        return Refusal(words, status=status, headers=error.response.headers)


def _connect(endpoint: Endpoint) -> Anthropic:
    try:
        from anthropic import Anthropic
    except ImportError as error:
        raise MissingExtra(
            f"Anthropic's models need the package anthropic: {error}",
            hint='pip install "sartor[anthropic]"',
        ) from error
    return Anthropic(
        base_url=endpoint.address or None,
        api_key=endpoint.key or "none",
        max_retries=0,  # one loop of retries, and it is ours
    )


def _turns(messages: Sequence[Message]) -> list[dict[str, str]]:
    """Join neighbours of one role, as turns must alternate."""
    spoken = [message for message in messages if message.role != "system"]
    return [
        {"role": role, "content": "\n\n".join(message.content for message in turn)}
        for role, turn in groupby(spoken, key=lambda message: message.role)
    ]


def _usage(told: Mapping[str, Any] | None) -> Usage | None:
    if not told:
        return None
    counts = {name: told.get(name) or 0 for name in (*INPUTS, "output_tokens")}
    return Usage(
        sum(counts[name] for name in INPUTS),
        counts["output_tokens"],
        counts["cache_read_input_tokens"],
    )
