"""A model's configuration and a recipe in; parameters, memory, time and what fits out.

families    what the layers of each family are made of
shape       config.json -> sizes and exact counts
machines    graphics cards by their makers' figures; this machine, measured
memory      what goes through at once -> bytes by part
rehearsal   sizes of a layer -> the seconds it takes here, tried on ones
duration    what is multiplied, moved and called, or tried -> the pace of a machine
whole_run   what is to be learned and a pace -> seconds of training, measuring and replay
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
from sartor.tuning.planning.whole_run import Duration, General, Material

__all__ = [
    "CORRECTION",
    "MACHINES",
    "Duration",
    "General",
    "Linear",
    "Machine",
    "Material",
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
