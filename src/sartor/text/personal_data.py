"""A text -> where personal data stands in it, by kind.

Where a kind has a checksum or a grammar it is used: an order number is not a card. Also finds
what is written so that a machine should miss it ("name (at) host dot org"). It reads characters as
they are: entities, markup and lookalike letters are undone by who has reason to expect them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from ipaddress import AddressValueError, IPv4Address, IPv6Address

Spans = Iterator[tuple[int, int]]

_AT = r"(?:\s{0,2}@\s{0,2}|\s{0,2}[\[({<]\s?(?:at|ät|@)\s?[\])}>]\s{0,2})"
_DOT = r"(?:\.|\s{0,2}[\[({<]\s?(?:dot|punkt|\.)\s?[\])}>]\s{0,2}|\sdot\s|\spunkt\s)"
# "look at the dot and" is no address: without brackets the end must be a domain's.
_SPOKEN_ENDS = "com|net|org|info|biz|edu|gov|io|eu|de|uk|fr|es|nl|ch|pl|us|ca|au|example"
_EMAIL = re.compile(
    rf"(?<![\w.+-])\w[\w.+%'-]{{0,63}}"
    rf"(?:{_AT}\w[\w-]{{0,62}}(?:{_DOT}\w[\w-]{{0,62}}){{1,6}}"
    rf"|\s(?:at|ät)\s\w[\w-]{{0,62}}(?:\s(?:dot|punkt)\s\w[\w-]{{0,62}}){{0,5}}"
    rf"\s(?:dot|punkt)\s(?:{_SPOKEN_ENDS})\b)",
    re.IGNORECASE,
)

_BETWEEN = r"(?:(?!\.\s*\n)[\s().\-/]){0,3}"  # a full stop at the end of a line ends the number
_PHONE = re.compile(
    rf"\(?(?:\+|(?<![\d.,])00(?!0))(?:{_BETWEEN}\d){{7,15}}(?!\d)"
    rf"|(?<![\d.,\-/])\(?0[1-9](?:{_BETWEEN}\d){{7,11}}(?!\d)"
    rf"|(?<![\d.,\-/])\(?[2-9]\d{{2}}\)?[\s.\-]{{1,2}}\d{{3}}[\s.\-]\d{{4}}(?!\d)"
    rf"|\b(?:phone|tel|telephone|telefon|mobile|mobil|cell|fax|call|whatsapp|ring|sms)\b"
    rf"[^\w+]{{0,3}}(?:[^\W\d]+[ :]+){{0,2}}(?P<cued>\d(?:{_BETWEEN}\d){{5,13}})(?!\d)",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d")

_IBAN = re.compile(r"(?<![^\W_])[A-Z]{2}[\s-]?\d[\s-]?\d(?:[\s.-]{0,2}[A-Z0-9]){11,30}", re.I)
_IBAN_LIST = """
    AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20
    EG29 ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30
    KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24
    PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22
    VG24 XK20
