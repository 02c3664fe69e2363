"""The checker is no similarity threshold: one changed detail turns its verdict, other words do not."""

# ruff: noqa: E501 - tables of sentences are kept one to a line

from collections import Counter
from pathlib import Path

import pytest
from changes import cases

from sartor.checking import check

TEXT = Path(__file__).parents[1] / "data" / "harbour.md"


def supported(text, source):
    return all(sentence.support == "supported" for sentence in check(text, [source]))


@pytest.fixture(scope="module")
def outcomes():
    """What the checker says of every case that the text allows, over several draws."""
    paragraphs = TEXT.read_text(encoding="utf-8").split("\n\n")
    made = {case for seed in range(8) for case in cases(paragraphs, seed)}
    return [
        (case, supported(case.changed, case.source))
        for case in sorted(made, key=lambda case: (case.original, case.changed))
        if supported(case.original, case.source)
    ]


def test_at_least_500_cases_are_generated(outcomes):
    assert len(outcomes) >= 500


def test_one_swapped_detail_turns_the_verdict_in_nine_of_ten_cases(outcomes):
    kinds, turned = Counter(), Counter()
    for case, verdict in outcomes:
        if not case.same:
            kinds[case.kind] += 1
            turned[case.kind] += not verdict
    assert set(kinds) == {"number", "date", "unit", "negation", "name from elsewhere", "name from the same text"}  # fmt: skip
    assert turned.total() >= 0.9 * kinds.total()
    for kind, count in kinds.items():
        assert turned[kind] >= 0.85 * count, f"{kind}: {turned[kind]} of {count}"


def test_the_same_in_other_words_stays_supported_in_eight_of_ten_cases(outcomes):
    kinds, kept = Counter(), Counter()
    for case, verdict in outcomes:
        if case.same:
            kinds[case.kind] += 1
            kept[case.kind] += verdict
    assert set(kinds) == {"order", "synonyms", "voice", "unit spelling"}
    assert kept.total() >= 0.8 * kinds.total()
