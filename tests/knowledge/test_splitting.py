"""Splitting keeps what belongs together and never loses or moves a character."""

# ruff: noqa: RUF001 - texts in many scripts

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from splitting_samples import WordCounter, assert_covers, reading, texts_of, words

from sartor.errors import ConfigError
from sartor.knowledge.splitting import STRATEGIES, embedded_text, header, section_of, splitter
from sartor.types import Block, Page, Reading

COUNTER = WordCounter()


def split(found, strategy="structure", size=40, overlap=0):
    spans = splitter(strategy, size=size, overlap=overlap).split(found, COUNTER)
    assert_covers(found.text, spans)
    return spans


def tokens(text):
    return len(COUNTER.token_spans([text])[0])


# --- structure ------------------------------------------------------------------------------------


def test_a_short_document_is_one_passage():
    found = reading(("paragraph", "Only this."))
    assert texts_of(found, split(found)) == ["Only this."]


def test_sections_are_kept_apart_and_know_their_headings():
    found = reading(
        ("heading", "Guide", 1),
        ("paragraph", words(20)),
        ("heading", "Refunds", 2),
        ("paragraph", words(20, "refund")),
        ("heading", "Shipping", 2),
        ("paragraph", words(20, "ship")),
    )
    spans = split(found)
    assert [span.headings for span in spans] == [
        ("Guide",),
        ("Guide", "Refunds"),
        ("Guide", "Shipping"),
    ]
    assert texts_of(found, spans)[1].startswith("## Refunds\n\nrefund0")


def test_headings_that_skip_levels_still_nest():
    found = reading(
        ("heading", "Top", 1),
        ("paragraph", words(10)),
        ("heading", "Deep", 4),
        ("paragraph", words(10)),
        ("heading", "Middle", 2),
        ("paragraph", words(10)),
    )
    assert [span.headings for span in split(found, size=16)] == [
        ("Top",),
        ("Top", "Deep"),
        ("Top", "Middle"),
    ]


def test_a_heading_goes_with_the_text_under_it():
    found = reading(
        ("heading", "One", 1),
        ("heading", "One and a half", 2),
        ("paragraph", words(100)),
        ("heading", "Two", 1),
        ("paragraph", words(100)),
    )
    pieces = texts_of(found, split(found))
    assert pieces[0].startswith("# One\n\n## One and a half\n\nword0")
    assert any(piece.startswith("# Two\n\nword0") for piece in pieces)


def test_tiny_sections_share_a_passage_under_the_headings_they_share():
    questions = [
        part
        for number in range(4)
        for part in (("heading", f"Question {number}", 2), ("paragraph", "Yes."))
    ]
    found = reading(("heading", "Questions", 1), ("paragraph", words(20)), *questions)
    spans = split(found, size=160)
    assert len(spans) == 1
    assert spans[0].headings == ("Questions",)


def test_paragraphs_are_kept_whole_where_they_fit():
    paragraphs = [words(25, f"p{number}x") for number in range(6)]
    found = reading(*(("paragraph", text) for text in paragraphs))
    assert texts_of(found, split(found)) == paragraphs


def test_a_long_paragraph_is_cut_between_sentences():
    text = " ".join(f"{words(9, f'S{number}x')}." for number in range(20))
    found = reading(("paragraph", text))
    pieces = texts_of(found, split(found))
    assert len(pieces) > 4
    assert all(piece.endswith(".") for piece in pieces)


def test_tables_and_code_are_kept_whole_where_they_fit():
    table = "\n".join(f"| {words(3)} |" for _ in range(6))
    code = "\n\n".join(f"{words(4, 'call')}" for _ in range(7))
    found = reading(
        ("paragraph", words(20)), ("table", table), ("paragraph", words(20)), ("code", code)
    )
    pieces = texts_of(found, split(found))
    assert any(table in piece for piece in pieces)
    assert any(code in piece for piece in pieces)


