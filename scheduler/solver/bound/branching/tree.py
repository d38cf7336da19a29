"""Coaches come whole: a tighter bound for small seasons and small regions by branching on whole numbers.

The relaxation (see `column_generation`) mixes parts of coaches. In every plan a **count** (see `node`) is whole: the
coaches on a set of (day, work set) pairs, all, or of one vehicle type, or calling at a home stop; or the people of some
groups left behind. A node of the tree limits some counts; it is split at a count that its relaxation makes fractional,
into at most floor and at least floor + 1, and every plan within a node's limits is within those of one of its children.
So the least bound over the leaves is a bound for all plans. A leaf's bound is proven by pricing every service;
everything else decides only what is tried.

The node with the least bound is raised by a few rounds, again and again until they gain little; then it is split. Of
the likeliest counts each one's children are raised by a few rounds, and the count is taken whose children gain most
(strong branching): the first splits decide how large the tree gets.

Small seasons have one tree, with all prices free. In larger ones each region but the largest has a tree at given prices
of what regions share: leaves of one region are no leaves of another, so such trees grow faster, but not as high where
much is shared. In between both grow by turns, and the higher bound counts. At fixed mu, nu, and train seats at a price
each (tau_k, and rho_gk for a group's own row), the problem falls apart into regions, groups that could meet on a coach,
where anybody may leave for out_g = min(leave_g, a_gk + tau_k + rho_gk + nu fare_gk), and any bounds LB_r of the regions
make, with tau_k of any sign,

    LB = sum over regions of LB_r - sum_vd mu_vd fleet_vd - nu budget
         - sum_k max(0, (tau_k > 0 ? seats_k : min_load_k) tau_k + sum_g people_g rho_gk - (1 + nu) f_k).
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from scheduler.solver.bound.branching.candidates import Candidates
from scheduler.solver.bound.branching.node import Count, Limits, NodeDual, Proven, Shares, State
from scheduler.solver.bound.groups import Groups
from scheduler.solver.bound.master import DualPoint, TrainRiders
from scheduler.solver.bound.params import BoundParams, BranchingParams
from scheduler.solver.bound.pricing.coach_prices import ServiceIndex
from scheduler.solver.bound.pricing.pricer import Pricer
from scheduler.solver.model.instance import Floats, Instance, Ints


@dataclass(order=True)
class _Node:
    fen: float
    serial: int
    limits: Limits = field(compare=False)
    state: State = field(compare=False)
    proven: Proven = field(compare=False)
    own: Proven | None = field(compare=False, default=None)
    """The best prices since the node was split off; its parent's, `proven` at first, prove more but lead nowhere."""
    shares: Shares | None = field(compare=False, default=None)
    settled: bool = field(compare=False, default=False)


