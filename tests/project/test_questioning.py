"""A project's documents become questions about what holds now."""

import pytest

from sartor.errors import NotFound
from sartor.project import Project
from sartor.project.questioning import candidates
from sartor.testing.embedder import HashingEmbedder

RULES = "# Travel rules of {year}\n\nTravel costs are paid within {days} days.\n"


@pytest.fixture
def project(tmp_path):
    with Project.init(tmp_path / "shop", embedder=HashingEmbedder()) as project:
        yield project


def test_of_two_editions_only_what_the_newer_one_says_is_asked(project, tmp_path):
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "rules-2023.md").write_text(RULES.format(year=2023, days=30))
    (tmp_path / "documents" / "rules-2024.md").write_text(RULES.format(year=2024, days=14))
    project.add(tmp_path / "documents")
    made = candidates(project, 20)
    expected = {text for question in made.questions for text in question.expected}
    assert "14 days" in expected
    assert "30 days" not in expected


def test_undated_documents_that_name_other_numbers_are_not_asked_but_other_words_are(
    project, tmp_path
):
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "a.md").write_text(
        "Travel costs are paid within 30 days. You can use the blue form to book a hotel.\n"
    )
    (tmp_path / "documents" / "b.md").write_text(
        "Travel costs are paid within 14 days. You can use the blue form to book a train.\n"
    )
    project.add(tmp_path / "documents")
    made = candidates(project, 20)
    expected = [text for question in made.questions for text in question.expected]
    assert expected == ["the blue form", "the blue form"]
    assert made.rejected == {"another document says otherwise": 2}


def test_without_documents_there_is_nothing_to_ask(project):
    with pytest.raises(NotFound, match="sartor add"):
        candidates(project, 5)
