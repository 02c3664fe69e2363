"""Sentences of real text -> the same sentence saying something else, or the same in other words.

Each change is a plain text operation with lists of its own: it shares no word list and no reading of
numbers with the checker that is tested. The same seed gives the same cases.
"""

# ruff: noqa: E501, SIM905 - tables of sentences are kept one to a line

import random
import re
from dataclasses import dataclass

MONTHS = (
    "January February March April May June July August September October November December".split()
)
SMALL = "two three four five six seven eight nine ten eleven twelve".split()
UNITS = {
    "km": "miles", "kilometers": "miles", "kilometres": "miles", "miles": "kilometres", "metres": "feet",
    "meters": "feet", "feet": "metres", "%": " kilograms", "percent": "million", "million": "billion",
    "billion": "million", "days": "weeks", "weeks": "days", "months": "weeks", "years": "months",
    "hours": "minutes", "minutes": "hours", "kg": "tonnes", "grams": "kilograms", "kW": "MW",
    "euros": "dollars", "litres": "gallons", "thousand": "million", "yards": "miles", "acres": "hectares",
    "inches": "feet", "km2": "acres", "yen": "euros",
}  # fmt: skip
AUXILIARIES = "is are was were has have had can could will would must should may".split()
PAST = {  # the generator's own verbs, for "did not"
    "won": "win", "became": "become", "began": "begin", "led": "lead", "made": "make", "took": "take",
    "held": "hold", "gave": "give", "lost": "lose", "found": "find", "built": "build", "wrote": "write",
    "opened": "open", "received": "receive", "defeated": "defeat", "played": "play", "moved": "move",
    "served": "serve", "included": "include", "created": "create", "caused": "cause", "used": "use",
    "developed": "develop", "established": "establish", "joined": "join", "produced": "produce",
    "covers": "cover", "contains": "contain", "includes": "include", "takes": "take", "uses": "use",
    "allows": "allow", "requires": "require", "offers": "offer", "costs": "cost", "employs": "employ",
}  # fmt: skip
# Written down without looking at the checker's list; about half of the pairs are unknown to it.
SYNONYMS = {
    "large": "big", "began": "started", "received": "got", "near": "close to", "also": "too",
    "many": "numerous", "approximately": "about", "located": "situated", "however": "still",
    "important": "significant", "created": "made", "built": "constructed", "areas": "regions",
    "often": "frequently", "several": "a number of", "various": "diverse", "because": "since",
    "area": "region", "city": "town", "usually": "normally", "main": "principal", "entire": "whole",
    "major": "chief", "began ": "commenced ", "used": "employed", "helped": "assisted",
    "ended": "finished", "large-scale": "extensive", "due to": "because of", "such as": "like",
    "known as": "called", "in order to": "to", "additional": "extra", "required": "needed",
    "established": "founded", "famous": "well-known", "about": "around", "allows": "lets",
    "beginning": "start", "people": "persons", "additionally": "besides", "purchased": "bought",
    "during": "in the course of", "primarily": "mainly", "particularly": "especially",
    "refers to": "means", "consists of": "is made up of", "previously": "earlier", "students": "pupils",
    "film": "movie", "company": "firm", "show": "demonstrate", "shows": "demonstrates",
}  # fmt: skip
SPELLINGS = {
    r"(\d)\s?%": r"\1 percent", r"(\d) percent\b": r"\1 %", r"\bkm\b": "kilometres", r"\bkilometers\b": "km",
    r"\bkilometres\b": "km", r"\bmetres\b": "m", r"\bmeters\b": "metres", r"\$(\d[\d.,]*\d|\d)(?! [mb]illion)": r"\1 dollars",
    r"\$(\d[\d.,]*) (million|billion)": r"\1 \2 dollars", r"\bkg\b": "kilograms", r"\bmiles\b": "mi",
    r"\b(\d{1,3}),(\d{3})\b": r"\1\2", r"\bfeet\b": "ft", r"\bhours\b": "hrs", r"\bkW\b": "kilowatts",
    r"\beuros\b": "EUR", r"\bgrams\b": "g", r"\blitres\b": "l", r"\bminutes\b": "min",
}  # fmt: skip

