"""Claim and evidence -> the names in which they differ.

A name that the evidence lacks is missing; one that stands where a nearly equal sentence has another
name contradicts it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sartor.checking.facts import Facts
from sartor.checking.pair import Finding, Pair, stems_of
from sartor.checking.words import Word, variants
from sartor.text.names import Name

_JOINTS = re.compile(r"[-\u2010\u2011/ ]")


def other_names(pair: Pair) -> Iterator[Finding]:
    """Find the names of a claim that its evidence does not mention, or has others for."""
    text = " ".join(facts.text for facts in pair.window)
    refers_back = any(facts.refers_back for facts in pair.window)
    for name in pair.claim.names:
        stems = pair.stems_at(name.start, name.end)
        instead = _in_its_place(pair, name)
        if instead:
            yield Finding("name", f"the source says {instead}, not {name.text}", True, stems)
            continue
        known = pair.stems | pair.given
        missing = [word for word in _words_of(pair.claim, name) if not _met(word, known)]
        if not missing or _abbreviates(name, text) or _same_code(name, text):
            continue
        if not (refers_back and all(word.lower in pair.passage for word in missing)):
            yield Finding("name", f"the source does not mention {name.text}", False, stems)


def _words_of(facts: Facts, name: Name) -> list[Word]:
    """Give the words of a name; initials do not count, since they may be written out."""
    return [
        word
        for word in facts.words
        if name.start <= word.start < name.end
        and word.content
        and not (len(word.lower) == 1 and facts.text[word.end : word.end + 1] == ".")
    ]


def _met(word: Word, stems: frozenset[str]) -> bool:
    return word.stem in stems or bool(variants(word.stem) & stems)


def _in_its_place(pair: Pair, name: Name) -> str:
    """Give what the nearest sentence has in the place of a name that it lacks.

    A pronoun there refers back; what it refers to is looked for in the passage, not here.
    """
    there = stems_of(pair.nearest.words)
    lacking = {word.start for word in _words_of(pair.claim, name) if not _met(word, there)}
    for slot in pair.slots:
        if not _is_a_name(pair.nearest, slot.said):
            continue
        if any(word.start in lacking for word in slot.claimed):
            last = [word for word in slot.said if word.content and word.lower[0].isalpha()][-1]
            said = pair.nearest.text[slot.said[0].start : last.end]
            return "" if _abbreviates(name, said) else said
    return ""


def _is_a_name(facts: Facts, said: Sequence[Word]) -> bool:
    """Tell whether all that carries meaning in some words has a capital, numbers aside."""
    capitals = [
        facts.text[word.start].isupper()
        for word in said
        if word.content and not word.lower[0].isdigit()
    ]
    return bool(capitals) and all(capitals)


def _same_code(name: Name, text: str) -> bool:
    """Tell whether a code stands in a text with other hyphens or as a plural: PD-1, PD1, VSMCs."""
    bare = _JOINTS.sub("", name.text).removesuffix("s").lower()
    return (len(bare) > 1 and not bare.isalpha() and bare in _JOINTS.sub("", text).lower()) or (
        name.text[:-1].isupper() and f"{name.text.removesuffix('s')}" in text
    )


def _abbreviates(name: Name, text: str) -> bool:
    """Tell whether a name is the initials of words in a text, or its own initials stand there."""
    letters = "".join(character for character in name.text if character.isalpha())
    if letters.isupper() and 2 <= len(letters) <= 6:
        initials = "".join(word[0] for word in text.replace("-", " ").split() if word[0].isalpha())
        return letters.lower() in initials.lower()
    return len(name.words) > 1 and "".join(word[0] for word in name.words).upper() in text