def test_a_table_that_is_too_long_is_cut_between_rows():
    rows = [f"| {words(6, f'r{number}x')} |" for number in range(30)]
    found = reading(("table", "\n".join(rows)))
    for piece in texts_of(found, split(found)):
        assert set(piece.split("\n")) <= set(rows)


def test_no_passage_is_over_the_size():
    found = reading(
        ("heading", words(70), 1),
        ("paragraph", words(300)),
        ("table", "| a |\n" * 200),
        ("code", words(99)),
    )
    assert all(tokens(piece) <= 40 for piece in texts_of(found, split(found)))
    assert all(tokens(piece) <= 40 for piece in texts_of(found, split(found, overlap=20)))


def test_an_overlap_repeats_whole_sentences_of_the_passage_before():
    text = " ".join(f"{words(4, f'S{number}x')}." for number in range(40))
    found = reading(("paragraph", text))
    spans = split(found, size=40, overlap=12)
    for before, after in pairwise(spans):
        shared = found.text[after.start : before.end]
        assert 0 < tokens(shared) <= 12
        assert shared.endswith(".")
        assert found.text[after.start - 2 : after.start] == ". "


def test_an_overlap_does_not_reach_into_another_section():
    found = reading(
        ("heading", "A", 1), ("paragraph", words(60)), ("heading", "B", 1), ("paragraph", words(60))
    )
    assert any(piece.startswith("# B") for piece in texts_of(found, split(found, overlap=20)))


def test_a_passage_is_on_the_page_that_holds_most_of_it():
    found = reading(("paragraph", words(5)), ("paragraph", words(30, "next")))
    edge = found.text.index("next0")
    pages = (Page(1, 0, edge), Page(2, edge, len(found.text)))
    (span,) = split(Reading(found.text, found.blocks, pages=pages))
    assert span.page == 2


def test_text_without_pages_is_on_page_nought():
    assert split(reading(("paragraph", "No pages.")))[0].page == 0


def test_lines_of_unwrapped_text_are_paragraphs_and_titles_stay_with_what_follows():
    sentence = f"{words(8)}."
    text = "\n".join(f"Part {number}\n{sentence} {sentence} {sentence}" for number in range(8))
    found = Reading(text, (Block("paragraph", 0, len(text)),))
    assert all(piece.startswith("Part ") for piece in texts_of(found, split(found)))


# --- the other strategies ------------------------------------------------------------------------


def test_token_windows_have_the_size_and_the_overlap():
    found = reading(("paragraph", words(100)))
    spans = split(found, "tokens", size=20, overlap=5)
    assert [tokens(piece) for piece in texts_of(found, spans)] == [20] * 6 + [10]
    assert spans[1].start == found.text.index("word15 ")


def test_token_windows_begin_and_end_between_words():
    found = reading(("paragraph", " ".join("half-done" for _ in range(40))))
    pieces = texts_of(found, split(found, "tokens", size=16, overlap=4))
    assert all(piece.startswith("half") and piece.endswith("done") for piece in pieces)


def test_sentences_are_packed_whole_and_repeated_whole():
    sentences = [f"S{number} {words(8)}." for number in range(12)]
    found = reading(("paragraph", " ".join(sentences)))
    pieces = texts_of(found, split(found, "sentences", size=32, overlap=10))
    assert pieces[0] == " ".join(sentences[:3])
    assert pieces[1] == " ".join(sentences[2:5])


def test_a_sentence_that_is_too_long_is_cut_between_words():
    found = reading(("paragraph", words(100)))
    assert all(tokens(piece) <= 32 for piece in texts_of(found, split(found, "sentences", size=32)))


# --- every strategy ------------------------------------------------------------------------------