_NUMBER = re.compile(r"(?<![\w.,$€£-])\d{1,3}(?:,\d{3})*(?:\.\d+)?(?![\w,.-]\d|\w)")
_YEAR = re.compile(r"(?<![\w.,-])(?:1[0-9]|20)\d\d(?![\w,]|[.-]\d)")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})*\b")
_PASSIVE = re.compile(
    r"^((?:The|A|An|[A-Z])[^,;:()]{2,60}?) (was|were) (\w{3,}ed) by ([^,;:()]{3,60})\.$"
)
_ACTIVE = re.compile(
    r"^((?:The )?[A-Z][\w' -]{2,40}?) (\w{3,}ed) ((?:the|a|an|its|his|her) [^,;:()]{3,60}|[A-Z][^,;:()]{3,60})\.$"
)
_LEAD = re.compile(
    r"^((?:In|On|At|During|After|Before|By|Since|From|With|For|Under|As of) [^,;:()]{3,40}), (.+)\.$"
)
_TRAIL = re.compile(
    r"^([A-Z][^;:()]{20,}?) ((?:in|on|during|since|after|before) (?:the )?[^,;:()]{3,30})\.$"
)


@dataclass(frozen=True)
class Case:
    """One changed sentence with the text that supports the sentence it was made from."""

    kind: str
    original: str
    changed: str
    source: str
    same: bool  # whether it still means the same


def sentences_of(paragraph):
    """Cut a paragraph roughly: what is no clean sentence is left out."""
    for piece in re.split(r"(?<=[.])\s+(?=[A-Z])", paragraph):
        if 40 <= len(piece) <= 240 and piece[0].isupper() and piece.endswith("."):
            yield piece


def cases(paragraphs, seed=0):
    """Make every case that the paragraphs allow, at most one of each kind for each sentence."""
    draw = random.Random(seed)
    names = sorted({name for text in paragraphs for name in _NAME.findall(text)})
    for paragraph in paragraphs:
        local = sorted(set(_NAME.findall(paragraph)))
        for sentence in sentences_of(paragraph):
            for kind, changed in _swaps(sentence, local, names, paragraph, draw):
                yield Case(kind, sentence, changed, paragraph, same=False)
            for kind, changed in _rewrites(sentence):
                yield Case(kind, sentence, changed, paragraph, same=True)


def _swaps(sentence, local, names, paragraph, draw):
    makers = {
        "number": _other_number(sentence, draw),
        "date": _other_date(sentence, draw),
        "name from elsewhere": _other_name(sentence, names, draw),
        "name from the same text": _other_name(sentence, local, draw),
        "unit": _other_unit(sentence),
        "negation": _negated(sentence),
    }
    for kind, changed in makers.items():
        if changed and changed != sentence and changed not in paragraph:
            yield kind, changed


def _put(sentence, start, end, text):
    return sentence[:start] + text + sentence[end:]


def _other_number(sentence, draw):
    found = [m for m in _NUMBER.finditer(sentence) if not _YEAR.fullmatch(m.group())]
    found = [
        m
        for m in found
        if sentence[: m.start()].split()[-1:] and sentence[: m.start()].split()[-1] not in MONTHS
    ]
    words = [m for m in re.finditer(rf"\b(?:{'|'.join(SMALL)})\b", sentence)]
    if not found and not words:
        return None
    match = draw.choice(found or words)
    if match in words:
        other = draw.choice([word for word in SMALL if word != match.group()])
        return _put(sentence, *match.span(), other)
    value = float(match.group().replace(",", ""))
    changed = (
        value * draw.choice([2, 3, 10, 0.5])
        if draw.random() < 0.5
        else value + draw.choice([1, 2, 5])
    )
    if changed == int(changed):
        text = f"{int(changed):,}" if "," in match.group() else str(int(changed))
    else:
        text = f"{changed:.1f}"
    return None if text == match.group() else _put(sentence, *match.span(), text)


