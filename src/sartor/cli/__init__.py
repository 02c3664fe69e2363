"""The command line: one file a verb, no logic. Data goes to stdout, progress to stderr."""

from __future__ import annotations

import sys

INTERRUPTED = 130


class Told(SystemExit):
    """Leaving after an interruption, where it has been said how to go on."""


def main() -> None:
    """Run `sartor` and leave with the exit code that errors.py assigns."""
    from sartor.cli.app import app
    from sartor.cli.output import complain
    from sartor.errors import SartorError

    try:
        app(standalone_mode=True)
    except SartorError as error:
        complain(error)
        sys.exit(error.exit_code)
    except SystemExit as leaving:
        if leaving.code == INTERRUPTED and not isinstance(leaving, Told):
            sys.stderr.write("\nStopped. What is committed is kept; the same command continues.\n")
        raise
    except BrokenPipeError:  # `sartor search ... | head`: the reader has seen enough
        sys.stderr.close()
        sys.exit(0)
