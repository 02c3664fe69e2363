"""Aliases: which version is meant, what was meant before, and what the guard has to say."""

import pytest
from made_adapters import guard, made_card, write_small

from sartor.errors import BarNotMet, ConfigError, InputError, NotFound, StateError


@pytest.fixture
def voices(registry):
    """Three versions, of which the guard failed the second."""
    for passed in (True, False, True):
        registry.add("voice", made_card(guard=guard(passed=passed)), write_small)
    return registry


def test_an_alias_means_what_it_was_promoted_to_and_rolls_back(voices):
    assert voices.promote("voice@1").aliases == ("production",)
    assert voices.promote("voice@3").id == voices.resolve("voice@production").id == "voice@3"
    assert voices.rollback("voice").id == voices.resolve("voice@production").id == "voice@1"
    with pytest.raises(NotFound, match="only ever meant version 1"):
        voices.rollback("voice")


def test_several_aliases_stand_side_by_side(voices):
    voices.promote("voice@1"), voices.promote("voice", "canary")
    assert voices.promote("voice@canary").aliases == ("canary", "production")
    assert voices.resolve("voice@1").aliases == ()
    assert voices.list()[2].aliases == ("canary", "production")


def test_promoting_what_is_meant_already_changes_nothing(voices):
    voices.promote("voice@1"), voices.promote("voice@3"), voices.promote("voice@3")
    assert voices.rollback("voice").id == "voice@1"


def test_what_failed_the_guard_is_not_promoted_unless_forced_and_that_is_remembered(voices):
    with pytest.raises(BarNotMet, match="voice@2 failed the guard: leak: leaks") as refused:
        voices.promote("voice@2")
    assert refused.value.exit_code == 7
    assert voices.promote("voice@2", force=True).aliases == ("production",)
    assert [one.forced for one in voices.history("voice")["production"]] == [True]
    assert "failed the guard" in (voices.resolve("voice@2").path / "README.md").read_text()
    voices.promote("voice@3", force=True)
    assert voices.history("voice")["production"][-1].forced is False


def test_what_an_alias_means_is_not_deleted_unless_forced(voices):
    voices.promote("voice@1"), voices.promote("voice@3")
    with pytest.raises(InputError, match="voice@3 is what voice@production means"):
        voices.delete("voice@production")
    voices.delete("voice@1")
    with pytest.raises(NotFound, match="only ever meant"):
        voices.rollback("voice")
    voices.delete("voice@3", force=True)
    with pytest.raises(NotFound, match="has no alias"):
        voices.resolve("voice@production")


@pytest.mark.parametrize("alias", ["3", "", "a b", "../up", "a@b"])
def test_what_cannot_be_an_alias_is_refused(voices, alias):
    with pytest.raises(ConfigError):
        voices.promote("voice@1", alias)


def test_a_changed_version_is_not_promoted(voices):
    folder = voices.resolve("voice@1").path
    (folder / "more.txt").write_text("")
    with pytest.raises(StateError, match=r"more.txt is new"):
        voices.promote("voice@1")


def test_a_damaged_or_newer_file_of_aliases_says_so(voices):
    voices.promote("voice@1")
    path = voices.resolve("voice@1").path.parents[1] / "aliases.json"
    path.write_text("{")
    with pytest.raises(StateError, match="is damaged"):
        voices.resolve("voice@production")
    path.write_text('{"schema": 99, "names": {}}')
    with pytest.raises(StateError, match="newer Sartor"):
        voices.list()
