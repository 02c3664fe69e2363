from __future__ import annotations

import pytest
import reading_samples as samples

from sartor.errors import ReadingError
from sartor.knowledge.reading.boxes import rectangles
from sartor.knowledge.reading.pdf import PdfReader
from sartor.protocols import ReadOptions
from sartor.testing.conformance_reader import ReaderConformance


def read(path, **options):
    (reading,) = PdfReader().read(path, ReadOptions(**options))
    return reading


def blocks(reading, kind):
    return [reading.text[b.start : b.end] for b in reading.blocks if b.kind == kind]


class TestPdfReader(ReaderConformance):
    @pytest.fixture
    def reader(self):
        return PdfReader()

    @pytest.fixture
    def good_file(self, tmp_path):
        return samples.plain_pdf(tmp_path / "rules.pdf", pages=2)

    @pytest.fixture
    def empty_file(self, tmp_path):
        return samples.scanned_pdf(tmp_path / "scan.pdf")


def test_headings_prose_and_tables_are_told_apart(tmp_path):
    reading = read(samples.plain_pdf(tmp_path / "a.pdf"))
    assert blocks(reading, "heading") == ["Chapter 1"]
    assert f"On sheet 1: {samples.PROSE}" in blocks(reading, "paragraph")
    assert blocks(reading, "table") == [
        "| Item | 2024 | 2023 |\n| --- | --- | --- |\n"
        "| Loans | $ 1,200 | $ 900 |\n| Fines | 34 | (12) |\n| Cards | 560 | 548 |"
    ]
    assert (reading.title, reading.metadata["author"]) == ("Rules of the House", "A. Librarian")
    assert reading.tables == 1
    assert reading.language == "en"


def test_running_headers_and_page_numbers_are_left_out_and_reported(tmp_path):
    reading = read(samples.plain_pdf(tmp_path / "a.pdf", pages=5))
    assert "first edition" not in reading.text
    assert "Page 3" not in reading.text
    assert any("rules of the house, first edition" in note for note in reading.notes)
    assert len(reading.pages) == 5


def test_every_page_holds_its_own_text(tmp_path):
    reading = read(samples.plain_pdf(tmp_path / "a.pdf", pages=3))
    for page in reading.pages:
        assert f"On sheet {page.number}:" in reading.text[page.start : page.end]


def test_a_passage_over_two_lines_is_highlighted_by_two_rectangles_where_it_stands(tmp_path):
    reading = read(samples.plain_pdf(tmp_path / "a.pdf"))
    start = reading.text.index("The reading room")
    upper, lower = rectangles(reading.pages[0], start, reading.text.index(" day but Sunday"))
    assert upper.bottom <= lower.top + 4
    assert 72 < upper.left < upper.right < samples.WIDTH
    # drawn 120 points below the upper edge of the sheet: that is where its base line is
    assert upper.top < 120 < upper.bottom
    assert lower.left == pytest.approx(72, abs=1)


def test_the_characters_that_we_added_to_a_table_have_no_place(tmp_path):
    reading = read(samples.plain_pdf(tmp_path / "a.pdf"))
    (table,) = [b for b in reading.blocks if b.kind == "table"]
    page = reading.pages[0]
    assert rectangles(page, table.start, table.start + 1) == []
    start = reading.text.index("1,200")
    (cell,) = rectangles(page, start, start + 5)
    assert cell.left == pytest.approx(250 + 9, abs=2)


def test_columns_are_read_one_after_the_other(tmp_path):
    text = read(samples.two_column_pdf(tmp_path / "a.pdf")).text
    assert text.index("Two columns") < text.index("left column line number 0")
    assert text.index("left column line number 19") < text.index("right column line number 0")


def test_ruled_lines_make_a_table_whose_pipes_are_escaped(tmp_path):
    (table,) = blocks(read(samples.ruled_pdf(tmp_path / "a.pdf")), "table")
    assert table.split("\n")[2:] == ["| alpha | a\\|b | one |", "| beta | third kind of it | two |"]


def test_text_that_nobody_can_see_is_left_out_and_reported(tmp_path):
    reading = read(samples.hiding_pdf(tmp_path / "a.pdf"))
    assert "on a blue band" in reading.text
    for hidden in ("previous instructions", "on white paper", "too small", "outside"):
        assert hidden not in reading.text
    assert len([note for note in reading.notes if note.startswith("hidden text")]) == 4
    assert any("ignore all previous instructions" in note for note in reading.notes)


def test_an_encrypted_file_opens_with_its_password_alone(tmp_path):
    path = samples.plain_pdf(tmp_path / "a.pdf", password="open sesame")
    assert "reading room" in read(path, password="open sesame").text
    with pytest.raises(ReadingError, match="encrypted and needs a password"):
        read(path)
    with pytest.raises(ReadingError, match="its password is another"):
        read(path, password="open barley")


def test_a_scanned_page_is_reported_and_a_scan_is_refused(tmp_path):
    reading = read(samples.scanned_pdf(tmp_path / "a.pdf", with_text_page=True))
    assert "page 2 has no text (scanned?)" in reading.notes
    assert reading.pages[1].start == reading.pages[1].end
    with pytest.raises(ReadingError, match=r"no text; page 1 has no text \(scanned\?\)"):
        read(samples.scanned_pdf(tmp_path / "b.pdf"))


def test_limits_on_pages_are_kept(tmp_path):
    with pytest.raises(ReadingError, match="3 pages, allowed are 1 to 2"):
        read(samples.plain_pdf(tmp_path / "a.pdf", pages=3), max_pages=2)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_page_is_read_and_highlighted_as_it_is_displayed(tmp_path, turn):
    path = tmp_path / "a.pdf"
    canvas = samples.Canvas(str(path), pagesize=samples.A4, invariant=True)
    canvas.setPageRotation(turn)
    if turn == 90:
        canvas.rotate(90)
        canvas.translate(0, -samples.WIDTH)
    canvas.setFont("Helvetica", 12)
    canvas.drawString(100, 400, "The first line of the sheet")
    canvas.drawString(100, 380, "and here is the second line")
    canvas.save()
    reading = read(path)
    assert "The first line of the sheet" in reading.text
    page = reading.pages[0]
    found = rectangles(page, 0, len("The first line of the sheet"))
    assert (page.width, page.height) == pytest.approx(samples.A4, abs=0.1)
    assert all(0 <= box.left < box.right <= page.width for box in found)
    assert all(0 <= box.top < box.bottom <= page.height for box in found)
    if turn in (0, 90):
        assert len(found) == 1
        assert found[0].left == pytest.approx(100, abs=2)
