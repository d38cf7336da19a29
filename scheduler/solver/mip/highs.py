"""HiGHS behind one face: the only module that knows `highspy`.

A `Program` here is

    min  c x    s.t.  low <= A x <= high,  lower <= x <= upper,  some x whole

given as arrays. `relaxed` solves it without the whole numbers, from the basis of an earlier solution if there is one;
`solved` with them, from a start solution if there is one. Both end by seconds or by work (nodes, iterations); by work
the same program with the same seed gives the same answer, for HiGHS runs on one thread.

Ctrl-C: HiGHS runs in a thread of its own while the main thread waits, so that a signal is taken at once and ends it
within a moment; an exception never has to find its way through HiGHS. It lets go of the interpreter's lock meanwhile,
as `scheduler.processes` asks of what runs for long.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from scheduler.solver.model.instance import Floats

Basis = Any
"""HiGHS's own: which columns and rows of a program stand at a limit."""

Outcome = Literal["optimal", "infeasible", "limit", "interrupted", "failed"]
"""How HiGHS ended; with `limit` and `interrupted` there may be a solution or not."""

_OUTCOMES: dict[highspy.HighsModelStatus, Outcome] = {
    highspy.HighsModelStatus.kOptimal: "optimal",
    highspy.HighsModelStatus.kModelEmpty: "optimal",
    highspy.HighsModelStatus.kInfeasible: "infeasible",
    highspy.HighsModelStatus.kTimeLimit: "limit",
    highspy.HighsModelStatus.kIterationLimit: "limit",
    highspy.HighsModelStatus.kSolutionLimit: "limit",
    highspy.HighsModelStatus.kInterrupt: "interrupted",
}

_PATIENCE_S = 0.5
"""After a signal HiGHS is waited for so long; then it is left alone, and ends at its next look."""

_WAIT_S = 0.05
"""Between looks for a signal; Windows does not wake a wait for one."""


@dataclass(frozen=True, slots=True)
class LinearRows:
    """The arrays of a program: `low <= matrix x <= high`, costs and limits of the columns."""

    cost: Floats
    lower: Floats
    upper: Floats
    matrix: sparse.csr_array
    low: Floats
    high: Floats

    def with_sum(self, n: int, least: float, most: float) -> LinearRows:
        """Return the program with one row more: its first `n` columns come to so much at least, and at most."""
        row = sparse.csr_array(np.arange(self.matrix.shape[1])[None, :] < n, dtype=np.float64)
        matrix = sparse.vstack([self.matrix, row], format="csr")
        return replace(self, matrix=matrix, low=np.append(self.low, least), high=np.append(self.high, most))

    def breaks(self, x: Floats) -> bool:
        """Tell whether values of the columns break a row or a limit."""
        rows = self.matrix @ x
        inside = (self.low - 1e-6 <= rows).all() and (rows <= self.high + 1e-6).all()
        return not (inside and (self.lower - 1e-6 <= x).all() and (x <= self.upper + 1e-6).all())


@dataclass(frozen=True, slots=True)
class WorkLimits:
    """Where HiGHS stops: seconds, nodes of branch and bound, simplex iterations (of an LP), a relative gap.

    `stop` is asked often, from another thread; once it returns True HiGHS ends with what it has.
    """

    seconds: float = math.inf
    nodes: int | None = None
    iterations: int | None = None
    rel_gap: float = 0.0
    seed: int = 0
    stop: Callable[[], bool] | None = None


@dataclass(frozen=True, slots=True)
class Incumbent:
    """A better solution on the way: its value, the bound proven by then, nodes, seconds."""

    value: float
    bound: float
    nodes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class LpAnswer:
    """A relaxation's solution: value, x, reduced costs of the columns, duals of the rows, and the basis."""

    value: float
    x: Floats
    reduced: Floats
    dual: Floats
    basis: Basis
    iterations: int


@dataclass(frozen=True, slots=True)
class MipAnswer:
    """The best solution found, None when there is none; no solution is better than `bound`."""

    outcome: Outcome
    x: Floats | None
    value: float
    bound: float
    nodes: int
    iterations: int


def relaxed(rows: LinearRows, limits: WorkLimits, basis: Basis | None = None) -> LpAnswer | None:
    """Solve a program without its whole numbers; None when it is not solved within the limits.

    `basis` is that of an earlier solution; columns and rows that came since then stand behind the others.
    """
    highs = _loaded(rows, None, limits)
    if basis is not None:
        _require(highs.setBasis(_extended(basis, *rows.matrix.shape)), "setBasis")
    if _run(highs, limits) != "optimal":
        return None
    solution, info = highs.getSolution(), highs.getInfo()
    return LpAnswer(
        info.objective_function_value,
        np.array(solution.col_value),
        np.array(solution.col_dual),
        np.array(solution.row_dual),
        highs.getBasis(),
        info.simplex_iteration_count,
    )


def solved(
    rows: LinearRows,
    whole: NDArray[np.bool_],
    limits: WorkLimits,
    start: Floats | None = None,
    improved: Callable[[Incumbent], None] | None = None,
) -> MipAnswer:
    """Solve a program; `whole` says which columns must be.

    HiGHS 1.16 was seen to call a solution optimal that was not: 40 parties on 20 trains, by 0.15 %, with one seed of
    five, from a start and with presolve. So its `bound` counts as proven only where a run with another seed says so.

    Parameters
    ----------
    rows : LinearRows
        The program.
    whole : array of bool
        By column.
    limits : WorkLimits
        Where to stop.
    start : array of float or None
        A solution to begin with; nan where it is left open, which HiGHS completes by a linear program. What breaks a
        row is not taken.
    improved : callable or None
        Told of every better solution, from another thread.
    """
    started = time.monotonic()
    answer, is_whole = _branched(rows, whole, limits, start, improved)
    if not is_whole:
        rest = replace(limits, seconds=limits.seconds - (time.monotonic() - started))
        again, _is_whole = _branched(rows, whole, rest, None, improved)
        if again.x is not None and again.value <= answer.value:
            answer = again
    return answer


