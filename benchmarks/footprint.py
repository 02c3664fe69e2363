"""What installing the core costs: distributions and megabytes in a fresh environment.

python benchmarks/footprint.py
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import write_result

ROOT = Path(__file__).parent.parent
TOOLS = ("pip", "setuptools", "pkg_resources", "_distutils_hack")


def main():
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = Path(folder) / "bin/python"
        started = time.monotonic()
        subprocess.run(
            [python, "-m", "pip", "install", "-q", "-c", ROOT / "constraints.txt", ROOT], check=True
        )
        seconds = time.monotonic() - started
        packages = next(Path(folder).glob("lib/python*/site-packages"))
        kept = [entry for entry in packages.iterdir() if not entry.name.startswith(TOOLS)]
        files = [
            file for entry in kept for file in ([entry] if entry.is_file() else entry.rglob("*"))
        ]
        sizes = {file: file.stat().st_size for file in files if file.is_file()}
        write_result(
            "footprint",
            {
                "install_seconds": round(seconds, 1),
                "distributions": sum(entry.name.endswith(".dist-info") for entry in kept),
                "megabytes": round(sum(sizes.values()) / 1e6),
                "megabytes_without_compiled_python": round(
                    sum(size for file, size in sizes.items() if file.suffix != ".pyc") / 1e6
                ),
            },
        )


if __name__ == "__main__":
    main()
