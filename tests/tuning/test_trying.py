"""A search on the lab model keeps within its minutes and holds no network that is measured."""

import gc
import weakref
from contextlib import closing
from importlib import import_module

import pytest

from sartor.errors import ConfigError
from sartor.samples.town import make_town
from sartor.tuning.bench import Bench

SMALL = {"epochs": 0.3, "batch_tokens": 1024, "evaluations": 1, "rank": 4}


class Said:
    def __init__(self):
        self.notes, self.steps = [], 0

    def see(self, standing):
        self.steps += 1

    def say(self, note):
        self.notes.append(note)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    with closing(
        make_town(tmp_path_factory.mktemp("tried") / "town", facts=40, examples=60, seed=3)
    ) as it:
        yield it


@pytest.mark.slow  # ten trainings or so
def test_networks_are_let_go_and_the_choice_is_confirmed_from_disk(town, monkeypatch):
    trained, alive, watch = [], [], Said()
    original = Bench.trained

    def noted(self, *given, **more):
        gc.collect()
        alive.append(sum(one() is not None for one in trained))
        attempt = original(self, *given, **more)
        trained.append(weakref.ref(attempt.trained.network))
        return attempt

    monkeypatch.setattr(Bench, "trained", noted)
    monkeypatch.setattr(import_module("sartor.tuning.searching.search"), "MOST", 3)
    found = town.search_recipe(
        town.folder / "examples.jsonl", minutes=30, seed=0, watch=watch, **SMALL
    )

    assert found.test is not None
    assert len(trained) >= 3
    assert max(alive) <= 1, "that of the last one, which the base of the bench still is"
    assert watch.notes[0].startswith("opening lab")
    assert any(note.startswith("recipe 3: rank") for note in watch.notes)
    assert "confirming the choice on examples that did not choose" in watch.notes
    assert watch.steps >= 3
    assert list((town.folder / ".sartor" / "tuning").iterdir()) == []


def test_a_search_without_time_ends_at_once_and_says_so(town):
    watch = Said()
    found = town.search_recipe(town.folder / "examples.jsonl", minutes=0.0001, watch=watch, **SMALL)

    assert (found.stopped, found.dev, found.trials) == ("budget", None, ())
    assert not any(note.startswith("recipe") for note in watch.notes)


@pytest.mark.parametrize("name", ["../../../evil", "/tmp/evil", "_search", "..", "a/b", ""])
def test_a_name_that_would_be_another_folder_is_refused_before_one_is_made(town, name):
    before = sorted(town.folder.parent.parent.rglob("*"))
    with pytest.raises(ConfigError, match="cannot be the name"):
        town.tune(town.folder / "examples.jsonl", name=name, **SMALL)
    with pytest.raises(ConfigError, match="cannot be the name"):
        town.tune(town.folder / "examples.jsonl", name=name, resume=True, **SMALL)
    with pytest.raises(ConfigError, match="cannot be the name"):
        town.adapters.adopt(town.folder, name)
    assert sorted(town.folder.parent.parent.rglob("*")) == before