def _other_date(sentence, draw):
    years = list(_YEAR.finditer(sentence))
    months = list(
        re.finditer(
            rf"\b(?:{'|'.join(m for m in MONTHS if m not in ('May', 'March'))})\b", sentence
        )
    )
    if not years and not months:
        return None
    match = draw.choice(years + months)
    if match in months:
        return _put(sentence, *match.span(), draw.choice([m for m in MONTHS if m != match.group()]))
    return _put(
        sentence,
        *match.span(),
        str(int(match.group()) + draw.choice([-100, -10, -3, -1, 1, 2, 5, 12])),
    )


def _other_name(sentence, names, draw):
    found = [
        m
        for m in _NAME.finditer(sentence)
        if m.group() not in MONTHS and sentence.count(m.group()) == 1
    ]
    if not found:
        return None
    match = draw.choice(found)
    usable = [
        name
        for name in names
        if name not in MONTHS
        and not set(name.split()) & set(sentence.replace(",", "").rstrip(".").split())
    ]
    return _put(sentence, *match.span(), draw.choice(usable)) if usable else None


def _other_unit(sentence):
    for unit, other in UNITS.items():
        match = re.search(rf"(?<=\d)(\s?){re.escape(unit)}(?!\w)", sentence)
        if match:
            return _put(sentence, *match.span(), (match.group(1) or " ") + other.strip())
    match = re.search(r"\$(?=\d)", sentence)
    return _put(sentence, *match.span(), "€") if match else None


def _negated(sentence):
    without = re.search(
        r"\b(is|are|was|were|has|have|had|can|could|will|would|must|should|may|did|does|do) not ",
        sentence,
    )
    if without:
        return _put(sentence, without.end(1), without.end() - 1, "")
    match = re.search(rf"\b({'|'.join(AUXILIARIES)})\b(?! not|n't| only)", sentence)
    if match:
        return _put(sentence, match.end(), match.end(), " not")
    match = re.search(rf"\b({'|'.join(PAST)})\b", sentence)
    if match:
        helper = "does" if match.group().endswith("s") else "did"
        return _put(sentence, *match.span(), f"{helper} not {PAST[match.group()]}")
    return None


def _rewrites(sentence):
    makers = {
        "order": _reordered(sentence),
        "synonyms": _with_synonyms(sentence),
        "voice": _other_voice(sentence),
        "unit spelling": _other_spelling(sentence),
    }
    for kind, changed in makers.items():
        if changed and changed != sentence:
            yield kind, changed


def _lower(text):
    return (
        text
        if re.match(r"[A-Z][a-z]* [A-Z]|[A-Z]{2}|I\b", text)
        or not re.match(
            r"(?:The|A|An|In|On|At|It|He|She|They|This|These|Most|Many|Some|During|After|Before|By|Since|From|With|For|Under|As)\b",
            text,
        )
        else text[0].lower() + text[1:]
    )


def _reordered(sentence):
    lead = _LEAD.match(sentence)
    if lead:
        return f"{lead[2][0].upper()}{lead[2][1:]} {_lower(lead[1])}."
    trail = _TRAIL.match(sentence)
    return f"{trail[2][0].upper()}{trail[2][1:]}, {_lower(trail[1])}." if trail else None


def _with_synonyms(sentence):
    changed, count = sentence, 0
    for word, other in SYNONYMS.items():
        if count < 2:
            changed, times = re.subn(rf"\b{re.escape(word)}\b", other, changed, count=1)
            count += times
    return changed if count else None


def _other_voice(sentence):
    passive = _PASSIVE.match(sentence)
    if passive:
        agent = passive[4]
        return f"{agent[0].upper()}{agent[1:]} {passive[3]} {_lower(passive[1])}."
    active = _ACTIVE.match(sentence)
    if active:
        return f"{active[3][0].upper()}{active[3][1:]} was {active[2]} by {_lower(active[1])}."
    return None


def _other_spelling(sentence):
    for pattern, other in SPELLINGS.items():
        changed, times = re.subn(pattern, other, sentence, count=1)
        if times:
            return changed
    match = re.search(rf"\b(?:{'|'.join(SMALL)})\b", sentence)
    if match and not sentence.startswith(match.group().capitalize()):
        return _put(sentence, *match.span(), str(SMALL.index(match.group()) + 2))
    return None
