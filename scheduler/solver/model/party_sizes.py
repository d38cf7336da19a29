"""Seats that parties can fill: where all sizes share a divisor, the seats beyond a multiple of it stay empty.

Parties ride whole. Where all of them are couples, the last of 45 seats is of no use, and a bound or a program that
sells it is 2 % off the truth; no branching on runs would find that out.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeVar

import numpy as np

from scheduler.solver.model.instance import Instance, Ints

Seats = TypeVar("Seats", int, Ints)


@lru_cache(maxsize=4)
def common_size(instance: Instance) -> int:
    """Return the greatest number that divides the size of every party; 1 where there are none."""
    return int(np.gcd.reduce(instance.size, initial=0)) or 1


def fillable(instance: Instance, seats: Seats) -> Seats:
    """Return how many of the seats the parties of an instance can fill at most, by that divisor.

    Where that is below min_load no run is possible, but why is for reasons to say: then the seats stay as they are.
    """
    spare = seats % common_size(instance)
    return seats - spare * (seats - spare >= max(1, instance.min_load))
