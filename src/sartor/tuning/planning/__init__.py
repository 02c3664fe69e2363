"""A model's configuration and a recipe in; parameters, memory, time and what fits out.

families    what the layers of each family are made of
shape       config.json -> sizes and exact counts
machines    graphics cards by their makers' figures; this machine, measured
memory      what goes through at once -> bytes by part
duration    what is multiplied and moved -> seconds
smaller     what would fit, and the most that does
plan        all of it, for one machine or several; which method to take
ranks       what guides say of ranks, and what the arithmetic gives

It loads no weights and imports no library of models: a plan is there before either is.
"""

from sartor.tuning.planning.machines import MACHINES, Machine, this_machine
from sartor.tuning.planning.memory import Pass, memory_by_part
from sartor.tuning.planning.plan import Plan, choose, plan, plan_methods
from sartor.tuning.planning.ranks import CORRECTION, Rank, matrix_rank, ranks
from sartor.tuning.planning.shape import Linear, Shape, read_shape
from sartor.tuning.planning.smaller import Proposal, largest_pass, longest_row

__all__ = [
    "CORRECTION",
    "MACHINES",
    "Linear",
    "Machine",
    "Pass",
    "Plan",
    "Proposal",
    "Rank",
    "Shape",
    "choose",
    "largest_pass",
    "longest_row",
    "matrix_rank",
    "memory_by_part",
    "plan",
    "plan_methods",
    "ranks",
    "read_shape",
    "this_machine",
]
