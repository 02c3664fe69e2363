"""What importing costs, and what it must never drag in."""

import subprocess
import sys

import pytest

HEAVY = [
    *("torch", "transformers", "openvino", "fastapi", "openai"),
    *("qdrant_edge", "docx", "pypdfium2", "tokenizers"),
]


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    "statement",
    [
        "import sartor",
        "import sartor.cli.app",
        "from sartor import Project, Answer, SartorError",
        "import sartor.knowledge.embedding",
    ],
)
def test_nothing_heavy_is_imported_by(statement):
    loaded = run(f"{statement}\nimport sys\nprint([m for m in {HEAVY} if m in sys.modules])")
    assert loaded == "[]"


def test_help_imports_nothing_heavy():
    code = (
        "import sys\nsys.argv = ['sartor', '--help']\n"
        "from sartor.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print('LOADED', [m for m in {HEAVY} if m in sys.modules])"
    )
    assert run(code).endswith("LOADED []")


def test_the_public_names_are_exactly_those_listed():
    import sartor

    assert sorted(sartor.__all__, key=str.casefold) == sorted(
        [*sartor._HOME, "__version__"], key=str.casefold
    )
    for name in sartor.__all__:
        assert getattr(sartor, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        sartor.Nothing  # noqa: B018
