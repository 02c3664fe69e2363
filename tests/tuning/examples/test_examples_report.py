"""How a check looks in the terminal."""

import json
from dataclasses import replace

import pytest
from rich.console import Console

from sartor.cli.reports.examples import examples_report, print_fixed
from sartor.tuning.examples import Bin, Lengths, Report
from sartor.types import ExampleFinding
from sartor.types.packing import plain

FINDINGS = (
    ExampleFinding("error", "secret", "a key: GitHub token", 3, "withdraw it", fixable=True),
    ExampleFinding("error", "secret", "a key: GitHub token", 9, "withdraw it", fixable=True),
    *(
        ExampleFinding("warning", "duplicate", f"the same as line {n}", 100 + n, "--fix", True)
        for n in range(7)
    ),
    ExampleFinding("note", "too few", "120 examples: under 500 is rarely enough"),
)
REPORT = Report(
    "support.jsonl",
    "openai chat",
    {"examples": 1204, "rows left out": 2, "answers": 1300},
    Lengths("tokens", 512_331, 402, 890, 2010, (Bin(0, 199, 60), Bin(200, 2010, 1144))),
    0.4123,
    (("<user> How long? " + "z" * 2_000, False), ("Two\x1b[31m days.", True), ("<end>", False)),
    FINDINGS,
)


def shown(report=REPORT, width=80, colour=False, **options):
    out = Console(width=width, force_terminal=colour, no_color=not colour, record=True, file=None)
    with out.capture() as text:
        out.print(examples_report(report, **options))
    return text.get()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_it_fits_the_terminal_and_says_all_that_matters(width):
    text = shown(width=width)
    assert max(map(len, text.splitlines())) <= width
    words = " ".join(text.split())
    assert "1,204 examples" in words
    assert "2 rows left out" in words
    assert "41.2 % of the tokens are learned" in words
    assert "lines 3, 9: a key: GitHub token" in words
    assert "duplicate (7)" in words
    assert "and 4 more" in words
    assert "2 errors, 7 warnings, 1 note" in words
    assert "--fix mends 9 of them" in words


def test_what_is_learned_can_be_told_without_colour():
    text = shown()
    assert "⟦Two[31m days.⟧" in "".join(line.removeprefix("  ") for line in text.splitlines())
    assert "\x1b" not in text
    assert "1,717 characters" in text  # the middle of a long prompt is left out
    assert "\x1b[32m" in shown(colour=True)


def test_a_terminal_without_unicode_gets_plain_signs():
    text = shown(ascii_only=True)
    assert text.isascii()
    assert "[[Two" in text
    assert "###" in text


def test_bars_are_as_long_as_their_share_and_what_is_there_is_seen():
    lengths = Lengths("tokens", 1, 1, 1, 1, (Bin(0, 9, 10_000), Bin(10, 19, 1), Bin(20, 29, 0)))
    lines = shown(Report("a", "csv", {}, lengths, None, (), ())).splitlines()
    bars = [line.count("█") + line.count("▏") for line in lines if line.strip()[:1].isdigit()]
    assert bars[-3:] == [30, 1, 0]


def test_nothing_found_is_said():
    text = shown(Report("a", "csv", {"examples": 1}, Lengths("tokens"), None, (), ()))
    assert "Nothing stands against training" in text
    assert "1 example\n" in text


def test_json_holds_all_of_it():
    data = json.loads(json.dumps(plain(REPORT)))
    assert data["counts"]["examples"] == 1204
    assert len(data["findings"]) == 10
    assert data["sample"][1] == ["Two\x1b[31m days.", True]


CHANGES = tuple(f"line {n}: left out" for n in range(30))
FIXED = replace(REPORT, counts={**REPORT.counts, "written": 2}, changes=CHANGES)


def test_changes_are_listed_and_counted(capsys):
    print_fixed(FIXED, "clean.jsonl")
    told = capsys.readouterr().err
    assert "line 19: left out" in told
    assert "... and 10 more" in told
    assert "2 examples written to clean.jsonl, 30 changes; nothing stands against" in told


def test_errors_that_are_left_in_the_copy_are_named(capsys):
    left = ExampleFinding("error", "too long", "it is 900 tokens long; 512 fit", 7, "shorten it")
    print_fixed(replace(FIXED, left=(left,)), "clean.jsonl")
    told = capsys.readouterr().err
    assert "30 changes; 1 error left:" in told
    assert "line 7: it is 900 tokens long; 512 fit" in told
    assert "-> shorten it" in told


def test_examples_of_a_list_are_named_by_their_number():
    found = [ExampleFinding("error", "empty", "an empty answer", 1, item=n) for n in (17, 19)]
    assert "items 17, 19 of the list: an empty answer" in shown(replace(REPORT, findings=found))
