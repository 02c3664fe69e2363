"""What people ask about a person, a thing or a rule, and the words that an answer would have.

Each line: what kind of subject; the question around it ("_" is the subject); the words of which
none may stand near the subject, if the question is to have no answer. Words are compared without
their endings.
"""

from __future__ import annotations

from dataclasses import dataclass

_TABLE = """
person | When was _ born? | born birth birthday birthplace age
person | Who was _ married to? | married marry wife husband spouse wedding
person | How many children did _ have? | child children son daughter sons daughters
person | Where did _ go to school? | school college university studied educated student education
name | Where does the name of _ come from? | name named origin derive derived called after meaning
name | Which book was written about _? | book wrote written author biography novel history
name | What did critics say about _? | critic critics criticism review praised
things | Who is responsible for _? | responsible responsibility manager charge contact team
things | Which law applies to _? | law legal act statute regulation regulated directive
things | How many _ were there last year? | year annual annually number total statistics
row | Who is responsible for “_”? | responsible responsibility charge contact team manager head
row | What changed for “_” last year? | change changed changes new year previous former since
row | Which exceptions are there for “_”? | exception exceptions except unless
"""


@dataclass(frozen=True, slots=True)
class Attribute:
    """A question about subjects of one kind, and the words that would answer it."""

    about: str
    before: str
    after: str
    words: str


def _read_table() -> tuple[Attribute, ...]:
    found = []
    for line in _TABLE.strip().splitlines():
        about, question, words = (part.strip() for part in line.split(" | "))
        before, _, after = question.partition("_")
        found.append(Attribute(about, before, after, words))
    return tuple(found)


ATTRIBUTES = _read_table()
