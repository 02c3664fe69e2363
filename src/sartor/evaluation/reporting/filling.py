"""A template and values -> a page that runs and loads nothing but its own style and script.

The page forbids itself everything else by a policy that names the two by their hashes: nothing
that an answer or a document holds can ever run or reach a network.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING

from sartor.evaluation.reporting.drawing import whisker
from sartor.evaluation.reporting.figures import figure, percent
from sartor.evaluation.reporting.wording import STAGES, sentence

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from jinja2 import Environment

ROOM = "sartor.evaluation.reporting"
# What HTML or UTF-8 cannot hold: controls, halves of surrogates, what is no character.
_UNWRITABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)


def fill(template: str, *, room: str = ROOM, **values: object) -> str:
    """Fill a template; whatever cannot be written in UTF-8 becomes a visible mark.

    Templates of another `room` (a package) build on those here, and its style follows ours.
    """
    style, script = _style(room), _resource("filter.js")
    policy = _policy(style, script)
    page = _environment(room).get_template(template)
    text = page.render(style=style, script=script, policy=policy, **values)
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)


@cache
def _style(room: str) -> str:
    ours = _resource("style.css")
    return ours if room == ROOM else ours + _resource("style.css", room)


@cache
def _environment(room: str) -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(lambda name: _unindented(name, room)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(figure=figure, percent=percent, sentence=sentence)
    environment.globals.update(whisker=whisker, words=STAGES)
    return environment


def _unindented(name: str, room: str) -> str:
    """Read a template without its indentation, which a thousand questions would repeat."""
    home = room if _place(name, room).is_file() else ROOM
    return re.sub(r"\n\s+", "\n", _resource(name, home))


@cache
def _resource(name: str, room: str = ROOM) -> str:
    return _place(name, room).read_text("utf-8")


def _place(name: str, room: str) -> Traversable:
    return files(room).joinpath("templates", name)


def _policy(style: str, script: str) -> str:
    allowed = f"style-src {_hash(style)}; script-src {_hash(script)}"
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
