"""The pool on good files, and on readers and files that do their worst."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
import reading_samples as samples

from sartor.knowledge.reading import pool as pool_module
from sartor.knowledge.reading.kinds import Kind, Recognised
from sartor.knowledge.reading.limits import Limits
from sartor.knowledge.reading.pool import ReadingPool, read_files
from sartor.knowledge.reading.walk import FoundFile, files
from sartor.protocols import ReadOptions
from sartor.types import Reading, Trouble

EVIL = """
import os, sys, time, ctypes
from sartor.types import Block, Reading, Trouble

class EvilReader:
    version, suffixes = "1", (".evil",)

    def read(self, path, options):
        deed = path.read_text()
        if deed == "crash": ctypes.string_at(0)
        if deed == "abort": os.abort()
        if deed == "hang": time.sleep(600)
        if deed == "spin":
            while True: pass
        if deed == "eat": self.rest = [bytearray(1 << 20) for _ in range(1 << 20)]
        if deed == "exit": os._exit(3)
        if deed == "raise": raise LookupError("lost")
        if deed == "open": self.rest = [open(path) for _ in range(1000)]
        if deed == "recurse": self.read_deep()
        if deed == "chatter": print("noise"); os.write(1, b"more noise")
        if deed == "nonsense": os.write(max(map(int, os.listdir("/proc/self/fd")[:-1])), b"x" * 99)
        if deed == "lie": yield Reading("short", (Block("paragraph", 0, 999),)); return
        if deed == "keys": yield Reading(" ".join(os.environ), (Block("paragraph", 0, 1),)); return
        if deed == "many":
            for number in range(300):
                yield Reading("x" * 1_000_000, (Block("paragraph", 0, 9),), key=str(number))
            return
        if deed == "half":
            yield Reading("first", (Block("paragraph", 0, 5),), key="1")
            os._exit(1)
        yield Reading(deed, (Block("paragraph", 0, len(deed)),))

    def read_deep(self): self.read_deep()
"""


@pytest.fixture
def evil(tmp_path, monkeypatch):
    """A reader that does what its file says, reachable from the children."""
    (tmp_path / "evil_reader.py").write_text(EVIL)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    kind = Kind("evil", (".evil",), "evil_reader:EvilReader")
    monkeypatch.setattr(pool_module, "recognise", lambda path: Recognised(kind))

    def write(*deeds):
        found = []
        for number, deed in enumerate(deeds):
            path = tmp_path / f"{number}.evil"
            path.write_text(deed)
            found.append(FoundFile(path, path.name, len(deed)))
        return found

    return write


def outcome(result):
    return result.text if isinstance(result, Reading) else result.reason


def parent_memory():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def workers():
    """Find the living child processes of this one that read files."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, parent = (folder / "stat").read_text().rsplit(")", 1)[1].split()[:2]
            command = (folder / "cmdline").read_bytes()
            if int(parent) == os.getpid() and state != "Z" and b"reading.worker" in command:
                found.add(int(folder.name))
    return found


def test_results_come_in_the_order_of_the_files_and_the_pool_is_reused(tmp_path):
    for number in range(30):
        (tmp_path / f"{number:02}.md").write_text(
            f"# Number {number}\n\n" + "word " * (number * 50)
        )
    samples.plain_pdf(tmp_path / "05.pdf", pages=3)
    found = files(tmp_path).files
    with ReadingPool(workers=3) as pool:
        first = [
            (file.relative, outcome(result)) for file, result in pool.read(found, ReadOptions())
        ]
        children = workers()
        again = [
            (file.relative, outcome(result)) for file, result in pool.read(found, ReadOptions())
        ]
        assert workers() == children
        assert len(children) <= 3
    assert [name for name, _ in first] == [file.relative for file in found]
    assert first == again
    assert not workers()


