"""What a caller may tell `solve` beside the problem, and what it tells while it works and when it is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypedDict

from scheduler.commitments import Commitments
from scheduler.plan import Plan
from scheduler.solver.params import SolveParams

Phase = Literal["first_plan", "search", "done"]
Status = Literal["optimal", "feasible", "interrupted", "time_limit"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a search is: what `on_progress` is told, and the points of `SolveResult.trace`.

    Attributes
    ----------
    elapsed_s : float
        Seconds since `solve` was called.
    phase : {"first_plan", "search", "done"}
        What it is at: making the first plan (`cost_fen` is None until there is one), improving it, or over.
    cost_fen : int or None
        Total cost of the best plan so far; None while there is none.
    bound_fen : int or None
        Proven lower bound on the cost of every plan; None while nothing is proven.
    gap : float or None
        (cost - bound) / cost, 0 where the cost is 0; None where one of them is.
    runs : int
        Departures of that plan, coaches and trains.
    served : int
        People with a seat.
    people : int
        People of the problem.
    """

    elapsed_s: float
    phase: Phase
    cost_fen: int | None
    bound_fen: int | None
    gap: float | None
    runs: int
    served: int
    people: int


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
    stands: Plan | None


@dataclass(frozen=True, slots=True)
class SolveResult:
    """A plan, and how it came about.

    Attributes
    ----------
    plan : Plan
        The best plan found, verified.
    status : {"optimal", "feasible", "interrupted", "time_limit"}
        ``optimal``: no plan costs less, which is proven, whatever ended the search. Else ``interrupted``: `stop` or
        Ctrl-C ended it; ``time_limit``: the time was over; ``feasible``: it ended by itself, for the gap asked for is
        proven, the work asked for is done, or nothing is left to try.
    runtime_s : float
        Seconds that it took, ending included.
    first_plan_s : float
        Seconds to the first verified plan.
    trace : tuple of Progress
        One point for each time that `on_progress` is told, in order; the last one is the end.
    moved : int
        Of the people who had been told something, how many the plan moves. More than `Commitments.max_moved` only where
        no plan was found that moves fewer: then it is the fewest.
    """

    plan: Plan
    status: Status
    runtime_s: float
    first_plan_s: float
    trace: tuple[Progress, ...]
    moved: int = 0


def status_of(plan: Plan, interrupted: bool, out_of_time: bool) -> Status:
    """Return what ended a search that gave this plan."""
    if plan.bound == plan.cost.total:
        return "optimal"
    if interrupted:
        return "interrupted"
    return "time_limit" if out_of_time else "feasible"


class Bounds:
    """What is proven of the cost of plans, in fen: of all, and of those that move no more than so many people.

    Parameters
    ----------
    fen : int
        A bound on the cost of every plan.
    known_fen : int or None
        Another one, known before the search.
    """

    def __init__(self, fen: int, known_fen: int | None = None) -> None:
        self.fen = fen if known_fen is None else max(fen, known_fen)
        self.capped: dict[int, int] = {}

    def lift(self, fen: int, most_moved: int | None = None) -> None:
        """Take a bound if it is better, of all plans or of those that move no more than so many people."""
        if most_moved is None:
            self.fen = max(self.fen, fen)
        else:
            self.capped[most_moved] = max(fen, self.capped.get(most_moved, 0))

    def of(self, moved: int) -> int:
        """Return the best bound for a plan that moves so many people."""
        return max([self.fen, *(fen for most, fen in self.capped.items() if moved <= most)])
