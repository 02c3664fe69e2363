"""What every `Reader` must do: a suite to inherit from, for our readers and for yours.

class TestMyReader(ReaderConformance):
@pytest.fixture
def reader(self): return MyReader()

@pytest.fixture
def good_file(self, tmp_path): ...   # a file with text

@pytest.fixture
def empty_file(self, tmp_path): ...  # a file of the right kind without text
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from sartor.errors import ReadingError
from sartor.knowledge.reading.boxes import unpack
from sartor.knowledge.reading.frames import pack_reading, unpack_reading
from sartor.protocols import Reader, ReadOptions
from sartor.types import Reading


class ReaderConformance:
    """Inherit, provide the three fixtures, and run it with pytest."""

    @staticmethod
    def readings(reader: Reader, path: Path, options: ReadOptions | None = None) -> list[Reading]:
        found = list(reader.read(path, options or ReadOptions()))
        return [reading for reading in found if isinstance(reading, Reading)]

    def test_it_says_what_it_reads_and_in_which_version(self, reader: Reader) -> None:
        assert reader.version
        assert reader.suffixes
        assert all(suffix.startswith(".") and suffix.islower() for suffix in reader.suffixes)

    def test_a_good_file_gives_text(self, reader: Reader, good_file: Path) -> None:
        readings = self.readings(reader, good_file)
        assert readings
        assert all(reading.text.strip() for reading in readings)

    def test_blocks_are_in_order_and_do_not_overlap(self, reader: Reader, good_file: Path) -> None:
        for reading in self.readings(reader, good_file):
            last = 0
            for block in reading.blocks:
                assert last <= block.start < block.end <= len(reading.text)
                assert reading.text[block.start : block.end].strip()
                last = block.end

    def test_pages_are_in_order_and_have_a_box_for_each_character(
        self, reader: Reader, good_file: Path
    ) -> None:
        for reading in self.readings(reader, good_file):
            last = 0
            for page in reading.pages:
                assert last <= page.start <= page.end <= len(reading.text)
                assert not page.boxes or len(unpack(page.boxes)) == page.end - page.start
                last = page.end

    def test_keys_tell_the_documents_of_a_file_apart(self, reader: Reader, good_file: Path) -> None:
        keys = [reading.key for reading in self.readings(reader, good_file)]
        assert len(keys) == len(set(keys))

    def test_the_same_file_gives_the_same_reading(self, reader: Reader, good_file: Path) -> None:
        assert self.readings(reader, good_file) == self.readings(reader, good_file)

    def test_a_reading_survives_the_way_to_the_parent(
        self, reader: Reader, good_file: Path
    ) -> None:
        for reading in self.readings(reader, good_file):
            assert unpack_reading(*pack_reading(reading)) == reading

    def test_a_file_without_text_is_refused(self, reader: Reader, empty_file: Path) -> None:
        with pytest.raises(ReadingError):
            list(reader.read(empty_file, ReadOptions()))

    def test_too_much_text_is_refused_or_reported(self, reader: Reader, good_file: Path) -> None:
        with suppress(ReadingError):
            assert not self.readings(reader, good_file, ReadOptions(max_characters=3))
