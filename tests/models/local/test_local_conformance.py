import pytest

from sartor.testing.conformance_model import ModelConformance


class TestLocalModel(ModelConformance):
    @pytest.fixture(autouse=True)
    def _opened(self, model):
        self.model = model

    def open_model(self):
        return self.model
