"""`python -m sartor.cli`."""

from sartor.cli import main

main()