def test_a_bad_file_costs_itself_alone(evil):
    deeds = ["one", "crash", "two", "abort", "exit", "raise", "open", "recurse", "three", "lie",
             "nonsense", "four"]  # fmt: skip
    results = [(file.relative, outcome(r)) for file, r in read_files(evil(*deeds), workers=2)]
    assert [name for name, _ in results] == [f"{number}.evil" for number in range(len(deeds))]
    said = dict(zip(deeds, [said for _, said in results], strict=True))
    assert [said[good] for good in ("one", "two", "three", "four")] == [
        "one",
        "two",
        "three",
        "four",
    ]
    assert said["crash"] == "the parser crashed (SIGSEGV)"
    assert "SIGABRT" in said["abort"]
    assert said["exit"] == "the parser ended early (exit code 3)"
    assert said["raise"] == "the reader failed: LookupError: lost"
    assert "Too many open files" in said["open"]
    assert said["recurse"] == "it is nested too deeply"
    assert "nonsense" in said["lie"]
    assert "nonsense" in said["nonsense"]


def test_limits_of_time_and_memory_are_kept(evil):
    limits = Limits(seconds=1.5, cpu_seconds=1, memory=300 << 20)
    start = time.monotonic()
    results = [
        outcome(r) for _, r in read_files(evil("hang", "eat", "fine"), workers=2, limits=limits)
    ]
    assert results == [
        "no answer within 1.5 s", "it needs more memory than is allowed", "fine"]  # fmt: skip
    limits = Limits(seconds=30, cpu_seconds=1)
    results = [outcome(r) for _, r in read_files(evil("spin", "fine"), workers=1, limits=limits)]
    assert results == ["it took more than 1 s of CPU time", "fine"]
    assert time.monotonic() - start < 20


def test_what_was_read_before_a_crash_is_kept(evil):
    results = [outcome(result) for _, result in read_files(evil("half", "fine"), workers=1)]
    assert results == ["first", "the parser ended early (exit code 1)", "fine"]


def test_children_see_no_keys_and_their_chatter_is_not_heard(evil, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    (_, keys), (_, chatter) = read_files(evil("keys", "chatter"), workers=1)
    assert "OPENAI_API_KEY" not in keys.text
    assert chatter.text == "chatter"


def test_a_slow_caller_does_not_fill_the_memory_of_the_parent(evil):
    before = parent_memory()
    for number, _ in enumerate(read_files(evil("many", "many", "many"), workers=3)):
        if number == 2:
            time.sleep(1)  # the children read ahead until the buffer is full, and wait
        assert parent_memory() - before < 150 << 20
        if number == 450:
            break


def test_a_caller_that_stops_early_leaves_nothing_behind(evil):
    before = threading.active_count()
    results = read_files(evil("many", "hang", "fine"), workers=2)
    next(results)
    results.close()
    assert not workers()
    assert threading.active_count() == before


def test_a_child_is_replaced_after_its_share_of_files(evil):
    deeds = [str(number) for number in range(7)]
    limits = Limits(files_per_child=2)
    assert [outcome(r) for _, r in read_files(evil(*deeds), workers=1, limits=limits)] == deeds


def test_neither_the_users_script_nor_the_current_folder_is_imported(tmp_path):
    (tmp_path / "json.py").write_text("raise SystemExit('imported from the documents')")
    (tmp_path / "doc.md").write_text("# Title\n\ntext")
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent("""
        import sys
        sys.path.pop(0)
        from pathlib import Path
        from sartor.knowledge.reading.walk import files
        from sartor.knowledge.reading.pool import read_files
        print("started")
        print([result.title for _, result in read_files(files(Path("doc.md")).files)])
    """)
    )
    done = subprocess.run(
        [sys.executable, script.name], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n") == ["started", "['Title']", ""]


# --- hostile files, through the real readers ---------------------------------------------------

BILLION = (
    '<!DOCTYPE z [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True)
    )
    + "]>"
)
XXE = '<!DOCTYPE z [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
HUGE = "x" * 30_000_000


