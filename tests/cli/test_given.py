"""What is handed in on the command line, whatever its bytes."""

import os

import pytest

from sartor.cli.given import argument, decoded, lines
from sartor.errors import InputError

GERMAN = "Wann verfällt der Resturlaub?"


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16"])
def test_bytes_of_any_encoding_become_the_text_they_are(encoding):
    assert decoded(GERMAN.encode(encoding)) == GERMAN


def test_an_argument_of_another_encoding_is_read_as_it_was_meant():
    assert argument(os.fsdecode(GERMAN.encode("latin-1"))) == GERMAN
    assert argument(GERMAN) == GERMAN


def test_what_is_no_text_is_refused():
    with pytest.raises(InputError, match="binary"):
        decoded(b"\x00\x01\x02\x03")


def test_a_file_that_is_no_text_is_named(tmp_path):
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\x00\x01\x02")
    with pytest.raises(InputError, match="picture.txt cannot be read: .*binary"):
        lines(tmp_path / "picture.txt")