class Tree:
    """A tree of nodes; `fen` is what it proves."""

    def __init__(
        self, dual: NodeDual, candidates: Candidates, stop: Callable[[], bool], params: BranchingParams
    ) -> None:
        self._params = params
        self._dual, self._candidates, self._stop = dual, candidates, stop
        state, proven = dual.root()
        self._serial = 0
        self._open = [_Node(proven.fen, 0, {}, state, proven)]
        self._closed_fen = np.inf
        self.fen = proven.fen
        self.used: set[ServiceIndex] = set()
        """The services that any node's relaxation used."""

    @property
    def done(self) -> bool:
        """Whether nothing can be raised further."""
        return not self._open or self._closed_fen <= self._open[0].fen

    def step(self) -> None:
        """Raise or split the node with the least bound."""
        node = heapq.heappop(self._open)
        after = [node]
        if node.settled and not self._tighten(node):
            after = self._split(node)
        else:
            before = node.own.fen if node.own is not None else -np.inf
            self._raise(node, self._params.rounds)
            self.used |= self._dual.services(node.state)
            node.settled = node.own is not None and node.own.fen - before <= self._params.settled_gain * abs(node.fen)
        for each in after:
            heapq.heappush(self._open, each)
        self.fen = max(self.fen, min([self._closed_fen, *(each.fen for each in self._open[:1])]))

    def _raise(self, node: _Node, rounds: int) -> None:
        for _ in range(rounds):
            if self._stop():
                return
            node.state, found, node.shares = self._dual.round(node.limits, node.state, node.own or node.proven)
            if node.own is None or found.fen > node.own.fen:
                node.own = found
            if found.fen > node.proven.fen:
                node.proven = found
            node.fen = max(node.fen, found.fen)

    def _tighten(self, node: _Node) -> bool:
        """Limit counts that are larger than they can be in any plan; tell whether there was a new one."""
        limits = dict(node.limits)
        for count in self._candidates.excessive(node.shares) if node.shares is not None else ():
            number, most = self._dual.number(count), self._candidates.most(count)
            low, high = limits.get(number, (0.0, np.inf))
            if high > most:
                limits[number] = low, most
        found = limits != node.limits
        node.limits, node.settled = limits, node.settled and not found
        return found

    def _split(self, node: _Node) -> list[_Node]:
        """Return the children of a node at the best of some counts; none when all are whole."""
        best: tuple[float, list[_Node]] | None = None
        tried = self._params.tried_early if len(node.limits) <= self._params.early else self._params.tried
        for kind, count, number in self._candidates.fractional(node.shares) if node.shares is not None else ():
            children = self._children(node, count, float(np.floor(number)))
            if children is None:
                continue
            for child in children:
                self._raise(child, self._params.trial_rounds)
            if self._stop():
                return [node]
            scale = max(1.0, abs(node.fen))
            gains = [min(self._params.most_gain, (child.fen - node.fen) / scale) for child in children]
            gains += [self._params.most_gain] * (2 - len(gains))
            self._candidates.learn(kind, min(gains))
            score = (gains[0] + self._params.least_gain) * (gains[1] + self._params.least_gain)
            if best is None or score > best[0]:
                best = score, children
            tried -= 1
            if not tried:
                break
        if best is None:
            self._closed_fen = min(self._closed_fen, node.fen)
            return []
        return best[1]

    def _children(self, node: _Node, count: Count, whole: float) -> list[_Node] | None:
        """Return a node with at most, and one with at least one more than `whole`; None if a limit says so already."""
        number = self._dual.number(count)
        low, high = node.limits.get(number, (0.0, np.inf))
        if not low <= whole < high:
            return None
        children = []
        for limit in ((low, whole), (whole + 1, min(high, self._candidates.most(count)))):
            if limit[0] <= limit[1]:
                self._serial += 1
                limits = {**node.limits, number: limit}
                children.append(replace(node, serial=self._serial, limits=limits, own=None, settled=False))
        return children


def branch(
    instance: Instance,
    pricer: Pricer,
    trains: list[TrainRiders],
    point: DualPoint,
    params: BoundParams,
    deadline: float,
    stop: Callable[[], bool],
    used: set[ServiceIndex],
) -> Iterator[float]:
    """Yield bounds in fen, from proven prices, until the deadline or until all trees are closed.

    `used` collects the services that the nodes' relaxations use.
    """

    def stopped() -> bool:
        return stop() or time.monotonic() >= deadline

    roots = _Roots(instance, pricer, trains, point, params, _regions(pricer, pricer.groups), stopped)
    if not roots.regions:
        return
    are_together = len(pricer.groups) <= params.branching.most_groups_together
    forests: list[_Forest] = []
    if are_together:
        forests.append(roots.together())
    if not are_together or len(pricer.groups) > params.branching.groups_apart:
        forests.append(roots.apart())
    while not stopped():
        yield max(forest.fen for forest in forests)
        growing = [forest for forest in forests if not forest.done]
        if not growing:
            return
        min(growing, key=lambda forest: forest.spent_s).step(used)
    yield max(forest.fen for forest in forests)


