"""A question -> the kind of thing it asks for, and whether a sentence holds one.

It reads question words of English, German and Chinese; in other languages nothing in particular is
asked for. What answers look like is told by spelling alone, so it is a hint and never a proof.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


def _pattern(*parts: str) -> re.Pattern[str]:
    return re.compile("|".join(parts), re.IGNORECASE)


_DIGITS = r"\d+(?:[.,:]\d+)*"
_NUMERAL = (
    rf"{_DIGITS}|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty"
    r"|hundred|thousand|million|billion|dozen|half|third|quarter|twice|once|double"
    r"|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|\w+zehn|\w+zig|hundert|tausend"
    r"|million(?:en)?|milliarden?|hälfte|drittel|viertel|\w+mal)\b"
)
_SPAN = (
    r"(?:second|minute|hour|day|week|month|year|decade|centur"
    r"|sekunde|stunde|tag|woche|monat|jahr)\w*"
)
_MONTH = (
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|januar|februar|märz|mai|juni|juli|oktober|dezember)\b"
)
_LENGTH = (
    rf"{_DIGITS} ?(?:km|m|cm|mm|mi|miles?|metres?|meters?|kilomet\w+|feet|ft|inch\w*|meilen)\b"
)

_NUMBER = _pattern(_NUMERAL, r"[一二三四五六七八九十百千万亿两半]+")
_DATE = _pattern(
    rf"\b\d{{3,4}}s?\b|\b\d{{1,2}}[:.]\d\d\b|{_MONTH}|\b\w+day\b|{_SPAN}",
    r"\b(?:before|after|until|during|when|since|nach|bis|vor|seit)\b",
    r"\d+ ?[年月日号时]|世纪|[年月日]|期间",
)
_DURATION = _pattern(
    rf"(?:{_NUMERAL}).{{0,20}}?{_SPAN}|{_LENGTH}", r"\d.{0,3}[年月日天周小时分钟]|\d ?(?:公里|米)"
)
# Not at the beginning of a sentence, where every word is capital, unless two of them follow.
_NAME = re.compile(
    r"(?<![.!?] )(?<!^)\b[A-ZÄÖÜ][\w'’-]+(?: (?:of |the |de |von |van )?[A-ZÄÖÜ][\w'’.-]+)*"  # noqa: RUF001
    r"|^[A-ZÄÖÜ][\w'’-]+(?: [A-ZÄÖÜ][\w'’.-]+)+"  # noqa: RUF001
    r"|[\u4e00-\u9fff]{1,12}·[\u4e00-\u9fff]{1,12}"
    r"|[\u4e00-\u9fff]{1,8}(?:国|省|市|县|州|城|岛|山|河|海|洲|大学|人|家|者)"
)
_REASON = _pattern(
    r"\b(?:because|due to|since|so that|therefore|thus|hence|reason|caus\w+|in order to|to avoid"
    r"|result\w*|led to|weil|da|wegen|damit|um .{1,60} zu|grund|gründe\w*|aufgrund|deshalb)\b",
    "因为|由于|因此|所以|为了|导致",
)
_MANNER = _pattern(r"\b(?:by|through|via|using|with|durch|mittels|indem|mit)\b", "通过|用|以")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing that can be asked for: how it is asked, what holding one looks like."""

    name: str
    asks: re.Pattern[str]
    holds: re.Pattern[str] | None = None

    def held_by(self, sentence: str, question: str) -> bool:
        """Tell whether a sentence holds one that the question does not name itself."""
        if self.holds is None:
            return False
        named = question.lower()
        return any(found.group().lower() not in named for found in self.holds.finditer(sentence))


ANYTHING = Kind("anything", _pattern(""))
# The first that fits is taken.
KINDS = (
    Kind(
        "duration",
        _pattern(
            r"\bhow (?:long|far|often|quickly|fast|soon|tall|high|wide|deep|large|big)\b",
            r"\bwie (?:lange|weit|oft|schnell|groß|breit|tief)\b",
            "多久|多长|多远|多高|多大",
        ),
        _DURATION,
    ),
    Kind(
        "number",
        _pattern(
            r"\bhow (?:many|much|old)\b",
            r"\b(?:what|which) (?:percent\w*|number|amount|proportion|share|fraction)\b",
            r"\bwie ?viele?\b|\bwie (?:alt|hoch)\b",
            "多少|几(?!乎)|百分之",
        ),
        _NUMBER,
    ),
    Kind(
        "date",
        _pattern(
            r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|century|decade|time)\b",
            r"\bwann\b|\bwelche[mnrs]? (?:jahr\w*|tag|datum|monat|zeit\w*)\b",
            "什么时候|何时|哪一?[年天日月]|什么时间",
        ),
        _DATE,
    ),
    Kind(
        "person",
        _pattern(
            r"\bwho(?:m|se)?\b|\b(?:what|which) (?:person|people|player|team|group|company)\b",
            r"\bwe[rmn]\b|\bwessen\b",
            "谁|哪位|何人|什么人",
        ),
        _NAME,
    ),
    Kind(
        "place",
        _pattern(
            r"\bwhere\b|\b(?:what|which) (?:city|country|state|place|town|region|area)\b",
            r"\bwo(?:her|hin)?\b|\bwelche\w* (?:stadt|land|ort|staat|region)\b",
            "哪里|哪儿|什么地方|何处|哪个?(?:城市|国家|地方|地区)",
        ),
        _NAME,
    ),
    Kind(
        "reason",
        _pattern(
            r"\bwhy\b|\bwhat (?:caus\w+|reason)\b",
            r"\bwarum\b|\bweshalb\b|\bwieso\b",
            "为什么|为何|原因",
        ),
        _REASON,
    ),
    Kind("manner", _pattern(r"\bhow\b|\bwie\b", "如何|怎么|怎样"), _MANNER),
    Kind(
        "name",
        _pattern(r"\b(?:name|called|named)\b|\bwie heiß\w+|\bnamens?\b", "名字|名称|叫什么"),
        _NAME,
    ),
)


def kind_of(question: str) -> tuple[Kind, str]:
    """Give the kind of thing that is asked for, and the question without the words that say so."""
    for kind in KINDS:
        if kind.asks.search(question):
            return kind, kind.asks.sub(" ", question, count=1)
    return ANYTHING, question
