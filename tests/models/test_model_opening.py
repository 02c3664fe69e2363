from __future__ import annotations

import subprocess
import sys

import pytest
from model_server import KEY

from sartor.config.sections import ModelSettings
from sartor.errors import ConfigError
from sartor.models.opening import choose_provider, open_model


@pytest.mark.parametrize(
    ("settings", "provider"),
    [
        ({"name": "gpt-5"}, "openai"),
        ({"name": "claude-opus-5"}, "anthropic"),
        ({"name": "claude-opus-5", "endpoint": "http://127.0.0.1:9/v1"}, "openai"),
        ({"name": "claude-opus-5", "path": "model"}, "local"),
        ({"name": "mine", "provider": "anthropic"}, "anthropic"),
        ({"name": "some/model", "provider": "local"}, "local"),
    ],
)
def test_the_provider_is_told_by_the_settings(settings, provider):
    assert choose_provider(ModelSettings(**settings)) == provider


@pytest.mark.parametrize(
    ("name", "variable", "window"),
    [
        ("gpt-4.1-2025-04-14", "OPENAI_API_KEY", 1_047_576),
        ("claude-opus-5", "ANTHROPIC_API_KEY", 1_000_000),
    ],
)
def test_a_model_is_opened_with_its_providers_own_key(
    monkeypatch, tmp_path, name, variable, window
):
    monkeypatch.setenv(variable, KEY)
    model = open_model(ModelSettings(name=name), root=tmp_path)
    assert (model.name, model.window, model.counts_exactly) == (name, window, False)
    assert KEY not in repr(model)
    model.close()


@pytest.mark.parametrize("name", ["gpt-5", "claude-opus-5"])
def test_a_key_that_is_missing_names_variable_setting_and_file(monkeypatch, tmp_path, name):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    with pytest.raises(
        ConfigError, match=r"_API_KEY.*\n.*api_key_env under \[model\] in sartor.toml"
    ):
        open_model(ModelSettings(name=name), root=tmp_path)
    with pytest.raises(ConfigError, match="SHOP_KEY"):
        open_model(ModelSettings(name=name, api_key_env="SHOP_KEY"), root=tmp_path)


def test_an_endpoint_of_ones_own_may_need_no_key(monkeypatch, tmp_path):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    settings = ModelSettings(name="mine", endpoint="http://127.0.0.1:9/v1", window=4_096)
    model = open_model(settings, root=tmp_path)
    assert model.window == 4_096
    model.close()


@pytest.mark.parametrize("endpoint", ["127.0.0.1:8123/v1", "localhost:8000", "//host/v1"])
def test_an_endpoint_without_a_scheme_is_refused_before_anybody_is_asked(tmp_path, endpoint):
    with pytest.raises(ConfigError, match=r"has no scheme; expected http:// or https://"):
        open_model(ModelSettings(name="mine", endpoint=endpoint), root=tmp_path)


@pytest.mark.parametrize("name", ["/tmp/nope", "./nope", "../nope", "~/nope", "models/mine/nope"])
def test_a_name_that_is_a_path_is_a_folder_that_is_not_there(monkeypatch, tmp_path, name):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ConfigError, match=f"there is no folder {name}"):
        open_model(ModelSettings(name=name), root=tmp_path)


def test_a_server_may_call_its_model_by_a_path(tmp_path):
    settings = ModelSettings(name="/models/mine", endpoint="http://127.0.0.1:9/v1", window=100)
    model = open_model(settings, root=tmp_path)
    assert model.name == "/models/mine"
    model.close()


def test_an_unknown_model_has_an_unknown_window(monkeypatch, tmp_path):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    model = open_model(ModelSettings(name="nobody-knows"), root=tmp_path)
    assert model.window is None
    model.close()


def test_no_model_is_an_error(tmp_path):
    with pytest.raises(ConfigError, match="no model is named"):
        open_model(ModelSettings(), root=tmp_path)


def test_a_tokenizer_file_that_is_none_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    (tmp_path / "tokenizer.json").write_text("{}")
    for file in ("tokenizer.json", "missing.json"):
        with pytest.raises(ConfigError, match=f"tokenizer_file .*{file} cannot be read"):
            open_model(ModelSettings(name="m", tokenizer_file=file), root=tmp_path)


def test_no_sdk_is_loaded_before_a_model_is_opened():
    code = (
        "import sys, sartor.models.opening, sartor.models.openai, sartor.models.anthropic;"
        "assert not {'openai', 'anthropic', 'torch', 'jsonschema', 'tokenizers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
