"""Question and answer -> the statement that they make together.

"When was it built?" and "In 1889." say "It was built in 1889." English questions are turned round;
of any other the words are kept, question first: good enough to compare, not to read aloud.
"""

# ruff: noqa: RUF001 - apostrophes and dashes as people type them

from __future__ import annotations

import re

_HELPER = r"(?:do|does|did)"
_VERB = (
    r"(?:is|are|was|were|am|can|could|will|would|shall|should|may|might|must|has|have|had"
    r"|do|does|did)"
)
_ASKS = r"(?:what|which|who|whom|whose|where|when|why|how)"
_BEFORE = r"(?:about|after|at|before|by|during|for|from|in|of|on|since|through|to|under|with)"
_NOUN = rf"(?:(?!{_VERB}\b|{_BEFORE}\b|{_ASKS}\b)[\w'’-]+)"

_IS = re.compile(rf"^({_ASKS})['’]s\s", re.IGNORECASE)
_YES_NO = re.compile(rf"{_VERB}(?:n['’]t)?\s+(?P<rest>.+)", re.IGNORECASE)
_LEADING = re.compile(
    rf"(?P<before>{_BEFORE}\s+)?(?P<asks>how\s+\w+|{_ASKS})(?P<noun>(?:\s+{_NOUN}){{0,5}}?)"
    rf"\s+(?P<verb>{_VERB})\s+(?P<rest>.+)",
    re.IGNORECASE,
)
_INSIDE = re.compile(
    rf"\s(?:(?P<many>how\s+(?:many|much))|(?P<which>what|which|whose)|(?:who|whom|when|where))"
    rf"(?P<noun>(?:\s+{_NOUN}){{0,3}})(?=\s+{_BEFORE}\b|\s*,|\s*$)",
    re.IGNORECASE,
)
_WHO = re.compile(rf"{_ASKS}(?P<noun>(?:\s+{_NOUN})*?)\s+(?P<rest>{_NOUN}\s.+)", re.IGNORECASE)
_ALTERNATIVES = re.compile(r"[,:]?\s+(?P<one>[A-Z][^,]*?)\s+or\s+(?P<other>[^,]+?)(?:,|$)")
_YES = re.compile(r"(?:yes|ja|true|correct)\b[,.!]?\s*", re.IGNORECASE)
_NO = re.compile(r"(?:no|nein|false)\b[,.!]?\s*", re.IGNORECASE)
_REPLY = re.compile(
    r"\s*(?:yes|no|ja|nein|correct|exactly|genau)\s*[,:.!–—-]\s+(?=\S)", re.IGNORECASE
)
_CLEFT = re.compile(
    r"\A\s*(?:It\s(?:is|was)\s(?P<who>(?:[Tt]he\s[^,;]{1,60}?|[A-Z][^,;]{0,60}?))\s(?:who|that))\s"
)
_PARTICIPLE = re.compile(
    r"\b(?!(?:the|bed|red|set|let|end|kind|need|seed|when|then|men|ten)\b)"
    r"\w+(?:ed|wn|en|ought|orn|ilt|ade|eld|old|ent|ept|ost|aid|und|ung)\b"
)


def statement(question: str, answer: str) -> str:
    """Say as one sentence what an answer says about its question."""
    asked = _IS.sub(r"\1 is ", question.strip().rstrip("?？ "))
    said = answer.strip().rstrip(".。 ")
    if not asked or not said:
        return answer.strip()
    turned = _turned(_without_alternatives(asked, said), said).strip()
    return f"{turned[:1].upper()}{turned[1:]}."


def plainly(sentence: str) -> str:
    """Drop a leading yes or no, and say "It was Anna who paid" as "Anna paid"."""
    said = _REPLY.sub("", sentence, count=1)
    return _CLEFT.sub(r"\g<who> ", said, count=1)


def takes_for_granted(question: str) -> bool:
    """Tell "When did X do Y?", which takes X and Y for granted, from "Did X do Y?"."""
    return _YES_NO.match(question.strip()) is None


def _turned(asked: str, said: str) -> str:
    yes_no = _YES_NO.fullmatch(asked)
    if yes_no:
        return _confirmed(yes_no["rest"], said)
    inside = _INSIDE.search(asked)
    if inside:
        return f"{asked[: inside.start()]} {_filled(inside, said)}{asked[inside.end() :]}"
    leading = _LEADING.fullmatch(asked)
    if leading:
        return _answered(leading, said)
    who = _WHO.fullmatch(asked)
    return f"{who['noun']} {said} {who['rest']}" if who else f"{asked}: {said}"


def _without_alternatives(asked: str, said: str) -> str:
    """Drop "A or B" from "Which is older, A or B" when the answer is one of them."""
    found = _ALTERNATIVES.search(asked)
    chosen = said.casefold()
    if found and chosen in (found["one"].casefold(), found["other"].casefold()):
        return f"{asked[: found.start()]} {asked[found.end() :]}".strip()
    return asked


def _confirmed(rest: str, said: str) -> str:
    if _NO.match(said):
        return f"It is not the case that {rest}"
    more = _YES.sub("", said, count=1)
    return f"{rest}, {more}" if more else rest


def _filled(inside: re.Match[str], said: str) -> str:
    noun = inside["noun"].strip()
    if inside["many"]:
        return said if noun and noun in said else f"{said} {noun}".strip()
    return f"{noun} {said}".strip()


def _answered(leading: re.Match[str], said: str) -> str:
    """Put the answer where the question word pointed."""
    asks, verb, rest = leading["asks"].lower(), leading["verb"], leading["rest"]
    noun = leading["noun"].strip()
    helps = re.fullmatch(_HELPER, verb, re.IGNORECASE)
    if asks.startswith("how ") and noun:
        said = f"{said} {noun}"
    elif noun and asks in ("what", "which"):
        said = f"the {noun} {said}"
    adverbial = leading["before"] or asks in ("when", "where", "why", "how")
    if not adverbial and not helps:
        return f"{said} {verb} {rest}"
    link = leading["before"] or _link(asks, said)
    if helps:
        return f"{rest} {link}{said}"
    participle = _PARTICIPLE.search(rest)
    place = participle.start() if participle and participle.start() else len(rest)
    return f"{rest[:place].strip()} {verb} {rest[place:].strip()} {link}{said}"


def _link(asks: str, said: str) -> str:
    if asks in ("when", "where") and not re.match(rf"{_BEFORE}\b", said, re.IGNORECASE):
        return "in "
    return "because " if asks == "why" and not said.lower().startswith("because") else ""
