"""What the rungs of a project would cost: out of runs, ledger, disk and settings."""

import json
import shutil
from dataclasses import replace

import pytest

from sartor.errors import ConfigError, NotFound
from sartor.ladder.rungs import Effort
from sartor.project import Project
from sartor.project.assuming import Assuming, pricing
from sartor.project.costing import read_volume
from sartor.project.situation import ChangeRate
from sartor.project.verdicts import keep, last
from sartor.testing.embedder import HashingEmbedder

COUNT = 40
PRICES = """
[[table]]
provider = "desk"
source = "the desk's contract"
date = 2026-11-01
[table.models]
"desk-model" = ["1.00", "0.25", "4.00"]
"""


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def recorded(folder, name, model, tokens_in, tokens_out, seconds=1.0):
    """Answers of a system: all right, each of so many tokens in so many seconds."""
    usage = {"input_tokens": tokens_in, "output_tokens": tokens_out}
    rows = [
        {"id": str(n), "answer": f"zx{n}", "model": model, "usage": usage, "seconds": seconds}
        for n in range(COUNT)
    ]
    return write(folder / f"{name}.jsonl", rows)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """A project with two documents and two systems that were climbed: a bare model, and our own."""
    folder = tmp_path_factory.mktemp("cost") / "desk"
    with Project.init(folder, embedder=HashingEmbedder()):
        pass
    (folder / "prices.toml").write_text(PRICES)
    asked = [
        {"id": str(n), "question": f"The code of {n}?", "expected": f"zx{n}"} for n in range(COUNT)
    ]
    write(folder / "questions.jsonl", asked)
    write(
        folder / "corpus.jsonl",
        [{"id": str(n), "text": f"Item {n} is zx{n}." * 20} for n in range(2)],
    )
    settings = {"model.prices_file": "prices.toml"}
    with Project(folder, embedder=HashingEmbedder(), **settings) as project:
        project.add(folder / "corpus.jsonl", fields={"id": "id", "text": "text"})
        systems = {
            "paid": recorded(folder, "paid", "desk-model", 2_000, 250),
            "own": recorded(folder, "own", "own-7b", 2_000, 250, seconds=1.2),
        }
        project.climb(rungs=(), systems=systems, bar="answers.correct >= 0.5")
    return folder


@pytest.fixture
def opened(desk):
    """Open the desk with settings of one test's own."""
    projects = []

    def call(**settings):
        chosen = {f"cost.{name}": value for name, value in settings.items()}
        chosen["model.prices_file"] = "prices.toml"
        projects.append(Project(desk, embedder=HashingEmbedder(), **chosen))
        return projects[-1]

    yield call
    for project in projects:
        project.close()


@pytest.fixture
def copied(desk, tmp_path):
    """Give a desk of one test's own, to climb in."""
    return shutil.copytree(desk, tmp_path / "desk")


def stated(report):
    return {one.name: one for one in report.assumptions}


def totals(report):
    return {
        rung.rung: [month.total.mean if month.total else None for month in rung.months]
        for rung in report.rungs
    }


# --- out of what was measured -----------------------------------------------------------------


def test_the_last_climb_is_priced_at_three_volumes(opened):
    report = opened().cost()
    assert report.volumes == (10_000, 100_000, 1_000_000)
    # 2,000 tokens at $1 and 250 at $4 a million are $0.003 an answer.
    assert totals(report)["paid"] == pytest.approx([30, 300, 3_000])
    assert totals(report)["own"] == [None, None, None]
    assert "own-7b is not known" in report.rungs[1].months[0].unknown[1]
    assert report.chosen == "paid"


