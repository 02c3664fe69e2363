"""A real HTTP server that speaks both providers' protocols, and misbehaves where a test asks."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = "sk-never-show-this-key-0123456789"
ANSWER = "Refunds are paid within fourteen days of the return."


@dataclass
class Fault:
    """What to do instead of answering one request."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str = "{}"
    delay: float = 0.0
    content_type: str = "application/json"
    cut: bool = False  # announce more than is sent, then hang up


@dataclass
class Server:
    """The server's address, its orders for the next requests, and what it was sent."""

    root: str = ""
    answer: str = ANSWER
    faults: list[Fault] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)  # parameter -> complaint, with 400
    requests: list[dict] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"{self.root}/v1"


@contextmanager
def running_server() -> Iterator[Server]:
    server = Server()
    listener = ThreadingHTTPServer(("127.0.0.1", 0), _handler(server))
    listener.daemon_threads = True
    server.root = f"http://127.0.0.1:{listener.server_port}"
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()


# --- what a well-behaved model says -----------------------------------------------------------


@dataclass(frozen=True)
class Said:
    text: str
    length: bool
    input_tokens: int
    output_tokens: int


def say(server: Server, request: dict, stops: list[str]) -> Said:
    text = '{"days": 14}' if _wants_json(request) else server.answer
    text = text[: min([text.find(stop) for stop in stops if stop in text], default=len(text))]
    words = text.split(" ")
    limit = request.get("max_tokens") or request.get("max_completion_tokens") or len(words)
    read = sum(len(message["content"].split()) for message in request["messages"])
    return Said(
        " ".join(words[:limit]), len(words) > limit, read, min(limit, len(words)) if text else 0
    )


def _wants_json(request: dict) -> bool:
    return "response_format" in request or "output_config" in request


def chat_answer(said: Said) -> dict:
    return {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": "served-model",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": said.text},
                "finish_reason": "length" if said.length else "stop",
            }
        ],
        "usage": _chat_usage(said),
    }


def _chat_usage(said: Said) -> dict:
    return {
        "prompt_tokens": said.input_tokens,
        "completion_tokens": said.output_tokens,
        "total_tokens": said.input_tokens + said.output_tokens,
        "prompt_tokens_details": {"cached_tokens": 2},
    }


def chat_chunks(said: Said, *, usage: bool = True) -> list[str]:
    pieces = [said.text[at : at + 7] for at in range(0, len(said.text), 7)]
    chunks = [_chunk({"content": piece}) for piece in pieces]
    chunks.append(_chunk({}, "length" if said.length else "stop"))
    if usage:
        last = {
            "id": "c1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "served-model",
        }
        chunks.append(json.dumps({**last, "choices": [], "usage": _chat_usage(said)}))
    return [f"data: {chunk}\n\n" for chunk in chunks] + ["data: [DONE]\n\n"]


def _chunk(delta: dict, reason: str | None = None) -> str:
    return json.dumps(
        {
            "id": "c1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "served-model",
            "choices": [{"index": 0, "delta": delta, "finish_reason": reason}],
        }
    )


def message_answer(said: Said) -> dict:
    return {
        "id": "m1",
        "type": "message",
        "role": "assistant",
        "model": "served-claude",
        "content": [{"type": "text", "text": said.text}],
        "stop_reason": "max_tokens" if said.length else "end_turn",
        "stop_sequence": None,
        "usage": {
            "input_tokens": max(said.input_tokens - 2, 0),
            "cache_read_input_tokens": min(2, said.input_tokens),
            "cache_creation_input_tokens": 0,
            "output_tokens": said.output_tokens,
        },
    }


def message_events(said: Said) -> list[str]:
    whole = message_answer(said)
    started = {**whole, "content": [], "stop_reason": None}
    started["usage"] = {**whole["usage"], "output_tokens": 1}
    pieces = [said.text[at : at + 7] for at in range(0, len(said.text), 7)]
    events: list[dict] = [{"type": "message_start", "message": started}]
    block = {"type": "text", "text": ""}
    events.append({"type": "content_block_start", "index": 0, "content_block": block})
    events.append({"type": "ping"})
    for piece in pieces:
        delta = {"type": "text_delta", "text": piece}
        events.append({"type": "content_block_delta", "index": 0, "delta": delta})
    events.append({"type": "content_block_stop", "index": 0})
    stop = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
    usage = {"output_tokens": said.output_tokens}
    events.append({"type": "message_delta", "delta": stop, "usage": usage})
    events.append({"type": "message_stop"})
    return [f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events]


# --- the wire ---------------------------------------------------------------------------------


def streamed(parts: list[str], **changes) -> Fault:
    """The first parts of a stream, then the line goes dead (`cut`) or just ends."""
    return Fault(body="".join(parts), content_type="text/event-stream", **changes)


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:  # noqa: C901  # one class
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.requests.append(request)
            server.headers.append({name.lower(): value for name, value in self.headers.items()})
            server.paths.append(self.path)
            fault = server.faults.pop(0) if server.faults else self._complaint(request)
            fault = fault or self._answer(request)
            time.sleep(fault.delay)
            self._send(fault)

        def _complaint(self, request: dict) -> Fault | None:
            for name, complaint in server.refuses.items():
                if name in json.dumps(request):
                    return Fault(400, body=json.dumps({"error": {"message": complaint}}))
            return None

        def _answer(self, request: dict) -> Fault:
            anthropic = self.path.endswith("/messages")
            stops = request.get("stop_sequences" if anthropic else "stop") or []
            said = say(server, request, stops)
            if not request.get("stream"):
                answer = message_answer(said) if anthropic else chat_answer(said)
                return Fault(body=json.dumps(answer))
            usage = "stream_options" in request
            return streamed(message_events(said) if anthropic else chat_chunks(said, usage=usage))

        def _send(self, fault: Fault) -> None:
            content = fault.body.encode()
            try:
                self.send_response(fault.status)
                self.send_header("Content-Type", fault.content_type)
                self.send_header("Content-Length", str(len(content) + 1000 * fault.cut))
                for name, value in fault.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)
                self.close_connection = fault.cut
            except ConnectionError:
                pass  # the client stopped waiting: that is what some tests are about

        def log_message(self, *arguments: object) -> None:
            pass

    return Handler
