"""Which names and roles are those of people: so that nobody is asked for with "what"."""

from __future__ import annotations

import re

# Words in names that look like a person's and are not.
_THING_LIST = """
    university college school company corporation corp inc ltd city party river street road bridge
    league island islands act treaty empire bay valley park lake mountain mountains sea ocean war
    battle church cathedral palace museum library hospital center centre station airport records
    studios press times post bank group council committee court house senate parliament union
    republic kingdom states county state district region province army navy force forces agency
    office department ministry institute society association foundation club team bowl cup awards
    award festival day week year computer computers systems network networks protocol service
    services project program programme plan model theory law code standard management equipment
    north south east west northern southern eastern western new old saint san los la el storm
    hurricane series class version user guide data key token type file docker cloud
    upgrade add fix update remove refactor use
"""
_THINGS = frozenset(_THING_LIST.split())
_PERSON = re.compile(
    r"\b(?:player|president|founder|director|author|king|queen|emperor|leader|manager|minister"
    r"|scientist|engineer|physicist|mathematician|politician|coach|quarterback|linebacker|singer"
    r"|actor|actress|writer|poet|architect|inventor|composer|painter|general|bishop|pope|monk"
    r"|philosopher|member|native|officer|chief|head|chairman|chancellor|governor|mayor|judge|lawyer|professor)\b"
)
_SUFFIX = re.compile(r"(?:er|or|ist|ian|ent|ant|man|woman|eer)\Z")
_PREPOSITION = re.compile(r"\s(?:of|for|in|on|at|from|to|who|with|by)\b")


def is_person(subject: str) -> bool:
    """Tell a full name from other names, by its spelling: "Ada Lovelace", not "the Nile"."""
    words = subject.split()
    return (
        2 <= len(words) <= 3
        and all(word.isalpha() and word.istitle() for word in words)
        and not _THINGS.intersection(word.lower() for word in words)
    )


def role_of_a_person(told: str) -> bool:
    """Tell "a student of Lefevre" from "a suite of protocols"."""
    head = _PREPOSITION.split(told, maxsplit=1)[0].split()
    return bool(_PERSON.search(told)) or bool(head and _SUFFIX.search(head[-1]))
