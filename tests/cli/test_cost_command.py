"""`sartor cost` as a user meets it: what it prints, within a terminal's width, and exit codes."""

import json
import sys
from typing import NamedTuple

import pytest

from sartor.cli import main
from sartor.project import Project

COUNT = 30
TERMINAL = 100
SYSTEMS = {  # name -> model, tokens in, of them cached, out, seconds
    "plain": ("gpt-4.1-mini", 300, 0, 200, 1.1),
    "searching": ("gpt-4.1-mini", 2400, 900, 220, 1.9),
    "long": ("gpt-4.1-mini", 60_000, 50_000, 220, 4.9),
    "tuned-and-searching": ("our-7b", 2100, 0, 180, 1.4),
    "large": ("claude-opus-5", 2600, 900, 260, 3.1),
}


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


def rows(model, tokens_in, cached, tokens_out, seconds):
    for number in range(COUNT):
        more = 0.6 + 0.8 * (number % 5) / 4
        yield {
            "id": str(number),
            "answer": f"It is zx{number}.",
            "model": model,
            "usage": {
                "input_tokens": int(tokens_in * more),
                "cached_tokens": int(cached * more),
                "output_tokens": int(tokens_out * more),
            },
            "seconds": seconds * more,
        }


def write(path, items):
    path.write_text("".join(json.dumps(item) + "\n" for item in items))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A project that climbed with five recorded systems."""
    desk = tmp_path_factory.mktemp("cost") / "desk"
    Project.init(desk).close()
    asked = [
        {"id": str(n), "question": f"The code of {n}?", "expected": f"zx{n}"} for n in range(COUNT)
    ]
    write(desk / "questions.jsonl", asked)
    systems = {name: desk / f"{name}.jsonl" for name in SYSTEMS}
    for name, path in systems.items():
        write(path, rows(*SYSTEMS[name]))
    with Project(desk) as project:
        project.climb(rungs=(), systems=systems, bar="answers.correct >= 0.5")
    return desk


@pytest.fixture
def sartor(folder, monkeypatch, capsys):
    """Call the command line in the project's folder."""

    def call(*arguments, columns=TERMINAL):
        monkeypatch.chdir(folder)
        monkeypatch.setenv("NO_COLOR", "1")
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setattr(sys, "argv", ["sartor", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            main()
        return Done(left.value.code, *capsys.readouterr())

    return call


OWN_MACHINE = ("--set", "cost.hosted=our-7b", "--set", "cost.machine_per_hour=1.2")


def line(printed, start):
    return next(one for one in printed.splitlines() if one.strip().startswith(start))


def test_months_stand_side_by_side_with_their_ranges_and_what_guides_say(sartor):
    done = sartor(*OWN_MACHINE, "cost")
    assert done.returncode == 0, done.stderr
    printed = done.stdout
    assert "10,000" in line(printed, "rung")
    assert "1,000,000" in line(printed, "rung")
    # 300 tokens at $0.40 and 200 at $1.60 a million: $0.00044 an answer.
    assert "> plain" in printed
    assert "$4.40 [" in line(printed, "> plain")
    assert "$876" in line(printed, "tuned-and-searching")
    assert "$1,000-3,000 (G2)" in line(printed, "guides: RAG")
    assert "$3,000-8,000 (G2)" in line(printed, "guides: tuning")


def test_every_line_of_five_rungs_fits_the_terminal_without_folding(sartor):
    printed = sartor(*OWN_MACHINE, "cost").stdout
    assert max(map(len, printed.splitlines())) <= TERMINAL
    for name in SYSTEMS:
        assert sum(one[2:].startswith(name) for one in printed.splitlines()) >= 3


def test_what_is_unknown_is_said_with_the_setting_that_helps(sartor):
    printed = sartor("--set", "cost.hosted=our-7b", "cost").stdout
    assert "unknown" in line(printed, "tuned-and-searching")
    assert "Unknown, and so left open" in printed
    assert "set cost.machine_per_hour" in printed


def test_it_says_which_is_cheaper_and_what_it_rests_on(sartor):
    printed = sartor(*OWN_MACHINE, "cost").stdout
    assert "long, then tuned-and-searching" in printed
    assert "at any volume, beside" in line(printed, "plain  ")
    assert "730" in line(printed, "hours a month")
    assert "(default)" in line(printed, "cost.utilisation")
    assert "(flag)" in printed
    assert "price of claude-opus-5" in printed


def test_rungs_of_one_price_are_said_to_cost_the_same_and_where_they_do_not_any_more(sartor):
    one_machine = (
        "--set", "cost.hosted=gpt-4.1-mini;our-7b;claude-opus-5",
        "--set", "cost.machine_per_hour=1.2",
    )  # fmt: skip
    small = sartor(*one_machine, "cost", "--volume", "1k", columns=300).stdout
    same = line(small, "plain, searching")
    assert set(SYSTEMS) == set(same.strip().split("  ")[0].split(", "))
    assert "cost the same at each of these volumes" in same
    assert "at any volume" not in small
    both = sartor(*one_machine, "cost", "--volume", "1k", "--volume", "1M", columns=300).stdout
    assert "never dearer than" in both
    assert "cheaper at 1,000,000" in both


def test_more_volumes_than_fit_beside_each_other_get_a_table_of_their_own(sartor):
    volumes = [one for volume in ("1k", "20k", "300k", "4M", "50M") for one in ("--volume", volume)]
    printed = sartor("cost", *volumes).stdout
    assert max(map(len, printed.splitlines())) <= TERMINAL
    assert printed.count("Dollars a month") == 2
    assert "50,000,000" in printed


def test_json_prints_what_the_call_returns(sartor):
    document = json.loads(sartor("cost", "--json", "--volume", "2M").stdout)
    assert document["schema"] == "sartor/cost/1"
    data = document["data"]
    assert data["volumes"] == [2_000_000]
    assert {one["rung"] for one in data["rungs"]} == set(SYSTEMS)
    assert data["published"][0]["guide"] == "G2"
    assert {"name", "value", "about", "origin"} == set(data["assumptions"][0])


def test_one_stored_run_is_priced_alone(sartor, folder):
    with Project(folder) as project:
        run = next(one.id for one in project.runs() if one.system == "long")
    printed = sartor("cost", "--run", run).stdout
    assert "  long" in printed
    assert "plain" not in printed


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("cost", "--volume", "lots"), 2, "--volume 100k"),
        (("cost", "--run", "nothing"), 3, "no run 'nothing'"),
        (("--set", "cost.utilisation=70", "cost"), 2, "at most 1"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_can(sartor, arguments, code, said):
    done = sartor(*arguments)
    assert done.returncode == code
    assert said in " ".join(done.stderr.split())
