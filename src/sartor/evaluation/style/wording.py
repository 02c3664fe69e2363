"""How people greet, close, address and speak, in the languages we know: lists of ours.

`None` for a language means that nothing of the kind can be counted in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """Patterns of one language; where case tells something, they mind it."""

    greeting: re.Pattern[str]
    closing: re.Pattern[str]
    i: re.Pattern[str]
    we: re.Pattern[str]
    you: re.Pattern[str]
    formal: re.Pattern[str]
    casual: re.Pattern[str]
    contraction: re.Pattern[str] | None


def _words(listed: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(listed.split())})\b", re.IGNORECASE)


def _phrases(listed: str) -> re.Pattern[str]:
    spaced = listed.replace(" ", r"\s+")
    return re.compile(rf"\b(?:{spaced})\b", re.IGNORECASE)


_ENGLISH = Wording(
    greeting=_phrases(
        "hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|greetings|welcome|howdy"
    ),
    closing=_phrases(
        "(?:(?:best|kind|warm) )?regards|yours? (?:sincerely|faithfully|truly)|sincerely|cheers"
        "|best wishes|all the best|take care|have a (?:nice|great|good|lovely|wonderful)"
        "|thanks|thank you|(?:please )?(?:let (?:me|us) know|reach out|feel free|do not hesitate)"
        "|don['’]t hesitate|happy to help|here to help|talk soon|see you"  # noqa: RUF001
    ),
    i=_words("i me my mine myself i['’](?:m|ve|ll|d)"),  # noqa: RUF001
    we=_words("we us our ours ourselves we['’](?:re|ve|ll|d)"),  # noqa: RUF001
    you=_words("you your yours yourself you['’](?:re|ve|ll|d)"),  # noqa: RUF001
    formal=_words(
        "kindly regarding concerning therefore furthermore moreover hereby pursuant accordingly"
        " however assist assistance inquiry enquiry obtain proceed"
        " apologise apologize sincerely respectfully appreciate upon shall additionally ensure"
    ),
    casual=_words(
        "hey hi yeah yep nope cool awesome super guys stuff gonna wanna gotta kinda sorta ok okay"
        " oops wow yay lol btw pretty totally folks buddy mate cheers thanks sure grab huge fun"
    ),
    contraction=re.compile(r"\b\w+(?:n['’]t|['’](?:s|re|ve|ll|d|m))\b", re.IGNORECASE),  # noqa: RUF001
)
_GERMAN = Wording(
    greeting=_phrases(
        "hallo|hi|hey|moin|servus|liebe[rs]?|sehr geehrte[rs]?|guten (?:tag|morgen|abend)|grüezi"
        "|grüß (?:gott|dich|sie)|willkommen"
    ),
    closing=_phrases(
        "(?:mit )?(?:freundlichen|besten|herzlichen|lieben|vielen) (?:grüßen|gruß|dank)"
        "|(?:viele|liebe|beste|herzliche|schöne) grüße|hochachtungsvoll|mfg|vg|lg|bis (?:bald|dann)"
        "|(?:vielen|herzlichen|besten) dank|danke|tschüss|ciao|(?:einen )?schönen (?:tag|abend)"
        "|(?:bei|für) (?:weitere[nr]? )?(?:rück)?fragen|melde dich|melden sie sich"
    ),
    i=_words("ich mich mir mein meine meinem meinen meiner meines"),
    we=_words("wir uns unser unsere unserem unseren unserer unseres"),
    you=re.compile(
        r"\b(?:[Dd]u|[Dd]ich|[Dd]ir|[Dd]ein(?:e[mnrs]?)?|[Ee]uch|[Ee]uer|[Ee]ure[mnrs]?"
        r"|Sie|Ihnen|Ihr(?:e[mnrs]?)?)\b"
    ),
    formal=re.compile(
        r"\b(?:Ihnen|(?<![.!?]\s)(?<!\A)Sie|Ihre?[mnrs]?|(?i:bezüglich|hinsichtlich|gemäß|zudem"
        r"|daher|jedoch|entsprechend|selbstverständlich|hiermit|sofern|umgehend|verbindlich))\b"
    ),
    casual=_words(
        "du dich dir dein deine deinem deinen deiner hey hi klar super toll cool mal halt eben"
        " easy okay ok na ja nö prima logo quasi krass echt"
    ),
    contraction=None,
)
WORDINGS: Mapping[str, Wording] = {"en": _ENGLISH, "de": _GERMAN}
