"""A file -> example conversations, whatever form they are in.

decoding    bytes -> text; what is no text is named
rows        text -> JSON objects, each with its line
kinds       objects -> which kind of examples they are, or what they look like instead
turns       the turns of one object -> messages, or why not
converting  an object of one kind -> an example
tables      CSV, TSV -> objects
dialogues   plain text -> objects
files       a path -> all of it: `read_examples`
"""
