"""A page of a PDF as a picture, the cited lines marked, whatever the file does."""

import io
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from sartor.errors import ReadingError
from sartor.knowledge.reading.limits import Limits
from sartor.knowledge.reading.pdf import PdfReader
from sartor.knowledge.rendering import picture
from sartor.knowledge.rendering.png import png
from sartor.protocols import ReadOptions

LINES = ("Frames carry a warranty of five years.", "Cushions carry one of two years.")
HEIGHT = A4[1]


def write_pdf(path, *, turned=False, password=None):
    canvas = Canvas(str(path), pagesize=A4, encrypt=password, invariant=True)
    if turned:
        canvas.setPageRotation(90)
        canvas.rotate(90)
    canvas.setFont("Helvetica", 14)
    top = 0 if turned else HEIGHT
    for number, line in enumerate(LINES):
        canvas.drawString(72, top - 100 - 60 * number, line)
    canvas.showPage()
    canvas.save()
    return path


def read(path, **options):
    (reading,) = PdfReader().read(path, ReadOptions(**options))
    return reading


def pixels(image):
    return np.asarray(Image.open(io.BytesIO(image)).convert("RGB")).astype(int)


def yellow(image):
    """Say which pixels are marked: light, but with little blue."""
    found = pixels(image)
    return (found[:, :, 0] > 200) & (found[:, :, 2] < 160)


def draw(path, quote, **options):
    reading = read(path, **options)
    start = reading.text.index(quote)
    return picture(path, reading.pages[0], [(start, start + len(quote))], **options)


def test_the_quoted_line_is_marked_and_no_other(tmp_path):
    path = write_pdf(tmp_path / "a.pdf")
    marked = yellow(draw(path, "warranty of five years"))
    rows, columns = np.nonzero(marked)
    assert 2 * 80 < rows.min() < rows.max() < 2 * 110, "two pixels a point, near line one"
    assert 2 * 120 < columns.min() < columns.max() < 2 * 340
    assert marked[rows.min() : rows.max(), columns.min() : columns.max()].mean() > 0.5


def test_the_text_under_the_marker_stays_black(tmp_path):
    found = pixels(draw(write_pdf(tmp_path / "a.pdf"), LINES[0]))
    assert found.sum(axis=2).min() < 60


def test_a_turned_page_is_marked_where_it_is_displayed(tmp_path):
    image = draw(write_pdf(tmp_path / "a.pdf", turned=True), LINES[1])
    rows, columns = np.nonzero(yellow(image))
    assert 2 * 140 < rows.min() < rows.max() < 2 * 170
    assert 2 * 60 < columns.min() < columns.max() < 2 * 320


def test_nothing_is_marked_without_spans(tmp_path):
    path = write_pdf(tmp_path / "a.pdf")
    assert not yellow(picture(path, read(path).pages[0], [])).any()


def test_an_encrypted_page_is_drawn_with_its_password(tmp_path):
    path = write_pdf(tmp_path / "a.pdf", password="sesame")
    assert yellow(draw(path, LINES[0], password="sesame")).any()
    page = read(path, password="sesame").pages[0]
    with pytest.raises(ReadingError, match="assword"):
        picture(path, page, [])


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\nnonsense", b"\x00" * 5_000])
def test_a_file_that_is_no_pdf_any_more_is_an_error_in_words(tmp_path, content):
    path = write_pdf(tmp_path / "a.pdf")
    page = read(path).pages[0]
    path.write_bytes(content)
    with pytest.raises(ReadingError, match=r"page 1 of .* cannot be drawn: PdfiumError"):
        picture(path, page, [])


@pytest.mark.skipif(sys.platform == "win32", reason="no resource limits there")
def test_a_page_that_needs_too_much_ends_its_process_alone(tmp_path):
    path = write_pdf(tmp_path / "a.pdf")
    page = read(path).pages[0]
    with pytest.raises(ReadingError, match="cannot be drawn"):
        picture(path, page, [], limits=Limits(seconds=0.01))
    with pytest.raises(ReadingError, match="cannot be drawn"):
        picture(path, page, [], limits=Limits(memory=40 * 2**20))


def children():
    tasks = Path("/proc/self/task").iterdir()
    return {child for task in tasks for child in (task / "children").read_text().split()}


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="nowhere to look")
def test_no_process_is_left_behind(tmp_path):
    path = write_pdf(tmp_path / "a.pdf")
    before = children()
    picture(path, read(path).pages[0], [])
    assert children() <= before


def test_a_png_is_what_other_programs_read():
    image = np.random.default_rng(0).integers(0, 256, (7, 5, 3), np.uint8)
    assert (pixels(png(image)) == image).all()
