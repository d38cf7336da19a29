"""Iterated local search over who rides which train, compiled: parties change trains, trains open and close."""

from __future__ import annotations

import numpy as np

from scheduler.solver.bound.compiled import compiled
from scheduler.solver.location.orders import greatest_first, shuffled
from scheduler.solver.location.problem import NEVER, Location
from scheduler.solver.model.instance import Ints

LEFT = -1
"""Instead of a train: left behind."""


@compiled
def cost_of(location: Location, at: Ints) -> int:
    """Return the fen of parties on their trains, fixed costs too."""
    total = 0
    used = np.zeros(len(location.seats), dtype=np.bool_)
    for j in range(len(at)):
        if at[j] < 0:
            total += location.leave[j]
        else:
            total += location.cost[at[j], j]
            if not used[at[j]]:
                used[at[j]] = True
                total += location.fixed[at[j]]
    return total


@compiled
def _fen(location: Location, j: int, k: int) -> int:
    return int(location.leave[j]) if k < 0 else int(location.cost[k, j])


@compiled
def _off_fen(location: Location, load: Ints, j: int, k: int) -> int:
    """Return what taking a party off a train costs beside its own cost: NEVER where too few would stay."""
    if k < 0:
        return 0
    rest = load[k] - location.size[j]
    if rest == 0:
        return -int(location.fixed[k])
    return 0 if rest >= location.least[k] else NEVER


@compiled
def _on_fen(location: Location, load: Ints, j: int, k: int) -> int:
    """Return what taking a party onto a train costs beside its own cost: NEVER where it has no seats."""
    if k < 0:
        return 0
    people = load[k] + location.size[j]
    if people > location.seats[k] or location.cost[k, j] >= NEVER or people < location.least[k]:
        return NEVER
    return int(location.fixed[k]) if load[k] == 0 else 0


@compiled
def _move(location: Location, at: Ints, load: Ints, j: int, k: int) -> None:
    if at[j] >= 0:
        load[at[j]] -= location.size[j]
    at[j] = k
    if k >= 0:
        load[k] += location.size[j]


@compiled
def _running(load: Ints) -> Ints:
    return np.flatnonzero(load > 0)


@compiled
def shift(location: Location, at: Ints, load: Ints) -> bool:
    """Let parties go to the cheapest train that runs, those left behind to any; tell whether one went."""
    gone = False
    running, every = _running(load), np.arange(len(load))
    for j in shuffled(len(at)):
        here = at[j]
        off = _off_fen(location, load, j, here)
        if off >= NEVER:
            continue
        base = _fen(location, j, here) - off
        best, where = min(0, location.leave[j] - base), LEFT
        if best == 0:
            where = here
        for k in every if here < 0 else running:
            if k == here or location.cost[k, j] - base >= best:
                continue
            on = _on_fen(location, load, j, k)
            if on < NEVER and location.cost[k, j] - base + on < best:
                best, where = location.cost[k, j] - base + on, k
        if where != here:
            empty = where >= 0 and load[where] == 0
            _move(location, at, load, j, where)
            gone = True
            if empty or (here >= 0 and load[here] == 0):
                running = _running(load)
    return gone


@compiled
def swap(location: Location, at: Ints, load: Ints) -> bool:
    """Let two parties change places wherever that is cheaper; tell whether some did."""
    done = False
    n = len(at)
    nearer = np.zeros(len(load) + 1, dtype=np.bool_)  # the last is that of LEFT
    running = _running(load)
    for i in shuffled(n):
        # One of the two gains by itself: here the first.
        own = _fen(location, i, at[i])
        nearer[LEFT] = found = location.leave[i] < own
        for k in running:
            nearer[k] = location.cost[k, i] < own
            found |= nearer[k]
        if not found:
            continue
        for j in range(n):
            b = at[j]
            if not nearer[b]:
                continue
            a = at[i]
            delta = _fen(location, i, b) + _fen(location, j, a) - own - _fen(location, j, b)
            if delta >= 0:
                continue
            more = location.size[i] - location.size[j]
            if b >= 0 and not location.least[b] <= load[b] + more <= location.seats[b]:
                continue
            if a >= 0 and not location.least[a] <= load[a] - more <= location.seats[a]:
                continue
            _move(location, at, load, i, b)
            _move(location, at, load, j, a)
            done = True
            break
    return done


@compiled
def _emptied(location: Location, at: Ints, load: Ints, k: int) -> int:
    """Send everybody of a train elsewhere, large parties first, to open trains or nowhere; return what it costs."""
    members = np.flatnonzero(at == k)
    members = members[greatest_first(location.size[members].astype(np.float64))]
    running = _running(load)
    total = -location.fixed[k] if load[k] > 0 else 0
    for j in members:
        best, where = location.leave[j], LEFT
        for other in running:
            if location.cost[other, j] >= best or other == k:
                continue
            if load[other] + location.size[j] <= location.seats[other]:
                best, where = location.cost[other, j], int(other)
        total += best - location.cost[k, j]
        _move(location, at, load, int(j), where)
    return total


