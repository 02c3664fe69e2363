from sartor.text.spans import merged


def test_spans_that_overlap_or_touch_are_joined():
    assert merged([(5, 9), (0, 3), (3, 4), (8, 12), (20, 21)]) == [(0, 4), (5, 12), (20, 21)]


def test_no_spans_stay_none():
    assert merged([]) == []
