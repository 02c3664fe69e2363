"""What may lie in the folder of an adapter: weights as safetensors, and nothing that can run.

A pickle runs code when it is read, and so does Python that a model brings along: both are refused
by what is in a file, not only by its name.
"""

from __future__ import annotations

import json
from pathlib import Path

from sartor.errors import AdapterMismatch
from sartor.types.training import MethodName

PICKLED = {".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".joblib", ".npy", ".npz"}
RUNNABLE = {".py", ".pyc", ".so", ".sh"}
ZIP, PICKLE = b"PK\x03\x04", tuple(bytes([0x80, version]) for version in range(2, 6))
CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
MODEL_CONFIG = "config.json"
CODE = "auto_map"  # what a configuration calls the code that comes with it
SAFE = "save it again as safetensors, from a machine that may trust it"


def require_contents(folder: Path, method: MethodName) -> None:
    """Raise `AdapterMismatch` if something is missing that belongs there, or must not be there."""
    require_nothing_runs(folder)
    if method == "full":
        whole = (folder / MODEL_CONFIG).is_file() and any(folder.glob("*.safetensors"))
        expected = f"{MODEL_CONFIG} and *.safetensors"
    else:
        whole = (folder / CONFIG).is_file() and (folder / WEIGHTS).is_file()
        expected = f"{CONFIG} and {WEIGHTS}"
    if not whole:
        found = ", ".join(sorted(path.name for path in folder.iterdir())) or "nothing"
        raise AdapterMismatch(f"{folder} is no result of {method}: found {found}", expected)


def require_nothing_runs(folder: Path) -> None:
    """Raise `AdapterMismatch` if reading this folder could run somebody's code."""
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            raise AdapterMismatch(f"{path} is a link: what it means may change", "copy the file")
        if path.is_file():
            _require_harmless(path)
    for name in (CONFIG, MODEL_CONFIG):
        if (folder / name).is_file() and CODE in read_config(folder / name):
            raise AdapterMismatch(
                f"{folder / name} names code of its own ({CODE}), which is never run",
                "use a model whose architecture transformers knows",
            )


def read_config(path: Path) -> dict[str, object]:
    """Read a configuration; raises `AdapterMismatch` if it is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AdapterMismatch(f"{path} cannot be read: {error}", SAFE) from error
    if not isinstance(found, dict):
        raise AdapterMismatch(f"{path} is not a configuration: it holds no JSON object", SAFE)
    return found


def _require_harmless(path: Path) -> None:
    if path.suffix in RUNNABLE:
        raise AdapterMismatch(f"{path} is a program; an adapter is data", "delete it")
    with path.open("rb") as file:
        head = file.read(4)
    if path.suffix in PICKLED or head == ZIP or head[:2] in PICKLE:
        raise AdapterMismatch(f"{path} is a pickle: reading it would run what is in it", SAFE)
