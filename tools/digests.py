"""Digests of plans and bounds by counted work: five seasons, both directions. Bit for bit the same before and after a
change that is meant to change no decision.

    python tools/digests.py > before.txt        # on the old code
    python tools/digests.py | diff before.txt - # on the new

They hold for one machine and one environment: other versions of HiGHS, OR-Tools or NumPy round otherwise.
"""

from __future__ import annotations

import hashlib

from scheduler import solve
from scheduler.example.season import synthetic_problem
from scheduler.settings import Direction

SEASONS: tuple[tuple[int, int, int], ...] = ((40, 0, 3), (60, 1, 3), (150, 2, 2), (220, 3, 2), (320, 4, 1))
"""People, seed, work (blocks remade)."""

DIRECTIONS: tuple[Direction, ...] = ("to_work", "to_home")


def main() -> None:
    """Print a line for each season: its name, cost, bound, digest of the whole plan."""
    for people, seed, work in SEASONS:
        for direction in DIRECTIONS:
            problem = synthetic_problem(people, seed, direction)
            plan = solve(problem, seed=seed, iterations=work, workers=1)
            digest = hashlib.sha256(plan.to_json().encode()).hexdigest()[:16]
            print(f"{people} {direction} {seed}: {plan.cost.total} {plan.bound} {digest}", flush=True)


if __name__ == "__main__":
    main()
