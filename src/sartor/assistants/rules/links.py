"""A text -> the links in it, and those among them that are not allowed.

Addresses with and without scheme, Markdown links and images, HTML attributes, scripts and data;
also where they are slightly disguised. Knows no network: a link is what looks like one.
"""

# ruff: noqa: RUF001 - quotes of all kinds end an address

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Literal

from sartor.assistants.rules.finding import Found
from sartor.assistants.rules.seen import has_markup, plain, seen
from sartor.config.sections import Action

LinkPolicy = Literal["cited", "all", "none"]

# Ends of bare domains. Those that are also file endings or words ("md", "py", "sh") need a path.
_ENDS = (
    "com|net|org|info|biz|edu|gov|mil|int|io|ai|app|dev|cloud|online|site|shop|store|tech|xyz|top|"
    "club|live|news|blog|wiki|link|click|page|web|pro|name|eu|uk|de|fr|es|it|nl|be|at|ch|se|no|dk|"
    "fi|pl|cz|sk|hu|ro|bg|gr|pt|ie|lu|ru|ua|by|tr|il|ir|in|cn|jp|kr|tw|hk|sg|th|vn|id|my|ph|au|nz|"
    "za|ng|ke|eg|ma|br|mx|ar|cl|pe|us|ca|co|me|tv|cc|ly|gl|gg|to|su|ws|tk|ml|ga|рф|中国"
)
_PATHED = "md|py|sh|rs|zip|mov|ps|so|pm"
_DOT = r"(?:\.|\s?[\[({](?:\.|dot|punkt)[\])}]\s?)"
_TAIL = r"[^\s<>\"'`|{}\\^\[\]()]"
_LINK = re.compile(
    rf"""
      (?P<spaced>\bh\s*(?:t\s*t|x\s*x)\s*p\s*s?\s*:\s*/\s*/\s*{_TAIL}(?:{_DOT}|{_TAIL})*)
    | (?P<scheme>\b[a-z][a-z0-9+.-]{{1,15}}://{_TAIL}(?:{_DOT}|{_TAIL}|[()\[\]])*)
    | (?P<script>\b(?:java|vb|live)script:[^\s]{_TAIL}*|\bdata:\w+/[\w.+-]+[;,][^\s)>"']*)
    | (?P<mail>\bmailto:{_TAIL}+)
    | (?P<markdown>!?\[[^\[\]]{{0,500}}\]\(\s*<?(?P<target>[^\s)>]+))
    | (?P<reference>^\s{{0,3}}\[[^\]\n]{{1,200}}\]:\s*<?(?P<referred>[^\s>]+))
    | (?P<attribute>\b(?:href|src|srcset|action|poster|background)\s*=\s*["']?(?P<value>[^\s"'>]+))
    | (?P<style>\burl\(\s*["']?(?P<address>[^\s"')]+))
    | (?P<www>\bwww\d?{_DOT}{_TAIL}(?:{_DOT}|{_TAIL})*)
    | (?P<bare>(?<![\w@.-])(?:[^\W_](?:[\w-]{{0,61}}[^\W_])?{_DOT}){{1,6}}
        (?:(?:{_ENDS})(?![\w-])(?:[/?\#:](?:{_DOT}|{_TAIL})*)?|(?:xn--[\w-]+)|(?:{_PATHED})/{_TAIL}+))
    """,
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
_TARGETS = ("target", "referred", "value", "address")
_MID_SENTENCE = re.compile(r"\.[A-Z][a-z]+$")  # "ends here.In the next": a space is missing
_SCHEME = re.compile(r"^(?:h(?:tt|xx)ps?:/*)?(?:www\d?\.)?", re.IGNORECASE)
_WRITTEN_DOT = re.compile(r"\s?[\[({](?:\.|dot|punkt)[\])}]\s?", re.IGNORECASE)


class Links:
    """Links that no answer may hold; what runs a script is never allowed."""

    name = "links"

    def __init__(self, policy: LinkPolicy, action: Action) -> None:
        self.action = action
        self._policy = policy

    def find(self, text: str, *, since: int, allowed_links: Collection[str]) -> list[Found]:
        """Find every link that is not among those allowed."""
        allowed = {canonical(link) for link in allowed_links} if self._policy == "cited" else set()
        hosts = {link.split("/")[0] for link in allowed}
        found: dict[int, Found] = {}
        for start, end, target, runs in _links(text):
            where = canonical(target)
            fine = where in allowed or where in hosts or self._policy == "all"
            if end > since and (runs or not fine):
                found.setdefault(start, Found(start, end, "leave out the link"))
        return list(found.values())


def links_in(text: str) -> list[str]:
    """Give every link of a text in the form in which links are compared."""
    return [canonical(target) for _, _, target, _ in _links(text)]


def canonical(link: str) -> str:
    """Give the form in which two spellings of one address are equal."""
    joined = _SCHEME.sub("", _WRITTEN_DOT.sub(".", re.sub(r"\s+", "", link)))
    host, slash, path = joined.rstrip(".,;:!?*_'\"”’»)]>/").partition("/")
    return host.casefold() + slash + path


def _links(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """Yield start, end, target and whether it runs something, for each link as it is seen."""
    for rendered in (False, True) if has_markup(text) else (False,):
        shown = seen(text, plain, rendered=rendered)
        place = 0
        while match := _LINK.search(shown.text, place):
            target = next((match[name] for name in _TARGETS if match[name]), match.group())
            # The name of a Markdown link may itself be one; its end is not yet read.
            place = match.start() + 1 if match["markdown"] else match.end()
            if match["bare"] and _MID_SENTENCE.search(match.group()):
                continue
            runs = re.match(r"(?:java|vb|live)script:|data:", target, re.IGNORECASE) is not None
            yield *shown.original(*match.span()), target, runs
