"""What every `Model` must hold, as a class of tests to inherit.

    class TestMine(ModelConformance):
        def open_model(self) -> Model:
            return MyModel()

`open_model` is called for every test and may return one and the same object. What the model says
does not matter, but it must say something: nothing here judges the words.
"""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from sartor.errors import InputError, InvalidOutput, Unreachable
from sartor.protocols import Generation
from sartor.types import Completion, Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sartor.protocols import Model

ASKED = (
    Message("system", "You answer in few words."),
    Message("user", "When are refunds paid?"),
)
CHAT = (
    *ASKED,
    Message("assistant", "Within fourteen days."),
    Message("user", "Привет! 日本語 \U0001f642 And from when?"),
)
SCHEMA = {
    "type": "object",
    "properties": {"days": {"type": "integer", "minimum": 0, "maximum": 99}},
    "required": ["days"],
    "additionalProperties": False,
}
SHORT = Generation(max_tokens=16)


class ModelConformance:
    """Inherit it and say how your model is opened."""

    def open_model(self) -> Model:
        raise NotImplementedError

    # --- completing ---------------------------------------------------------------------------

    def test_a_completion_says_what_it_used_and_how_it_ended(self) -> None:
        completion = self.open_model().complete(ASKED, SHORT)
        assert completion.finish_reason in {"stop", "length", "filtered"}
        assert completion.usage.input_tokens > 0
        assert 0 <= completion.usage.cached_tokens <= completion.usage.input_tokens
        assert completion.usage.output_tokens >= 0
        assert completion.usage.seconds >= 0
        assert completion.model

    def test_one_message_is_enough(self) -> None:
        completion = self.open_model().complete([Message("user", "Hello?")], SHORT)
        assert isinstance(completion.text, str)

    def test_max_tokens_bounds_the_answer(self) -> None:
        completion = self.open_model().complete(CHAT, Generation(max_tokens=1))
        assert completion.usage.output_tokens <= 1

    def test_the_answer_ends_before_a_stop_string(self) -> None:
        model = self.open_model()
        whole = model.complete(ASKED, SHORT).text
        for stop in whole.split()[1:2]:
            assert stop not in model.complete(ASKED, Generation(max_tokens=16, stop=(stop,))).text

    def test_the_messages_are_left_as_they_were(self) -> None:
        messages = list(CHAT)
        self.open_model().complete(messages, SHORT)
        assert messages == list(CHAT)

    # --- streaming ----------------------------------------------------------------------------

    def test_a_stream_is_pieces_of_text_and_then_the_completion_they_make(self) -> None:
        *pieces, last = self.open_model().stream(ASKED, SHORT)
        assert all(isinstance(piece, str) for piece in pieces)
        assert isinstance(last, Completion)
        assert "".join(map(str, pieces)) == last.text
        assert last.usage.input_tokens > 0

    def test_streamed_or_not_the_text_is_the_same(self) -> None:
        model = self.open_model()
        *_, last = model.stream(CHAT, SHORT)
        assert isinstance(last, Completion)
        assert last.text == model.complete(CHAT, SHORT).text

    def test_a_stream_may_be_left_early(self) -> None:
        model = self.open_model()
        for piece in model.stream(ASKED, SHORT):
            assert piece is not None
            break
        assert model.complete(ASKED, SHORT).model

    def test_calls_may_run_at_once(self) -> None:
        model = self.open_model()
        alone = model.complete(ASKED, SHORT).text
        with ThreadPoolExecutor(4) as pool:
            texts = pool.map(lambda _: model.complete(ASKED, SHORT).text, range(8))
        assert set(texts) == {alone}

    # --- JSON ---------------------------------------------------------------------------------

    def test_with_a_schema_the_text_is_valid_or_there_is_none(self) -> None:
        try:
            completion = self.open_model().complete(ASKED, Generation(max_tokens=64, schema=SCHEMA))
        except InvalidOutput:
            return
        assert_valid(completion)

    def test_a_stream_with_a_schema_ends_valid_too(self) -> None:
        options = Generation(max_tokens=64, schema=SCHEMA)
        try:
            *pieces, last = self.open_model().stream(ASKED, options)
        except InvalidOutput:
            return
        assert isinstance(last, Completion)
        assert "".join(map(str, pieces)) == last.text
        assert_valid(last)

    def test_a_wrong_schema_is_refused(self) -> None:
        assert raises(InputError, self.open_model(), Generation(schema={"type": "no such type"}))

    # --- counting and time --------------------------------------------------------------------

    def test_counts_grow_with_the_messages(self) -> None:
        model = self.open_model()
        assert 0 < model.count(ASKED) < model.count(CHAT)

    def test_counts_are_exact_or_never_too_low(self) -> None:
        model = self.open_model()
        for messages in (ASKED, CHAT):
            used = model.complete(messages, SHORT).usage.input_tokens
            counted = model.count(messages)
            assert counted == used if model.counts_exactly else counted >= used

    def test_the_window_holds_more_than_a_short_prompt(self) -> None:
        model = self.open_model()
        assert model.window is None or model.window > model.count(ASKED)

    def test_a_deadline_that_has_passed_is_an_error(self) -> None:
        late = Generation(max_tokens=4, deadline=time.monotonic() - 1)
        assert raises(Unreachable, self.open_model(), late)


def raises(
    error: type[Exception], model: Model, options: Generation, messages: Sequence[Message] = ASKED
) -> bool:
    """Tell whether both verbs raise this error."""
    caught = 0
    for ask in (model.complete, lambda *asked: list(model.stream(*asked))):
        try:
            ask(messages, options)
        except error:
            caught += 1
    return caught == 2


def assert_valid(completion: Completion) -> None:
    """Compare with `SCHEMA`, by hand."""
    value = json.loads(completion.text)
    assert value.keys() == {"days"}
    assert isinstance(value["days"], int)
    assert 0 <= value["days"] <= 99
