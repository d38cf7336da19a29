"""What the relaxation tells the search: runs of a plan near its solution, near services, and prices."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.solver.model.instance import Floats

GuideRun = tuple[int, tuple[int, ...], tuple[int, ...], int]
"""(day, home stops, work stops, vehicle type)."""


@dataclass(frozen=True, slots=True)
class Guide:
    """Runs of a plan near the relaxation's solution, near services, nearest first, and what a person of each class is
    worth at its prices, in fen."""

    runs: list[GuideRun]
    near: list[GuideRun]
    price_fen: Floats
