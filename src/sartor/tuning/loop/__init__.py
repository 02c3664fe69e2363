"""Tokens in, trained weights out: the loop that every method is trained by.

job       what is trained on what, and what came of it
batches   examples -> optimiser steps -> batches of few filler tokens
architecture  what must be known of a network first, tried on a few tokens
loss      a network that looks only at what is learned
trainer   transformers' Trainer with these batches, this loss and these checkpoints
schedule  which part of its learning rate a step has
evaluating  when the network is looked at in between, and what it loses on examples kept aside
history   what has happened so far: losses, the best weights, when to stop
aside     a look at the network in between that leaves no trace
checkpoints  files that are whole or not there
processes  what several processes must know alike
training  all of this in order, and what can go wrong
"""

from sartor.tuning.loop import checkpoints
from sartor.tuning.loop.job import Job, Standing, Step, Trained, Watch
from sartor.tuning.loop.training import train

__all__ = ["Job", "Standing", "Step", "Trained", "Watch", "checkpoints", "train"]
