"""A solution over trains made better: disturbed and brought down by moves, again and again."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from scheduler.solver.location.lagrangian import first_prices
from scheduler.solver.location.moves_numba import iterate
from scheduler.solver.location.problem import Location, total_fen
from scheduler.solver.model.instance import Ints

PAIRS_A_CALL = 200_000
"""Rounds between two looks at the clock x pairs of a party and a train."""

MOST_ROUNDS_A_CALL = 20
"""And rounds at most: what costs more is measured by the best since then, so that a search can drift away."""

TRIES = 10
"""Idle trains, drawn by chance, that a round tries to run instead of others."""

WALKS: tuple[tuple[float, float], ...] = (
    (3.0, 0.03),
    (2.0, 0.03),
    (math.inf, 0.002),
    (3.0, 0.01),
    (5.0, 0.01),
    (math.inf, 0.01),
)
"""How a search walks, one of these by its seed: what leaving a party behind costs on the way, in cheapest shares of a
full train, and by which share a solution may cost more than the best to be gone on from. Where seats are tight, the way
leads over solutions that leave some behind; where they are not, small steps lead deeper."""


def improved(location: Location, at: Ints, seed: int, over: Callable[[], bool], most_rounds: int | None = None) -> Ints:
    """Return the best solution found from `at` (the train of each party, negative: none) until `over` or the rounds."""
    shares, slack = WALKS[seed % len(WALKS)]
    walked = location
    if math.isfinite(shares):
        walked = location._replace(leave=np.minimum(location.leave, (shares * first_prices(location)).astype(np.int64)))
    present, best = at.copy(), at.copy()
    a_call = min(MOST_ROUNDS_A_CALL, PAIRS_A_CALL // (len(location.seats) * max(1, len(at))) + 1)
    done = 0
    while not done or (not over() and (most_rounds is None or done < most_rounds)):
        rounds = a_call if most_rounds is None else min(a_call, most_rounds - done)
        iterate(location, walked, present, best, rounds, seed + done, TRIES, slack)
        done += rounds
    return best if total_fen(location, best) < total_fen(location, at) else at