HOSTILE = {
    "empty": "",
    "blank": " \n\r\n\t",
    "one line without spaces": "abcdefghij" * 50_000,
    "windows line ends": "One line.\r\nAnd another.\r\n\r\n" * 200,
    "right to left": "שלום עולם. مرحبا بالعالم؟ " * 100,
    "emoji": "👩\u200d👩\u200d👧 party 🎉 " * 200,
    "invisible": "\u200b" * 10_000,
    "chinese": "今天天气很好，我们去公园玩吧。" * 200,
    "dots": "." * 5_000,
}


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("overlap", [0, 15])
def test_hostile_texts_are_covered_and_cut_small(strategy, name, overlap):
    text = HOSTILE[name]
    spans = split(Reading(text, ()), strategy, size=32, overlap=overlap)
    assert all(span.end - span.start < 4_000 for span in spans)


BLOCKS = st.lists(
    st.tuples(
        st.sampled_from(["heading", "paragraph", "list", "table", "code"]),
        st.text(alphabet="ab .\n|#", min_size=1, max_size=60).filter(str.strip),
        st.integers(1, 6),
    ),
    max_size=8,
)


@settings(max_examples=150, deadline=None)
@given(BLOCKS, st.sampled_from(sorted(STRATEGIES)), st.integers(16, 40), st.integers(0, 39))
def test_any_blocks_are_covered_exactly_and_in_order(parts, strategy, size, overlap):
    found = reading(*parts)
    spans = split(found, strategy, size, min(overlap, size - 1))
    assert all(tokens(piece) <= size for piece in texts_of(found, spans))


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_an_overlap_of_nearly_the_size_still_comes_to_an_end(strategy):
    found = reading(("paragraph", "half-done and-over. " * 30), ("table", "| a |\n" * 30))
    assert split(found, strategy, size=16, overlap=15)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_the_version_names_what_decides_the_spans(strategy):
    assert splitter(strategy, size=200, overlap=20).version == f"{strategy}-1 200/20"


@pytest.mark.parametrize(
    ("strategy", "size", "overlap", "said"),
    [
        ("structur", 200, 0, "did you mean 'structure'"),
        ("magic", 200, 0, "choose one of structure, tokens, sentences"),
        ("tokens", 15, 0, "16 or more"),
        ("tokens", 100, 100, "below 100"),
        ("tokens", 100, -1, "0 or more"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_what_would(strategy, size, overlap, said):
    with pytest.raises(ConfigError, match=said):
        splitter(strategy, size=size, overlap=overlap)


# --- headers and sections ------------------------------------------------------------------------


def test_the_header_is_the_path_without_repeats():
    assert header("Guide", ("Guide", "Refunds ", "How\nlong")) == "Guide > Refunds > How long"
    assert header("", ()) == ""
    assert len(header("", ("word " * 100,))) <= 81


def test_the_header_goes_before_the_embedded_text():
    assert embedded_text("Guide > Refunds", "14 days.") == "Guide > Refunds\n14 days."
    assert embedded_text("", "14 days.") == "14 days."


def test_a_passage_leads_to_the_section_around_it():
    found = reading(
        ("heading", "Guide", 1),
        ("paragraph", "Intro."),
        ("heading", "Refunds", 2),
        ("paragraph", "Fourteen days."),
        ("heading", "Abroad", 3),
        ("paragraph", "Thirty days."),
        ("heading", "Shipping", 2),
        ("paragraph", "Two days."),
    )
    text = found.text

    def section(words):
        start = text.index(words)
        first, last = section_of(found.blocks, start, start + len(words))
        return text[first:last].strip().removesuffix("##").strip()

    assert section("Thirty days.") == "Abroad\n\nThirty days."
    assert section("## Abroad") == "## Abroad\n\nThirty days."
    assert section("Fourteen days.") == "Refunds\n\nFourteen days.\n\n### Abroad\n\nThirty days."
    assert section("Two days.") == "Shipping\n\nTwo days."
    assert section("Thirty days.\n\n## Shipping").startswith("Guide")


def test_without_headings_the_section_is_everything():
    found = reading(("paragraph", "One."), ("paragraph", "Two."))
    assert section_of(found.blocks, 0, 4) == (0, found.text.index("Two.") + 4)
    assert section_of((), 3, 5) == (3, 5)
