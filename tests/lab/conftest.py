"""What the tests of the lab share: its tokenizer, and a little English of our own."""

import pytest

from sartor.lab import model_folder
from sartor.lab.english import English
from sartor.lab.tokenizer import load_encoder

PROSE = [
    f"The {place} was closed for the whole of the {season}, and nobody knew the reason for it. "
    f"In the end somebody found the keys of the {place} under a stone behind the house."
    for place in ("mill", "library", "bakery", "old harbour", "theatre", "school", "market hall")
    for season in ("winter", "spring", "summer", "autumn", "year", "month of May", "week")
]


@pytest.fixture(scope="session")
def encoder():
    return load_encoder(model_folder())


@pytest.fixture(scope="session")
def english():
    return English(train=PROSE, held_out=PROSE[:3])
