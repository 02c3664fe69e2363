"""A made-up world: things, facts, passages and questions that nobody can know beforehand.

Names and values come from spaces of millions, so a model that answers right has read the answer.
Everything is seeded; names, relations and wordings are split into those that training may see and
those that only tests see. It knows no prompt, no tokenizer and no model.
"""

from sartor.lab.world.chatter import draw_mixed_words, draw_plain_words
from sartor.lab.world.facts import Fact, Part, draw_facts, draw_missing, is_answered
from sartor.lab.world.names import Thing
from sartor.lab.world.passages import Passage, Scene, Shape, draw_scene, write_passage

__all__ = [
    "Fact",
    "Part",
    "Passage",
    "Scene",
    "Shape",
    "Thing",
    "draw_facts",
    "draw_missing",
    "draw_mixed_words",
    "draw_plain_words",
    "draw_scene",
    "is_answered",
    "write_passage",
]
