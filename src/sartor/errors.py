"""Every error of Sartor, and the exit code the command line gives for it.

    SartorError                 1
    |- ConfigError              2  a setting, a flag or the call itself is wrong
    |  |- NotAProject           2  no sartor.toml here or above
    |  |- MissingExtra          2  a part needs a package that is not installed
    |  `- TemplateError         2  a prompt template cannot be read or filled in
    |- InputError               3  something handed in cannot be used
    |  |- ReadingError          3  one file: it becomes an entry of the report, not a crash
    |  |- NotFound              3  no document, passage or source of that name
    |  |- QueryError            3  a query or a filter that cannot be answered
    |  |- ContextTooSmall       3  what should be read does not fit into the model's window
    |  |- ExamplesRefused       3  nothing can be learned from these examples as they are
    |  `- AdapterMismatch       3  an adapter that does not belong to this base model
    |- StateError               1  what is on disk does not fit this program
    |  |- LedgerTooNew          1  written by a newer Sartor
    |  |- EmbedderChanged       1  the vectors on disk come from another embedder
    |  |- IndexDamaged          1  the index does not open or does not match; the ledger is fine
    |  |- IndexBusy             1  the process that has the index open does not answer in time
    |  |- TrainingFailed        1  training came to a point from which it cannot go on
    |  |- Misquoted             1  a quote that does not stand where it is said to stand
    |  `- StorageError          1  the disk or the database refused
    |- ProviderError            5  a model or an endpoint did not answer as it should
    |  |- KeyRefused            5  the endpoint does not accept the key
    |  |- Unreachable           5  no answer in time, however often it was asked
    |  `- InvalidOutput         5  what the model wrote does not follow the schema
    |- BudgetRefused            6  going on would cost more than was allowed
    `- BarNotMet                7  measured, and not good enough for what was asked

Each message says what was found, what was expected, and the next command to type.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class SartorError(Exception):
    """Base of all errors raised on purpose. `hint` is the next command or step."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def __str__(self) -> str:
        text = super().__str__()
        return f"{text}\n  -> {self.hint}" if self.hint else text


class ConfigError(SartorError):
    exit_code = 2


class NotAProject(ConfigError):
    pass


class MissingExtra(ConfigError):
    pass


class TemplateError(ConfigError):
    pass


class InputError(SartorError):
    exit_code = 3


class ReadingError(InputError):
    pass


class NotFound(InputError):
    pass


class QueryError(InputError):
    pass


class ContextTooSmall(InputError):
    pass


class ExamplesRefused(InputError):
    pass


class AdapterMismatch(InputError):
    pass


class StateError(SartorError):
    pass


class LedgerTooNew(StateError):
    pass


class EmbedderChanged(StateError):
    pass


class IndexDamaged(StateError):
    pass


class IndexBusy(StateError):
    pass


class TrainingFailed(StateError):
    pass


class Misquoted(StateError):
    pass


class StorageError(StateError):
    pass


class ProviderError(SartorError):
    exit_code = 5


class KeyRefused(ProviderError):
    pass


class Unreachable(ProviderError):
    pass


class InvalidOutput(ProviderError):
    pass


class BudgetRefused(SartorError):
    exit_code = 6


class BarNotMet(SartorError):
    exit_code = 7


def nearest(name: str, known: Iterable[str]) -> str:
    """Say which known name was probably meant, as a sentence part; empty when none is near."""
    found = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean {found[0]!r}?" if found else ""
