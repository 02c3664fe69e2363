"""Asking, checking, citing and tracing as a user does it: real processes, real exit codes."""

import json
import os
import pty
import select
import signal
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from command_line import SARTOR, environment, sartor

ENVIRONMENT = environment()
SLOW_SECONDS = 30


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A project of three documents."""
    root = tmp_path_factory.mktemp("answering")
    folder = root / "documents"
    folder.mkdir()
    (folder / "returns.md").write_text(
        "# Returns\n\nUnused items may be returned within 30 days of delivery.\n"
    )
    (folder / "delivery.txt").write_text("Delivery of furniture costs 39 euros.\n")
    (folder / "warranty.md").write_text("# Warranty\n\nFrames carry a warranty of 5 years.\n")
    assert sartor(root, "init", "shop").returncode == 0
    done = sartor(root / "shop", "add", "../documents")
    assert done.returncode == 0, done.stderr
    return root / "shop"


QUESTION = "How long may unused items be returned?"


def test_a_question_may_come_from_stdin(shop):
    for arguments in (["ask"], ["ask", "-"]):
        done = sartor(shop, *arguments, stdin=f"{QUESTION}\n")
        assert "within 30 days" in done.stdout
        assert "[1] returns.md" in done.stdout


def test_explaining_shows_steps_passages_and_what_became_of_them(shop):
    done = sartor(shop, "ask", "What does the delivery of furniture cost?", "--explain")
    assert done.returncode == 0, done.stderr
    for part in ("39 euros", "took", "cost", "search", "delivery.txt#", "cited"):
        assert part in done.stdout


def test_an_answer_is_cited_and_traced_by_its_id(shop, tmp_path):
    sartor(shop, "ask", QUESTION)
    traces = json.loads(sartor(shop, "trace", "list", "--json").stdout)["data"]
    id = traces[0]["id"]
    assert (traces[0]["question"], traces[0]["answer"]) == ("", ""), "content is left out"
    assert id in sartor(shop, "trace", "list").stdout
    assert "returns.md#" in sartor(shop, "trace", "show", id).stdout
    done = sartor(shop, "cite", id, "--output", tmp_path / "cited")
    (path,) = done.stdout.split()
    assert path.endswith("1-returns.md.html")
    with open(path) as page:
        assert "within 30 days of delivery.</mark>" in page.read()
    assert sartor(shop, "cite", "last", "--number", "9").returncode == 3


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("check", ["check", "-", "../documents"]),
        ("check", ["check", "-"]),
        ("cite", ["cite", "last", "--output", "cited"]),
        ("trace-list", ["trace", "list"]),
        ("trace-show", ["trace", "show", "last"]),
    ],
)
def test_json_output_is_as_its_schema_says(shop, name, command):
    import jsonschema

    from sartor.cli.schemas import HERE

    sartor(shop, "ask", QUESTION)
    done = sartor(shop, *command, "--json", stdin="Frames carry a warranty of 5 years.")
    assert done.returncode == 0, done.stderr
    schema = json.loads((HERE / f"{name}.json").read_text())
    jsonschema.validate(json.loads(done.stdout), schema)


def test_a_text_is_checked_sentence_by_sentence(shop, tmp_path):
    text = "Frames carry a warranty of 9 years. Delivery of furniture costs 39 euros."
    (tmp_path / "answer.txt").write_text(text)
    command = ("check", tmp_path / "answer.txt", shop.parent / "documents")
    done = sartor(tmp_path, *command)
    assert done.returncode == 0, done.stderr
    assert "contradicted" in done.stdout
    assert "1 supported, 1 contradicted" in done.stdout
    assert sartor(tmp_path, *command, "--strict").returncode == 7
    assert "contradicted" in sartor(shop, "check", tmp_path / "answer.txt").stdout


def test_one_file_that_cannot_be_read_does_not_stop_a_check(tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "delivery.txt").write_text("Delivery of furniture costs 39 euros.\n")
    (folder / "empty.txt").write_text("")
    (tmp_path / "answer.txt").write_bytes("Die Lieferung für Möbel.".encode("latin-1"))
    done = sartor(tmp_path, "check", "answer.txt", "documents", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["data"][0]["text"] == "Die Lieferung für Möbel."
    assert done.stderr == "Left out: empty.txt: the file is empty\n"
    (folder / "delivery.txt").unlink()
    done = sartor(tmp_path, "check", "answer.txt", "documents")
    assert (done.returncode, done.stdout) == (3, "")
    assert "nothing could be read: empty.txt: the file is empty" in done.stderr


def test_the_text_to_check_may_be_a_pdf(tmp_path):
    from sartor.samples import HERE

    (tmp_path / "source.txt").write_text("Every wardrobe must be fixed to the wall.")
    command = ("check", HERE / "documents/assembly.pdf", "source.txt")
    done = sartor(tmp_path, *command)
    assert done.returncode == 0, done.stderr
    assert "fixed to the wall" in done.stdout


def test_bytes_that_are_no_utf_8_are_a_question_all_the_same(shop):
    german = "Wie lange dürfen Möbel zurückgegeben werden, 30 days?".encode("latin-1")
    for arguments, given in (["ask", "-"], german), (["ask", german], b""):
        done = subprocess.run(
            [*SARTOR, *arguments], input=given, cwd=shop, capture_output=True, env=ENVIRONMENT
        )
        assert done.returncode == 0, done.stderr
        assert b"Traceback" not in done.stderr


def test_citing_an_abstention_says_where_to_look_instead(shop):
    sartor(shop, "ask", "Who composed the opera Tosca?")
    done = sartor(shop, "cite", "last")
    assert (done.returncode, done.stdout) == (3, "")
    assert "no answer was found" in done.stderr
    assert "-> sartor trace show 1" in done.stderr


def test_many_questions_are_resumed(shop, tmp_path):
    (tmp_path / "q.txt").write_text(f"{QUESTION}\nWho composed the opera Tosca?\n")
    command = ("ask", "--questions", tmp_path / "q.txt", "--output", tmp_path / "out.jsonl")
    done = sartor(shop, *command)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "1 answered, 1 without an answer." in done.stderr
    first, second = map(json.loads, (tmp_path / "out.jsonl").read_text().splitlines())
    assert first["citations"][0]["quote"] in first["answer"]
    assert (first["abstained"], second["abstained"]) == (False, True)
    assert "2 answered before." in sartor(shop, *command).stderr


def test_a_chat_shows_its_sources_and_how_it_came_to_them(shop):
    said = f"{QUESTION}\n/sources\n/why\n/nonsense\n/clear\n/sources\n/quit\nnever asked\n"
    done = sartor(shop, "chat", stdin=said)
    assert done.returncode == 0, done.stderr
    for part in ("within 30 days", "[1] returns.md", "took", "no /nonsense", "no sources yet"):
        assert part in done.stdout
    assert "never asked" not in done.stdout


def test_prompts_are_shown_and_made_ones_own(shop):
    listed = sartor(shop, "prompt", "show")
    names = listed.stdout.split()
    assert "decompose" in names
    assert "sartor prompt show NAME" in listed.stderr
    shown = sartor(shop, "prompt", "show", names[0])
    assert shown.stdout.strip()
    done = sartor(shop, "prompt", "init")
    assert done.returncode == 0, done.stderr
    assert list((shop / "prompts").iterdir())
    assert sartor(shop, "prompt", "show", "nonsense").returncode == 2


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["ask", ""], 3, "empty"),
        (["ask", "--questions", "q.jsonl"], 2, "--output is missing"),
        (["ask", "--questions", "q.jsonl", "--output", "o.jsonl"], 3, "q.jsonl cannot be read"),
        (["ask", "x", "--rung", "rga"], 2, "rga"),
        (["ask", "x", "--filter", "year"], 2, "expected KEY=VALUE"),
        (["cite", "nothing"], 3, "no trace 'nothing'"),
        (["trace", "show", "nothing"], 3, "sartor trace list"),
        (["check", "nothing.txt"], 3, "nothing.txt cannot be read"),
        (["calibrate", "nothing.jsonl"], 3, "nothing.jsonl"),
    ],
)
def test_mistakes_are_named_with_a_next_step(shop, arguments, code, says):
    done = sartor(shop, *arguments)
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_the_help_loses_no_word_to_markup(shop):
    assert "Only the source of this number." in sartor(shop, "cite", "--help").stdout


# --- a model that takes its time --------------------------------------------------------------


class SlowModel(BaseHTTPRequestHandler):
    """Says one sentence at once, and the next one long after anybody waits."""

    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        self._say("Unused items may be returned within 30 days of delivery. Now we ")
        self.server.asked.set()
        self.server.over.wait(SLOW_SECONDS)

    def _say(self, text):
        chunk = {
            "id": "1", "object": "chat.completion.chunk", "created": 1, "model": "slow",
            "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}],
        }  # fmt: skip
        self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.flush()

    def log_message(self, *arguments):
        pass


@pytest.fixture
def slow():
    server = ThreadingHTTPServer(("127.0.0.1", 0), SlowModel)
    server.daemon_threads = True
    server.asked, server.over = threading.Event(), threading.Event()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()
    thread.join()


def asking(server):
    endpoint = f"http://127.0.0.1:{server.server_address[1]}/v1"
    settings = ["--set", "model.name=slow", "--set", f"model.endpoint={endpoint}"]
    return [*SARTOR, *settings, "ask", QUESTION]


def test_ctrl_c_ends_an_answer_cleanly_and_leaves_nothing_half_written(shop, slow):
    before = json.loads(sartor(shop, "trace", "list", "--json").stdout)["data"]
    process = subprocess.Popen(
        asking(slow), cwd=shop, env={**ENVIRONMENT, "OPENAI_API_KEY": "none"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert slow.asked.wait(60), process.communicate()
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (130, ""), err
    assert "Stopped." in err
    assert "Traceback" not in err
    assert json.loads(sartor(shop, "trace", "list", "--json").stdout)["data"] == before


def test_in_a_terminal_a_sentence_is_there_before_the_answer_is(shop, slow):
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        asking(slow), cwd=shop, stdin=theirs, stdout=theirs, stderr=theirs,
        env={**ENVIRONMENT, "OPENAI_API_KEY": "none", "TERM": "xterm"},
    )  # fmt: skip
    os.close(theirs)
    try:
        seen = read_until(ours, b"[1]", seconds=60)
        assert b"within 30 days of delivery." in seen
        assert process.poll() is None, "the model is still writing"
    finally:
        process.send_signal(signal.SIGINT)
        read_until(ours, b"Stopped.", seconds=20)
        process.wait(20)
        os.close(ours)
    assert process.returncode == 130


def read_until(terminal, wanted, *, seconds):
    seen, deadline = b"", time.monotonic() + seconds
    while wanted not in seen and time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                seen += os.read(terminal, 4096)
            except OSError:  # the other end was closed
                break
    return seen
