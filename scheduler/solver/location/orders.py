"""Sorting and shuffling, compiled once for all: each use of NumPy's own would be compiled for itself, for seconds."""

from __future__ import annotations

import numpy as np

from scheduler.solver.bound.compiled import compiled
from scheduler.solver.model.instance import Floats, Ints


@compiled
def greatest_first(values: Floats) -> Ints:
    """Return the order of values, greatest first."""
    return np.argsort(-values)


@compiled
def shuffled(n: int) -> Ints:
    """Return the numbers below n in random order."""
    order = np.arange(n)
    for i in range(n - 1, 0, -1):
        j = np.random.randint(i + 1)
        order[i], order[j] = order[j], order[i]
    return order