def _branched(
    rows: LinearRows,
    whole: NDArray[np.bool_],
    limits: WorkLimits,
    start: Floats | None,
    improved: Callable[[Incumbent], None] | None,
) -> tuple[MipAnswer, bool]:
    """Return the best solution of one run, and whether it is as good as HiGHS says.

    HiGHS 1.16 carries a start into its presolved program, where it may be worth more, and calls that the incumbent; the
    solution it returns, when it finds none better than that, is the start as it was given. So solutions are valued
    here, and those told on the way count too.
    """
    highs = _loaded(rows, whole, limits)
    if start is not None:
        given = np.flatnonzero(~np.isnan(start))
        _require(highs.setSolution(len(given), given.astype(np.int32), start[given]), "setSolution")
    best: list[tuple[float, Floats]] = []

    def found(x: Floats) -> None:
        value = float(rows.cost @ x)
        if not best or value < best[0][0]:
            best[:] = [(value, x)]

    def tell(event: highspy.HighsCallbackEvent) -> None:
        out = event.data_out
        found(np.array(out.mip_solution))
        if improved is not None:
            improved(Incumbent(best[0][0], out.mip_dual_bound, out.mip_node_count, out.running_time))

    highs.cbMipImprovingSolution.subscribe(tell)
    outcome = _run(highs, limits)
    info = highs.getInfo()
    claimed = math.inf
    if info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible or not len(rows.cost):
        claimed = info.objective_function_value
        found(np.array(highs.getSolution().col_value))
    value, x = best[0] if best else (math.inf, None)
    # Without a whole number there is no branch and bound, and the value is the bound.
    bound = info.mip_dual_bound if whole.any() else value if outcome == "optimal" else -math.inf
    if outcome == "infeasible":
        bound = math.inf
    is_whole = value <= claimed + 1e-6 * max(1.0, abs(claimed))
    if outcome == "optimal" and not is_whole:
        outcome = "limit"
    nodes = max(0, info.mip_node_count)
    return MipAnswer(outcome, x, value, bound, nodes, info.simplex_iteration_count), is_whole


class _QuietHighs(highspy.Highs):
    """Says nothing: with the callbacks comes a banner, before anybody could have turned off the output."""

    def enableCallbacks(self) -> None:  # noqa: N802
        self.silent()
        super().enableCallbacks()  # type: ignore[no-untyped-call]


def _loaded(rows: LinearRows, whole: NDArray[np.bool_] | None, limits: WorkLimits) -> highspy.Highs:
    highs = _QuietHighs()  # type: ignore[no-untyped-call]
    options: dict[str, bool | int | float | str] = {
        "threads": 1,
        "random_seed": limits.seed,
        "time_limit": max(0.0, limits.seconds),
        "mip_rel_gap": limits.rel_gap,
    }
    if limits.nodes is not None:
        options["mip_max_nodes"] = limits.nodes
    if limits.iterations is not None:
        options["simplex_iteration_limit"] = limits.iterations
    for name, value in options.items():
        _require(highs.setOptionValue(name, value), name)
    matrix = rows.matrix
    height, width = matrix.shape
    kinds = np.zeros(width, dtype=np.int32) if whole is None else whole.astype(np.int32)
    status = highs.passModel(
        width,
        height,
        matrix.nnz,
        int(highspy.MatrixFormat.kRowwise),
        int(highspy.ObjSense.kMinimize),
        0.0,
        rows.cost,
        rows.lower,
        rows.upper,
        rows.low,
        rows.high,
        matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32),
        matrix.data.astype(np.float64),
        kinds,
    )
    _require(status, "passModel")
    return highs


def _extended(basis: Basis, height: int, width: int) -> Basis:
    """Return a basis for a program that has grown: new columns at their lower limit, new rows slack."""
    grown = highspy.HighsBasis()
    columns, rows = list(basis.col_status), list(basis.row_status)
    grown.col_status = columns + [highspy.HighsBasisStatus.kLower] * (width - len(columns))
    grown.row_status = rows + [highspy.HighsBasisStatus.kBasic] * (height - len(rows))
    grown.valid = True
    return grown


def _run(highs: highspy.Highs, limits: WorkLimits) -> Outcome:
    ended = threading.Event()

    def look(event: highspy.HighsCallbackEvent) -> None:
        if ended.is_set() or (limits.stop is not None and limits.stop()):
            event.interrupt()

    highs.cbSimplexInterrupt.subscribe(look)
    highs.cbIpmInterrupt.subscribe(look)
    highs.cbMipInterrupt.subscribe(look)
    runner = threading.Thread(target=highs.run, daemon=True)
    runner.start()
    try:
        while runner.is_alive():
            runner.join(_WAIT_S)
    finally:
        ended.set()
        runner.join(_PATIENCE_S)
    return _OUTCOMES.get(highs.getModelStatus(), "failed")


def _require(status: highspy.HighsStatus, what: str) -> None:
    if status == highspy.HighsStatus.kError:
        raise RuntimeError(f"HiGHS refused {what}")