def test_a_model_of_ones_own_costs_its_machine(opened):
    report = opened(hosted=["own-7b"], machine_per_hour=2.0).cost(volumes=["1M"])
    # 1M x 1.2 s in 2,628,000 s, 3 times that in the busiest hour, busy 0.6: 2.28, so 3 machines.
    assert totals(report)["own"] == [3 * 2.0 * 730]
    told = stated(report)
    assert told["cost.machine_per_hour"].value == "2"
    assert told["cost.machine_per_hour"].origin == "flag"
    assert told["cost.peak"].origin == "default"
    (turn,) = report.break_even
    # A machine writes 438,000 such answers, which are $1,314 of the other's; it costs $1,460.
    assert (turn.first, turn.then, turn.volume) == ("paid", "own", None)


def test_prices_are_stated_with_their_source_and_date(opened):
    price = stated(opened().cost())["price of desk-model"]
    assert price.value == "$1.00 in, $0.25 cached, $4.00 out"
    assert price.origin == "the desk's contract, 2026-11-01"


def test_single_runs_can_be_priced(opened):
    project = opened()
    run = next(one.id for one in project.runs() if one.system == "paid")
    report = project.cost(runs=[run], volumes=[500])
    assert totals(report) == {"paid": [pytest.approx(1.5)]}
    assert run in stated(report)["questions"].value


def test_what_is_not_in_the_figures_is_said(opened):
    notes = " ".join(opened().cost().notes)
    assert "What paid, own may take besides answers" in notes
    assert "The machine that Sartor itself runs on" in notes


def test_without_anything_measured_the_way_is_named(tmp_path):
    with (
        Project.init(tmp_path / "new", embedder=HashingEmbedder()) as project,
        pytest.raises(NotFound, match="sartor climb QUESTIONS"),
    ):
        project.cost()


# --- what a rung takes besides its answers ----------------------------------------------------


def dues(project, rung, **more):
    return {one.name: one for one in Assuming(project, **more).assumptions([rung]).dues[rung]}


def test_a_rung_pays_for_what_it_is_made_of(opened):
    project = opened(labour_per_hour=60, hours_documents=10, hours_training=2)
    assert dues(project, "few-shot") == {}
    assert set(dues(project, "rag @ small (short)")) == {"storage", "labour"}
    assert set(dues(project, "lora")) == {"training", "labour"}
    assert set(dues(project, "few-shot+rag")) == {"storage", "labour"}
    searched, read = dues(project, "rag")["storage"], dues(project, "long-context")["storage"]
    assert searched.monthly > read.monthly > 0  # reading everything needs no index
    assert dues(project, "rag")["labour"].monthly == 600
    assert dues(project, "lora")["labour"].monthly == pytest.approx(2 / 6 * 60)


def test_training_costs_its_hours_as_often_as_documents_change(opened):
    project = opened(training_each=1.0, changes_per_month=0.5)
    assert dues(project, "lora")["training"].monthly == pytest.approx(1 / 6)
    assert dues(project, "lora+rag")["training"].monthly == pytest.approx(0.5 / 0.05)


def test_training_that_was_only_planned_is_priced_by_the_hour(opened):
    planned = {"lora": Effort(seconds=1_800)}
    assert dues(opened(machine_per_hour=3.0), "lora", efforts=planned)["training"].start == 1.5
    assert dues(opened(training_per_hour=1.0), "lora", efforts=planned)["training"].start == 0.5
    unknown = dues(opened(), "lora", efforts=planned)["training"]
    assert unknown.monthly is None
    assert "cost.training_per_hour" in unknown.reason
    assert "cost.training_each" in dues(opened(), "lora")["training"].reason


def test_an_endpoint_that_embeds_is_paid_for_changes_and_questions(desk):
    told = {
        "embedding.endpoint": "http://localhost:1/v1",
        "embedding.price_per_million_tokens": 10.0,
        "cost.changes_per_month": 2.0,
    }
    with Project(desk, embedder=HashingEmbedder(), **told) as project:
        due = dues(project, "rag", question_tokens=5.0)["embedding"]
    tokens = 2 * 14 * 20 / 4  # two documents of 280 characters
    assert due.start == pytest.approx(tokens * 10 / 1e6)
    assert due.monthly == pytest.approx(2 * due.start)
    assert due.per_question == pytest.approx(5e-5)


