"""The face of HiGHS: answers against known ones, starts, limits, interrupts, and other libraries beside it."""

from __future__ import annotations

import _thread
import itertools
import signal
import subprocess
import sys
import threading
from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from scheduler.solver.mip.highs import Incumbent, LinearRows, WorkLimits, relaxed, solved


def knapsack(worth: list[float], weight: list[float], most: float, each: float = 1.0) -> LinearRows:
    """Return the program of a knapsack: pack what is worth most."""
    n = len(worth)
    return LinearRows(
        cost=-np.array(worth),
        lower=np.zeros(n),
        upper=np.full(n, each),
        matrix=sparse.csr_array(np.array([weight])),
        low=np.array([-np.inf]),
        high=np.array([most]),
    )


SMALL = knapsack([10, 13, 7, 8], [3, 4, 2, 3], 7)
"""The best: the first two for 23 (weight 7); the relaxation: 7 + 10 + 13 / 2 = 23.5."""


def hard(n: int = 300, m: int = 60) -> LinearRows:
    """Return a program that HiGHS does not finish in minutes: many knapsacks over the same items."""
    rng = np.random.default_rng(0)
    matrix = sparse.random_array((m, n), density=0.2, rng=rng, format="csr")
    matrix.data = np.ceil(matrix.data * 30)
    return LinearRows(
        cost=-np.ceil(rng.random(n) * 40),
        lower=np.zeros(n),
        upper=np.full(n, 3.0),
        matrix=sparse.csr_array(matrix),
        low=np.full(m, -np.inf),
        high=np.ceil(matrix.sum(axis=1) / 3),
    )


def all_whole(rows: LinearRows) -> np.ndarray:
    return np.ones(len(rows.cost), dtype=bool)


def test_a_relaxation_its_duals_and_reduced_costs() -> None:
    answer = relaxed(SMALL, WorkLimits())
    assert answer is not None
    assert answer.value == pytest.approx(-23.5)
    assert answer.x == pytest.approx([1, 0.5, 1, 0])
    # A unit of weight is worth 13 / 4; what the fourth lacks to be packed is 3 x 13 / 4 - 8.
    assert answer.dual == pytest.approx([-3.25])
    assert answer.reduced == pytest.approx([3 * 3.25 - 10, 0, 2 * 3.25 - 7, 3 * 3.25 - 8])


def test_a_relaxation_goes_on_from_a_basis() -> None:
    rows = hard()
    cold = relaxed(rows, WorkLimits())
    assert cold is not None
    assert cold.iterations > 0
    again = relaxed(rows, WorkLimits(), cold.basis)
    dearer = relaxed(replace(rows, cost=rows.cost * np.linspace(1, 1.001, len(rows.cost))), WorkLimits(), cold.basis)
    assert again is not None
    assert dearer is not None
    assert again.iterations == 0
    assert again.value == pytest.approx(cold.value)
    assert dearer.iterations < cold.iterations


def test_a_basis_serves_a_program_that_has_grown() -> None:
    """A fifth item, worth more a unit of weight than any other, and a second row behind."""
    before = relaxed(SMALL, WorkLimits())
    assert before is not None
    grown = LinearRows(
        np.append(SMALL.cost, -8.0),
        np.zeros(5),
        np.ones(5),
        sparse.csr_array(np.array([[3, 4, 2, 3, 2], [1, 0, 0, 0, 1]], dtype=np.float64)),
        np.full(2, -np.inf),
        np.array([7.0, 1.0]),
    )
    warm, cold = relaxed(grown, WorkLimits(), before.basis), relaxed(grown, WorkLimits())
    assert warm is not None
    assert cold is not None
    assert warm.value == pytest.approx(cold.value)
    assert warm.value < before.value


def test_a_relaxation_that_is_not_done_is_none() -> None:
    assert relaxed(hard(), WorkLimits(iterations=3)) is None
    assert relaxed(hard(), WorkLimits(seconds=0.0)) is None
    assert relaxed(replace(SMALL, low=np.array([8.0])), WorkLimits()) is None


