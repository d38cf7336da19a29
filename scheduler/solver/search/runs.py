"""Runs with their loads, as local search holds them, and moves among them."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.solver.model.instance import Ints
from scheduler.solver.model.seating import Link
from scheduler.solver.model.services import Service


@dataclass(eq=False)
class SearchRun:
    """A run and its load: a coach by its service, or a train of the block by its index (then `key` is None).

    `fare_fen` is what of a budget one person of each of the link's classes takes beside `fixed_fen`; None: nothing.
    """

    key: Service | None
    train: int
    link: Link
    seats: int
    fixed_fen: int
    least: int
    load: Ints
    fare_fen: Ints | None = None

    @property
    def name(self) -> Service | int:
        """Its service, or the complement of its train: what is not to be tried again."""
        return self.key if self.key is not None else ~self.train

    @property
    def spent_fen(self) -> int:
        """What the run takes of a budget."""
        return self.fixed_fen + (0 if self.fare_fen is None else int(self.fare_fen @ self.load))


@dataclass
class Move:
    """A part of the plan seated anew: the runs that were, the runs that come, who is left in the block, the gain."""

    before: list[SearchRun]
    after: list[SearchRun]
    left: Ints
    gain_fen: int

    @property
    def spent_fen(self) -> int:
        """How much more of a budget it takes."""
        return sum(run.spent_fen for run in self.after) - sum(run.spent_fen for run in self.before)
