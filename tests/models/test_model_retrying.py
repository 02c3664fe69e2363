"""The loop of retries by itself, on a clock that nobody waits for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from sartor.models.retrying import LONGEST_WAIT, Attempts, Refusal, RetryPolicy

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class GaveUp(Exception):
    def __init__(self, refusal: Refusal, attempts: Attempts) -> None:
        super().__init__(refusal.words)
        self.refusal = refusal
        self.attempts = attempts


@pytest.fixture
def policy(times):
    return RetryPolicy(
        retries=4,
        timeout=60.0,
        explain=GaveUp,
        sleep=times.sleep,
        clock=times.clock,
        wall_clock=NOON.timestamp,
        chance=lambda low, high: high,
    )


def refusing(*refusals, then="answer"):
    """Return a request that is refused so often, and the list of its timeouts."""
    left, timeouts = list(refusals), []

    def request(timeout):
        timeouts.append(timeout)
        if left:
            raise left.pop(0)
        return then

    return request, timeouts


def test_waits_double(policy, times):
    request, timeouts = refusing(*[Refusal("busy", status=503)] * 4)
    assert policy.run(request, None) == "answer"
    assert times.waits == [0.5, 1.0, 2.0, 4.0]
    assert timeouts == [60.0] * 5


def test_waits_hold_chance():
    drawn = set()
    for _ in range(20):
        waits = []
        policy = RetryPolicy(1, 60.0, GaveUp, sleep=waits.append)
        policy.run(refusing(Refusal("busy"))[0], None)
        drawn.update(waits)
    assert len(drawn) > 10
    assert all(0.25 <= wait <= 0.5 for wait in drawn)


@pytest.mark.parametrize(
    ("wanted", "waited"),
    [
        ("7", 7.0),
        ("0.25", 0.25),
        (format_datetime(NOON + timedelta(seconds=9), usegmt=True), 9.0),
        (format_datetime(NOON - timedelta(days=1), usegmt=True), 0.0),
        ("soon", 0.5),
    ],
)
def test_the_endpoint_says_how_long_to_wait(policy, times, wanted, waited):
    request, _ = refusing(Refusal("busy", status=429, headers={"retry-after": wanted}))
    policy.run(request, None)
    assert times.waits == [waited]


def test_an_endpoint_that_wants_to_wait_too_long_has_refused(policy, times):
    wanted = {"retry-after": str(LONGEST_WAIT + 1)}
    request, timeouts = refusing(Refusal("tomorrow", status=429, headers=wanted))
    with pytest.raises(GaveUp):
        policy.run(request, None)
    assert (len(timeouts), times.waits) == (1, [])


@pytest.mark.parametrize(
    ("refusal", "asked"),
    [
        (Refusal("x", status=500, headers={"x-should-retry": "false"}), 1),
        (Refusal("x", status=400, headers={"x-should-retry": "true"}), 5),
        (Refusal("x", status=429, final=True), 1),
        (Refusal("x", status=404), 1),
        (Refusal("x"), 5),
    ],
)
def test_who_is_asked_again(policy, refusal, asked):
    request, timeouts = refusing(*[refusal] * 9)
    with pytest.raises(GaveUp) as caught:
        policy.run(request, None)
    assert len(timeouts) == asked == caught.value.attempts.count
    assert caught.value.__cause__ is None


def test_a_deadline_shortens_requests_and_ends_the_waiting(policy, times):
    request, timeouts = refusing(*[Refusal("busy")] * 9)
    with pytest.raises(GaveUp) as caught:
        policy.run(request, times.now + 2.0)
    assert timeouts == [2.0, 1.5, 0.5]
    assert caught.value.attempts == Attempts(3, 1.5, begun=False, late=True)


def test_a_stream_is_asked_again_only_while_nothing_of_it_was_handed_on(policy):
    beginnings = [[], ["a"]]
    asked = []

    def request(timeout):
        asked.append(timeout)
        yield from beginnings.pop(0)
        raise Refusal("cut")

    stream = policy.stream(request, None)
    assert next(stream) == "a"
    with pytest.raises(GaveUp) as caught:
        next(stream)
    assert len(asked) == 2
    assert caught.value.attempts.begun


def test_an_answer_that_comes_at_the_last_moment_is_taken(policy, times):
    def request(timeout):
        times.now += timeout
        return "just in time"

    assert policy.run(request, times.now + 1.0) == "just in time"