@dataclass
class _Forest:
    """Trees of regions that share nothing, or one of all; what they prove together is `outside` more than their sum."""

    trees: list[Tree]
    outside_fen: float
    spent_s: float = 0.0
    turn: int = 0

    @property
    def fen(self) -> float:
        """What is proven."""
        return self.outside_fen + sum(tree.fen for tree in self.trees)

    @property
    def done(self) -> bool:
        """Whether nothing can be raised further."""
        return all(tree.done for tree in self.trees)

    def step(self, used: set[ServiceIndex]) -> None:
        """Take a step in the next tree; note the services that are used."""
        began = time.monotonic()
        growing = [tree for tree in self.trees if not tree.done]
        tree = growing[self.turn % len(growing)]
        tree.step()
        used |= tree.used
        self.turn += 1
        self.spent_s += time.monotonic() - began


@dataclass(frozen=True)
class _Roots:
    """What trees begin with, the (pairs, groups) of regions among it, and when they stop."""

    instance: Instance
    pricer: Pricer
    trains: list[TrainRiders]
    point: DualPoint
    params: BoundParams
    regions: list[tuple[Ints, Ints]]
    stopped: Callable[[], bool]

    def together(self) -> _Forest:
        """Return one tree with all prices free."""
        leave_fen = self.pricer.groups.leave_fen
        point = replace(self.point, y=np.minimum(self.point.y, leave_fen))
        dual = NodeDual(self.instance, self.pricer, self.trains, point, leave_fen, self.params)
        return _Forest([self._tree(dual, self.regions, len(self.trains))], 0.0)

    def apart(self) -> _Forest:
        """Return a tree of each region but the largest, at given prices of what regions share."""
        instance, groups = self.instance, self.pricer.groups
        out, rest = _way_out(instance, groups, self.trains, self.point)
        point = replace(self.point, y=np.minimum(self.point.y, out))
        all_fen = float(groups.people @ point.y)
        shared_fen = float((point.mu * instance.fleet).sum()) + point.nu * (instance.budget_fen or 0)
        forest = _Forest([], rest + all_fen)
        for pairs, members in sorted(self.regions, key=lambda region: len(region[1])):
            if len(members) <= self.params.branching.most_groups and not self.stopped():
                dual = NodeDual(instance, self.pricer, [], point, out, self.params, pairs, members)
                forest.trees.append(self._tree(dual, [(pairs, members)], 0))
                forest.outside_fen -= all_fen - shared_fen  # a tree counts everything once more
        return forest

    def _tree(self, dual: NodeDual, regions: list[tuple[Ints, Ints]], n_trains: int) -> Tree:
        branching = self.params.branching
        return Tree(dual, Candidates(self.pricer, regions, n_trains, branching), self.stopped, branching)


def _way_out(instance: Instance, groups: Groups, trains: list[TrainRiders], point: DualPoint) -> tuple[Floats, float]:
    """Return out (groups), and the part of the bound that no region holds."""
    out = groups.leave_fen.copy()
    point = replace(point, y=np.minimum(point.y, groups.leave_fen))
    rest = -float((point.mu * instance.fleet).sum()) - point.nu * (instance.budget_fen or 0)
    for train in trains:
        each = train.cost_fen + point.nu * train.fare_fen
        gain = point.y[train.groups] - each
        tau = train.seat_price(gain, groups.people)
        rho = np.maximum(0.0, gain - tau)
        rest -= max(0.0, train.worth(point, groups.people) - (1 + point.nu) * train.fixed_fen)
        out[train.groups] = np.minimum(out[train.groups], each + tau + rho)
    return out, rest


def _regions(pricer: Pricer, groups: Groups) -> list[tuple[Ints, Ints]]:
    """Return (pairs, groups) of each region."""
    coaches = pricer.coaches
    n_pairs = len(coaches.pair_day)
    meets = sparse.csr_matrix(
        (np.ones(len(coaches.fits)), coaches.fits, coaches.fit_start), shape=(n_pairs, len(groups))
    )
    joined = sparse.bmat([[None, meets], [meets.T, None]], format="csr")
    if not n_pairs:
        return []
    _count, label = connected_components(joined, directed=False)
    names = np.unique(label[:n_pairs])
    return [(np.flatnonzero(label[:n_pairs] == name), np.flatnonzero(label[n_pairs:] == name)) for name in names]
