"""Carry out a history from a given step on and acknowledge each step on stdout; to be killed.

python history_worker.py ledger.db ROUNDS FIRST_STEP
"""

import sys

from ledger_history import history

from sartor.knowledge.ledger import Ledger


def main(path: str, rounds: str, first: str) -> None:
    with Ledger(path) as ledger:
        for step in history(rounds=int(rounds))[int(first) :]:
            step(ledger)
            sys.stdout.write(".")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
