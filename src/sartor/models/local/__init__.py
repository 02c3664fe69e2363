"""Language models on this machine: transformers, adapters by name, JSON by a grammar.

What goes in: a folder with weights, a tokenizer and a chat template. What comes out: a `Model`.
torch and transformers are imported when one is opened, not before.
"""

from sartor.models.local.model import LocalModel

__all__ = ["LocalModel"]
