import pytest

from sartor.models.local.pieces import Pieces


def decode(tokens):
    return bytes(tokens).decode("utf-8", errors="replace")


def written(text, stops=()):
    pieces = Pieces(decode, stops)
    parts = []
    for byte in text.encode():
        parts.append(pieces.add(byte))
        if pieces.stopped:
            break
    parts.append(pieces.finish())
    assert pieces.text == "".join(parts)
    return [part for part in parts if part], pieces


@pytest.mark.parametrize("text", ["plain", "Grüße 😀 日本", "😀"])
def test_pieces_are_whole_characters_and_make_the_text(text):
    parts, _ = written(text)

    assert "".join(parts) == text
    assert len(parts) == len(text)


def test_a_replacement_character_of_the_text_itself_is_kept():
    _, pieces = written("a\ufffdb")

    assert pieces.text == "a\ufffdb"


def test_half_a_character_at_the_end_is_dropped():
    pieces = Pieces(decode)
    for byte in "ab😀".encode()[:-1]:
        pieces.add(byte)

    pieces.finish()

    assert pieces.text == "ab"


def test_a_stop_string_ends_the_text_before_it():
    _, pieces = written("one two END three", stops=("END",))

    assert pieces.stopped
    assert pieces.text == "one two "


def test_the_beginning_of_a_stop_string_is_held_back_and_released_when_it_was_none():
    parts, pieces = written("abcE abEN", stops=("END",))

    assert not pieces.stopped
    assert pieces.text == "abcE abEN"
    assert not any(part.endswith("E") for part in parts[:-1])


def test_the_earliest_of_several_stop_strings_wins():
    _, pieces = written("a;b\nc", stops=("\n", ";"))

    assert pieces.text == "a"
