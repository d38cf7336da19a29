"""The primal-dual hybrid gradient method for linear programs max c x, A x <= b, low <= x <= high.

Chambolle and Pock 2011; for linear programs, Applegate et al. 2021; with diagonal steps, Pock and Chambolle 2011. A few
dozen products with a sparse matrix, begun anywhere, lead near an optimum; the average of the steps stays near the
centre of the optimal solutions, where simplex would jump from corner to corner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import sparse

from scheduler.solver.bound.compiled import compiled
from scheduler.solver.model.instance import Floats, Ints

LOOK = 8
"""Steps between two looks at rows that have no multiplier."""

LEAST_SUM = 1e-6
"""A row's or a column's sum of absolute entries counts as this much at least."""


class _SparseRows(NamedTuple):
    """A sparse matrix by rows: row i has entries start[i] to start[i + 1]."""

    start: Ints
    column: Ints
    value: Floats


class _Bounds(NamedTuple):
    """Objective and bounds of the variables, right-hand sides of the rows."""

    objective: Floats
    costs: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class LinearProgram:
    """max objective x, rows x <= costs, low <= x <= high."""

    rows: sparse.csr_matrix
    objective: Floats
    costs: Floats
    low: Floats
    high: Floats

    def step(self, x: Floats, multipliers: Floats, scale: float, steps: int, least_sum: float = LEAST_SUM) -> None:
        """Take steps from `x` and the rows' multipliers, and leave the steps' averages there.

        Parameters
        ----------
        x, multipliers : array
            Where to begin; overwritten.
        scale : float
            How large a variable is against a multiplier.
        steps : int
            How many.
        least_sum : float
            What a column's sum of absolute entries counts as at least.
        """
        absolute = abs(self.rows)
        step_x = scale / np.maximum(np.asarray(absolute.sum(axis=0)).ravel(), least_sum)
        step_rows = 1 / scale / np.maximum(np.asarray(absolute.sum(axis=1)).ravel(), LEAST_SUM)
        rows = _SparseRows(self.rows.indptr, self.rows.indices, self.rows.data)
        bounds = _Bounds(self.objective, self.costs, self.low, self.high)
        _take_steps(rows, bounds, step_x, step_rows, x, multipliers, steps)


@compiled
def _take_steps(
    rows: _SparseRows, bounds: _Bounds, step_x: Floats, step_rows: Floats, x: Floats, multipliers: Floats, steps: int
) -> None:
    """Take the steps; rows that hold and have no multiplier, as most do, are looked at in every LOOK-th only."""
    ahead, slope = np.empty(len(x)), np.empty(len(x))
    mean_x, mean_multipliers = np.zeros(len(x)), np.zeros(len(multipliers))
    busy, n_busy = np.arange(len(multipliers)), len(multipliers)
    for step in range(steps):
        slope[:] = bounds.objective
        for i in range(n_busy):
            row = busy[i]
            if multipliers[row] > 0:
                for at in range(rows.start[row], rows.start[row + 1]):
                    slope[rows.column[at]] -= rows.value[at] * multipliers[row]
        for i in range(len(x)):
            moved = min(max(x[i] + step_x[i] * slope[i], bounds.low[i]), bounds.high[i])
            ahead[i] = 2 * moved - x[i]
            x[i] = moved
            mean_x[i] += moved / steps
        look = step % LOOK == 0
        n = 0
        for i in range(len(multipliers) if look else n_busy):
            row = i if look else busy[i]
            excess = -bounds.costs[row]
            for at in range(rows.start[row], rows.start[row + 1]):
                excess += rows.value[at] * ahead[rows.column[at]]
            multipliers[row] = max(0.0, multipliers[row] + step_rows[row] * excess)
            mean_multipliers[row] += multipliers[row] / steps
            if multipliers[row] > 0:
                busy[n] = row
                n += 1
        n_busy = n
    x[:] = mean_x
    multipliers[:] = mean_multipliers
