"""Messages in, tokens out: exactly as the model counts them, or never too few.

Exact is only who has both the tokenizer and the chat template that puts messages into a prompt;
it stands beside `tokenizer.json` as `chat_template.jinja` or in `tokenizer_config.json`. With the
tokenizer alone the words are exact and the template is allowed for. With nothing, long words
count as several tokens and foreign letters as one for each byte: about half as many again as
English text really has.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from sartor.errors import ConfigError
from sartor.types import Message

if TYPE_CHECKING:
    from tokenizers import Tokenizer

FOR_EACH_MESSAGE = 8  # more than the markers around a message take in any template known to us
FOR_THE_ANSWER = 8
LETTERS_PER_TOKEN = 3
_PIECE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]|\s{2,}|[^\x00-\x7f]+|[^\sA-Za-z0-9]|\s")


class Counter(Protocol):
    """Say how many tokens messages take; `exact` tells whether that is the true number."""

    exact: bool

    def count(self, messages: Sequence[Message]) -> int:
        """Count them with everything that the model puts around them."""
        ...


def open_counter(tokenizer_file: Path | None) -> Counter:
    """Open the best counter there is for a tokenizer file, or for none."""
    if tokenizer_file is None:
        return SafeCounter(_cautious)
    tokenizer = _open_tokenizer(tokenizer_file)
    template = _read_template(tokenizer_file.parent)
    if template is None:
        return SafeCounter(lambda text: _tokens(tokenizer, text))
    return ExactCounter(tokenizer, *template)


class SafeCounter:
    """Count the words, and allow for the template."""

    exact = False

    def __init__(self, words: Callable[[str], int]) -> None:
        self._words = words

    def count(self, messages: Sequence[Message]) -> int:
        """Return a number that is never too low."""
        words = sum(FOR_EACH_MESSAGE + self._words(message.content) for message in messages)
        return words + FOR_THE_ANSWER


class ExactCounter:
    """Fill in the model's own chat template and count what comes out."""

    exact = True

    def __init__(self, tokenizer: Tokenizer, template: str, words: dict[str, str]) -> None:
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        environment = ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
        )
        environment.globals["raise_exception"] = _refuse
        self._template = environment.from_string(template)
        self._tokenizer = tokenizer
        self._words = words

    def count(self, messages: Sequence[Message]) -> int:
        """Return the length of the filled-in template."""
        turns = [{"role": message.role, "content": message.content} for message in messages]
        prompt = self._template.render(messages=turns, add_generation_prompt=True, **self._words)
        return _tokens(self._tokenizer, prompt)


def _open_tokenizer(file: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_str(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise _unreadable(file, error) from error
    except Exception as error:  # all that the library raises for a wrong file
        raise _unreadable(file, error) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _unreadable(file: Path, error: Exception) -> ConfigError:
    return ConfigError(
        f"tokenizer_file {file} cannot be read: {error}",
        hint="set tokenizer_file under [model] in sartor.toml to a tokenizer.json, or leave it out",
    )


def _read_template(folder: Path) -> tuple[str, dict[str, str]] | None:
    """Find the chat template and the special words that it may use."""
    config: dict[str, Any] = {}
    if (folder / "tokenizer_config.json").is_file():
        config = json.loads((folder / "tokenizer_config.json").read_text("utf-8"))
    file = folder / "chat_template.jinja"
    template = file.read_text("utf-8") if file.is_file() else config.get("chat_template")
    if not isinstance(template, str):
        return None
    words = {name: config.get(name) or "" for name in ("bos_token", "eos_token")}
    return template, {
        name: word["content"] if isinstance(word, dict) else word for name, word in words.items()
    }


def _tokens(tokenizer: Tokenizer, text: str) -> int:
    return len(tokenizer.encode(text, add_special_tokens=False).ids)


def _cautious(text: str) -> int:
    return sum(_piece_tokens(piece) for piece in _PIECE.findall(text) if piece != " ")


def _piece_tokens(piece: str) -> int:
    if not piece.isascii():
        return len(piece.encode())
    return -(-len(piece) // LETTERS_PER_TOKEN)


def _refuse(message: str) -> NoReturn:
    raise ConfigError(f"the chat template refuses these messages: {message}")
