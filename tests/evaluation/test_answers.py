"""Is the expected text in the answer?"""

import pytest

from sartor.evaluation.answers import contains


@pytest.mark.parametrize(
    ("answer", "expected", "found"),
    [
        ("Refunds take 14 days.", ["14 days"], True),
        ("Refunds take  14\nDAYS.", ["14 days"], True),
        ("Refunds take 114 days.", ["14 days"], False),
        ("In Zürich, of course.", ["Zurich"], True),
        ("They are in the carpet.", ["car"], False),
        ("It was $8.", ["$8"], True),
        ("It was $85.", ["$8"], False),
        ("防守丢了308分。", ["308分"], True),
        ("他住在北京市。", ["北京"], True),
        ("One or the other.", ["neither", "other"], True),
        ("Nothing expected.", [], False),
        ("An empty wish.", [""], False),
    ],
)
def test_whole_words_are_found_whatever_their_spelling(answer, expected, found):
    assert contains(answer, expected) is found
