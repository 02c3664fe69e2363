"""A real HTTP server that answers `POST /embeddings`, and misbehaves where a test asks it to."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sartor.testing.embedder import HashingEmbedder

DIMENSION = 16


@dataclass
class Fault:
    """What to do instead of answering one request."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str = "{}"
    delay: float = 0.0


@dataclass
class Endpoint:
    """The server's address, its orders for the next requests, and what it was sent."""

    address: str = ""
    faults: list[Fault] = field(default_factory=list)
    plain_numbers: bool = False
    requests: list[dict] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)


@contextmanager
def running_endpoint() -> Iterator[Endpoint]:
    endpoint = Endpoint()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(endpoint))
    server.daemon_threads = True
    endpoint.address = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def answer(texts: list[str], *, plain_numbers: bool = False) -> str:
    """The answer of a well-behaved endpoint; the last text comes first, as the protocol allows."""
    vectors = HashingEmbedder(DIMENSION, window=10_000).embed_passages(texts)
    data = [
        {
            "object": "embedding",
            "index": index,
            "embedding": rows[0].tolist()
            if plain_numbers
            else base64.b64encode(rows[0].astype("<f4").tobytes()).decode(),
        }
        for index, rows in reversed(list(enumerate(vectors)))
    ]
    return json.dumps({"object": "list", "data": data, "model": "m", "usage": {}})


def _handler(endpoint: Endpoint) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            endpoint.requests.append(request)
            endpoint.keys.append(self.headers.get("Authorization", ""))
            endpoint.times.append(time.monotonic())
            fault = endpoint.faults.pop(0) if endpoint.faults else None
            if fault is None:
                body = answer(request["input"], plain_numbers=endpoint.plain_numbers)
                fault = Fault(body=body)
            time.sleep(fault.delay)
            self._send(fault)

        def _send(self, fault: Fault) -> None:
            content = fault.body.encode()
            try:
                self.send_response(fault.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                for name, value in fault.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)
            except ConnectionError:
                pass  # the client stopped waiting: that is what some tests are about

        def log_message(self, *arguments: object) -> None:
            pass

    return Handler
