"""Settings: three origins, one tree, every mistake named."""

import pytest

from sartor.config import Settings, listing, load, template
from sartor.errors import ConfigError


def test_without_anything_given_every_setting_has_its_default(tmp_path):
    settings = load(tmp_path, environment={})
    assert settings == Settings()
    assert {row.origin for row in listing(settings)} == {"default"}


def test_a_flag_wins_over_the_environment_and_that_over_the_file(tmp_path):
    (tmp_path / "sartor.toml").write_text("[search]\nk = 3\ndepth = 30\nmmr = 0.3\n")
    environment = {"SARTOR_SEARCH_K": "5", "SARTOR_SEARCH_DEPTH": "50", "SARTOR_OTHER": "x"}
    settings = load(tmp_path, environment=environment, flags={"search.k": "7"})
    assert (settings.search.k, settings.search.depth, settings.search.mmr) == (7, 50, 0.3)
    assert settings.origin("search.k") == "flag"
    assert settings.origin("search.depth") == "SARTOR_SEARCH_DEPTH"
    assert settings.origin("search.mmr") == "sartor.toml"
    assert settings.origin("search.mode") == "default"


def test_all_mistakes_are_shown_together_and_name_what_was_meant(tmp_path):
    (tmp_path / "sartor.toml").write_text(
        '[serach]\nk = 1\n[search]\nk = "x"\nmode = "dens"\nweigt = 1\n[reading]\nworkers = 1.5\n'
    )
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, environment={"SARTOR_SEARCH_DEPTH": "0"})
    text = str(caught.value)
    for part in (
        "unknown setting 'serach.k'; did you mean 'search.k'?",
        "search.k is 'x'; expected a whole number",
        "search.mode is 'dens'; expected one of hybrid, dense, bm25",
        "unknown setting 'search.weigt'; did you mean 'search.weight'?",
        "reading.workers is 1.5; expected a whole number",
        "SARTOR_SEARCH_DEPTH: search.depth is '0'; expected at least 1",
    ):
        assert part in text


@pytest.mark.parametrize("content", ["[search\n", "\ud800".encode("utf-8", "surrogatepass")])
def test_a_broken_file_is_named(tmp_path, content):
    path = tmp_path / "sartor.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigError, match="sartor.toml is not valid TOML"):
        load(tmp_path, environment={})


def test_a_section_pasted_below_the_template_is_explained(tmp_path):
    (tmp_path / "sartor.toml").write_text(template() + "\n[policy]\nlinks = 'none'\n")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, environment={})
    lines = (tmp_path / "sartor.toml").read_text().splitlines()
    first = lines.index("[policy]") + 1
    told = str(caught.value)
    assert f"line {len(lines) - 1}: the section [policy] is there already on line {first}" in told
    assert "under that [policy], without a second header" in told
    assert "config show" not in told, "that would fail for the same reason"


def test_a_value_outside_a_section_is_refused(tmp_path):
    (tmp_path / "sartor.toml").write_text("k = 3\n")
    with pytest.raises(ConfigError, match="k stands outside a section"):
        load(tmp_path, environment={})


def test_the_template_uncommented_gives_the_defaults(tmp_path):
    lines = template().splitlines()
    live = [line[2:] if " = " in line and line.startswith("# ") else line for line in lines]
    (tmp_path / "sartor.toml").write_text("\n".join(live))
    settings = load(tmp_path, environment={})
    assert [row.value for row in listing(settings)] == [row.value for row in listing(Settings())]
    assert len(settings.origins) == len(listing(settings))