@compiled
def _filled(location: Location, at: Ints, load: Ints, k: int) -> int:
    """Run a train that does not: those board who save most a seat; return what it costs (a gain is negative).

    Whoever loses least boards too, until there are enough people.
    """
    n = len(at)
    saving = np.full(n, -np.inf)
    for j in range(n):
        if at[j] != k and location.cost[k, j] < NEVER:
            saving[j] = (_fen(location, j, at[j]) - location.cost[k, j]) / location.size[j]
    total = location.fixed[k] if load[k] == 0 else 0
    for j in greatest_first(saving):
        if saving[j] == -np.inf or (saving[j] <= 0 and load[k] >= location.least[k]):
            break
        here = at[j]
        off = _off_fen(location, load, j, here)
        if off >= NEVER or load[k] + location.size[j] > location.seats[k]:
            continue
        total += location.cost[k, j] - _fen(location, j, here) + off
        _move(location, at, load, j, k)
    if load[k] < location.least[k] or load[k] == 0:
        return NEVER
    return total


@compiled
def close_some(location: Location, at: Ints, load: Ints) -> bool:
    """Close each train whose people are cheaper elsewhere; tell whether there was one."""
    done = False
    for k in shuffled(len(load)):
        if load[k] == 0:
            continue
        old_at, old_load = at.copy(), load.copy()
        if _emptied(location, at, load, k) < 0:
            done = True
        else:
            at[:] = old_at
            load[:] = old_load
    return done


@compiled
def open_some(location: Location, at: Ints, load: Ints, tries: int) -> bool:
    """Run trains that do not, a random few, and close others instead, where that is cheaper; tell whether one was."""
    done = False
    for k in shuffled(len(load))[:tries]:
        if load[k] > 0:
            continue
        old_at, old_load = at.copy(), load.copy()
        delta = _filled(location, at, load, k)
        if delta < NEVER:
            room = 0
            for other in range(len(load)):
                if load[other] > 0:
                    room += location.seats[other] - load[other]
            running = _running(load)
            for other in running[greatest_first(-load[running].astype(np.float64))]:
                if other == k or room - location.seats[other] < 0:
                    continue
                mid_at, mid_load = at.copy(), load.copy()
                change = _emptied(location, at, load, other)
                if change < 0:
                    delta += change
                    room -= location.seats[other]
                else:
                    at[:] = mid_at
                    load[:] = mid_load
        if delta < 0:
            done = True
        else:
            at[:] = old_at
            load[:] = old_load
    return done


@compiled
def descend(location: Location, at: Ints, load: Ints, tries: int) -> None:
    """Make moves until none of them helps."""
    while True:
        while shift(location, at, load) or swap(location, at, load):
            pass
        if not close_some(location, at, load) and not open_some(location, at, load, tries):
            return


@compiled
def _shake(location: Location, at: Ints, load: Ints) -> None:
    """Disturb a solution: close a train, open one, do both, or take some parties of two trains off."""
    running, idle = np.flatnonzero(load > 0), np.flatnonzero(load == 0)
    kind = np.random.randint(4)
    if kind in (1, 2) and len(idle):
        best, chosen = NEVER, -1
        for _ in range(4):
            k = idle[np.random.randint(len(idle))]
            mid_at, mid_load = at.copy(), load.copy()
            delta = _filled(location, mid_at, mid_load, k)
            if delta < best:
                best, chosen = delta, k
        if chosen >= 0:
            _filled(location, at, load, chosen)
    if kind in (0, 2) and len(running):
        k = running[np.random.randint(len(running))]
        if load[k] > 0:
            _emptied(location, at, load, k)
    if kind == 3:
        for _ in range(min(len(at), 2 + np.random.randint(8))):
            j = np.random.randint(len(at))
            k = running[np.random.randint(len(running))] if len(running) else LEFT
            off = _off_fen(location, load, j, at[j])
            if off < NEVER and k != at[j] and _on_fen(location, load, j, k) < NEVER:
                _move(location, at, load, j, k)


@compiled
def iterate(
    location: Location, walked: Location, at: Ints, best: Ints, rounds: int, seed: int, tries: int, slack: float
) -> int:
    """Disturb and descend so many times; return the cost of `best`, which is written like `at`, the present solution.

    What leads is the cost by `walked`, the same but for what leaving people behind costs: less, so that the way may go
    over solutions that leave some. A worse one is gone on from where it costs a share of `slack` more at most than the
    cheapest of these rounds.
    """
    np.random.seed(seed)
    load = np.zeros(len(location.seats), dtype=np.int64)
    for j in range(len(at)):
        if at[j] >= 0:
            load[at[j]] += location.size[j]
    least = cost_of(location, best)
    fen = cost_of(walked, at)
    lowest = fen
    for _ in range(rounds):
        old_at, old_load = at.copy(), load.copy()
        _shake(walked, at, load)
        descend(walked, at, load, tries)
        now = cost_of(walked, at)
        true = cost_of(location, at)
        if true < least:
            least = true
            best[:] = at
        lowest = min(lowest, now)
        if now < fen or now <= lowest * (1 + slack * np.random.random()):
            fen = now
        else:
            at[:] = old_at
            load[:] = old_load
    return least
