"""One endpoint: its address, its key, and what to tell people when it refuses.

In go settings and refusals, out come errors that name the endpoint, the model and the setting
to look at. The key is read from the environment; it stands in no error and no `repr`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from sartor.config.sections import ModelSettings
from sartor.errors import ConfigError, ContextTooSmall, KeyRefused, ProviderError, Unreachable
from sartor.models.retrying import Attempts, Refusal

LONGEST_COMPLAINT = 300  # characters of an endpoint's own words in our error
TOO_LONG = ("context_length_exceeded", "context length", "context window", "prompt is too long")
SCHEMES = ("http://", "https://")
WHERE = "[model] in sartor.toml"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is asked. `key_env` is the name of the variable that holds the key."""

    address: str  # empty: the provider's own
    model: str
    provider: str
    key_env: str
    key: str = field(default="", repr=False)

    @classmethod
    def of(cls, settings: ModelSettings, provider: str, usual_key_env: str) -> Endpoint:
        """Read the key from the environment.

        Only an endpoint of one's own, whose settings name no variable, may do without a key.
        """
        if settings.endpoint and not settings.endpoint.lower().startswith(SCHEMES):
            raise ConfigError(
                f"the endpoint {settings.endpoint!r} has no scheme; expected http:// or https://",
                hint=f'endpoint = "http://{settings.endpoint}" under {WHERE}',
            )
        variable = settings.api_key_env or usual_key_env
        key = os.environ.get(variable, "").strip()
        if not key and (settings.api_key_env or not settings.endpoint):
            raise ConfigError(
                f"the key for {settings.name} is expected in the environment variable {variable}, "
                "which is not set",
                hint=f"export {variable}=..., or name another one as api_key_env under {WHERE}",
            )
        return cls(settings.endpoint, settings.name, provider, variable, key)

    @property
    def place(self) -> str:
        """What people call it."""
        return self.address or self.provider

    def clean(self, words: str) -> str:
        """Cut an endpoint's own words short and take the key out of them."""
        words = words.replace(self.key, "***") if self.key else words
        return words[:LONGEST_COMPLAINT]

    def garbage(self, answer: str) -> ProviderError:
        """Say that an answer is none."""
        return ProviderError(
            f"{self.place} answered {self.clean(answer.strip())[:80]!r}, "
            "which is no chat completion",
            hint=f"check `endpoint` under {WHERE}: it usually ends in /v1",
        )

    def explain(self, refusal: Refusal, attempts: Attempts) -> Exception:
        """Turn a final refusal into the error that helps."""
        told = f"{self.place}: {refusal.words}"
        if attempts.begun:
            return Unreachable(
                f"half a stream arrived from {told}", hint="ask again: nothing of it was kept"
            )
        if says_too_long(refusal):
            return ContextTooSmall(told, hint=f"fewer passages, or `window` under {WHERE}")
        if refusal.status in (401, 403):
            return self._key_refused(told)
        if refusal.status == 404:
            return ProviderError(
                f"{self.place} knows no model {self.model!r}, or nothing is at that address "
                f"(status 404): {refusal.words}",
                hint=f"check `name` and `endpoint` under {WHERE}: it usually ends in /v1",
            )
        if refusal.may_pass or attempts.late:
            return self._unreachable(refusal, attempts)
        return ProviderError(f"{told} (status {refusal.status})", hint=f"check {WHERE}")

    def _key_refused(self, told: str) -> KeyRefused:
        held = f"the key in {self.key_env}" if self.key else f"no key: {self.key_env} is not set"
        return KeyRefused(
            f"{told} (asked with {held})",
            hint=f"check the environment variable {self.key_env}, which api_key_env "
            f"under {WHERE} names",
        )

    def _unreachable(self, refusal: Refusal, attempts: Attempts) -> Unreachable:
        status = f"status {refusal.status}" if refusal.status else "no answer"
        times = {0: "not at all", 1: "once"}.get(attempts.count, f"{attempts.count} times")
        return Unreachable(
            f"{self.place} was asked {times} in {attempts.seconds:.1f} s ({status}): "
            f"{refusal.words}",
            hint=f"try again later; `timeout` and `retries` stand under {WHERE}",
        )


def says_too_long(refusal: Refusal) -> bool:
    """Tell whether the endpoint refuses because the prompt is longer than the model's window."""
    return any(words in refusal.words.lower() for words in TOO_LONG)
