"""Runs exchanged for others: what opening and closing them one at a time cannot reach.

Where every coach is out a run can only be opened when another is closed; and a run on the next day, or to the next city
too, is worth little while the one that has its people still runs. So a run is closed, seats are priced without it, and
the best service to open at these prices is opened instead, if both together pay: an ejection of one run.
"""

from __future__ import annotations

from collections.abc import Callable

from scheduler.solver.model.block import Loads
from scheduler.solver.model.services import Service
from scheduler.solver.search.local_search import LocalSearch
from scheduler.solver.search.runs import Move, SearchRun


def run_with_exchanges(search: LocalSearch, over: Callable[[], bool], most_steps: int | None = None) -> Loads:
    """Open, close, refit and exchange until nothing helps, `over` or so many steps are done; return the loads.

    A round of exchanges counts as a step.
    """
    done = 0
    while True:
        done += search.improve(over, None if most_steps is None else most_steps - done) + 1
        if over() or (most_steps is not None and done >= most_steps) or not exchange(search, over):
            return search.loads()


def exchange(search: LocalSearch, over: Callable[[], bool]) -> int:
    """Exchange runs until each was tried once, those first whose closing costs least; return the gain in fen."""
    tried: set[Service | int] = set()
    gain_fen = 0
    while not over():
        search.price_seats()
        dear = [
            (float(fen) - (1 + search.beta) * run.fixed_fen, i)
            for i, (fen, run) in enumerate(zip(search.closing, search.runs, strict=True))
            if run.name not in tried and not _must_run(search, run)
        ]
        if not dear:
            break
        run = search.runs[min(dear)[1]]
        tried.add(run.name)
        before = search.runs, search.left
        closing = search.reseat(search.near(run), [], [run])
        search.apply(closing)
        best = _best_opening(search, run)
        if best is not None and best.gain_fen + closing.gain_fen > 0:
            search.apply(best)
            gain_fen += best.gain_fen + closing.gain_fen
        else:
            search.runs, search.left = before
    return gain_fen


def _must_run(search: LocalSearch, run: SearchRun) -> bool:
    return run.key is None and search.block.trains[run.train].must_run


def _best_opening(search: LocalSearch, closed: SearchRun) -> Move | None:
    """Return the opening of a run, any but the one just closed, that gains most."""
    search.price_seats()
    tabu, params = {closed.name}, search.params
    services = search.services_to_open(tabu, params.pairs_priced_for_one)[: params.openings_for_one]
    fresh = [*map(search.coach, services), *search.trains_to_open(tabu)[: params.openings_for_one]]
    moves = (search.reseat(search.near(run), [run], []) for run in fresh)
    return max(filter(search.affords, moves), key=_gain_fen, default=None)


def _gain_fen(move: Move) -> int:
    return move.gain_fen