def hostile(folder: Path) -> dict[str, str]:
    """Write the files; return for each what must be said of it ("" where it is read)."""
    expected: dict[str, str] = {}

    def put(name, content, reason=""):
        data = content if isinstance(content, bytes) else content.encode()
        (folder / name).write_bytes(data)
        expected[name] = reason

    samples.zip_bomb(folder / "bomb.docx")
    expected["bomb.docx"] = "the archive expands"
    for name, declaration in (("billion.docx", BILLION), ("xxe.docx", XXE)):
        samples.word_document(folder / name)
        samples.replace_part(folder / name, "word/document.xml", (declaration + "<w/>").encode())
        expected[name] = "declares a document type"
    word = samples.word_document(folder / "whole.docx").read_bytes()
    expected["whole.docx"] = ""
    put("cut.docx", word[: len(word) // 2], "damaged")
    put("billion.html", BILLION + "<html><body><p>&j; words</p></body></html>")
    put("xxe.html", XXE + "<html><body><p>&x; words</p></body></html>")
    put("deep.html", "<div>" * 20_000 + "words" + "</div>" * 20_000)
    put("deep.json", "[" * 1_000_000, "nested too deeply")
    put("deep.jsonl", '{"text": "good"}\n' + "[" * 1_000_000, "?")
    put("wide.json", '{"text": "' + "w" * 1_000_000 + '"}')
    put("line.txt", HUGE, "more than 20,000,000 characters")
    put("line.md", "| " * 1_000_000 + "\n" + "-" * 1_000_000)
    put(
        "killer.md", "<!--" * 50_000 + "-" * 100_000 + "\n" + "* " * 100_000 + "x\n" + "`" * 100_000
    )
    put("killer.txt", "1." * 100_000 + " \n" * 100_000 + "=" * 100_000)
    put("killer.csv", '"' * 100_001 + "," * 100_000, "?")
    put("killer.html", "<meta" * 100_000 + "<p style='" + "color:" * 100_000 + "'>words</p>", "?")
    put("utf8.md", b"good \xff\xfe words " * 20)
    put("nul.txt", b"words\0words", "NUL")
    put("picture.md", samples.png(), "a PNG image")
    put("empty.md", b"", "the file is empty")
    put("blank.md", b" \n\n ", "no text")
    pdf = samples.plain_pdf(folder / "whole.pdf", pages=2).read_bytes()
    expected["whole.pdf"] = ""
    put("cut.pdf", pdf[: len(pdf) // 3], "?")
    put("no_pages.pdf", samples.pdf_of(b"", pages="[]", count=0), "damaged")
    put("circle.pdf", samples.pdf_of(b"", pages="[2 0 R]", count=9), "?")
    text = b"BT /F 12 Tf 72 700 Td (seen) Tj ET\n"
    put("bomb.pdf", samples.pdf_of(text + b" " * (150 << 20)), "?")
    put(
        "many.pdf",
        samples.pdf_of(b"BT /F 9 Tf 9 700 Td " + b"(abcdefghij) Tj " * 20_000 + b"ET"),
        "?",
    )
    put("report.txt", pdf)
    return expected


def test_every_hostile_file_ends_as_read_or_failed_and_the_parent_stays_small(tmp_path):
    expected = hostile(tmp_path)
    before = parent_memory()
    limits = Limits(seconds=20, cpu_seconds=12, memory=400 << 20)
    ended: dict[str, str] = {}
    peak = 0
    for file, result in read_files(files(tmp_path).files, workers=2, limits=limits):
        reason = result.reason if isinstance(result, Trouble) else ""
        ended[file.relative] = ended.get(file.relative, "") or reason
        peak = max(peak, parent_memory() - before)
        if isinstance(result, Reading):
            assert os.uname().nodename not in result.text
    assert set(ended) == set(expected)
    for name, reason in expected.items():
        if reason != "?":
            assert (reason in ended[name]) if reason else not ended[name], (name, ended[name])
    assert peak < 200 << 20
