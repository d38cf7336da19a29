"""Portions of a solution: what a removal names, what was taken out, and a block in flight with what it was granted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from scheduler.solver.model.block import Block, Loads
from scheduler.solver.model.instance import Ints
from scheduler.solver.model.solution import Coach, Solution, TrainLoad, joined


@dataclass(frozen=True)
class Removal:
    """What to take out: runs by index, and people of these work stops and days.

    Of the people left behind or in trains come about `most_people`, or all of the stops' where it is None; then nobody
    else takes from these stops. `prices` tells whether it may be remade with services that nobody has named.
    """

    runs: list[int]
    stops: list[int]
    days: list[int]
    most_people: int | None
    prices: bool = True


@dataclass(frozen=True)
class Portion:
    """A portion of a solution: coaches, loads of trains by number, parties left behind by class."""

    coaches: list[Coach]
    trains: dict[int, TrainLoad]
    left: dict[int, int]

    def parties(self) -> Counter[int]:
        """Return its parties by class."""
        parties = Counter[int]()
        for coach in self.coaches:
            parties.update(coach.load)
        for load in self.trains.values():
            for (k, _), n in load.items():
                parties[k] += n
        parties.update(self.left)
        return parties


@dataclass(frozen=True)
class BlockInFlight:
    """A block that is being repaired: what it took out of the solution, what that cost, and what it was granted."""

    block: Block
    taken: Portion
    cost_fen: int
    granted: Ints
    granted_fen: int
    moved: int
    granted_moved: int
    emptied_stops: list[int]


def put(solution: Solution, portion: Portion) -> None:
    """Put a portion into a solution."""
    solution.coaches += portion.coaches
    for k, n in portion.left.items():
        solution.left[k] += n
    for t, load in portion.trains.items():
        solution.trains[t] = joined(solution.trains[t], load)


def with_portions(solution: Solution, portions: Iterable[Portion]) -> Solution:
    """Return a copy of a solution with portions that are out of it put back."""
    coaches = [replace(coach, load=dict(coach.load)) for coach in solution.coaches]
    whole = Solution(coaches, [dict(load) for load in solution.trains], solution.left.copy())
    for portion in portions:
        put(whole, portion)
    return whole


def left_of(block: Block, coaches: list[Coach], loads: Loads) -> dict[int, int]:
    """Return the parties of a block by class that ride nothing."""
    left = dict(zip((int(k) for k in block.classes), (int(n) for n in block.counts), strict=True))
    for coach in coaches:
        for k, n in coach.load.items():
            left[k] -= n
    for load in loads.trains.values():
        for (k, _), n in load.items():
            left[k] -= n
    return left
