"""The command line as a user meets it: real processes, real exit codes."""

import json

import pytest
from command_line import sartor


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A project of three documents that the real embedder has embedded."""
    root = tmp_path_factory.mktemp("cli")
    folder = root / "documents"
    folder.mkdir()
    (folder / "returns.md").write_text(
        "# Returns\n\nUnused items may be returned within 30 days.\n"
    )
    (folder / "delivery.txt").write_text("Delivery of furniture costs 39 euros.\n")
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n")
    assert sartor(root, "init", "shop").returncode == 0
    done = sartor(root / "shop", "add", "../documents")
    assert done.returncode == 0, done.stderr
    assert "2 added, 1 skipped" in done.stdout
    return root / "shop"


def test_search_prints_place_and_passage(shop):
    done = sartor(shop, "search", "send something back", "-k", "1")
    assert done.returncode == 0
    assert "returns.md" in done.stdout
    assert "within 30 days" in done.stdout


def test_ask_prints_the_answer_and_its_source(shop):
    done = sartor(shop, "ask", "What does the delivery of furniture cost?")
    assert "39 euros" in done.stdout
    assert "[1] delivery.txt" in done.stdout


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [
        ("search", ["return items"]),
        ("search", ["return items", "--explain"]),
        ("ask", ["return items?"]),
        ("documents", []),
        ("show", ["returns.md"]),
        ("sources", []),
        ("doctor", []),
        ("sync", []),
    ],
)
def test_json_output_is_as_its_schema_says(shop, verb, arguments):
    import jsonschema

    from sartor.cli.schemas import HERE

    done = sartor(shop, verb, *arguments, "--json")
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    jsonschema.validate(printed, json.loads((HERE / f"{verb}.json").read_text()))


@pytest.mark.parametrize("command", ["config show", "index verify"])
def test_json_output_of_nested_verbs_is_as_its_schema_says(shop, command):
    import jsonschema

    from sartor.cli.schemas import HERE

    name = {"config show": "config", "index verify": "index-verify"}[command]
    printed = json.loads(sartor(shop, *command.split(), "--json").stdout)
    jsonschema.validate(printed, json.loads((HERE / f"{name}.json").read_text()))


def test_the_schema_files_are_those_the_code_writes():
    from sartor.cli import schemas

    for verb in schemas.returned():
        written = json.loads((schemas.HERE / f"{verb}.json").read_text())
        assert written == schemas.schema(verb), "run: python -m sartor.cli.schemas"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["search"], 2, "Missing argument"),
        (["serach", "x"], 2, "No such command"),
        (["search", ""], 3, "the query is empty"),
        (["search", "x", "--mode", "dens"], 3, "dens"),
        (["search", "x", "--filter", "year"], 2, "expected KEY=VALUE"),
        (["search", "x", "--filter", "year=1"], 3, "no document has a field 'year'"),
        (["search", "x", "--collection", "nope"], 3, "no collection 'nope'"),
        (["show", "retuns.md"], 3, "returns.md"),
        (["add", "nowhere"], 3, "nowhere does not exist"),
        (["sync", "docs"], 3, "no source 'docs'"),
        (["--set", "search.kk=1", "documents"], 2, "did you mean 'search.k'"),
        (["-C", "/", "documents"], 2, "is not a project"),
        (["eval", "nothing.jsonl"], 3, "nothing.jsonl"),
        (["delete", "nothing.md"], 3, "nothing.md"),
        (["restore", "nothing.zip", "copy"], 3, "nothing.zip"),
    ],
)
def test_mistakes_are_named_with_a_next_step(shop, arguments, code, says):
    done = sartor(shop, *arguments)
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_the_version_is_printed(shop):
    assert sartor(shop, "--version").stdout.startswith("sartor ")


def test_a_dry_run_changes_nothing(shop, tmp_path):
    (tmp_path / "new.txt").write_text("The harbour bell rings at noon.\n")
    sartor(shop, "add", tmp_path)
    (tmp_path / "more.txt").write_text("The harbour is closed in winter.\n")
    done = sartor(shop, "sync", "--dry-run")
    assert "1 added" in done.stdout
    assert "closed in winter" not in sartor(shop, "search", "harbour closed winter").stdout
    sartor(shop, "sources", "--remove", tmp_path.name)


def test_outside_a_project_every_verb_says_how_to_make_one(tmp_path):
    done = sartor(tmp_path, "search", "x")
    assert (done.returncode, done.stdout) == (2, "")
    assert "sartor init" in done.stderr


def test_some_failed_files_give_exit_code_4_and_the_rest_is_in(shop, tmp_path):
    (tmp_path / "good.txt").write_text("The workshop opens at eight.\n")
    (tmp_path / "bad.pdf").write_bytes(b"not a pdf")
    done = sartor(shop, "add", tmp_path)
    assert done.returncode == 4
    assert "bad.pdf" in done.stdout
    assert "opens at eight" in sartor(shop, "search", "workshop opens", "-k", "1").stdout
    assert sartor(shop, "sources", "--remove", tmp_path.name).returncode == 0


def test_config_show_names_the_origin(shop):
    done = sartor(shop, "config", "show", "--origin", "--json", SARTOR_SEARCH_K="4")
    rows = {row["name"]: row for row in json.loads(done.stdout)["data"]}
    assert rows["search.k"]["value"] == 4
    assert rows["search.k"]["origin"] == "SARTOR_SEARCH_K"
