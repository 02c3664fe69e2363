"""A language model on this machine, in this process: messages in, completions out.

Any thread may call. Calls that come together are answered in one batch, each with its own adapter,
schema, temperature and deadline; what one call gets does not depend on the others.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from sartor.errors import ContextTooSmall, InputError, MissingExtra
from sartor.models.structured import complete_valid
from sartor.protocols import Generation
from sartor.types import Chosen, Completion, Message

if TYPE_CHECKING:
    from sartor.models.local.request import Request

AS_SET = Generation()
NEEDED = ("torch", "transformers")
NO_ADAPTERS: Mapping[str, Path] = MappingProxyType({})


class LocalModel:
    """A transformers model with a chat template, and adapters by name.

    `path` is a folder or a hub name. `window=0` takes what the model's configuration says,
    `threads=0` what torch finds. With a schema text that runs into `max_tokens` is closed within
    them, and its finish reason is "length"; stop strings do not apply.

    A call that leaves `max_tokens` open gets what the window still holds if that is less than the
    model's own.
    """

    counts_exactly = True

    def __init__(  # noqa: PLR0913  (the settings of a local model, one to one)
        self,
        path: Path | str,
        *,
        adapters: Mapping[str, Path] = NO_ADAPTERS,
        precision: str = "auto",
        device: str = "auto",
        threads: int = 0,
        batch: int = 8,
        max_tokens: int = 512,
        temperature: float = 0.0,
        window: int = 0,
    ) -> None:
        _require_packages()
        import torch

        from sartor.models.local.adapters import Adapters
        from sartor.models.local.batch import Batch
        from sartor.models.local.conversation import Conversation
        from sartor.models.local.grammar import Grammars
        from sartor.models.local.loading import load
        from sartor.models.local.worker import Worker

        loaded = load(path, precision=precision, device=device)
        self.name = Path(path).name if Path(path).is_dir() else str(path)
        self.window: int | None = window or loaded.window
        self.precision: Chosen[str] = loaded.precision
        self.device: Chosen[str] = loaded.device
        self._max_tokens = max_tokens
        self._temperature = temperature
        self._ends = loaded.ends
        self._tokenizer = loaded.tokenizer
        self._conversation = Conversation(loaded.tokenizer, self.name)
        self._grammars = Grammars(loaded.tokenizer, loaded.vocabulary, loaded.ends)
        self._adapters = Adapters(loaded.network)
        for name, folder in adapters.items():
            self._adapters.load(name, folder)
        self._worker = Worker(
            Batch(loaded.network, self._adapters),
            self._adapters,
            limit=batch,
            threads=threads or torch.get_num_threads(),
        )

    # --- the protocol --------------------------------------------------------------------------

    def count(self, messages: Sequence[Message]) -> int:
        """Return the tokens of the filled-in template."""
        return len(self._conversation.tokens(messages))

    def complete(self, messages: Sequence[Message], options: Generation = AS_SET) -> Completion:
        """Write a completion."""
        if options.schema is None:
            return self._complete(messages, options)
        ask = partial(self._complete_json, options=options, schema=options.schema)
        return complete_valid(ask, messages, options.schema)

    def stream(
        self, messages: Sequence[Message], options: Generation = AS_SET
    ) -> Iterator[str | Completion]:
        """Yield a completion in pieces; closing the iterator ends the work on it.

        JSON comes in one piece: what has not been validated is not handed out.
        """
        if options.schema is None:
            request = self._request(messages, options, streamed=True)
            self._worker.submit(request)
            yield from request.answers()
        else:
            completion = self.complete(messages, options)
            yield completion.text
            yield completion

    def close(self) -> None:
        """Stop the thread that runs the model; whoever still waits is told."""
        self._worker.close()

    # --- adapters ------------------------------------------------------------------------------

    @property
    def adapters(self) -> tuple[str, ...]:
        """The names of the adapters that calls may ask for."""
        return self._adapters.names()

    def load_adapter(self, name: str, folder: Path) -> None:
        """Add an adapter, or put it in the place of the one of this name, between two answers."""
        self._worker.between(lambda: self._adapters.load(name, folder))

    def unload_adapter(self, name: str) -> None:
        """Forget an adapter."""
        self._adapters.named(name)
        self._worker.between(lambda: self._adapters.unload(name))

    # --- one call ------------------------------------------------------------------------------

    def _complete(self, messages: Sequence[Message], options: Generation) -> Completion:
        request = self._request(messages, options)
        self._worker.submit(request)
        return request.completion()

    def _complete_json(
        self, messages: Sequence[Message], *, options: Generation, schema: Mapping[str, object]
    ) -> Completion:
        request = self._request(messages, replace(options, stop=()))
        writer = request.grammar = self._grammars.of(schema)
        self._worker.submit(request)
        completion = request.completion()
        finished = completion.finish_reason == "stop"
        return replace(completion, text=writer.text(request.tokens, finished=finished))

    def _request(
        self, messages: Sequence[Message], options: Generation, *, streamed: bool = False
    ) -> Request:
        from sartor.models.local.pieces import Pieces
        from sartor.models.local.request import Request
        from sartor.models.local.sampling import lot

        adapter = self._adapters.named(options.adapter)
        prompt = self._conversation.tokens(messages)
        heat = self._temperature if options.temperature is None else options.temperature
        return Request(
            prompt=prompt,
            max_tokens=self._room(len(prompt), options.max_tokens),
            pieces=Pieces(self._decode, options.stop),
            ends=self._ends,
            model=self.name,
            adapter=adapter,
            temperature=heat,
            lot=lot(options.seed) if heat > 0 else None,
            deadline=options.deadline,
            streamed=streamed,
        )

    def _decode(self, tokens: Sequence[int]) -> str:
        return str(
            self._tokenizer.decode(
                list(tokens), skip_special_tokens=True, clean_up_tokenization_spaces=False
            )
        )

    def _room(self, prompt: int, wanted: int | None) -> int:
        """Return how many tokens may be written after a prompt of so many."""
        if wanted is not None and wanted < 1:
            raise InputError(f"max_tokens is {wanted}; expected at least 1")
        needed = wanted or 1
        if self.window is not None and prompt + needed > self.window:
            raise ContextTooSmall(
                f"the prompt has {prompt} tokens and the answer may have {needed}, which is more "
                f"than the {self.window} that {self.name} sees at once",
                hint="search fewer passages, shorten the history, or set a smaller max_tokens",
            )
        if wanted is not None or self.window is None:
            return wanted or self._max_tokens
        return min(self._max_tokens, self.window - prompt)


def _require_packages() -> None:
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise MissingExtra(
            f"a model on this machine needs {' and '.join(missing)}",
            hint='pip install "sartor[local]"',
        )
