"""A question -> an answer with citations."""
