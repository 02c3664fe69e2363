"""Kinds of values and how they are drawn: amounts, times, addresses, people, repairs.

In goes a random generator, out comes text such as "EUR 1,250" or "14 May". It knows no facts.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

from sartor.lab.world import words
from sartor.lab.world.names import brand, code, digits, firm, made_up, person, site, town

_MONEY = ("EUR {}", "${}", "{} euros", "{} dollars", "GBP {}", "{} pounds", "{} crowns")
_REPAIR_ENDS = ("", "", " for {} seconds", " and wait {} minutes", " twice", " with a soft cloth")
_DOMAINS = ("com", "org", "net", "example")


def number(rng: Random, low: int, high: int) -> int:
    """Draw log-uniformly, so that short and long numbers are equally common."""
    return round(math.exp(rng.uniform(math.log(low), math.log(high))))


def _amount(rng: Random, low: int, high: int) -> str:
    drawn = number(rng, low, high)
    return f"{drawn:,}" if drawn >= 1000 and rng.random() < 0.6 else str(drawn)


def _of(unit: str, low: int, high: int) -> Callable[[Random], str]:
    return lambda rng: f"{number(rng, low, high)} {unit}"


def _money(rng: Random) -> str:
    cents = f".{rng.randint(0, 99):02d}" if rng.random() < 0.15 else ""
    return rng.choice(_MONEY).format(_amount(rng, 2, 90_000) + cents)


def _weight(rng: Random) -> str:
    return rng.choice(
        (
            f"{number(rng, 2, 900)} kg",
            f"{number(rng, 2, 40)}.{rng.randint(1, 9)} kg",
            f"{number(rng, 50, 950)} grams",
            f"{number(rng, 2, 80)} tons",
        )
    )


def _clock(rng: Random) -> str:
    return f"{rng.randint(0, 23):02d}:{rng.randrange(0, 60, 5):02d}"


def _street(rng: Random) -> str:
    street = rng.choice(words.NOUNS) if rng.random() < 0.5 else made_up(rng)
    town_part = f", {rng.choice(words.CITIES)}" if rng.random() < 0.3 else ""
    return f"{rng.randint(1, 199)} {street} {rng.choice(words.STREETS)}{town_part}"


def _email(rng: Random) -> str:
    box = rng.choice(words.TEAM_TOPICS) if rng.random() < 0.5 else made_up(rng).lower()
    host = made_up(rng) if rng.random() < 0.6 else rng.choice(words.NOUNS)
    return f"{box}@{host.lower()}.{rng.choice(_DOMAINS)}"


def _phone(rng: Random) -> str:
    groups = rng.choice(((3, 4), (3, 3, 4), (2, 5)))
    return "-".join(digits(rng, count) for count in groups)


def _day(rng: Random) -> str:
    return f"{rng.randint(1, 28)} {rng.choice(words.MONTHS)}"


def _date(rng: Random) -> str:
    return _day(rng) + (f" {rng.randint(2015, 2035)}" if rng.random() < 0.5 else "")


def _day_rule(rng: Random) -> str:
    weekday = rng.choice(words.WEEKDAYS)
    return rng.choice(
        (
            f"day {rng.randint(2, 28)} of the month",
            f"the last {weekday} of the month",
            f"the first {weekday} of the month",
            f"every second {weekday}",
        )
    )


def _floor(rng: Random) -> str:
    return rng.choice(
        (
            f"floor {rng.randint(1, 40)}",
            f"level {rng.randint(1, 30)}",
            f"floor {rng.randint(1, 20)} of the {rng.choice(words.NOUNS)} building",
        )
    )


def _repair(rng: Random) -> str:
    colour = f"{rng.choice(words.COLOURS)} " if rng.random() < 0.4 else ""
    end = rng.choice(_REPAIR_ENDS).format(number(rng, 2, 60))
    return f"{rng.choice(words.REPAIRS)} the {colour}{rng.choice(words.PARTS)}{end}"


def _with_article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _maybe(rng: Random, before: list[str], nouns: list[str]) -> str:
    return (f"{rng.choice(before)} " if rng.random() < 0.5 else "") + rng.choice(nouns)


def _percent(rng: Random) -> str:
    return f"{rng.randint(2, 99)}" + rng.choice((" percent", " percent", "%"))


VALUES: dict[str, Callable[[Random], str]] = {
    "seconds": _of("seconds", 2, 900),
    "minutes": _of("minutes", 2, 300),
    "hours": _of("hours", 2, 96),
    "days": _of("days", 2, 200),
    "weeks": _of("weeks", 2, 60),
    "months": _of("months", 2, 99),
    "years": _of("years", 2, 40),
    "watts": _of("watts", 5, 9000),
    "people": _of("people", 3, 900),
    "metres": _of("metres", 200, 8900),
    "km": _of("km", 5, 4000),
    "degrees": _of("degrees", 40, 320),
    "litres": _of("litres", 2, 300),
    "decibels": _of("decibels", 10, 140),
    "money": _money,
    "weight": _weight,
    "percent": _percent,
    "count": lambda rng: _amount(rng, 2, 9000),
    "storage": lambda rng: f"{number(rng, 2, 900)} {rng.choice(('MB', 'GB', 'TB'))}",
    "year": lambda rng: str(rng.randint(1700, 2029)),
    "date": _date,
    "day": _day,
    "weekday": lambda rng: rng.choice(words.WEEKDAYS),
    "day rule": _day_rule,
    "time": _clock,
    "opening": lambda rng: f"{_clock(rng)} to {_clock(rng)}",
    "address": _street,
    "email": _email,
    "phone": _phone,
    "extension": lambda rng: str(rng.randint(100, 99_999)),
    "port": lambda rng: str(rng.randint(80, 65_000)),
    "pin": lambda rng: digits(rng, rng.choice((4, 4, 5, 6))),
    "code": code,
    "version": lambda rng: ".".join(str(rng.randint(0, 30)) for _ in range(rng.choice((2, 2, 3)))),
    "floor": _floor,
    "colour": lambda rng: _maybe(rng, words.SHADES, words.COLOURS),
    "material": lambda rng: _maybe(rng, words.TREATMENTS, words.MATERIALS),
    "language": lambda rng: rng.choice(words.LANGUAGES),
    "job": lambda rng: _with_article(_maybe(rng, words.RANKS, words.JOBS)),
    "hobby": lambda rng: _maybe(rng, words.MANNERS, words.HOBBIES),
    "repair": _repair,
    "fault": lambda rng: _with_article(f"{rng.choice(words.FAULTS)} {rng.choice(words.PARTS)}"),
    "person": person,
    "town": town,
    "firm": firm,
    "site": lambda rng: f"the {site(rng)}",
    "team": lambda rng: f"the {rng.choice(words.TEAM_TOPICS)} {rng.choice(words.TEAM_KINDS)}",
    "brand": brand,
}