"""
_IBAN_LENGTHS = {entry[:2]: int(entry[2:]) for entry in _IBAN_LIST.split()}

_DIGITS = re.compile(r"(?<![^\W_])\d(?:[\s.\-]{0,2}\d){11,40}")
_CARDS = (  # what a number begins with, and the digits it then has
    (re.compile(r"4"), (13, 16, 19)),
    (re.compile(r"5[1-5]|2[2-7]|35"), (16,)),
    (re.compile(r"3[47]"), (15,)),
    (re.compile(r"3[0689]"), (14,)),
    (re.compile(r"6"), (16, 19)),
)

_OCTETS = re.compile(
    r"(?<![\w.])\d{1,3}(?:\s?(?:\.|[\[({](?:\.|dot)[\])}])\s?\d{1,3}){3}(?!\w|\.\d)"
)
_COLONS = re.compile(r"(?<![\w:.])[0-9a-f:]{4,39}(?:\d{1,3}(?:\.\d{1,3}){3})?(?![\w:])", re.I)

_SSN = re.compile(
    r"(?<![\w-])(?!000|666|9)\d{3}[\s-](?!00)\d{2}[\s-](?!0000)\d{4}(?![\w-])"
    r"|\b(?:ssn|social security)\b[^\d]{0,20}"
    r"(?P<cued>(?!000|666|9)\d{3}[\s-]?\d{2}[\s-]?\d{4})(?!\d)",
    re.IGNORECASE,
)


def emails(text: str) -> Spans:
    """Find e-mail addresses, plain or spelled out."""
    yield from (match.span() for match in _EMAIL.finditer(text))


def phones(text: str) -> Spans:
    """Find phone numbers: international, with an area code, or after a word that announces one."""
    for match in _PHONE.finditer(text):
        if match.group()[:1] == "+" or not _DATE.search(match.group()):
            yield match.span("cued") if match["cued"] else match.span()


def ibans(text: str) -> Spans:
    """Find account numbers whose length and checksum are right."""
    for match in _IBAN.finditer(text):
        length = _IBAN_LENGTHS.get(match.group()[:2].upper(), 0)
        signs = [place for place in range(*match.span()) if text[place].isalnum()][:length]
        number = "".join(text[place] for place in signs).upper()
        if length and len(number) == length and _remainder(number) == 1:
            yield match.start(), signs[-1] + 1


def _remainder(iban: str) -> int:
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97


def cards(text: str) -> Spans:
    """Find payment cards: a known beginning, its length, and Luhn's checksum."""
    for run in _DIGITS.finditer(text):
        places = [place for place in range(*run.span()) if text[place].isdigit()]
        for first, start in enumerate(places):
            if start and text[start - 1].isdigit():
                continue
            digits = "".join(text[place] for place in places[first:])
            for length in _lengths(digits):
                if len(digits) < length or not _luhn(digits[:length]):
                    continue
                end = places[first + length - 1] + 1
                if not text[end : end + 1].isdigit():
                    yield start, end


def _lengths(digits: str) -> tuple[int, ...]:
    return next((lengths for begins, lengths in _CARDS if begins.match(digits)), ())


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return len(set(digits)) > 1 and sum(sum(divmod(value, 10)) for value in doubled) % 10 == 0


def addresses(text: str) -> Spans:
    """Find IP addresses of both versions."""
    for match in _OCTETS.finditer(text):
        if _is(IPv4Address, ".".join(re.findall(r"\d+", match.group()))):
            yield match.span()
    for match in _COLONS.finditer(text):
        written = match.group().rstrip(":") if not match.group().endswith("::") else match.group()
        if written.count(":") > 1 and re.search(r"\d", written) and _is(IPv6Address, written):
            yield match.start(), match.start() + len(written)


def _is(kind: Callable[[str], object], written: str) -> bool:
    try:
        kind(written)
    except AddressValueError:
        return False
    return True


def social_security_numbers(text: str) -> Spans:
    """Find US social security numbers."""
    for match in _SSN.finditer(text):
        yield match.span("cued") if match["cued"] else match.span()


KINDS: dict[str, Callable[[str], Spans]] = {
    "email": emails,
    "phone": phones,
    "iban": ibans,
    "card": cards,
    "ip": addresses,
    "ssn": social_security_numbers,
}

# Which of two readings of the same digits wins: those with a checksum first.
_PRECEDENCE = ("iban", "card", "email", "ip", "ssn", "phone")
_MAY_BE_EMAIL = re.compile(r"@|[\[({<]\s?(?:at|ät)\s?[\])}>]|\s(?:dot|punkt)\s", re.IGNORECASE)
_MAY_BE_NUMBER = re.compile(r"\d(?:[\s().\-/]{0,3}\d){5}")
_MAY_BE_IBAN = re.compile(r"[A-Za-z]{2}[\s-]?\d[\s-]?\d")
_MAY_BE_ADDRESS = re.compile(r"\d\s?(?:\W\s?\d|[\[({])|::|[0-9a-fA-F]:[0-9a-fA-F]")


def personal_data(text: str) -> list[tuple[int, int, str]]:
    """Find every piece as (start, end, kind), in order and none inside another.

    Asks the slow patterns only where a quick one leaves them a chance.
    """
    asked = set()
    if _MAY_BE_EMAIL.search(text):
        asked.add("email")
    if _MAY_BE_NUMBER.search(text):
        asked |= {"card", "ssn", "phone"}
    if _MAY_BE_IBAN.search(text):
        asked.add("iban")
    if _MAY_BE_ADDRESS.search(text):
        asked.add("ip")
    found: list[tuple[int, int, str]] = []
    for kind in _PRECEDENCE:
        for start, end in KINDS[kind](text) if kind in asked else ():
            if all(end <= other or start >= last for other, last, _ in found):
                found.append((start, end, kind))
    return sorted(found)
