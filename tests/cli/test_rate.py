"""`sartor rate` as a user does it: keys through a pipe, keys at a terminal."""

import json
import os
import pty
import select
import subprocess
import time

import pytest
from command_line import SARTOR, environment, sartor


def rate(folder, *arguments, keys="", columns="80"):
    return sartor(folder, "rate", *arguments, stdin=keys, COLUMNS=columns)


def recorded(path, answers):
    rows = [
        {"id": id, "question": f"What about {id}?", "answer": said} for id, said in answers.items()
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.fixture
def folder(tmp_path):
    for system in ("ours", "theirs"):
        answers = {id: f"{system} {id}" for id in "abc"}
        recorded(tmp_path / f"{system}.jsonl", {**answers, "d": "same"})
    return tmp_path


def test_pairs_are_rated_blindly_and_resumed(folder):
    done = rate(folder, "ours.jsonl", "theirs.jsonl", keys="a\nt\nq\n")
    assert done.returncode == 0, done.stderr
    assert "ours.jsonl" not in done.stderr, "names would not be blind"
    assert "; 1 left" in done.stdout
    again = rate(folder, "ours.jsonl", "theirs.jsonl", "--json", keys="b\n")
    assert "3 of 3" in again.stderr
    data = json.loads(again.stdout)["data"]
    assert (data["measured"]["n"], data["counts"]["tie"], data["left"]) == (4, 2, 0)


def test_preferences_come_out_as_chats(folder):
    done = rate(
        folder, "ours.jsonl", "theirs.jsonl", "--preferences", "out.jsonl", keys="a\nb\nt\n"
    )
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()]
    assert len(rows) == 2
    for row in rows:
        assert row["prompt"][0]["content"].startswith("What about")
        assert row["chosen"] != row["rejected"]


def test_single_answers_come_out_as_labels_of_recorded_answers(folder):
    (folder / "questions.jsonl").write_text(
        '{"id": "a", "question": "What about a?", "expected": "the right thing"}\n'
        '{"id": "b", "question": "What about b?"}\n'
    )
    files = ("--questions", "questions.jsonl", "--labels", "labels.jsonl")
    done = rate(folder, "ours.jsonl", *files, keys="y\nn\n")
    assert done.returncode == 0, done.stderr
    assert "expected: the right thing" in done.stderr
    rows = [json.loads(line) for line in (folder / "labels.jsonl").read_text().splitlines()]
    assert sorted(row["correct"] for row in rows if "correct" in row) == [False, True]
    assert [row["id"] for row in rows] == ["a", "b", "c", "d"], "nothing is lost by rating"
    assert "1 right, 1 wrong, 0 skipped; 0 left" in done.stdout


def test_a_bare_id_is_never_shown_for_a_question(folder):
    rows = [{"id": "a", "answer": "A", "cost": 0.5}, {"id": "b", "answer": "B"}]
    (folder / "bare.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    refused = rate(folder, "bare.jsonl", keys="y\n")
    assert refused.returncode == 3
    assert "sartor rate bare.jsonl --questions QUESTIONS" in refused.stderr
    (folder / "sartor.toml").write_text("")
    (folder / "questions.jsonl").write_text(
        '{"id": "a", "question": "What of A?", "expected": "A"}\n'
        '{"id": "b", "question": "What of B?"}\n'
    )
    done = rate(folder, "bare.jsonl", "--labels", "labels.jsonl", keys="y\nq\n")
    assert done.returncode == 0, done.stderr
    assert "What of A?" in done.stderr or "What of B?" in done.stderr
    labels = [json.loads(line) for line in (folder / "labels.jsonl").read_text().splitlines()]
    assert [row.get("cost") for row in labels] == [0.5, None], "a row stays as it is"
    assert [row["correct"] for row in labels if "correct" in row] == [True]


def test_answers_stand_side_by_side_only_where_there_is_room(folder):
    wide = rate(folder, "ours.jsonl", "theirs.jsonl", keys="q\n", columns="120").stderr
    narrow = rate(folder, "ours.jsonl", "theirs.jsonl", keys="q\n", columns="60").stderr
    both = [line for line in wide.splitlines() if "ours" in line and "theirs" in line]
    assert len(both) == 1
    assert not [line for line in narrow.splitlines() if "ours" in line and "theirs" in line]


def test_an_unknown_key_says_which_there_are(folder):
    done = rate(folder, "ours.jsonl", "theirs.jsonl", keys="x\nu\nq\n")
    assert "'x' means nothing here; a, b, t, s, u, q do" in done.stderr
    assert "nothing to take back" in done.stderr
    assert "Nothing was rated yet." not in done.stdout, "one pair is the same: a tie"


def test_what_cannot_be_done_is_said_before_anybody_rates(folder):
    for arguments, message in (
        (("ours.jsonl", "theirs.jsonl", "--labels", "x"), "--labels is about single answers"),
        (("ours.jsonl", "--preferences", "x"), "needs two systems"),
        (("nowhere.jsonl",), "neither a file nor a run"),
        (("ours.jsonl", "ours.jsonl"), "nothing to rate"),
    ):
        done = rate(folder, *arguments)
        assert done.returncode in (2, 3)
        assert message in done.stderr
    assert not (folder / "ratings.jsonl").exists()


def test_what_an_answer_holds_cannot_steer_the_terminal(folder):
    recorded(folder / "evil.jsonl", {"a": "\x1b[2J\x1b]0;owned\x07 [red]hello[/red]"})
    done = rate(folder, "evil.jsonl", keys="q\n")
    assert "\x1b" not in done.stderr
    assert "[red]hello[/red]" in done.stderr


def test_keys_at_a_terminal_need_no_enter(folder):
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [*SARTOR, "rate", "ours.jsonl", "theirs.jsonl"],
        cwd=folder,
        stdin=slave,
        stdout=subprocess.PIPE,
        stderr=slave,
        text=True,
        env=environment(TERM="xterm"),
    )
    os.close(slave)
    try:
        for number, key in enumerate("abt", 1):
            wait_for(master, f"{number} of 3", "q quit")
            os.write(master, b"\x1b[A")  # arrow up, which is no a
            time.sleep(0.1)
            os.write(master, key.encode())
        output, _ = process.communicate(timeout=30)
    finally:
        process.kill()
        os.close(master)
    assert "0 skipped; 0 left" in output
    assert "2 ties" in output, "the third, and the two that are the same"
    assert len((folder / "ratings.jsonl").read_text().splitlines()) == 4


def wait_for(terminal, *wanted, seconds=30):
    seen, end = "", time.monotonic() + seconds
    while not all(part in seen for part in wanted):
        assert time.monotonic() < end, seen
        if select.select([terminal], [], [], 0.2)[0]:
            seen += os.read(terminal, 4096).decode(errors="replace")


def test_a_stored_run_is_rated_by_its_id(tmp_path):
    from sartor import Project
    from sartor.testing.embedder import HashingEmbedder
    from sartor.types import Answer, Question

    class Fixed:
        def answer(self, question):
            return Answer(f"About {question} nothing is known.")

    with Project.init(tmp_path / "shop", embedder=HashingEmbedder()) as project:
        card = project.evaluate([Question("1", "Where?", ("here",))], system=Fixed())
    done = rate(tmp_path / "shop", card.run, "--labels", "labels.jsonl", keys="n\n")
    assert done.returncode == 0, done.stderr
    assert "expected: here" in done.stderr
    row = json.loads((tmp_path / "shop" / "labels.jsonl").read_text())
    assert (row["id"], row["correct"]) == ("1", False)
    assert rate(tmp_path / "shop", "no-such-run").returncode == 3