def test_whole_numbers() -> None:
    answer = solved(SMALL, all_whole(SMALL), WorkLimits())
    assert (answer.outcome, answer.value, answer.bound) == ("optimal", -23, -23)
    assert answer.x == pytest.approx([1, 1, 0, 0])


@pytest.mark.parametrize(("least", "most", "value"), [(0, 9, -10), (1, 9, -6), (0, 0, -10)])
def test_a_row_more_limits_the_sum_of_the_first_columns(least: float, most: float, value: float) -> None:
    rows = knapsack([1, 5, 5], [3, 3, 3], 6).with_sum(1, least, most)
    answer = solved(rows, all_whole(rows), WorkLimits())
    assert answer.value == pytest.approx(value)
    assert rows.breaks(np.array([0.0, 1.0, 1.0])) == (least > 0)
    assert rows.breaks(np.array([1.0, 1.0, 0.0])) == (most < 1)


def test_some_whole_numbers_and_none() -> None:
    second = np.array([False, True, False, False])
    assert solved(SMALL, second, WorkLimits()).value == pytest.approx(-(13 + 7 + 10 / 3))
    answer = solved(SMALL, ~all_whole(SMALL), WorkLimits())
    assert (answer.value, answer.bound) == pytest.approx((-23.5, -23.5))


@pytest.mark.parametrize("low", [8.0, 100.0])
def test_what_has_no_solution_has_none(low: float) -> None:
    answer = solved(replace(SMALL, low=np.array([low])), all_whole(SMALL), WorkLimits())
    assert (answer.outcome, answer.x, answer.value, answer.bound) == ("infeasible", None, np.inf, np.inf)


def test_without_columns_or_rows() -> None:
    nothing = LinearRows(*(np.zeros(0),) * 3, sparse.csr_array((0, 0)), np.zeros(0), np.zeros(0))
    answer = solved(nothing, np.zeros(0, dtype=bool), WorkLimits())
    assert (answer.outcome, answer.value) == ("optimal", 0)
    free = LinearRows(np.ones(2), np.ones(2), np.full(2, 3.0), sparse.csr_array((0, 2)), np.zeros(0), np.zeros(0))
    assert solved(free, np.ones(2, dtype=bool), WorkLimits()).value == 2


def test_the_same_work_and_seed_give_the_same_answer() -> None:
    rows = hard(n=80, m=20)
    first, second = (solved(rows, all_whole(rows), WorkLimits(nodes=20, seed=3)) for _ in range(2))
    assert first.outcome == "limit"
    assert first.x is not None
    assert second.x is not None
    assert (first.value, first.bound, first.nodes, first.iterations) == (
        second.value,
        second.bound,
        second.nodes,
        second.iterations,
    )
    assert np.array_equal(first.x, second.x)


def test_a_start_is_kept_or_bettered() -> None:
    rows = hard()
    known = solved(rows, all_whole(rows), WorkLimits(seconds=1))
    assert known.x is not None
    # With no time for anything of its own HiGHS has the start.
    again = solved(rows, all_whole(rows), WorkLimits(nodes=0, seconds=0.05), known.x)
    assert again.value <= known.value + 1e-6
    told: list[Incumbent] = []
    solved(rows, all_whole(rows), WorkLimits(nodes=0), known.x, told.append)
    assert told[0].value == pytest.approx(known.value)
    assert [each.value for each in told] == sorted((each.value for each in told), reverse=True)


def test_a_start_may_leave_columns_open_but_break_no_row() -> None:
    part = np.array([np.nan, 1.0, np.nan, 0.0])
    told: list[Incumbent] = []
    assert solved(SMALL, all_whole(SMALL), WorkLimits(), part, told.append).value == -23
    too_much = np.ones(4)
    assert solved(SMALL, all_whole(SMALL), WorkLimits(), too_much).value == -23


