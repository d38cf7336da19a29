"""What a caller may tell `solve` beside the problem, as types; what each means stands there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypedDict

from scheduler.commitments import Commitments
from scheduler.solver.params import SolveParams
from scheduler.solver.result import Progress


class SolveOptions(TypedDict, total=False):
    """The keyword arguments of `solve` and `solve_with_trace`, each explained there."""

    time_limit_s: float
    gap: float
    seed: int
    iterations: int | None
    workers: int
    on_progress: Callable[[Progress], None] | None
    stop: Callable[[], bool] | None
    params: SolveParams | None
    commitments: Commitments | None
