"""Every index of ours does what every index must."""

import pytest

from sartor.knowledge.index import edge
from sartor.knowledge.index.card import Card
from sartor.knowledge.index.edge import EdgeIndex
from sartor.knowledge.index.owner import SharedIndex
from sartor.testing.conformance_index import IndexConformance
from sartor.testing.index import MemoryIndex

SOME_CARD = Card(fingerprint="test", dimension=IndexConformance.DIMENSION, analyser="test")


class TestMemoryIndex(IndexConformance):
    @pytest.fixture
    def index(self):
        return MemoryIndex()


class TestEdgeIndexAlongGraphs(IndexConformance):
    """The same with the paths of a large index: nothing is searched one by one."""

    @pytest.fixture
    def index(self, folder, monkeypatch):
        monkeypatch.setattr(edge, "EXACT_UP_TO", 0)
        monkeypatch.setattr(edge, "LOOSE_UP_TO", 32)
        index = EdgeIndex.create(folder / "edge", SOME_CARD)
        yield index
        index.close()

    def settle(self, index):
        index.optimize()
        assert not index.worth_optimizing()


class TestEdgeIndex(IndexConformance):
    @pytest.fixture
    def index(self, folder):
        index = EdgeIndex.create(folder / "edge", SOME_CARD)
        yield index
        index.close()


class TestSharedIndexAsClient(IndexConformance):
    """Every request passes through the socket and the owner's index."""

    @pytest.fixture
    def index(self, folder):
        owner = SharedIndex(folder / "home", SOME_CARD, lambda index, seconds: True)
        owner.applied()
        index = SharedIndex(folder / "home", SOME_CARD, lambda index, seconds: True)
        yield index
        assert not index.owns
        index.close()
        owner.close()
