"""What BM25 counts: words that a question and a text share, however they are written."""

# ruff: noqa: RUF001 - texts in many scripts

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sartor.knowledge.terms import query_terms, terms


def meets(query, text, language):
    return set(query_terms(query, [language])) & set(terms(text, language))


@pytest.mark.parametrize(
    ("query", "text", "language"),
    [
        ("refunds", "A refund is paid.", "en"),
        ("email", "Send an e-mail", "en"),
        ("mail", "Send an e-mail", "en"),
        ("e-mail", "Send an email", "en"),
        ("x86_64", "for X86_64 only", "en"),
        ("C++", "written in C++.", "en"),
        ("3.14", "pi is 3.14", "en"),
        ("1000", "1,000 euros", "en"),
        ("node", "runs on Node.js", "en"),
        ("U.S.A.", "the USA", "en"),
        ("Muller", "Herr Müller", "de"),
        ("Strasse", "die Straße", "de"),
        ("Häuser", "Haus", "de"),
        ("eleves", "Les élèves", "fr"),
        ("книга", "много книг", "ru"),
        ("العربية", "العَرَبِيَّة", "ar"),
        ("किताब", "हिन्दी की किताबें", "hi"),
        ("ประเทศ", "ในประเทศไทย", "th"),
        ("学校", "所有学校都关闭", "zh"),
        ("ＧＰＴ", "the gpt model", "en"),
    ],
)
def test_a_question_finds_the_word(query, text, language):
    assert meets(query, text, language)


def test_c_sharp_is_not_c_plus_plus():
    assert not meets("C#", "C++ and F#", "en")


def test_small_words_are_dropped_but_never_all_of_them():
    assert terms("The cat is on the mat", "en") == ["cat", "mat"]
    assert terms("To be or not to be", "en") == ["to", "be", "or", "not", "to", "be"]


def test_an_unknown_language_is_left_as_it_is():
    assert terms("The running cats", "") == ["the", "running", "cats"]
    assert terms("The running cats", "xx") == ["the", "running", "cats"]


def test_repeats_are_kept_because_bm25_counts_them():
    assert terms("tax tax", "en") == ["tax", "tax"]


def test_unspaced_scripts_become_pairs_and_a_single_character_itself():
    assert terms("人工智能", "zh") == ["人工", "工智", "智能"]
    assert terms("水", "zh") == ["水"]


def test_a_question_is_asked_in_every_language_of_the_knowledge_base():
    found = query_terms("Welche Erstattungen?", ["en", "de", ""])
    assert found == list(dict.fromkeys(found))
    assert {"erstattungen", "erstatt"} <= set(found)


def test_the_small_words_of_the_question_are_dropped_for_all_languages():
    assert "the" not in query_terms("What is the refund window", ["", "de", "en"])


def test_the_order_of_the_languages_does_not_matter():
    languages = ["fr", "", "de", "en"]
    assert query_terms("Was kostet das", languages) == query_terms(
        "Was kostet das", languages[::-1]
    )


@given(st.text(max_size=40), st.sampled_from(["", "en", "de", "zh", "hi", "tr"]))
def test_what_has_a_letter_or_a_digit_has_a_term(text, language):
    found = terms(text, language)
    assert all(found)
    assert found or not any(char.isalnum() for char in text)
    assert query_terms(text, [language]) == list(dict.fromkeys(found))
