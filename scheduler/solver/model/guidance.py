"""What the relaxation tells the search: runs of a plan near its solution, near services, and prices."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.solver.model.instance import Floats
from scheduler.solver.model.services import ServiceStops


@dataclass(frozen=True, slots=True)
class Guide:
    """Runs of a plan near the relaxation's solution, near services, nearest first, and what a person of each class is
    worth at its prices, in fen."""

    runs: list[ServiceStops]
    near: list[ServiceStops]
    price_fen: Floats
