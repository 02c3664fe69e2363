"""Near-duplicates are found among many texts, the same ones in every process."""

import os
import random
import subprocess
import sys
import time

from sartor.text.near import near_groups, shingles, similarity

WORDS = [f"word{number}" for number in range(2_000)]


def texts(count, seed=1):
    dice = random.Random(seed)
    return [" ".join(dice.choices(WORDS, k=80)) for _ in range(count)]


def edited(text):
    words = text.split()
    return " ".join([*words[:40], "edited", *words[41:]])


def test_equal_texts_are_wholly_alike_and_others_not_at_all():
    first, second = texts(2)
    assert similarity(first, first.upper()) == 1.0
    assert similarity(first, second) == 0.0
    assert 0.9 < similarity(first, edited(first)) < 1.0


def test_texts_of_a_word_or_of_none_can_be_compared():
    assert similarity("Hello", "hello!") == 1.0
    assert similarity("Hello", "world") == 0.0
    assert similarity("", "") == 0.0


def test_scripts_without_spaces_are_compared_by_characters():
    assert similarity("市议会昨天决定学校关闭一周", "市议会昨天决定学校关闭两周") > 0.5


def test_groups_are_found_among_ten_thousand_texts_in_seconds():
    originals = texts(9_000)
    copies = [edited(text) for text in originals[:1_000]]
    started = time.process_time()
    groups = near_groups([*originals, *copies])
    assert time.process_time() - started < 20  # 1.5 s on a quiet machine
    assert groups == [[place, 9_000 + place] for place in range(1_000)]


def test_many_copies_of_one_text_are_one_group_and_quickly_found():
    assert near_groups(["the same words again and again"] * 5_000) == [list(range(5_000))]


def test_nothing_is_a_duplicate_of_an_empty_text():
    assert near_groups(["", "", "  "]) == []


def test_shingles_do_not_depend_on_the_process():
    code = "from sartor.text.near import shingles; print(sorted(shingles('one two three four')))"
    environment = {**os.environ, "PYTHONHASHSEED": "123"}
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert said.stdout.strip() == str(sorted(shingles("one two three four")))