def set_partitioning(seed: int) -> tuple[LinearRows, np.ndarray]:
    """Return a small program, parties left and loads of coaches, and a solution of it that is far from good."""
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(4, 14)), int(rng.integers(3, 8))
    loads = (rng.random((m, n)) < 0.45) * np.ceil(rng.random((m, n)) * 2)
    counts = np.ceil(rng.random(m) * 4)
    cost = np.concatenate([np.full(m, 30.0), np.ceil(rng.random(n) * 20 + 20)])
    matrix = sparse.csr_array(np.hstack([np.eye(m), loads]))
    upper = np.concatenate([counts, np.ones(n)])
    start = np.concatenate([counts, np.zeros(n)])
    for j in np.flatnonzero(rng.random(n) < 0.5).tolist():
        if (start[:m] >= loads[:, j]).all():
            start[:m] -= loads[:, j]
            start[m + j] = 1
    return LinearRows(cost, np.zeros(m + n), upper, matrix, counts, counts), start


def test_a_start_hides_no_better_solution() -> None:
    """HiGHS 1.16 took some of these starts for better than they are, and gave them back as optimal."""
    for seed in range(160):
        rows, start = set_partitioning(seed)
        least = solved(rows, all_whole(rows), WorkLimits())
        answer = solved(rows, all_whole(rows), WorkLimits(), start)
        assert answer.x is not None
        assert answer.outcome == "optimal"
        assert (answer.value, float(rows.cost @ answer.x)) == pytest.approx((least.value, least.value))


def test_who_asks_for_an_end_has_it() -> None:
    rows, asked = hard(), itertools.count()
    answer = solved(rows, all_whole(rows), WorkLimits(stop=lambda: next(asked) > 200))
    assert answer.outcome == "interrupted"
    assert answer.bound <= answer.value
    stopped_at_once = WorkLimits(stop=lambda: True)
    assert relaxed(rows, stopped_at_once) is None


def test_ctrl_c_ends_a_program_and_nothing_is_lost() -> None:
    """The signal comes while HiGHS runs; without an end of its own this test would not end."""
    rows = hard()
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
    timer = threading.Timer(0.5, _thread.interrupt_main)
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            solved(rows, all_whole(rows), WorkLimits())
    finally:
        signal.signal(signal.SIGINT, before)
    timer.join()
    assert solved(SMALL, all_whole(SMALL), WorkLimits()).value == -23


def test_others_work_while_highs_does() -> None:
    """`scheduler.processes` ends a child from a thread of it."""
    rows, turns = hard(), 0
    ended = threading.Event()

    def count() -> None:
        nonlocal turns
        while not ended.wait(0.001):
            turns += 1

    counting = threading.Thread(target=count)
    counting.start()
    solved(rows, all_whole(rows), WorkLimits(stop=lambda: turns > 50))
    ended.set()
    counting.join()
    assert turns > 50


HIGHS = "from scheduler.solver.mip.highs import *; from tests.solver.mip.test_highs import SMALL, all_whole"
HIGHS_SOLVES = "assert solved(SMALL, all_whole(SMALL), WorkLimits()).value == -23"
ORTOOLS = "from ortools.sat.python import cp_model; from ortools.graph.python import min_cost_flow"
ORTOOLS_SOLVES = "m = cp_model.CpModel(); assert cp_model.CpSolver().solve(m) == cp_model.OPTIMAL"
SCIPY = "from scipy.optimize import milp"
SCIPY_SOLVES = "assert milp([1.0], integrality=[1]).fun == 0"


@pytest.mark.parametrize("order", list(itertools.permutations([HIGHS, ORTOOLS, SCIPY])))
def test_highs_lives_with_or_tools_and_scipy_however_they_are_imported(order: tuple[str, ...]) -> None:
    """OR-Tools 9.14 and highspy 1.15 did not (or-tools#5246): each carries a HiGHS, and so does SciPy."""
    solving = [HIGHS_SOLVES, ORTOOLS_SOLVES, SCIPY_SOLVES]
    code = ";".join([*order, *solving, *reversed(solving)])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")
