"""An address that answers over HTTP -> a system.

Two kinds. A plain address is sent `{"question": ..., "history": [...]}` and answers with a row of
recorded shape. One that ends in `/v1` or in `/chat/completions` is an OpenAI-compatible chat; its
model is named as `?model=NAME`, otherwise it is the first one the server lists. A key is read from
SARTOR_SYSTEM_KEY and stands in no message.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from http.client import HTTPException
from time import monotonic, perf_counter
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

from sartor.errors import ConfigError, KeyRefused, ProviderError, Unreachable
from sartor.evaluation.systems.assistants import reply_with
from sartor.evaluation.systems.system import Reply
from sartor.protocols import Library, Pricing
from sartor.types import Question

KEY_VARIABLE = "SARTOR_SYSTEM_KEY"
LONGEST_REPLY = 20_000_000  # bytes
LONGEST_COMPLAINT = 300  # characters of a server's own words in our error
TIMEOUT = 120.0  # seconds, where nobody set a deadline
CHAT = "/chat/completions"


class HttpSystem:
    """Sends questions to an address that answers with rows of recorded shape."""

    def __init__(
        self,
        address: str,
        *,
        name: str = "",
        library: Library | None = None,
        pricing: Pricing | None = None,
    ) -> None:
        self.name = name or urlsplit(address).netloc.rpartition("@")[2]
        self._door = _Door(address)
        self._library = library
        self._pricing = pricing

    def ask(self, question: Question, deadline: float | None) -> Reply:
        """Reply with what the server answers."""
        turns = [{"role": turn.role, "content": turn.content} for turn in question.history]
        started = perf_counter()
        said = self._door.post({"question": question.text, "history": turns}, deadline)
        return reply_with(said, perf_counter() - started, self._library, self._pricing)


class ChatSystem:
    """Asks a model behind an OpenAI-compatible chat, without any prompt of ours."""

    def __init__(self, address: str, *, name: str = "", pricing: Pricing | None = None) -> None:
        parts = urlsplit(address)
        query = dict(parse_qsl(parts.query))
        self._model = query.pop("model", "")
        base = parts.path.rstrip("/").removesuffix(CHAT)
        self._models = _Door(urlunsplit(parts._replace(path=f"{base}/models", query="")))
        path = urlunsplit(parts._replace(path=base + CHAT, query=urlencode(query)))
        self._door = _Door(path)
        self._pricing = pricing
        self.name = name or self._model or parts.netloc.rpartition("@")[2]

    def ask(self, question: Question, deadline: float | None) -> Reply:
        """Reply with what the model writes."""
        if not self._model:
            self._model = self._first_model(deadline)
        turns = [{"role": turn.role, "content": turn.content} for turn in question.history]
        turns.append({"role": "user", "content": question.text})
        started = perf_counter()
        said = self._door.post({"model": self._model, "messages": turns}, deadline)
        row = {"answer": _content(said, self._door.place), "usage": said.get("usage")}
        row["model"] = str(said.get("model") or self._model)
        return reply_with(row, perf_counter() - started, None, self._pricing)

    def _first_model(self, deadline: float | None) -> str:
        listed = self._models.get(deadline).get("data")
        names = [row.get("id") for row in listed or () if isinstance(row, Mapping)]
        if not names or not isinstance(names[0], str):
            raise ConfigError(
                f"{self._door.place} lists no model", "name one: --system URL/v1?model=NAME"
            )
        return names[0]


def is_chat(address: str) -> bool:
    """Tell whether an address is that of an OpenAI-compatible chat."""
    return urlsplit(address).path.rstrip("/").endswith(("/v1", CHAT))


def _content(said: Mapping[str, Any], place: str) -> str:
    """Take the text out of a chat completion; a refusal to speak is an empty one."""
    try:
        content = said["choices"][0]["message"]["content"]
    except (KeyError, IndexError, TypeError):
        raise ProviderError(f"{place} answered with what is no chat completion") from None
    return content if isinstance(content, str) else ""


class _Door:
    """One address: JSON in, JSON out, refusals in our words."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.username or parts.password:
            raise ConfigError(
                "the address of a system holds a name or a password",
                f"leave it out, and export {KEY_VARIABLE}=... for a key",
            )
        self._address = address
        self._key = os.environ.get(KEY_VARIABLE, "").strip()
        self.place = urlunsplit(parts._replace(query="", fragment=""))

    def post(self, body: Mapping[str, object], deadline: float | None) -> Mapping[str, Any]:
        """Send JSON and read the JSON object that comes back."""
        data = json.dumps(body).encode()
        return self._read(Request(self._address, data, self._headers()), deadline)  # noqa: S310

    def get(self, deadline: float | None) -> Mapping[str, Any]:
        """Read the JSON object that stands there."""
        return self._read(Request(self._address, headers=self._headers()), deadline)  # noqa: S310

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        return headers | ({"Authorization": f"Bearer {self._key}"} if self._key else {})

    def _read(self, request: Request, deadline: float | None) -> Mapping[str, Any]:
        seconds = TIMEOUT if deadline is None else max(0.01, deadline - monotonic())
        try:
            with _opener().open(request, timeout=seconds) as response:
                content = response.read(LONGEST_REPLY + 1)
        except HTTPError as error:
            with error:
                raise self._refusal(error.code, error.read(LONGEST_COMPLAINT * 4)) from None
        except TimeoutError:
            raise ProviderError(f"{self.place} did not answer within {seconds:.0f} s") from None
        except (URLError, HTTPException, OSError) as error:
            told = getattr(error, "reason", None) or error
            raise Unreachable(
                f"{self.place} cannot be reached: {told}", "is the system running at that address?"
            ) from None
        return self._object(content)

    def _object(self, content: bytes) -> Mapping[str, Any]:
        if len(content) > LONGEST_REPLY:
            raise ProviderError(f"{self.place} answered with more than {LONGEST_REPLY:,} bytes")
        try:
            found = json.loads(content)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            shown = self._clean(content)[:80]
            raise ProviderError(f"{self.place} answered {shown!r}; expected a JSON object")
        return found

    def _refusal(self, status: int, body: bytes) -> Exception:
        told = f"{self.place} refused with status {status}: {self._clean(body) or 'no words'}"
        if status in (401, 403):
            return KeyRefused(told, f"export {KEY_VARIABLE}=... with the key of that system")
        if status in (404, 405) or 300 <= status < 400:
            return ConfigError(told, "check the address; a chat's usually ends in /v1")
        return ProviderError(told)

    def _clean(self, body: bytes) -> str:
        words = " ".join(body.decode("utf-8", "replace").split())
        return (words.replace(self._key, "***") if self._key else words)[:LONGEST_COMPLAINT]


class _NoRedirect(HTTPRedirectHandler):
    """Follows no redirect: the key is meant for the address that was named."""

    def redirect_request(self, *_told: object, **_more: object) -> None:
        """Give no other request in place of the one that was redirected."""


def _opener() -> OpenerDirector:
    return build_opener(_NoRedirect)
