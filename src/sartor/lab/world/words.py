"""The words that the world is made of. They mean nothing together; words.txt holds them."""

from __future__ import annotations

from importlib import resources


def _read_lists() -> dict[str, list[str]]:
    text = resources.files(__package__).joinpath("words.txt").read_text("utf-8")
    lists: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line.startswith("["):
            section = lists.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            section += line.split()
    return lists


_LISTS = _read_lists()
ONSETS = _LISTS["onsets"]
NUCLEI = _LISTS["nuclei"]
CODAS = _LISTS["codas"]
ADJECTIVES = _LISTS["adjectives"]
NOUNS = _LISTS["nouns"]
FIRST_NAMES = _LISTS["first names"]
LAST_NAMES = _LISTS["last names"]
CITIES = _LISTS["cities"]
DEVICES = _LISTS["devices"]
FIRM_KINDS = _LISTS["firm kinds"]
SITE_KINDS = _LISTS["site kinds"]
TEAM_TOPICS = _LISTS["team topics"]
TEAM_KINDS = _LISTS["team kinds"]
PLAN_KINDS = _LISTS["plan kinds"]
PROGRAM_KINDS = _LISTS["program kinds"]
COURSE_KINDS = _LISTS["course kinds"]
ROOM_KINDS = _LISTS["room kinds"]
VEHICLE_KINDS = _LISTS["vehicle kinds"]
DISH_KINDS = _LISTS["dish kinds"]
STREETS = _LISTS["streets"]
MONTHS = _LISTS["months"]
WEEKDAYS = _LISTS["weekdays"]
COLOURS = _LISTS["colours"]
SHADES = _LISTS["shades"]
MATERIALS = _LISTS["materials"]
TREATMENTS = _LISTS["treatments"]
LANGUAGES = _LISTS["languages"]
JOBS = _LISTS["jobs"]
RANKS = _LISTS["ranks"]
HOBBIES = _LISTS["hobbies"]
MANNERS = _LISTS["manners"]
PARTS = _LISTS["parts"]
REPAIRS = _LISTS["repairs"]
FAULTS = _LISTS["faults"]
MODIFIERS = _LISTS["modifiers"]
HELD_OUT_MODIFIERS = frozenset(_LISTS["held out modifiers"])
