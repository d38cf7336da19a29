"""The program over the pairs of a party and a train that the prices leave: its optimum is the problem's, or near it.

A plan that uses another pair costs at least the bound and that pair's excess. So with the pairs of excess up to d, and
the program's own bound b, min(b, bound + d) is a bound for the problem: exact once d reaches the gap.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from scheduler.solver.mip.formulation import Program
from scheduler.solver.mip.kernel import Kernel, TrainPairs
from scheduler.solver.mip.whole_problem import whole_block
from scheduler.solver.model.block import Loads
from scheduler.solver.model.instance import Floats, Ints
from scheduler.solver.model.services import Services

PairMask = NDArray[np.bool_]


def by_class(excess: Floats, of_class: Ints) -> Floats:
    """Return the least excess of the parties of each class, by (train, class); `of_class` is sorted."""
    starts = np.flatnonzero(np.diff(of_class, prepend=-1))
    return np.asarray(np.minimum.reduceat(excess, starts, axis=1))


def solve_restricted(
    services: Services, kept: PairMask, known: Loads | None, limit_s: float, nodes: int | None, seed: int = 0
) -> Loads | None:
    """Solve the problem over the pairs (train, class) that are `kept`; None when nothing is found.

    `known` is a solution to begin with, of pairs that are kept.
    """
    kernel = Kernel(services, whole_block(services))
    open_trains, pairs = [], []
    for train, every in zip(kernel.block.trains, kernel.trains, strict=True):
        near = np.flatnonzero(kept[train.train, every.at])
        if len(near):
            open_trains.append(train)
            pairs.append(TrainPairs._make(figures[near] for figures in every))
    kernel.block, kernel.trains = replace(kernel.block, trains=tuple(open_trains)), pairs
    program = Program(kernel)
    return program.solve(limit_s, nodes, 0.0, start=None if known is None else program.start(known), seed=seed)
