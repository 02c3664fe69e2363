"""Settings in, a model out. Everything heavy is imported only on the path that is taken."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sartor.config.sections import ModelSettings
from sartor.errors import ConfigError

if TYPE_CHECKING:
    from sartor.models.remote import RemoteModel
    from sartor.protocols import Model

Provider = Literal["openai", "anthropic", "local"]


def open_model(settings: ModelSettings, *, root: Path) -> Model:
    """Open the model the settings ask for; relative paths begin at `root`."""
    provider = choose_provider(settings)
    if provider == "local":
        return _open_local(settings, root)
    if not settings.name:
        raise ConfigError(
            "no model is named", hint="set `name` or `path` under [model] in sartor.toml"
        )
    if not settings.endpoint and _is_path(settings.name):
        raise ConfigError(
            f"there is no folder {settings.name}",
            hint="name the folder of a model on this machine, or a model of a provider",
        )
    tokenizer_file = root / settings.tokenizer_file if settings.tokenizer_file else None
    return _open_remote(settings, provider, tokenizer_file)


def adapter_name(folder: Path) -> str:
    """Name an adapter after its folder; one in a folder of versions after both: "voice@3"."""
    return f"{folder.parent.name}@{folder.name}" if folder.name.isdigit() else folder.name


def choose_provider(settings: ModelSettings) -> Provider:
    """Say who answers: a folder is local, `claude-*` without an endpoint is Anthropic's."""
    if settings.provider != "auto":
        return settings.provider
    if settings.path:
        return "local"
    if settings.name.startswith("claude-") and not settings.endpoint:
        return "anthropic"
    return "openai"


def _is_path(name: str) -> bool:
    """Tell a path from the name of a model; "organisation/name" is one of those."""
    return name.startswith(("/", "./", "../", "~")) or "\\" in name or name.count("/") > 1


def _open_remote(
    settings: ModelSettings, provider: Provider, tokenizer_file: Path | None
) -> RemoteModel:
    from sartor.models.endpoint import Endpoint
    from sartor.models.remote import RemoteModel

    if provider == "anthropic":
        from sartor.models.anthropic import KEY_ENV as ANTHROPIC_KEY_ENV
        from sartor.models.anthropic import Messages

        messages = Messages(Endpoint.of(settings, "Anthropic", ANTHROPIC_KEY_ENV))
        return RemoteModel(messages, settings, tokenizer_file=tokenizer_file)
    from sartor.models.openai import KEY_ENV, ChatCompletions

    chat = ChatCompletions(Endpoint.of(settings, "OpenAI", KEY_ENV))
    return RemoteModel(chat, settings, tokenizer_file=tokenizer_file)


def _open_local(settings: ModelSettings, root: Path) -> Model:
    from sartor.models.local import LocalModel

    if not settings.path and not settings.name:
        raise ConfigError(
            "a local model needs a folder", hint="set `path` under [model] in sartor.toml"
        )
    adapter = root / settings.adapter
    return LocalModel(
        root / settings.path if settings.path else settings.name,
        adapters={adapter_name(adapter): adapter} if settings.adapter else {},
        precision=settings.precision,
        device=settings.device,
        threads=settings.threads,
        batch=settings.batch,
        max_tokens=settings.max_tokens,
        temperature=settings.temperature,
        window=settings.window,
    )
