"""Branching on which trains run: where trains run alone, the bound goes on rising once its prices are the best.

A node says of some trains that they run and of some that they do not, and has prices of its own, raised from those of
the node it comes from. No plan is better than the least bound of all nodes that are open, and that node is branched on
next, on the train of which its prices say least (Holmberg, Rönnqvist, Yuan 1999). A train is decided without branching
where plans of the other kind are proven to cost more than one that is known. Where all trains are decided it is parties
that are branched on, until all of them are seated.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from scheduler.solver.location.lagrangian import LocationPrices, Steps, either_way_of, excess_of, raised
from scheduler.solver.location.local_search import improved
from scheduler.solver.location.problem import NEVER, Location, total_fen
from scheduler.solver.model.instance import Floats, Ints

NODE_STEPS = Steps(first=0.5, shortest=0.01, patience=12)
"""Steps in a node: its prices begin near the best."""

HALF_A_FEN = 0.5
"""A better plan costs a fen less at least; half of it is for rounding errors, which are less in sums of so few."""

NODES_A_WALK, ROUNDS_A_WALK = 6, 150
"""After so many nodes the best plan is walked from by moves, for so many rounds."""

States = NDArray[np.int8]
"""Of each train: RUNS, STAYS or UNDECIDED."""

Pairs = NDArray[np.bool_]

STAYS, UNDECIDED, RUNS = -1, 0, 1


@dataclass(frozen=True)
class Node:
    """What is said of trains and parties, what any such plan costs at least, and its prices.

    `at` is the train of each party that is seated, negative where it is not; the others ride a train that they are
    `near`, (trains, parties), or none. `next_train` is the train to branch on, or the one that `next_party` is to ride
    or not.
    """

    bound_fen: float
    number: int
    states: States
    at: Ints
    near: Pairs
    y: Floats
    next_train: int
    next_party: int | None

    def __lt__(self, other: Node) -> bool:
        return (self.bound_fen, self.number) < (other.bound_fen, other.number)


class Branching:
    """The nodes that are open, and the best plan: the train of each party, negative where it is left behind.

    `prices` are the best of the problem, `excess` what they say of pairs, `at` is a plan to begin with.
    """

    def __init__(self, location: Location, prices: LocationPrices, excess: Floats, at: Ints) -> None:
        self.at, self._upper_fen = at, total_fen(location, at)
        near = (location.cost < NEVER) & (excess <= self._upper_fen - prices.bound_fen + HALF_A_FEN)
        self._location = location._replace(cost=np.where(near, location.cost, NEVER))
        states = np.where(near.any(axis=1), UNDECIDED, STAYS).astype(np.int8)
        train, party = _most_open(states, near, prices)
        nobody = np.full(len(location.size), -1, dtype=np.int64)
        self._nodes = [Node(prices.bound_fen, 0, states, nobody, near, prices.y, train, party)]
        self._done = 0

    def bounds(self, over: Callable[[], bool], most_nodes: int | None = None) -> Iterator[float]:
        """Yield the bound whenever it or the plan is better, until it is over, so many nodes are done, or they meet."""
        told, known_fen = self._nodes[0].bound_fen, self._upper_fen
        while self._nodes and not over() and (most_nodes is None or self._done < most_nodes):
            node = heappop(self._nodes)
            for yes in (True, False):
                self._done += 1
                child = self._child(node, yes, over)
                if child is not None:
                    heappush(self._nodes, child)
            if self._done % NODES_A_WALK == 0:
                self._take(improved(self._location, self.at, self._done // NODES_A_WALK, over, ROUNDS_A_WALK))
            least = min(self._nodes[0].bound_fen, self._upper_fen) if self._nodes else float(self._upper_fen)
            if least > told or self._upper_fen < known_fen:
                told, known_fen = max(told, least), self._upper_fen
                yield told

    def _child(self, node: Node, yes: bool, over: Callable[[], bool]) -> Node | None:
        """Return a node that says one thing more, None where no such plan is better than the one known.

        More is decided by what its prices prove.
        """
        states, at, near = node.states.copy(), node.at.copy(), node.near
        train, party = node.next_train, node.next_party
        if party is None:
            states[train] = RUNS if yes else STAYS
        elif yes:
            states[train], at[party] = RUNS, train
        else:
            near = near.copy()
            near[train, party] = False
        part, trains, parties, spent_fen = self._part(states, at, near)
        limit_fen = self._upper_fen - spent_fen - HALF_A_FEN
        if (part.seats < 0).any():
            return None
        if not (part.cost < NEVER).any():
            self._take(at)
            return None
        best = next(iter(deque(raised(part, limit_fen, over, node.y[parties], NODE_STEPS), maxlen=1)), None)
        if best is None:  # it was over before the first
            return replace(node, number=self._done)
        if best.bound_fen >= limit_fen:
            return None
        if_runs, if_not = either_way_of(part, best)
        pairs = (part.cost < NEVER) & (excess_of(part, best) <= limit_fen - best.bound_fen)
        undecided = states[trains] == UNDECIDED
        states[trains[undecided & (if_not > limit_fen)]] = RUNS
        states[trains[undecided & ((if_runs > limit_fen) | ~pairs.any(axis=1))]] = STAYS
        near = np.zeros_like(near)
        near[np.ix_(trains, parties)] = pairs
        y = node.y.copy()
        y[parties] = best.y
        train, party = _most_open(states[trains], pairs, best)
        return Node(
            max(node.bound_fen, spent_fen + best.bound_fen),
            self._done,
            states,
            at,
            near,
            y,
            int(trains[train]),
            None if party is None else int(parties[party]),
        )

    def _take(self, at: Ints) -> None:
        """Take a plan if it is allowed and better than the one known."""
        location = self._location
        load = np.bincount(at[at >= 0], location.size[at >= 0], len(location.seats))
        fen = total_fen(location, at)
        if fen < self._upper_fen and np.all((load == 0) | (load >= location.least)):
            self.at, self._upper_fen = at, fen

    def _part(self, states: States, at: Ints, near: Pairs) -> tuple[Location, Ints, Ints, int]:
        """Return the problem of the trains that may run and the parties that are not seated.

        And which of all trains and parties these are, and what is spent on the others.
        """
        location = self._location
        trains, parties, seated = np.flatnonzero(states != STAYS), np.flatnonzero(at < 0), np.flatnonzero(at >= 0)
        people = np.bincount(at[seated], location.size[seated], len(states)).astype(np.int64)
        runs = states == RUNS
        part = Location(
            size=location.size[parties],
            leave=location.leave[parties],
            of_class=location.of_class[parties],
            cost=np.where(near, location.cost, NEVER)[np.ix_(trains, parties)],
            seats=(location.seats - people)[trains],
            least=np.maximum(0, location.least - people)[trains],
            fixed=np.where(runs, 0, location.fixed)[trains],
        )
        return part, trains, parties, int(location.fixed[runs].sum() + location.cost[at[seated], seated].sum())


def _most_open(states: States, pairs: Pairs, prices: LocationPrices) -> tuple[int, int | None]:
    """Return the train of which prices say least; where all are decided, a train and the party that may ride it."""
    undecided = np.flatnonzero(states == UNDECIDED)
    if len(undecided):
        return int(undecided[np.argmin(np.abs(prices.runs_often[undecided] - 0.5))]), None
    away = np.where(pairs, np.abs(prices.rides_often - 0.5), np.inf)
    train, party = np.unravel_index(np.argmin(away), away.shape)
    return int(train), int(party)
