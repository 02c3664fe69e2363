"""The wire of every endpoint that speaks `POST /chat/completions`.

This is the only file that knows OpenAI's SDK. Answers are read as plain JSON and believed only
when they hold what a chat completion must hold: servers that call themselves compatible differ.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sartor.errors import MissingExtra
from sartor.models.endpoint import Endpoint
from sartor.models.remote import Reply, Request
from sartor.models.retrying import Refusal
from sartor.types import FinishReason, Usage

if TYPE_CHECKING:
    from openai import APIError, OpenAI

KEY_ENV = "OPENAI_API_KEY"
FINISHED: Mapping[str, FinishReason] = {"length": "length", "content_filter": "filtered"}
EVENTS = "text/event-stream"
NO_QUOTA = "insufficient_quota"  # says 429, and no waiting helps


class ChatCompletions:
    """A `Wire` over OpenAI's SDK, whose own retries are off."""

    concessions: tuple[str, ...] = ("stream_options", "max_tokens", "temperature", "seed")
    schema_forms: tuple[str, ...] = ("json_schema", "json_object")

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._client = _connect(endpoint)

    def send(self, request: Request, timeout: float) -> Reply:
        """Ask for the whole answer at once."""
        from openai import APIError

        try:
            response = self._client.chat.completions.with_raw_response.create(
                **self._parameters(request), timeout=timeout
            )
        except APIError as error:
            refusal = self._refusal(error)
        else:
            return self._read(response.text)
        raise refusal  # outside of `except`: the SDK's error may hold the key

    def stream(self, request: Request, timeout: float) -> Iterator[str | Reply]:
        """Yield pieces of text and, last, all of it."""
        from openai import APIError

        parameters = self._parameters(request)
        if "stream_options" not in request.conceded:
            parameters["stream_options"] = {"include_usage": True}
        try:
            with self._client.chat.completions.create(
                **parameters, stream=True, timeout=timeout
            ) as chunks:
                if EVENTS in chunks.response.headers.get("content-type", ""):
                    yield from self._pieces(_plain(chunk) for chunk in chunks)
                else:  # a server that cannot stream, or no such server at all
                    reply = self._read(chunks.response.read().decode(errors="replace"))
                    yield from (reply.text, reply)
        except APIError as error:
            refusal = self._refusal(error)
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
        conceded = request.conceded
        newer = not self.endpoint.address or "max_tokens" in conceded
        parameters: dict[str, Any] = {
            "model": self.endpoint.model,
            "messages": [
                {"role": message.role, "content": message.content} for message in request.messages
            ],
            "max_completion_tokens" if newer else "max_tokens": request.max_tokens,
        }
        if "temperature" not in conceded:
            parameters["temperature"] = request.temperature
        if request.seed is not None and "seed" not in conceded:
            parameters["seed"] = request.seed
        if request.stop:
            parameters["stop"] = list(request.stop)
        if request.schema_form:
            parameters["response_format"] = _response_format(request)
        return parameters

    # --- and back -----------------------------------------------------------------------------

    def _read(self, text: str) -> Reply:
        try:
            answer = json.loads(text)
            choice = answer["choices"][0]
            message = choice["message"]
            words = "" + (message.get("content") or message.get("refusal") or "")  # or TypeError
            usage = _usage(answer.get("usage"))
        except (ValueError, KeyError, IndexError, TypeError, AttributeError):
            raise self.endpoint.garbage(text) from None
        reason = FINISHED.get(choice.get("finish_reason"), "stop")
        return Reply(words, reason, usage, answer.get("model") or "")

    def _pieces(self, chunks: Iterator[dict[str, Any]]) -> Iterator[str | Reply]:
        """Read a stream; one that ends without a finish reason has been cut off."""
        text: list[str] = []
        usage, model, finished = None, "", None
        for chunk in chunks:
            try:
                piece, reason = _delta(chunk)
                usage = _usage(chunk.get("usage")) or usage
            except (AttributeError, TypeError):
                raise self.endpoint.garbage(str(chunk)) from None
            model = chunk.get("model") or model
            finished = reason or finished
            if piece:
                text.append(piece)
                yield piece
        if finished is None:
            raise Refusal("the stream ended before the answer did")
        yield Reply("".join(text), FINISHED.get(finished, "stop"), usage, model)

    def _refusal(self, error: APIError) -> Refusal:
        from openai import APIStatusError

        words = self.endpoint.clean(_told(error))
        if isinstance(error, APIStatusError):
            return Refusal(
                words,
                status=error.status_code,
                headers=error.response.headers,
                final=error.code == NO_QUOTA,
            )
        return Refusal(words)


def _told(error: APIError) -> str:
    """Give the server's own words, also where it puts them as only some servers do."""
    detail = error.body.get("detail") if isinstance(error.body, dict) else None
    return f"{error}: {detail}" if detail else str(error)


def _connect(endpoint: Endpoint) -> OpenAI:
    try:
        from openai import OpenAI
    except ImportError as error:
        raise MissingExtra(
            f"a model at an endpoint needs the package openai: {error}",
            hint='pip install "sartor[openai]"',
        ) from error
    return OpenAI(
        base_url=endpoint.address or None,
        api_key=endpoint.key or "none",
        max_retries=0,  # one loop of retries, and it is ours
    )


def _plain(chunk: object) -> dict[str, Any]:
    to_dict = getattr(chunk, "to_dict", None)
    return to_dict(warnings=False) if to_dict else {}


def _delta(chunk: Mapping[str, Any]) -> tuple[str, str | None]:
    """Return the next piece of text and, in the end, why it ended."""
    choice: dict[str, Any] = next(iter(chunk.get("choices") or []), {})
    piece = "" + ((choice.get("delta") or {}).get("content") or "")  # or TypeError
    return piece, choice.get("finish_reason")


def _response_format(request: Request) -> dict[str, Any]:
    if request.schema_form == "json_object":
        return {"type": "json_object"}
    answer = {"name": "answer", "strict": True, "schema": request.schema}
    return {"type": "json_schema", "json_schema": answer}


def _usage(told: Mapping[str, Any] | None) -> Usage | None:
    if not told:
        return None
    details = told.get("prompt_tokens_details") or {}
    return Usage(
        told.get("prompt_tokens") or 0,
        told.get("completion_tokens") or 0,
        details.get("cached_tokens") or 0,
    )
