"""Whether answers are in the user's voice, learned from the user's examples.

read_voice      examples.jsonl -> what was asked, and what they said
Voice           learned from their answers and a base assistant's to the same prompts
style_measure   a voice as a measure of a run: `style.match`
"""

from sartor.evaluation.style.comparing import Feature
from sartor.evaluation.style.examples import Spoken, read_voice
from sartor.evaluation.style.measure import style_measure
from sartor.evaluation.style.voice import Voice

__all__ = ["Feature", "Spoken", "Voice", "read_voice", "style_measure"]
