"""Sentences are exact spans, in order, and cover everything but white space."""

# ruff: noqa: RUF001 - texts in many scripts

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sartor.text.sentences import sentences


def cut(text):
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rains. We stay.", ["It rains.", "We stay."]),
        ("Dr. Smith met J. R. Doe. They spoke.", ["Dr. Smith met J. R. Doe.", "They spoke."]),
        ("It costs $3.14. See e.g. Fig. 3 there.", ["It costs $3.14.", "See e.g. Fig. 3 there."]),
        (
            "See https://a.org/b.html?x=1.2. Then go.",
            ["See https://a.org/b.html?x=1.2.", "Then go."],
        ),
        ('He said: "Go home." Then he left!', ['He said: "Go home."', "Then he left!"]),
        ("(It was late.) We left.", ["(It was late.)", "We left."]),
        ('"Why?" he asked. Nobody knew.', ['"Why?" he asked.', "Nobody knew."]),
        ("Wait... what? Yes!", ["Wait... what?", "Yes!"]),
        ("Am 3. Oktober kam Hr. Maier.", ["Am 3. Oktober kam Hr. Maier."]),
        ("Das war 2015. Dann kam er.", ["Das war 2015.", "Dann kam er."]),
        ("We chose drug B. The shop closed.", ["We chose drug B.", "The shop closed."]),
        ("By J. A. Then and B. Miller. It is old.", ["By J. A. Then and B. Miller.", "It is old."]),
        ("Battery | 12\nMotor | 36", ["Battery | 12", "Motor | 36"]),
        ("1. First step. 2. Second step.", ["1. First step.", "2. Second step."]),
        ("你好。天气很好！「是吗？」他说。", ["你好。", "天气很好！", "「是吗？」", "他说。"]),
        ("यह एक वाक्य है। यह दूसरा है।", ["यह एक वाक्य है।", "यह दूसरा है।"]),
        ("هل أنت هنا؟ نعم. هذا جيد۔ تمام", ["هل أنت هنا؟", "نعم.", "هذا جيد۔", "تمام"]),
        ("one\n\ntwo\r\n\r\nthree", ["one", "two", "three"]),
        ("Needed:\n- flour\n- eggs\n1. Mix", ["Needed:", "- flour", "- eggs", "1. Mix"]),
        ("# Title\nSome text\nthat goes on. End", ["# Title", "Some text\nthat goes on.", "End"]),
        ("| a | b |\n| c | d |", ["| a | b |", "| c | d |"]),
        ("", []),
        (" \n\t ", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text, expected):
    assert cut(text) == expected


def test_a_space_ends_a_thai_sentence_but_not_a_short_phrase():
    long = "สภาเมืองตัดสินใจเมื่อวานนี้ว่าโรงเรียนทุกแห่งจะปิดตลอดทั้งสัปดาห์"
    assert cut(f"{long} {long}") == [long, long]
    assert cut("สวัสดี ครับ") == ["สวัสดี ครับ"]


@given(st.text(alphabet="aB1 .!?\n\r\"')(#-|。ก\u200b", max_size=80))
def test_everything_but_white_space_is_covered_once_and_in_order(text):
    spans = sentences(text)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
    covered = {place for start, end in spans for place in range(start, end)}
    assert all(place in covered or char.isspace() for place, char in enumerate(text))


@pytest.mark.parametrize("piece", [".", "\n", " ", "a", "ก", "(\n", "\n ", "#", '."', "# ", ".\n"])
def test_hostile_repetition_costs_no_more_than_its_length(piece):
    started = time.process_time()
    sentences(piece * (500_000 // len(piece)))
    assert time.process_time() - started < 10  # 0.6 s at most on a quiet machine


def test_ordinary_text_is_cut_at_several_megabytes_a_second():
    text = "The council met on Tuesday, as Dr. Brown had asked. It decided nothing. " * 20_000
    started = time.process_time()
    assert len(sentences(text)) == 40_000
    assert len(text) / 1e6 / (time.process_time() - started) > 2  # 14 or more on a quiet machine
