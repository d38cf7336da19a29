"""What the bound tells the search: runs of a plan near the relaxation's solution, near services, prices, pairs."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.solver.model.block import Loads
from scheduler.solver.model.instance import Floats
from scheduler.solver.model.services import ServiceStops


@dataclass(frozen=True, slots=True)
class Guide:
    """Runs of a plan near the relaxation's solution, near services, nearest first, and what a person of each class is
    worth at its prices, in fen."""

    runs: list[ServiceStops]
    near: list[ServiceStops]
    price_fen: Floats


@dataclass(frozen=True, slots=True)
class TrainGuide:
    """Where trains run alone: a plan, a bound, and by (train, class) how much more than it any plan costs that uses
    the pair; all in fen."""

    loads: Loads
    bound_fen: float
    excess_fen: Floats
