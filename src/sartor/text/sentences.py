"""Text -> where its sentences stand.

In goes any text, out come exact spans in order that cover all of it but white space. It knows how
sentences end in the large scripts and a few abbreviations; it does not know the language, and it
never looks further than one sentence, so its time grows with the length of the text alone.
"""

# ruff: noqa: RUF001 - the stops of other scripts look like ours

from __future__ import annotations

import re

from sartor.text.function_words import FUNCTION_WORDS

_CLOSERS = "\"'”’»›)\\]}*_"
_WIDE_CLOSERS = "」』”’）】》〉〕\"'"
_STOPS = ".!?…‽"
# Enders that need no space after them: Chinese and Japanese, Devanagari, Urdu and Arabic,
# Armenian, Ethiopic, Khmer, Burmese, Tibetan.
_WIDE_STOPS = "。！？｡．।॥۔؟։።፧។៕။༎"
_LISTED = r"[ \t]*(?:[-*+•▪◦|>][ \t]|\||#{1,6}[ \t]|\(?\d{1,3}[.)][ \t]|\(?[a-zA-Z]\)[ \t]"
_LISTED += r"|[^\n|]{1,80}[ ]\|[ ])"  # the row of a table

# One character class first, so that the regular expression engine skips ordinary text quickly;
# possessive repeats, so that a megabyte of dots is read once.
_END = re.compile(
    rf"[{_STOPS}{_WIDE_STOPS}\n#\f\u2029\u0e00-\u0e5b](?:"
    rf"(?<=[{_STOPS}])(?P<stop>[{_STOPS}]*+[{_CLOSERS}]*+)"
    rf"|(?<=[{_WIDE_STOPS}])(?P<wide>[{_WIDE_STOPS}]*+[{_WIDE_CLOSERS}]*+)"
    rf"|(?<=\n)(?P<line>(?:[ \t\r]*\n)++|(?={_LISTED}))"
    rf"|(?:(?<=\n#)|(?<=\A#))(?P<heading>#{{0,5}}[ \t][^\n]*\n)"
    rf"|(?<=[\f\u2029])(?P<page>)"
    rf"|(?<=[\u0e00-\u0e5b])(?P<thai>[ ]++(?=[\u0e00-\u0e5b]))"
    rf")"
)
_LAST_WORD = re.compile(r"[^\s(\[\"'“„«]*\Z")
_NEXT_WORD = re.compile(r"[\s\"'“”„«»(\[*_]*(\w*)")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
_LONGEST_WORD = 40
_LABELLED = re.compile(r"[a-zà-öø-ÿ]+[ ]\Z")
_THAI_PHRASE = 40  # Thai puts spaces between phrases too: shorter pieces are not sentences

_ABBREVIATION_LIST = """
    mr mrs ms hr fr dr prof rev gen col capt lt sgt st sr jr hon pres gov sen rep messrs mt ft
    vs etc eg ie e.g i.e cf al approx ca c viz resp incl excl esp
    fig figs eq eqs sec secs ch chap vol vols no nos nr p pp pg ed eds art par para tab ref refs
    inc ltd co corp bros dept univ assn est tel ext
    jan feb mar apr jun jul aug sep sept oct nov dec
    bzw usw evtl ggf z.b d.h u.a z.t s.o bspw vgl abs hrsg str zzgl inkl exkl
    mme mlle mm env av bd p.ex
    sra dña ee uu ej pág
    dott sig ecc pag
    m.fl bl.a t.ex f.eks dvs osv bl
    tzn tzw np itd ul
    т.е т.д т.п др г гг стр рис см им
"""
_ABBREVIATIONS = frozenset(_ABBREVIATION_LIST.split())
# What stands after an ordinal number ("3. Oktober") in languages that write it with a dot.
_AFTER_ORDINAL_LIST = """
    januar jänner februar märz april mai juni juli august september oktober november dezember
    jahrhundert jahrhunderts jh kapitel mars marts maj
"""
_AFTER_ORDINAL = frozenset(_AFTER_ORDINAL_LIST.split())
# What begins a sentence and no name.
_OPENERS = FUNCTION_WORDS["en"] | FUNCTION_WORDS["de"] - {"von"}


def sentences(text: str) -> list[tuple[int, int]]:
    """Find the sentences of a text, in order, stripped of outer white space.

    Blank lines, list lines, table rows and Markdown headings end a sentence as a full stop does.
    """
    found: list[tuple[int, int]] = []
    start = 0
    for mark in _END.finditer(text):
        if _ends(text, start, mark):
            _keep(text, start, mark.end(), found)
            start = mark.end()
    _keep(text, start, len(text), found)
    return found


def _keep(text: str, start: int, end: int, found: list[tuple[int, int]]) -> None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    if left < len(piece):
        found.append((start + left, start + len(piece.rstrip())))


def _ends(text: str, start: int, mark: re.Match[str]) -> bool:
    if mark.lastgroup == "stop":
        return _stops(text, start, mark)
    if mark.lastgroup == "thai":
        return mark.start() - start >= _THAI_PHRASE
    return True


def _stops(text: str, start: int, mark: re.Match[str]) -> bool:
    """Decide whether a stop of the Latin kind ends the sentence that began at `start`."""
    end = mark.end()
    if end < len(text) and not text[end].isspace():
        return False
    following = _NEXT_WORD.match(text, end, end + _LONGEST_WORD)
    word = following.group(1) if following else ""
    if word[:1].islower():
        return False
    if mark.group() != ".":
        return True
    return not _abbreviated(text, start, mark.start(), word)


def _abbreviated(text: str, start: int, stop: int, following: str) -> bool:
    last = _LAST_WORD.search(text, max(start, stop - _LONGEST_WORD), stop)
    word = last.group() if last else ""
    if not word or not following:
        return False
    if word.isdigit():
        numbers_an_item = stop - start < _LONGEST_WORD and text[start:stop].strip() == word
        return numbers_an_item or (len(word) < 3 and following.lower() in _AFTER_ORDINAL)
    if word.lower() in _ABBREVIATIONS:
        return True
    return _INITIALS.fullmatch(word) is not None and not _labels(text, start, stop, following)


def _labels(text: str, start: int, stop: int, following: str) -> bool:
    """Tell the "B" of "drug B. The ..." from an initial: no name follows, and a noun is before."""
    letter = text[stop - 1 : stop]
    return (
        letter.isupper()
        and len(following) > 1
        and following.lower() in _OPENERS
        and _LABELLED.search(text, max(start, stop - _LONGEST_WORD), stop - 1) is not None
    )
