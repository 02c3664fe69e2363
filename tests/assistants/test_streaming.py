"""Streams of a model, cut into sentences."""

from hypothesis import given
from hypothesis import strategies as st

from sartor.assistants.streaming import spoken
from sartor.types import Completion

TEXT = "It is blue. [1] Dr. Weber said so on 3.5 pages.\n\n- one thing\n- two things [2]\n\nEnd?"


def said(text, chunk):
    pieces = [text[start : start + chunk] for start in range(0, len(text), chunk)]
    return list(spoken(iter([*pieces, Completion(text)]), lambda _: None))


@given(st.integers(1, 90))
def test_chunks_do_not_decide_what_is_a_sentence(chunk):
    assert said(TEXT, chunk) == said(TEXT, len(TEXT))


def test_sentences_and_gaps_make_the_text():
    whole = "".join(one.gap + one.text for one in said(TEXT, 3))
    assert whole == TEXT.replace("blue. [1]", "blue [1].")


def test_the_completion_is_handed_over():
    seen = []
    pieces = iter(["One. ", Completion("One.")])
    assert [one.text for one in spoken(pieces, seen.append)] == ["One."]
    assert seen == [Completion("One.")]
