"""How much wording an answer shares with what is expected."""

# ruff: noqa: RUF001 - signs of other scripts look like ours

import re
import string
import sys
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sartor.evaluation.measures.overlap import f1, missing, overlap, rouge_l, tokens


def squad_tokens(text):
    """Spell SQuAD's normalisation out: case, punctuation, articles, white space."""
    bare = "".join(char for char in text.lower() if char not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", bare).split()


def squad_f1(said, wanted):
    shared = sum((Counter(said) & Counter(wanted)).values())
    if not said or not wanted:
        return float(said == wanted)
    if not shared:
        return 0.0
    precision, recall = shared / len(said), shared / len(wanted)
    return 2 * precision * recall / (precision + recall)


ascii_texts = st.text(st.sampled_from("abe th the, An.-'$2 "), max_size=40)


@settings(deadline=None)
@given(ascii_texts, ascii_texts)
def test_exact_match_and_f1_are_those_of_squad(answer, expected):
    said, wanted = squad_tokens(answer), squad_tokens(expected)
    found = dict(overlap(answer, [expected]))
    assert found["answers.exact"] == float(said == wanted)
    assert found["answers.f1"] == pytest.approx(squad_f1(said, wanted))


def longest_common(said, wanted):
    """Find the longest common subsequence by the textbook's table."""
    rows = [[0] * (len(wanted) + 1) for _ in range(len(said) + 1)]
    for i, one in enumerate(said):
        for j, other in enumerate(wanted):
            same = rows[i][j] + 1
            rows[i + 1][j + 1] = same if one == other else max(rows[i][j + 1], rows[i + 1][j])
    return rows[-1][-1]


word_lists = st.lists(st.sampled_from(["one", "two", "three", "four"]), min_size=1, max_size=12)


@settings(deadline=None)
@given(word_lists, word_lists)
def test_rouge_l_is_the_f1_of_the_longest_common_subsequence(said, wanted):
    expected = 2 * longest_common(said, wanted) / (len(said) + len(wanted))
    assert rouge_l(said, wanted) == pytest.approx(expected)


def test_the_best_of_several_expected_texts_counts():
    found = dict(overlap("It is Paris.", ["Lyon", "Paris"]))
    assert found["answers.exact"] == 0.0
    assert found["answers.f1"] == pytest.approx(0.5)
    assert found["answers.rouge_l"] == pytest.approx(0.5)
    assert set(dict(overlap("Paris", ["Paris"])).values()) == {1.0}


def test_chrf_is_measured_on_texts_of_some_length():
    expected = "Refunds are paid within 14 days of receipt to the original card."
    assert "answers.chrf" not in dict(overlap(expected, ["14 days"]))
    assert dict(overlap(expected, [expected]))["answers.chrf"] == 1.0
    assert 0.2 < dict(overlap("Refunds go to the card.", [expected]))["answers.chrf"] < 0.8


def test_scripts_without_spaces_share_characters():
    assert tokens("北京，中国。") == ["北", "京", "中", "国"]
    assert f1(tokens("在北京"), tokens("北京市")) == pytest.approx(2 / 3)


def test_without_the_extra_the_rest_is_measured_and_the_note_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "rapidfuzz", None)
    missing.cache_clear()
    try:
        assert 'pip install "sartor[overlap]"' in missing()
        assert dict(overlap("Paris", ["Paris"])).keys() == {"answers.exact", "answers.f1"}
    finally:
        missing.cache_clear()
