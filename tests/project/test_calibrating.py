"""A threshold for silence, found on the user's own questions."""

import pytest

from sartor.errors import InputError
from sartor.types import Evidence, Question

TOWNS = [
    "Aldery", "Brunmoor", "Castell", "Dunwick", "Eskdale", "Farring", "Galton", "Hexby", "Ilmoor",
    "Jarrow", "Kelby", "Lorton", "Marsk", "Norby", "Orwell", "Penrith", "Quarley", "Rothby",
    "Selby", "Tarnholm",
]  # fmt: skip


@pytest.fixture
def towns(project, tmp_path):
    """Twenty documents and a question about each."""
    folder = tmp_path / "towns"
    folder.mkdir()
    for year, name in enumerate(TOWNS, start=1901):
        text = f"The harbour of {name} was opened in {year}. Ferries leave {name} every hour.\n"
        (folder / f"{name}.txt").write_text(text)
    project.add(folder)
    return project


def questions():
    return [
        Question(
            name, f"When was the harbour of {name} opened?", evidence=(Evidence(f"{name}.txt"),)
        )
        for name in TOWNS
    ]


def test_the_threshold_keeps_to_the_error_that_is_allowed(towns):
    found = towns.calibrate(questions(), error=0.1)
    assert found.wrongly_silent.mean <= 0.1
    assert found.rightly_silent.mean > found.wrongly_silent.mean
    assert found.rightly_silent.n == found.wrongly_silent.n == len(TOWNS)
    assert "%" in found.below.reason


def test_more_error_allowed_means_more_silence(towns):
    strict, lax = (towns.calibrate(questions(), error=error) for error in (0.05, 0.5))
    assert strict.below.value <= lax.below.value
    assert strict.rightly_silent.mean <= lax.rightly_silent.mean


def test_it_shows_how_far_it_is(towns):
    seen = []
    towns.calibrate(questions(), progress=lambda stage, done, total: seen.append((done, total)))
    assert seen[-1] == (len(TOWNS), len(TOWNS))


def test_too_few_questions_are_refused_with_the_number(towns):
    with pytest.raises(InputError, match="5 questions have evidence; expected at least 20"):
        towns.calibrate(questions()[:5])
