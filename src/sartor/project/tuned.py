"""An adapter and the model that is open -> an assistant on both, for as long as it is measured.

The model is the one that other rungs answer on: an adapter is laid on it and taken off again. What
was trained as a whole is a model of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from sartor.assistants.events import Streaming
from sartor.models.opening import adapter_name
from sartor.protocols import Model, StreamingAssistant
from sartor.types import Adapter, Done, Event, Message

if TYPE_CHECKING:
    from sartor.models.local import LocalModel


@dataclass(slots=True)
class Loan:
    """A model with an adapter on it, from when it is first opened until it is let go."""

    base: Callable[[], Model]
    adapter: Adapter
    _lent: LocalModel | None = field(default=None, init=False)

    @property
    def name(self) -> str:
        """The name under which the model knows the adapter."""
        return adapter_name(self.adapter.path)

    def opened(self) -> Model:
        """Lay the adapter on the model."""
        model = cast("LocalModel", self.base())  # training was on a folder: it can be no other
        if self.name not in model.adapters:
            model.load_adapter(self.name, self.adapter.path)
        self._lent = model
        return model

    def let_go(self) -> None:
        """Take it off again, if it was ever needed."""
        if self._lent is not None and self.name in self._lent.adapters:
            self._lent.unload_adapter(self.name)
        self._lent = None


class Tuned(Streaming):
    """Implements `StreamingAssistant` under the name of a trained rung."""

    def __init__(
        self, inner: StreamingAssistant, rung: str, let_go: Callable[[], None] | None = None
    ) -> None:
        self._inner = inner
        self._rung = rung
        self._let_go = let_go

    def stream(
        self,
        question: str,
        history: Sequence[Message] = (),
        labels: Sequence[str] | None = (),
        deadline: float | None = None,
    ) -> Iterator[Event]:
        """Answer as the rung does whose prompts these are."""
        for event in self._inner.stream(question, history, labels, deadline):
            if isinstance(event, Done):
                yield Done(replace(event.answer, rung=self._rung))
            else:
                yield event

    def close(self) -> None:
        """Let go of the adapter."""
        if self._let_go:
            self._let_go()
