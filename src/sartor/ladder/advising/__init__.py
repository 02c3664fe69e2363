"""Advice without measuring: what the field's guides say of a project like this one.

    profile      answers to plain questions
    rules.toml   what guides say, as data: when, then, reason, source
    cases.toml   use cases as guides describe them, and what they conclude
    rules        both files -> which rules a profile fulfils
    advise       the rules that hold -> advice

It sees no project and measures nothing.
"""

from sartor.ladder.advising.advice import Advice
from sartor.ladder.advising.advise import advise
from sartor.ladder.advising.profile import Profile, read_profile
from sartor.ladder.advising.rules import book, cases

__all__ = ["Advice", "Profile", "advise", "book", "cases", "read_profile"]
