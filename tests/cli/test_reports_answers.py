"""Answers as a person sees them, whatever is in them."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from sartor.cli.reports import answers
from sartor.cli.reports.flow import Flow
from sartor.types import (
    Answer,
    Checked,
    Citation,
    Done,
    Passage,
    Retrieved,
    Sentence,
    Token,
    Withdrawn,
)

TEXT = (
    "# Returns\n\nUnused items may be returned\nwithin 30 days.\n\n"
    "| kind | days |\n| --- | --- |\n| sofa | 14 |\n"
)
PASSAGE = Passage("returns.md#aa", "returns.md", TEXT, 0, len(TEXT))


def cited(quote, page=None):
    start = TEXT.index(quote)
    return Citation(
        PASSAGE.id, "returns.md", "docs", page, start, start + len(quote), quote, True, within=TEXT
    )


def sentence(text, *citations, support="supported", reason=""):
    return Sentence(text, citations, support, reason)


def answer(*sentences, gap=" ", **values):
    return Answer(
        gap.join(one.text for one in sentences),
        sentences,
        tuple(citation for one in sentences for citation in one.citations),
        (PASSAGE,),
        **values,
    )


@pytest.fixture
def screen(monkeypatch):
    """What is printed, on a terminal 60 columns wide or into a file."""

    def make(*, terminal):
        out = Console(
            file=io.StringIO(), width=60, height=20, force_terminal=terminal, highlight=False,
            no_color=True, _environ={},
        )  # fmt: skip
        monkeypatch.setattr(answers, "console", lambda: out)
        return out

    return make


def printed(out):
    return out.file.getvalue()


def events(done, *, withdrawn=""):
    yield Retrieved((), 0.01)
    if withdrawn:
        yield Token(withdrawn)
        yield Checked(sentence(withdrawn))
        yield Withdrawn("unsupported")
    for number, one in enumerate(done.sentences):
        yield Token(f"{' ' if number else ''}{one.text}")
        yield Checked(one)
    yield Done(done)


def test_sources_are_numbered_and_quoted(screen):
    out = screen(terminal=False)
    answers.print_answer(
        answer(
            sentence("Within 30 days.", cited("within 30 days")),
            sentence("A sofa: 14.", cited("| sofa | 14 |"), cited("days")),
            trace_id="0abc",
        )
    )
    text = printed(out)
    assert "  Within 30 days. [1] A sofa: 14. [1]\n" in text
    assert text.count("[1] returns.md") == 1
    assert "\n      within 30 days." in text
    assert "answer 0abc" in text


def test_a_page_is_a_source_of_its_own(screen):
    out = screen(terminal=False)
    answers.print_answer(answer(sentence("A.", cited("days", 1)), sentence("B.", cited("sofa", 2))))
    assert "A. [1] B. [2]" in printed(out)
    assert "[2] returns.md, page 2" in printed(out)


@pytest.mark.parametrize("support", ["partly", "unsupported", "contradicted"])
def test_what_is_not_supported_says_why(screen, support):
    out = screen(terminal=False)
    answers.print_answer(answer(sentence("In 14 days.", support=support, reason="it says 30")))
    assert f"In 14 days. ({support}: it says 30)" in printed(out)


@pytest.mark.parametrize("support", ["supported", "unchecked"])
def test_what_is_all_right_is_quiet(screen, support):
    out = screen(terminal=False)
    answers.print_answer(answer(sentence("In 30 days.", support=support, reason="word for word")))
    assert printed(out).strip() == "In 30 days."


def test_line_ends_of_the_document_are_not_those_of_the_answer_but_lists_stay(screen):
    out = screen(terminal=False)
    answers.print_answer(
        answer(sentence("May be returned\nwithin 30 days:"), sentence("- one"), gap="\n\n")
    )
    assert printed(out) == "  May be returned within 30 days:\n\n  - one\n"


def test_a_row_of_a_table_is_written_for_reading(screen):
    out = screen(terminal=False)
    answers.print_answer(answer(sentence("| sofa | 14 |", cited("| sofa | 14 |"))))
    assert "  sofa · 14 [1]" in printed(out)


def test_a_row_with_its_head_names_each_cell_and_so_do_the_rows_after_it(screen):
    out = screen(terminal=False)
    rows = answer(
        sentence("kind | days\nsofa | 14"), sentence("bed | 100"), sentence("Ask us."), gap="\n"
    )
    answers.print_answer(rows)
    assert printed(out) == "  kind: sofa · days: 14\n  kind: bed · days: 100\n  Ask us.\n"


def test_no_line_ends_in_blanks(screen):
    out = screen(terminal=False)
    answers.print_answer(answer(sentence("Within 30 days.", cited("within 30 days"))))
    assert all(line == line.rstrip() for line in printed(out).splitlines())


def test_nothing_in_a_text_steers_the_terminal_or_is_taken_for_markup(screen):
    out = screen(terminal=False)
    hostile = "Red \x1b[31mtext\x9b2J [bold]here[/bold] \u202etxt"
    answers.print_answer(replace(answer(sentence(hostile)), notes=(hostile,)))
    text = printed(out)
    assert not {"\x1b", "\x9b", "\u202e"} & set(text)
    assert "[bold]here[/bold]" in text


def test_an_abstention_is_its_text(screen):
    out = screen(terminal=False)
    answers.print_answer(Answer("Nothing was found about sofas.", abstained=True))
    assert printed(out) == "  Nothing was found about sofas.\n"


def test_a_stream_ends_as_the_whole_answer_looks(screen):
    whole = answer(sentence("Within 30 days.", cited("within 30 days")), sentence("Ask us."))
    out = screen(terminal=False)
    assert answers.print_events(events(whole, withdrawn="Wrong.")) == whole
    streamed = printed(out)
    out = screen(terminal=False)
    answers.print_answer(whole)
    assert printed(out) == streamed
    assert "Wrong" not in streamed


def test_in_a_terminal_what_was_withdrawn_is_cleared(screen):
    out = screen(terminal=True)
    long = "This is not so, and it is long enough for a second line of the terminal."
    answers.print_events(events(answer(sentence("It is so.")), withdrawn=long))
    before, _, after = printed(out).rpartition("\x1b[2F\x1b[J")
    assert "This is not so" in before
    assert "It is so." in after


def test_words_wrap_at_the_width_and_text_without_spaces_between_letters(screen):
    out = screen(terminal=False)
    flow = Flow(out)
    flow.write("word " * 30 + "衣柜必须固定在墙上" * 10)
    flow.end()
    lines = printed(out).splitlines()
    from rich.cells import cell_len

    assert all(line.startswith("  ") and cell_len(line) <= 60 for line in lines)
    assert printed(out).count("word") == 30


def test_a_long_line_is_shown_around_its_quote_in_whole_words():
    line = "before " * 100 + "the quote itself" + " behind" * 100
    shown = answers._clipped(line, ["the quote itself"])
    assert shown.startswith("... before ")
    assert shown.endswith(" behind ...")
    assert "the quote itself" in shown
    assert len(shown) < 300
    assert answers._clipped("a short line", ["short"]) == "a short line"
