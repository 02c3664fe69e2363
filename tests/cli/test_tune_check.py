"""`sartor tune check` with a file and nothing else, its cleaned copies, and what refuses early."""

import json
import subprocess
import sys

import pytest
from command_line import environment, sartor, write

TALK = [{"role": "user", "content": "How long does it take?"}]
HEAVY = ("torch", "transformers", "tokenizers")
TYPOS = [  # the call, its exit code, a part of what it says
    ("run --method loar", 2, "did you mean 'lora'"),
    ("run --recipe our", 2, "did you mean 'ours'"),
    ("run --with rnak=8", 2, "did you mean 'rank'"),
    ("run --with rank=x", 2, "rank is 'x'"),
    ("run --with rank", 2, "--with rank=8"),
    ("run --with name=x", 2, "use --name"),
    ("run --name a/b", 2, "cannot be the name"),
    ("run --base nowhere", 2, "no base model 'nowhere'"),
    ("run --resume", 3, "nothing to go on with"),
    ("run nofile.jsonl", 3, "cannot be read"),
    ("run --general nofile.jsonl", 3, "cannot be read"),
    ("run --questions nofile.jsonl", 3, "cannot be read"),
    ("run --dry-run --method loar", 2, "did you mean 'lora'"),
    ("plan --method loar", 2, "did you mean 'lora'"),
    ("plan --with rnak=8", 2, "did you mean 'rank'"),
    ("plan nofile.jsonl", 3, "cannot be read"),
    ("search --recipe our", 2, "did you mean 'ours'"),
    ("curve --method loar", 2, "did you mean 'lora'"),
    ("check --questions nofile.jsonl", 3, "cannot be read"),
    ("check --base nowhere", 2, "no base model 'nowhere'"),
    ("check --base documents", 2, "config.json"),
    ("check --fix examples.jsonl", 3, "is there already"),
    ("check --field user", 2, "--field user=COLUMN"),
    ("check --field asker=prompt", 2, "unknown field 'asker'"),
    ("ground nofile.jsonl", 3, "cannot be read"),
    ("ground questions-to-learn.jsonl --form jsn", 2, "did you mean 'json'"),
    ("ground questions-to-learn.jsonl --base nowhere", 2, "no base model 'nowhere'"),
]
CALLS = """
import contextlib, io, json, sys
from sartor.cli import main
heavy, calls = json.loads(sys.argv[1])
for call in calls:
    sys.argv = ["sartor", "tune", *call.split()]
    said = io.StringIO()
    code = 0
    try:
        with contextlib.redirect_stderr(said):
            main()
    except SystemExit as leaving:
        code = leaving.code
    loaded = [name for name in heavy if name in sys.modules]
    print(json.dumps([call, code, said.getvalue(), loaded]))
"""


def row(answer, question=TALK):
    return {"messages": [*question, {"role": "assistant", "content": answer}]}


@pytest.fixture
def town(tmp_path):
    folder = tmp_path / "town"
    (folder / "documents").mkdir(parents=True)
    settings = '[model]\npath = "lab"\n[tune]\nbase = "lab"\n'
    (folder / "sartor.toml").write_text(settings)
    write(folder / "examples.jsonl", [row("Two days.")])
    write(folder / "questions-to-learn.jsonl", [{"question": "How long?", "expected": "2 days"}])
    return folder