def test_an_endpoint_without_a_price_leaves_the_month_open(desk):
    with Project(
        desk, embedder=HashingEmbedder(), **{"embedding.endpoint": "http://localhost:1/v1"}
    ) as project:
        assert dues(project, "rag")["embedding"].monthly is None


def test_the_rate_of_change_comes_from_the_ledger_unless_it_is_set(opened, monkeypatch):
    young = Assuming(opened())
    assert young.changes is None  # nobody has watched for a day
    assert (
        "too short"
        in {one.name: one for one in young.stated(["rag"], [])}["cost.changes_per_month"].origin
    )
    assert Assuming(opened(changes_per_month=4.3)).changes == 4.3
    monkeypatch.setattr(
        "sartor.project.assuming.change_rate", lambda documents: ChangeRate(0.5, 60.0)
    )
    watched = Assuming(opened())
    assert watched.changes == pytest.approx(0.693, abs=0.001)  # half changed: -ln(1 - 0.5)
    assert (
        "over 60 days"
        in {one.name: one for one in watched.stated(["rag"], [])}["cost.changes_per_month"].origin
    )


def test_a_climb_prices_its_rungs_with_the_same_assumptions(copied):
    told = {"cost.labour_per_hour": 60, "cost.hours_documents": 10, "cost.training_each": 6.0}
    with Project(copied, embedder=HashingEmbedder(), **told) as project:
        verdict = project.climb(rungs=("rag",))
        price = pricing(project, "rag", "lora", efforts={"lora": Effort(60.0)})
    cost = price(verdict.cards["rag"], volume=1_000)
    assert cost.per_month.mean == pytest.approx(600, abs=0.1)
    assert any(one.startswith("labour: 10 hours") for one in cost.assumptions)
    tuned = price(replace(verdict.cards["rag"], system="lora"), volume=1_000)
    assert tuned.per_month.mean == pytest.approx(1.0)


def test_a_gate_prices_with_the_same_assumptions_as_a_climb(copied):
    told = {"cost.labour_per_hour": 60, "cost.hours_documents": 10}
    with Project(copied, embedder=HashingEmbedder(), **told) as project:
        run = project.climb(rungs=("rag",)).cards["rag"].run
        dear, cheap = (project.gate(run, f"cost.month <= ${limit}") for limit in (500, 700))
    assert (dear.met, cheap.met) == (False, True)
    assert dear.standings[0].measured.mean == pytest.approx(600, abs=0.1)


def test_a_rung_that_was_not_built_answers_like_another(copied):
    told = {"model.prices_file": "prices.toml", "cost.training_each": 600.0}
    with Project(copied, embedder=HashingEmbedder(), **told) as project:
        found = last(project)
        bare = found.costs["paid"]
        kept = replace(
            found,
            rung="prompt",
            cards={"prompt": found.cards["paid"]},
            costs={"prompt": bare},
            considered=("prompt",),
            unbuilt={"lora": "not needed: prompt is proved"},
        )
        keep(project, kept, "")
        report = project.cost(volumes=["1M"])
    # The tokens of the bare model, and $600 every six months.
    assert totals(report) == {"prompt": [pytest.approx(3_000)], "lora": [pytest.approx(3_100)]}
    assert [one.like for one in report.rungs] == ["", "prompt"]
    assert report.rungs[1].start == 600
    assert any("was not built" in note for note in report.notes)


# --- settings ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("given", "volume"), [("10k", 10_000), ("1.5M", 1_500_000), (7, 7)])
def test_a_volume_is_read_as_people_write_it(given, volume):
    assert read_volume(given) == volume


@pytest.mark.parametrize("given", ["", "k", "0", "many", "-5"])
def test_a_volume_that_is_none_is_refused(given):
    with pytest.raises(ConfigError, match="questions a month"):
        read_volume(given)


def test_a_share_above_one_is_refused(opened):
    with pytest.raises(ConfigError, match="cost.utilisation is 60"):
        opened(utilisation=60).cost()
