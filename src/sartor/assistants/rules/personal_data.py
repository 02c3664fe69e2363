"""A text -> the personal data in it that a reader would see, by kind.

What counts as such is said in `text/personal_data.py`; here it is also found under entities,
markup and invisible characters.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sartor.assistants.rules.finding import Found
from sartor.assistants.rules.seen import has_markup, plain, seen
from sartor.config.sections import Action
from sartor.text.personal_data import KINDS


class PersonalData:
    """Kinds of personal data that no answer may hold."""

    name = "personal_data"

    def __init__(self, kinds: Sequence[str], action: Action) -> None:
        self.action = action
        self._kinds = tuple(kinds)

    def find(self, text: str, *, since: int, allowed_links: Collection[str]) -> list[Found]:  # noqa: ARG002
        """Find every piece, named by its kind."""
        found: dict[tuple[int, str], Found] = {}
        for rendered in (False, True) if has_markup(text) else (False,):
            shown = seen(text, plain, rendered=rendered)
            for kind in self._kinds:
                for span in KINDS[kind](shown.text):
                    start, end = shown.original(*span)
                    if end > since:
                        found.setdefault((start, kind), Found(start, end, f"name no {kind}"))
        return list(found.values())