def test_what_is_mistyped_is_refused_without_torch(town):
    calls = json.dumps([HEAVY, [call for call, _, _ in TYPOS]])
    done = subprocess.run(
        [sys.executable, "-c", CALLS, calls],
        cwd=town,
        env=environment(COLUMNS="300"),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(results) == len(TYPOS)
    for (call, code, told), (_, left, said, loaded) in zip(TYPOS, results, strict=True):
        assert (left, loaded) == (code, []), (call, said)
        assert told in said, call


def test_a_file_alone_is_checked_and_what_was_left_out_is_said(tmp_path):
    write(tmp_path / "talks.jsonl", [row("Two days."), row("Two days.")])
    done = sartor(tmp_path, "tune", "check", "talks.jsonl")
    assert done.returncode == 0, done.stderr
    assert "line 2: the same as line 1" in done.stdout
    assert "no base model is named" in done.stdout
    assert "there are no test questions" in done.stdout


def test_a_file_alone_is_held_against_questions_and_documents_are_missed(tmp_path):
    rest = {"passage_id": "p", "document_id": "d", "text_hash": "h"}
    write(tmp_path / "talks.jsonl", [{**row("Two days. [1]"), "rests_on": [rest]}])
    write(tmp_path / "asked.jsonl", [{"question": TALK[0]["content"], "expected": "two days"}])
    done = sartor(tmp_path, "tune", "check", "talks.jsonl", "--questions", "asked.jsonl")
    assert done.returncode == 3
    assert "is the test question" in done.stdout
    assert "passages that 1 example rests on" in done.stdout


def test_a_file_alone_is_read_with_the_tokens_of_a_base(tmp_path):
    write(tmp_path / "talks.jsonl", [row("Two days.")])
    done = sartor(tmp_path, "tune", "check", "talks.jsonl", "--base", "lab")
    assert done.returncode == 0, done.stderr
    assert "of the tokens are learned" in done.stdout
    assert "no base model is named" not in done.stdout


def test_without_a_project_a_file_must_be_named(tmp_path):
    done = sartor(tmp_path, "tune", "check")
    assert done.returncode == 2
    assert "sartor.toml" in done.stderr


def test_a_cleaned_copy_without_errors_is_no_failure(tmp_path):
    write(tmp_path / "talks.jsonl", [row("Two days."), row(""), {"messages": 3}])
    done = sartor(tmp_path, "tune", "check", "talks.jsonl", "--fix", "clean.jsonl")
    assert done.returncode == 0
    assert "1 example written to clean.jsonl, 2 changes; nothing stands against" in done.stderr
    assert (
        json.loads((tmp_path / "clean.jsonl").read_text())["messages"]
        == row("Two days.")["messages"]
    )


def test_errors_that_cannot_be_mended_are_named_and_fail(tmp_path):
    cut = f'[{json.dumps(row("Two days."))}, {{"messages": ]}}, {json.dumps(row("Three days."))}]'
    (tmp_path / "talks.json").write_text(cut)
    done = sartor(tmp_path, "tune", "check", "talks.json", "--fix", "clean.jsonl", "--json")
    assert done.returncode == 3
    data = json.loads(done.stdout)["data"]
    assert data["counts"]["written"] == 1
    (left,) = data["left"]
    assert "nothing behind it in the file could be read" in left["message"]
    assert left["item"] == 2


def test_no_empty_copy_is_written(tmp_path):
    write(tmp_path / "talks.jsonl", [row("")])
    done = sartor(tmp_path, "tune", "check", "talks.jsonl", "--fix", "clean.jsonl")
    assert done.returncode == 3
    assert "nothing of talks.jsonl is left" in done.stderr
    assert not (tmp_path / "clean.jsonl").exists()


def test_rows_of_a_list_are_named_as_a_person_finds_them(tmp_path):
    rows = [row("Two days."), row(""), row("Two days."), {"messages": 3}]
    (tmp_path / "one.json").write_text(json.dumps(rows))
    told = sartor(tmp_path, "tune", "check", "one.json").stdout
    assert "item 2 of the list: an empty answer" in told
    assert "item 3 of the list: the same as item 1 of the list" in told
    assert "item 4 of the list: " in told
    assert "line 1" not in told
    (tmp_path / "many.json").write_text(json.dumps(rows, indent=2))
    told = sartor(tmp_path, "tune", "check", "many.json").stdout
    begins = [
        number
        for number, line in enumerate((tmp_path / "many.json").read_text().split("\n"), 1)
        if line == "  {"
    ]
    assert f"line {begins[1]}: an empty answer" in told
    assert f"line {begins[2]}: the same as line {begins[0]}" in told


def test_behind_a_broken_object_of_a_list_reading_goes_on(tmp_path):
    lines = [json.dumps(row(f"{word} days.")) for word in ("Two", "Three", "Four")]
    lines[1] = lines[1][:-3]
    (tmp_path / "talks.json").write_text("[\n" + ",\n".join(lines) + "\n]\n")
    done = sartor(tmp_path, "tune", "check", "talks.json", "--json")
    data = json.loads(done.stdout)["data"]
    assert data["counts"]["examples"] == 2
    (error,) = [one for one in data["findings"] if one["severity"] == "error"]
    assert (error["line"], error["fixable"]) == (3, True)
