"""The one thread that runs a model; callers hand it requests and wait for their answers."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import torch

from sartor.errors import ProviderError, SartorError, Unreachable
from sartor.models.local.adapters import Adapters
from sartor.models.local.batch import Batch
from sartor.models.local.request import Request


class Worker:
    """Admit requests to the batch in the order they came, as soon as there is room.

    `limit` is how many are answered at once.
    """

    def __init__(self, batch: Batch, adapters: Adapters, *, limit: int, threads: int) -> None:
        self._batch = batch
        self._adapters = adapters
        self._limit = limit if batch.joins else 1
        self._threads = threads
        self._waiting: deque[Request] = deque()
        self._jobs: deque[tuple[Callable[[], Any], Future[Any]]] = deque()
        self._closing = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="local model", daemon=True)
        self._thread.start()

    def submit(self, request: Request) -> None:
        """Queue a request; its answers come through it."""
        with self._changed:
            self._require_open()
            self._waiting.append(request)
            self._changed.notify()

    def between(self, job: Callable[[], None]) -> None:
        """Do something to the model while it answers nobody; waits until that is done."""
        future: Future[Any] = Future()
        with self._changed:
            self._require_open()
            self._jobs.append((job, future))
            self._changed.notify()
        future.result()

    def close(self) -> None:
        """Stop; whoever still waits is told."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def _require_open(self) -> None:
        if self._closing:
            raise _closed()

    # --- the thread ----------------------------------------------------------------------------

    def _run(self) -> None:
        torch.set_num_threads(self._threads)
        with torch.inference_mode():
            while self._wait():
                try:
                    self._do_jobs()
                    self._advance()
                except Exception as error:  # noqa: BLE001  (whatever it is, the callers must hear it)
                    self._fail(error)
        self._fail(_closed())

    def _wait(self) -> bool:
        """Sleep until there is something to do; says whether to go on."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._closing or self._jobs or self._waiting or self._batch.requests
            )
            return not self._closing

    def _do_jobs(self) -> None:
        while self._jobs and not self._batch.requests:
            job, future = self._jobs.popleft()
            try:
                job()
                self._adapters.rest()
            except Exception as error:  # noqa: BLE001  (raised where the job was given)
                future.set_exception(error)
            else:
                future.set_result(None)

    def _advance(self) -> None:
        self._batch.leave()
        admitted = self._admissible()
        try:
            self._batch.admit(admitted)
        except Exception as error:
            for request in admitted:
                request.fail(_failure(error))
            raise
        if self._batch.requests:
            self._batch.step()

    def _admissible(self) -> list[Request]:
        """Take those that wait, in their order, while there is room and they fit together."""
        admitted: list[Request] = []
        with self._changed:
            while self._waiting and not self._jobs:
                if len(self._batch.requests) + len(admitted) >= self._limit:
                    break
                company = [*self._batch.requests[:1], *admitted[:1], self._waiting[0]]
                if len({self._adapters.company(one.adapter) for one in company}) > 1:
                    break
                request = self._waiting.popleft()
                if not request.given_up():
                    admitted.append(request)
        return admitted

    def _fail(self, error: Exception) -> None:
        """Tell everyone in the batch; when closing also those that wait."""
        for request in self._batch.requests:
            request.fail(_failure(error))
        self._batch.clear()
        if self._closing:
            for request in self._waiting:
                request.fail(_failure(error))
            for _, future in self._jobs:
                future.set_exception(error)


def _failure(error: Exception) -> Exception:
    """Make an error for one caller: an exception raised in several threads would mix them up."""
    if isinstance(error, SartorError):
        return type(error)(str(error.args[0]), hint=error.hint)
    failure = ProviderError(f"the model failed while it wrote: {type(error).__name__}: {error}")
    failure.__cause__ = error
    return failure


def _closed() -> Unreachable:
    return Unreachable("the model was closed", hint="open it again")
