"""Any text as a page with the cited places marked: nothing of it is ever taken for markup."""

import re

from selectolax.lexbor import LexborHTMLParser

from sartor.knowledge.rendering import text_page
from sartor.knowledge.rendering.text_page import AROUND
from sartor.types import Block

TEXT = "# Returns\n\nItems may be returned.\n\n| a | b |\n| 1 | 2 |\n"
HOSTILE = 'See <script>alert("x")</script> & <mark>this</mark> $title </main>\n\nNext.'


def marks(page):
    return [node.text() for node in LexborHTMLParser(page).css("mark")]


def test_spans_are_marked_to_the_letter_and_the_first_is_scrolled_to():
    page = text_page(TEXT, [(11, 16), (40, 41)], title="returns.md")
    assert marks(page) == [TEXT[11:16], TEXT[40:41]]
    assert page.count('id="cited"') == 1
    assert LexborHTMLParser(page).css_first("#cited").text() == "Items"


def test_a_span_over_several_blocks_is_marked_in_each():
    blocks = [Block("heading", 2, 9, 1), Block("paragraph", 11, 33), Block("table", 35, 54)]
    page = text_page(TEXT, [(4, 45)], title="t", blocks=blocks)
    tree = LexborHTMLParser(page)
    assert [tree.css_first(f"{tag} mark").text() for tag in ("h2", "p", "pre")] == [
        "turns", "Items may be returned.", TEXT[35:45],
    ]  # fmt: skip
    assert "#" not in tree.css_first("main").text()


def test_spans_that_overlap_are_marked_once():
    assert marks(text_page("one two three", [(4, 7), (0, 5)], title="t")) == ["one two"]


def test_everything_is_escaped():
    page = text_page(
        HOSTILE, [(0, len(HOSTILE))], title='<b>"t"', about="<i>a", language='de" onload="x'
    )
    tree = LexborHTMLParser(page)
    assert len(tree.css("script")) == 1
    assert not tree.css("b, i, [onload]")
    assert "".join(marks(page)) == HOSTILE.replace("\n\n", "")
    assert tree.css_first("strong").text() == '<b>"t"'


def test_the_page_needs_nothing_from_anywhere():
    page = text_page(TEXT, [(11, 16)], title="t")
    assert "default-src 'none'" in page
    assert not re.search(r"\b(?:src|href)=|url\(|@import|://", page)
    assert "prefers-color-scheme: dark" in page


def test_a_long_text_is_cut_around_the_span_and_says_so():
    text = "word " * 400_000
    start = len(text) // 2
    page = text_page(text, [(start, start + 4)], title="t")
    assert len(page) < 2.2 * AROUND
    assert f"of {len(text):,}" in page
    assert marks(page) == [text[start : start + 4]]


def test_a_text_without_spans_is_shown_from_its_beginning():
    page = text_page("First.\n\nSecond.", [], title="t")
    assert marks(page) == []
    assert '<p class="lines">First.</p>\n<p class="lines">Second.</p>' in page


def test_wrapped_prose_flows_and_short_lines_stay():
    prose = "A sentence that was wrapped by hand where the line was full,\nand goes on here."
    address = "Sartor\nTailor Lane 1"
    page = text_page(f"{prose}\n\n{address}", [], title="t")
    assert f"<p>{prose}</p>" in page
    assert f'<p class="lines">{address}</p>' in page
