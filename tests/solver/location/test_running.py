"""Which trains run so that seats suffice: against every choice of trains."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from scheduler.solver.location.problem import Location
from scheduler.solver.location.running_numba import needed, running, total_without

SEEDS = range(30)


def generated(seed: int, scale: int) -> tuple[Location, np.ndarray, np.ndarray]:
    """Return parties and trains of sizes times `scale`, prices of the parties, and what each train costs net."""
    rng = np.random.default_rng(seed)
    n, m = 4, 4
    size, seats = rng.integers(1, 6, n) * scale, rng.integers(2, 9, m) * scale
    leave = rng.integers(0, 60, n) * size
    zeros = np.zeros(m, dtype=np.int64)
    location = Location(size, leave, np.arange(n), np.zeros((m, n), dtype=np.int64), seats, zeros, zeros)
    net = rng.integers(-40, 100, m).astype(np.float64)
    return location, rng.integers(0, 50, n) * size.astype(np.float64), np.where(rng.random(m) < 0.1, np.inf, net)


def left_fen(location: Location, y: np.ndarray, people: int) -> float:
    """Return what it costs at least to leave so many people behind, cut up, of those whom prices do not leave."""
    fen = 0.0
    stay = [j for j in range(len(y)) if location.leave[j] >= y[j]]
    for j in sorted(stay, key=lambda j: (location.leave[j] - y[j]) / location.size[j]):
        gone = min(people, int(location.size[j]))
        fen += gone * (location.leave[j] - y[j]) / location.size[j]
        people -= gone
    return fen if people <= 0 else np.inf


def least(location: Location, y: np.ndarray, net: np.ndarray, free: int | None = None) -> float:
    """Return the cheapest choice of trains; `free` runs for nothing."""
    people = int(location.size[location.leave >= y].sum())
    best = np.inf
    for runs in product((0, 1), repeat=len(net)):
        if free is not None and not runs[free]:
            continue
        fen = sum(net[k] for k, z in enumerate(runs) if z and k != free)
        seats = sum(int(location.seats[k]) for k, z in enumerate(runs) if z)
        best = min(best, fen + left_fen(location, y, max(0, people - seats)))
    return float(best)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_trains_that_run_are_the_cheapest_with_seats_enough(seed: int) -> None:
    location, y, net = generated(seed, 1)
    units, seats, left, _order = needed(location, y)
    runs = np.zeros(len(net), dtype=np.int64)
    total, behind = running(net, seats, units, left, runs)
    assert total == pytest.approx(least(location, y, net))
    assert total == pytest.approx(sum(net[k] for k in np.flatnonzero(runs)) + left[behind])
    without = total_without(net, seats, units, left)
    for k in range(len(net)):
        assert without[k] == pytest.approx(least(location, y, net, k))


@pytest.mark.parametrize("seed", SEEDS)
def test_seats_counted_by_several_lose_no_choice(seed: int) -> None:
    location, y, net = generated(seed, 1_300_001)
    units, seats, left, _order = needed(location, y)
    people = int(location.size[location.leave >= y].sum())
    assert units < people or not people
    total, _behind = running(net, seats, units, left, np.zeros(len(net), dtype=np.int64))
    true = least(location, y, net)
    assert -1e-6 <= true - total <= 1e-4 * max(abs(true), people)
    for k, fen in enumerate(total_without(net, seats, units, left)):
        assert fen <= least(location, y, net, k) + 1e-6
