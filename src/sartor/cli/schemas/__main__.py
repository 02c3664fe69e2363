"""`python -m sartor.cli.schemas` writes the schema files again."""

from sartor.cli.schemas import write_all

write_all()
