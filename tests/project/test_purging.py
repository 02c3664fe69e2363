"""A purged document leaves no byte behind, not even in what was measured with it."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "tuning" / "registry"))
from made_adapters import made_card, write_small

from sartor.errors import NotFound
from sartor.evaluation.answer_log import AnswerLog
from sartor.evaluation.asked import Asked
from sartor.evaluation.judging.cache import JudgementCache
from sartor.evaluation.runs import Gone
from sartor.project import Project
from sartor.testing.embedder import HashingEmbedder
from sartor.types import Answer, Document

MARKER = "quasarberry"
SECRET = f"The {MARKER} may be returned within 44 days when its seal is whole.\n"
ROWS = [
    {"id": "kept", "question": "What does the delivery of furniture cost?",
     "expected": "39 euros", "evidence": [{"document": "delivery.txt"}]},
    {"id": "gone", "question": "How long may the berry with a seal be returned?",
     "expected": f"the {MARKER}: 44 days", "evidence": [{"document": "secret.md"}]},
    {"id": "quoted", "question": "What about a whole seal?", "expected": "44 days"},
]  # fmt: skip


@pytest.fixture
def shop(tmp_path):
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "secret.md").write_text(SECRET)
    (documents / "delivery.txt").write_text("Delivery of furniture costs 39 euros.\n")
    with Project.init(tmp_path / "shop", embedder=HashingEmbedder()) as project:
        project.add(documents)
        lines = "".join(json.dumps(row) + "\n" for row in ROWS)
        (project.folder / "questions.jsonl").write_text(lines)
        yield project


def marked(project, marker=MARKER):
    """Name the files of the state folder in which the marker stands."""
    return {
        path.relative_to(project.folder / ".sartor").parts[0] + "/" + path.name
        for path in (project.folder / ".sartor").rglob("*")
        if path.is_file() and marker.encode() in path.read_bytes().lower()
    }


class Leaky:
    """A foreign system that tells the secret without naming a source, and then falls over."""

    def answer(self, question):
        if "berry" in question:
            raise RuntimeError("fell over")
        return Answer(SECRET if "seal" in question else "39 euros")


def test_purge_leaves_no_byte_in_runs_logs_reports_and_judgements(shop):
    shop.evaluate()
    shop.evaluate(system=Leaky())
    shop.climb(rungs=("rag",))
    cache = JudgementCache(shop._folder.judgements)
    cache.put(b"key", f'{{"verdict": "correct", "reason": "{MARKER}"}}')
    cache.close()
    found = marked(shop)
    assert {"runs/run.json", "runs/report.html", "runs/answers.jsonl"} <= found
    assert any(name.startswith("judgements.db") for name in found)
    assert marked(shop, "secret.md")

    shop.purge("secret.md")

    assert marked(shop) == set()
    assert marked(shop, "secret.md") <= {"ledger.db/ledger.db"}  # a file that sync has to know
    assert all(shop.report(run.id).exists() for run in shop.runs())


def test_an_adapter_that_learned_from_it_is_named_and_its_card_holds_no_word(shop):
    card = made_card()
    for learned in (("secret.md",), ()):
        data = replace(card.data, rests_on=learned, sample=((SECRET, True),) if learned else ())
        shop.adapters.add("voice", replace(card, data=data), write_small)
    assert "adapters/card.json" in marked(shop)

    purged = shop.purge("secret.md")

    assert purged.documents == ("secret.md",)
    assert [one.adapter for one in purged.adapters] == ["voice@1"]
    assert marked(shop) == set()
    assert shop.adapters.about("voice@1").card.data.sample == ()


def test_figures_stay_and_what_is_about_other_documents_too(shop):
    id = shop.evaluate().run
    before = shop.run(id)
    shop.purge("secret.md")
    after = shop.run(id)
    assert after.card.measurements == before.card.measurements
    assert after.card.gains == before.card.gains
    kept = after.card.rows[0].answer
    assert kept.text == before.card.rows[0].answer.text
    assert kept.citations == before.card.rows[0].answer.citations
    assert {hit.passage.document_id for hit in kept.hits} == {"delivery.txt"}
    assert after.card.rows[0].scores == before.card.rows[0].scores
    assert after.questions[0] == before.questions[0]
    gone = after.card.rows[1]
    assert gone.answer.text == "(purged)"
    assert gone.answer.timings == before.card.rows[1].answer.timings
    assert [score.value for score in gone.scores] == [
        score.value for score in before.card.rows[1].scores
    ]
    assert after.questions[1].text == "(purged)"
    assert after.questions[1].evidence[0].document.startswith("purged ")
    assert "39 euros" in shop.report(id).read_text()


def test_a_run_that_broke_off_asks_again_what_came_from_a_purged_document(shop):
    id = shop.evaluate(system=Leaky()).run
    (shop.folder / ".sartor/runs" / id / "run.json").unlink()
    shop.purge("secret.md")
    log = (shop.folder / ".sartor/runs" / id / "answers.jsonl").read_text().splitlines()
    assert [json.loads(line)["id"] for line in log] == ["kept", "gone"]
    assert shop.evaluate(system=Leaky(), resume=id).run == id


def test_lines_of_a_log_are_told_by_line_feeds_alone(shop):
    answers = {"kept": "39 euros\u2028or\x85less", "gone": SECRET}
    id = shop.evaluate(
        system=lambda question: answers["gone" if "berry" in question else "kept"]
    ).run
    folder = shop.folder / ".sartor/runs" / id
    rows = json.loads((folder / "run.json").read_text())["data"]["card"]["rows"]
    log = AnswerLog(folder / "answers.jsonl")
    for row, question in zip(rows, shop.run(id).questions, strict=True):
        log.append(Asked(question, Answer(row["answer"]["text"])))
    shop.purge("secret.md")
    left = (folder / "answers.jsonl").read_text().removesuffix("\n").split("\n")
    assert [json.loads(line)["id"] for line in left] == ["kept", "quoted"]
    assert json.loads(left[0])["answer"]["text"] == answers["kept"]


def test_a_purge_that_was_interrupted_can_be_said_again(shop, monkeypatch):
    shop.evaluate()
    shop.evaluate(system=Leaky())

    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(shop._measuring, "report", interrupted)
        shop.purge("secret.md")
    left = shop.folder / ".sartor/runs" / shop.runs()[0].id / "run.json.part"
    left.write_text(MARKER)
    shop.purge("secret.md")
    assert marked(shop) == set()
    assert shop.report("latest").exists()


def test_an_unknown_document_cleans_nothing(shop):
    shop.evaluate()
    before = marked(shop)
    with pytest.raises(NotFound):
        shop.purge("secret.md", "nowhere.md")
    assert marked(shop) == before


def test_a_run_that_nobody_can_read_goes(shop):
    id = shop.evaluate().run
    path = shop.folder / ".sartor/runs" / id / "run.json"
    path.write_text(path.read_text()[:-40])
    shop.purge("secret.md")
    assert marked(shop) == set()
    assert not path.exists()


def test_words_that_any_text_may_have_in_common_are_no_trace():
    gone = Gone.of([Document("a", "docs", "A", SECRET)])
    assert gone.touch({"text": "It May be returned, within 44 days (when its seal is broken)."})
    assert not gone.touch({"text": "A chair may be returned within 44 weeks."})
    assert gone.touch([{"passage_id": "a#0011"}])
    assert not gone.touch([{"passage_id": "b#0011", "id": "a"}])
