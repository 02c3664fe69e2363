"""A server to ask, and models that ask it without ever waiting."""

from __future__ import annotations

import pytest
from model_server import KEY, running_server

from sartor.config.sections import ModelSettings
from sartor.models.anthropic import Messages
from sartor.models.endpoint import Endpoint
from sartor.models.openai import ChatCompletions
from sartor.models.remote import RemoteModel


class Time:
    """A clock that only moves when somebody sleeps."""

    def __init__(self):
        self.now = 1_000.0
        self.waits = []

    def clock(self):
        return self.now

    def sleep(self, seconds):
        self.waits.append(seconds)
        self.now += seconds


@pytest.fixture
def server():
    with running_server() as running:
        yield running


@pytest.fixture
def times():
    return Time()


@pytest.fixture
def key(monkeypatch):
    monkeypatch.setenv("SHOP_KEY", KEY)
    return KEY


@pytest.fixture
def open_chat(server, times, key):
    """Open a model at the server over the OpenAI wire; closes what it opened."""
    yield from opener(ChatCompletions, "shop-model", server.address, times)


@pytest.fixture
def open_claude(server, times, key):
    """Open a model at the server over the Anthropic wire; closes what it opened."""
    yield from opener(Messages, "claude-opus-5", server.root, times)


def opener(wire, name, address, times):
    opened = []

    def open_model(**changes):
        given = {"name": name, "endpoint": address, "api_key_env": "SHOP_KEY", "retries": 2}
        settings = ModelSettings(**{**given, **changes})
        endpoint = Endpoint.of(settings, "provider", "UNUSED_KEY")
        opened.append(RemoteModel(wire(endpoint), settings, sleep=times.sleep, clock=times.clock))
        return opened[-1]

    yield open_model
    for model in opened:
        model.close()
