"""A solution over trains made better: disturbed and brought down by moves, again and again."""

from __future__ import annotations

from collections.abc import Callable

from scheduler.solver.location.moves_numba import iterate
from scheduler.solver.location.problem import Location, total_fen
from scheduler.solver.model.instance import Ints

PAIRS_A_CALL = 200_000
"""Rounds between two looks at the clock x pairs of a party and a train."""

TRIES = 10
"""Idle trains, drawn by chance, that a round tries to run instead of others."""

SLACKS = (0.002, 0.01, 0.03)
"""A round goes on from a solution that costs up to this share more than the best, by chance; one of these by the seed:
small ones lead deeper, large ones out of where many searches have ended."""


def improved(location: Location, at: Ints, seed: int, over: Callable[[], bool], most_rounds: int | None = None) -> Ints:
    """Return the best solution found from `at` (the train of each party, negative: none) until `over` or the rounds."""
    present, best = at.copy(), at.copy()
    a_call = max(1, PAIRS_A_CALL // (len(location.seats) * max(1, len(at))))
    done = 0
    while not done or (not over() and (most_rounds is None or done < most_rounds)):
        rounds = a_call if most_rounds is None else min(a_call, most_rounds - done)
        iterate(location, present, best, rounds, seed + done, TRIES, SLACKS[seed % len(SLACKS)])
        done += rounds
    return best if total_fen(location, best) < total_fen(location, at) else at
