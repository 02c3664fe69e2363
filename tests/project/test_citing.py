"""The pages an answer cited: as they look, marked, and honest when the file is another by now."""

import pytest
from reportlab.pdfgen.canvas import Canvas
from selectolax.lexbor import LexborHTMLParser

from sartor.assistants.tracing import Trace, TracedCitation
from sartor.errors import NotFound
from sartor.project.citing import CHANGED, cite


@pytest.fixture
def shelf(project, documents):
    """The project with its documents and a PDF of two pages."""
    canvas = Canvas(str(documents / "frames.pdf"), invariant=True)
    for number in (1, 2):
        canvas.drawString(72, 700, f"Frame number {number} is made of oiled ash and carries")
        canvas.drawString(72, 680, f"a warranty of {number} years against all breakage.")
        canvas.showPage()
    canvas.save()
    project.add(documents)
    return project


def trace(project, *quotes):
    """A trace that cites (document, page, quote)."""
    cited = []
    for id, page, said in quotes:
        document = project.document(id)
        start = document.text.index(said)
        cited.append(TracedCitation("", id, page, start, start + len(said), document.content_hash))
    return Trace("1", "", 0.0, cited=tuple(cited))


def marks(page):
    return [node.text() for node in LexborHTMLParser(page.content.decode()).css("mark")]


def test_a_page_of_a_pdf_is_a_picture_and_a_text_is_html(shelf):
    of_pdf, of_text = cite(
        trace(
            shelf,
            ("frames.pdf", 2, "a warranty of 2 years"),
            ("returns.md", None, "within 30 days"),
            ("frames.pdf", 2, "oiled ash and carries a warranty of 2"),
        ),
        shelf._ledger,
    )
    assert (of_pdf.number, of_pdf.kind, of_pdf.page) == (1, "png", 2)
    assert of_pdf.content.startswith(b"\x89PNG")
    assert of_pdf.quotes == ("a warranty of 2 years", "oiled ash and carries a warranty of 2")
    assert (of_text.number, of_text.kind, of_text.page) == (2, "html", None)
    assert marks(of_text) == ["within 30 days"]


def test_one_number_is_shown_alone_and_an_unknown_one_refused(shelf):
    cited = trace(shelf, ("frames.pdf", 1, "oiled ash"), ("returns.md", None, "30 days"))
    assert [page.document_id for page in cite(cited, shelf._ledger, number=2)] == ["returns.md"]
    with pytest.raises(NotFound, match="no citation 3; it has 2"):
        cite(cited, shelf._ledger, number=3)
    assert cite(Trace("1", "", 0.0), shelf._ledger) == []


def test_words_that_run_over_the_end_of_a_page_give_both(shelf):
    text = shelf.document("frames.pdf").text
    over = text[text.index("against all") : text.index("number 2") + 8]
    pages = cite(trace(shelf, ("frames.pdf", 1, over)), shelf._ledger)
    assert [(page.page, page.kind) for page in pages] == [(1, "png"), (2, "png")]
    assert pages[1].quotes == ("Frame number 2",)


@pytest.mark.parametrize("harm", ["edited", "gone", "no pdf"])
def test_a_pdf_that_is_not_what_was_read_is_shown_as_the_text_that_was(shelf, documents, harm):
    file = documents / "frames.pdf"
    if harm == "gone":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes() + b"\n" if harm == "edited" else b"something else")
    (page,) = cite(trace(shelf, ("frames.pdf", 2, "a warranty of 2 years")), shelf._ledger)
    assert (page.kind, page.page) == ("html", 2)
    assert marks(page) == ["a warranty of 2 years"]
    assert "this is the text that was read" in page.note
    assert page.note in page.content.decode()


def test_a_document_that_changed_since_is_shown_without_marks(shelf, documents):
    cited = trace(shelf, ("returns.md", None, "within 30 days"))
    (documents / "returns.md").write_text("# Returns\n\nNever within 30 days.\n")
    shelf.sync()
    (page,) = cite(cited, shelf._ledger)
    assert (page.note, marks(page)) == (CHANGED, [])


def test_a_document_that_is_gone_is_not_found(shelf):
    cited = trace(shelf, ("returns.md", None, "within 30 days"))
    shelf.delete("returns.md")
    with pytest.raises(NotFound, match=r"returns\.md"):
        cite(cited, shelf._ledger)
