"""Samples of our own writing; nothing in them is true.

documents/, questions.jsonl   a furniture shop in plain words: what the documentation works on
handbook/                     a company in the words of the lab's world: what `sartor demo` works on
town.py                       a project of that world, drawn anew from a seed
"""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent
SHOP = ("documents", "questions.jsonl")
