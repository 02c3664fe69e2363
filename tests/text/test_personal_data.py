"""Personal data as places in a text; what assistants do with it is tested with their rules."""

import pytest

from sartor.text.personal_data import KINDS, personal_data


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("Mail eva.k@firm.org now", "email", "eva.k@firm.org"),
        ("eva (at) firm (dot) org", "email", "eva (at) firm (dot) org"),
        ("call +49 30 1234567.\n2. Then wait", "phone", "+49 30 1234567"),
        ("pay to DE89 3704 0044 0532 0130 00", "iban", "DE89 3704 0044 0532 0130 00"),
        ("card 4111 1111 1111 1111", "card", "4111 1111 1111 1111"),
        ("from 203.0.113.7 on", "ip", "203.0.113.7"),
        ("from 2001:db8::1 on", "ip", "2001:db8::1"),
        ("SSN 123-45-6789", "ssn", "123-45-6789"),
    ],
)
def test_each_kind_is_found_once(text, kind, found):
    assert [(text[start:end], name) for start, end, name in personal_data(text)] == [(found, kind)]


@pytest.mark.parametrize(
    "text",
    [
        "order 00004587345.\r\n4. Wait",
        "card 4111 1111 1111 1112 has a wrong digit sum",
        "opened on 12.03.2024 with 1,234,567 visitors",
        "Look at the sign and wait.",
        "version 1.2.3 of 12:30:45",
    ],
)
def test_numbers_of_other_kinds_are_left_alone(text):
    assert personal_data(text) == []


def test_the_quick_look_lets_nothing_pass_that_a_pattern_would_find():
    texts = [
        "eva@firm.org", "eva at firm dot com", "eva [at] firm.org", "call 030 1234567",
        "phone 12 34 56", "00 49 (30) 12-34-567", "GB29 NWBK 6016 1331 9268 19", "378282246310005",
        "10.0.0.1", "10 (dot) 0 (dot) 0 (dot) 1", "fe80::1", "123456789", "ssn: 123456789",
    ]  # fmt: skip
    for text in texts:
        places = [span for find in KINDS.values() for span in find(text)]
        covered = {place for start, end, _ in personal_data(text) for place in range(start, end)}
        assert all(start in covered for start, _ in places), text
