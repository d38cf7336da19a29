"""The dual of a node of the tree: prices under limits on counts, moved over columns found so far and proven by pricing.

A **count** adds up coaches on some (day, work set) pairs, of some vehicle types or with some home sets, people of some
groups left behind, and trains that run; it is whole in every plan. A node limits some counts to low_i <= count_i <=
high_i. With a price delta_i of any sign for each (0 where it would meet no limit),

    LB(y, mu, nu, delta) = sum_g people_g y_g - sum_vd mu_vd fleet_vd - nu budget
                           - sum_k max(0, worth_k(y) - (1 + nu) f_k + sum_(i counts k) delta_i)
                           + sum_i (delta_i > 0 ? low_i delta_i : high_i delta_i)

is no more than the cost of any plan within the limits, if y_g <= leave_g - sum_(i counts g) delta_i and no service is
worth more at y than (1 + nu) c_s + mu held - sum_(i counts s) delta_i. For such a plan costs no less than itself and
sum_i delta_i (limit_i - count_i), the limit low_i where delta_i > 0 and else high_i; and LB bounds that from below by
weak duality, term by term as in `column_generation`. The condition on services is what `pricing` repairs y to, with
-delta as surcharges. It scales prices, which needs coaches that cost something: where positive delta would make one
free, all are scaled down.

Steps towards better prices are those of `master`, with a column more for each limit and a row more for each
group whose people are counted. Nine of ten columns are new loads of services that had columns before, so between two
pricings of everything (10 ms at 500 people) the known services alone are loaded anew, several times (1 ms).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from scheduler.solver.bound.master import (
    DualPoint,
    RestrictedDual,
    TrainRiders,
    between,
)
from scheduler.solver.bound.params import BoundParams
from scheduler.solver.bound.pdhg import LinearProgram
from scheduler.solver.bound.pricing.coach_prices import ServiceIndex
from scheduler.solver.bound.pricing.columns import Columns
from scheduler.solver.bound.pricing.pricer import Pricer, Surcharges
from scheduler.solver.model.instance import Floats, Instance, Ints

Limits = Mapping[int, tuple[float, float]]
"""(low, high) by number of count."""


@dataclass(frozen=True)
class Count:
    """A number that is whole in every plan; masks of pairs, types and home sets (coaches of all three), groups (left),
    trains. Of some home sets only, coaches of every type are counted."""

    pairs: NDArray[np.bool_]
    types: NDArray[np.bool_]
    homes: NDArray[np.bool_]
    left: NDArray[np.bool_]
    trains: NDArray[np.bool_]

    @property
    def key(self) -> bytes:
        """What tells two counts apart."""
        return np.packbits(np.concatenate([self.pairs, self.types, self.homes, self.left, self.trains])).tobytes()


@dataclass(frozen=True, slots=True)
class Shares:
    """A relaxation's parts: coaches by (pair, type), those in use with their pairs and home sets, people left behind by
    group, trains that run."""

    runs: Floats
    parts: Floats
    pair: Ints
    home: Ints
    left: Floats
    trains: Floats

    def of(self, count: Count) -> float:
        """Return the number a count has."""
        if count.homes.all():
            coaches = self.runs[count.pairs][:, count.types].sum()
        else:
            coaches = self.parts[count.pairs[self.pair] & count.homes[self.home]].sum()
        return float(coaches + self.left[count.left].sum() + self.trains[count.trains].sum())


@dataclass(frozen=True, slots=True)
class State:
    """Where the steps of a node stand: prices x and delta, multipliers of trains' rows, of the rows of groups that are
    counted, and of the columns in use, which are named by serial numbers."""

    x: Floats
    delta: Floats
    trains: Floats
    left: Floats
    serial: Ints
    columns: Floats


@dataclass(frozen=True, slots=True)
class Proven:
    """Proven prices of a node, and LB there in fen."""

    point: DualPoint
    delta: Floats
    fen: float


class NodeDual:
    """The prices of all nodes of a tree, over a common pool of columns.

    With `pairs` and `members`, the tree of one region: only those pairs are priced, and only the prices y of those
    groups move; everything else keeps its price.
    """

    def __init__(
        self,
        instance: Instance,
        pricer: Pricer,
        trains: list[TrainRiders],
        start: DualPoint,
        leave_fen: Floats,
        params: BoundParams,
        pairs: Ints | None = None,
        members: Ints | None = None,
    ) -> None:
        self.counts: list[Count] = []
        self._params = params.branching
        self._numbers: dict[bytes, int] = {}
        self._instance, self._pricer, self._trains, self._leave_fen = instance, pricer, trains, leave_fen
        self._people = pricer.groups.people
        # No run is worth more than all its seats to people who would be left behind.
        seats = max([1.0, pricer.coaches.levels.max(initial=1.0), *(train.seats for train in trains)])
        self._most_fen = 2.0 * float(leave_fen.max(initial=1.0) * seats)
        self._pairs = np.arange(len(pricer.margins_fen)) if pairs is None else pairs
        self._shape = len(pricer.margins_fen), len(instance.rated)
        self._base = RestrictedDual(instance, pricer.groups, trains, start, params.master)
        self._base.move_to(start)
        self._moves = np.ones(self._base.size, dtype=bool)
        if members is not None:
            self._moves[:] = False
            self._moves[members] = True
        self._train_ends = np.cumsum([len(train.groups) + 1 for train in trains], dtype=np.int64) - 1
        self._serial = self._seen = np.zeros(0, dtype=np.int64)
        self._services = np.zeros((3, 0), dtype=np.int64)
        self._round = self._next = 0

    def number(self, count: Count) -> int:
        """Return a count's number."""
        number = self._numbers.setdefault(count.key, len(self.counts))
        if number == len(self.counts):
            self.counts.append(count)
        return number

    def root(self) -> tuple[State, Proven]:
        """Return the state of the root, and what the prices that the tree starts from prove."""
        base, none = self._base, np.zeros(0)
        point = self._base.point_of(base.x)
        proven, _columns = self._prove({}, point, none)
        for more in self._params.more_than_proven:
            self._add(self._prove({}, replace(point, y=more * point.y), none)[1])
        left = np.zeros(len(self._people))
        return State(base.x, none, base.train_multipliers, left, np.zeros(0, dtype=np.int64), none), proven

    def round(self, limits: Limits, state: State, proven: Proven) -> tuple[State, Proven, Shares]:
        """Take steps, and prove prices between those proven and where the steps lead."""
        self._round += 1
        for _ in range(self._params.loadings):
            state = self._steps(limits, state, proven.point.y)
            ahead = self._base.point_of(state.x)
            surcharges = self._surcharges(state.delta)
            columns = self._pricer.load(self._services, ahead.y, ahead.mu, ahead.nu, surcharges)
            self._add(columns)
            if not len(columns):
                break
        inward = self._params.inward
        point = between(proven.point, ahead, inward)
        delta = inward * self._padded(proven.delta) + (1 - inward) * self._padded(state.delta)
        found, columns = self._prove(limits, point, delta)
        shares = self._shares(state)
        self._add(columns)
        self._trim()
        return state, found, shares

    def services(self, state: State) -> set[ServiceIndex]:
        """Return the services that a node's relaxation uses."""
        columns = self._base.columns
        used = np.flatnonzero(self._multipliers(state) > self._params.part)
        return set(columns.services(used))

    # Proof -----------------------------------------------------------------------------------------------------------

    def _prove(self, limits: Limits, point: DualPoint, delta: Floats) -> tuple[Proven, Columns]:
        """Lower prices until they prove something; return them and the columns that asked for it."""
        delta = self._affordable(limits, point, self._padded(delta))
        leave = self._leave_fen.copy()
        for i in np.flatnonzero(delta).tolist():
            leave[self.counts[i].left] -= delta[i]
        y = np.minimum(point.y, leave)
        y, columns = self._pricer.price(y, point.mu, point.nu, self._pairs, self._surcharges(delta))
        point = replace(point, y=y)
        return Proven(point, delta, self._value(limits, point, delta)), columns

    def _value(self, limits: Limits, point: DualPoint, delta: Floats) -> float:
        """Return LB."""
        total = float(self._people @ point.y - (point.mu * self._instance.fleet).sum())
        total -= point.nu * (self._instance.budget_fen or 0)
        more = np.zeros(len(self._trains))
        for i in np.flatnonzero(delta).tolist():
            low, high = limits[i]
            total += delta[i] * (low if delta[i] > 0 else high)
            more[self.counts[i].trains] += delta[i]
        for train, extra in zip(self._trains, more.tolist(), strict=True):
            total -= max(0.0, train.worth(point, self._people) - (1 + point.nu) * train.fixed_fen + extra)
        return total

    def _affordable(self, limits: Limits, point: DualPoint, delta: Floats) -> Floats:
        """Return delta without prices that meet no limit, positive ones lowered until every coach costs something."""
        for i in np.flatnonzero(delta).tolist():
            low, high = limits.get(i, (0.0, np.inf))
            if (delta[i] > 0 and low <= 0) or (delta[i] < 0 and not np.isfinite(high)):
                delta[i] = 0.0
        raised, more = self._surcharges(np.minimum(delta, 0.0)).by_type_fen, self._surcharges(np.maximum(delta, 0.0))
        lowered = -more.by_type_fen
        if more.by_home_fen is not None:
            lowered -= more.by_home_fen.min(axis=1, keepdims=True)
        cheaper = np.flatnonzero(lowered.any(axis=1))
        if len(cheaper):
            price = self._pricer.cheapest_fen(cheaper, point.mu, point.nu) + raised[cheaper]
            most = float(np.max(lowered[cheaper] / np.maximum(price, 1e-9)))
            if most > 1 - self._params.least_share:
                delta = np.where(delta > 0, delta * (1 - self._params.least_share) / most, delta)
        return delta

    def _surcharges(self, delta: Floats) -> Surcharges:
        """Return what coaches cost more."""
        by_type, by_home = np.zeros(self._shape), None
        for i in np.flatnonzero(delta).tolist():
            count = self.counts[i]
            if count.homes.all():
                by_type[np.ix_(count.pairs, count.types)] -= delta[i]
            else:
                by_home = np.zeros((len(by_type), len(count.homes))) if by_home is None else by_home
                by_home[np.ix_(count.pairs, count.homes)] -= delta[i]
        return Surcharges(by_type, by_home)

    # Columns ---------------------------------------------------------------------------------------------------------

    def _add(self, columns: Columns) -> None:
        n = len(columns)
        if not n:
            return
        self._base.add(columns)
        self._serial = np.append(self._serial, self._next + np.arange(n))
        self._seen = np.append(self._seen, np.full(n, self._round))
        self._next += n
        services = np.stack([columns.pair, columns.home, columns.vehicle])
        self._services = np.unique(np.concatenate([self._services, services], axis=1), axis=1)

    def _trim(self) -> None:
        """Forget the columns that have been out of use for longest when there are too many."""
        most = self._params.columns_per_price * int(self._moves.sum()) + self._params.more_columns
        if len(self._serial) <= most:
            return
        kept = np.sort(np.argsort(-self._seen, kind="stable")[: int(self._params.kept * most)])
        self._base.keep(kept)
        self._serial, self._seen = self._serial[kept], self._seen[kept]

    # Steps -----------------------------------------------------------------------------------------------------------

    def _steps(self, limits: Limits, state: State, centre: Floats) -> State:
        """Take primal-dual steps in a box around the prices y of `centre`."""
        base, n = self._base, len(self._people)
        sides = _sides(limits)
        counts = [self.counts[i] for i, _sign, _number in sides]
        counted = np.flatnonzero(np.logical_or.reduce([np.zeros(n, dtype=bool), *(count.left for count in counts)]))
        known, n_columns, n_trains = base.columns, len(base.costs), len(base.train_costs)
        across = np.zeros((n_columns + n_trains + len(counted), len(sides)))
        for j, (count, (_i, sign, _number)) in enumerate(zip(counts, sides, strict=True)):
            runs = count.pairs[known.pair] & count.types[known.vehicle] & count.homes[known.home]
            across[:n_columns, j] = sign * self._params.seats * runs
            across[n_columns + self._train_ends[count.trains], j] = sign * self._params.seats
            across[n_columns + n_trains :, j] = sign * self._params.seats * count.left[counted]
        at = np.arange(len(counted))
        own = sparse.csr_matrix((np.ones(len(at)), (at, counted)), shape=(len(at), base.size))
        rows = sparse.vstack([base.pool, base.train_rows, own], format="csr")
        rows = sparse.hstack([rows, sparse.csr_matrix(across)], format="csr")
        costs = np.concatenate([base.costs, base.train_costs, self._leave_fen[counted]])
        objective = np.append(base.objective, [sign * number * self._params.seats for _i, sign, number in sides])
        low, high = (
            np.zeros(len(objective)),
            np.append(base.ceiling, np.full(len(sides), self._most_fen / self._params.seats)),
        )
        low[:n] = centre - base.params.box_down * abs(centre) - base.params.box_down_fen
        high[:n] = self._leave_fen
        high[counted] = np.inf
        high[:n] = np.clip(
            centre + base.params.box_up * abs(centre) + base.params.box_up_fen, low[:n], np.maximum(low[:n], high[:n])
        )
        still = np.flatnonzero(~self._moves)
        low[still] = high[still] = state.x[still]
        delta = self._padded(state.delta)
        x = np.append(state.x, [max(0.0, sign * delta[i]) / self._params.seats for i, sign, _number in sides])
        x = np.clip(x, low, high)
        multipliers = np.concatenate([self._multipliers(state), state.trains, state.left[counted]])
        scale = float(self._people @ abs(centre) / max(1.0, self._people.sum())) or 1.0
        LinearProgram(rows, objective, costs, low, high).step(x, multipliers, scale, self._params.steps, least_sum=1.0)
        columns, own_trains, own_left = np.split(multipliers, [n_columns, n_columns + n_trains])
        used = np.flatnonzero(columns > self._params.used)
        self._seen[used] = self._round
        delta, left = np.zeros(len(self.counts)), np.zeros(n)
        for value, (i, sign, _number) in zip(x[base.size :], sides, strict=True):
            delta[i] += sign * self._params.seats * value
        left[counted] = own_left
        return State(x[: base.size], delta, own_trains, left, self._serial[used], columns[used])

    def _multipliers(self, state: State) -> Floats:
        """Return a state's multipliers of the columns there are now."""
        multipliers = np.zeros(len(self._serial))
        kept = np.isin(state.serial, self._serial)
        multipliers[np.searchsorted(self._serial, state.serial[kept])] = state.columns[kept]
        return multipliers

    def _shares(self, state: State) -> Shares:
        base, n = self._base, len(self._people)
        columns = self._multipliers(state)
        runs = np.zeros(self._shape)
        np.add.at(runs, (base.columns.pair, base.columns.vehicle), columns)
        carried = (base.pool[: len(columns)].T @ columns)[:n] + (base.train_rows.T @ state.trains)[:n]
        left = np.clip(self._people - carried, 0.0, self._people)
        used = np.flatnonzero(columns)
        pair, home = base.columns.pair[used], base.columns.home[used]
        return Shares(runs, columns[used], pair, home, left, state.trains[self._train_ends])

    def _padded(self, delta: Floats) -> Floats:
        """Return delta with zeros for counts that are new."""
        return np.append(delta, np.zeros(len(self.counts) - len(delta)))


def _sides(limits: Limits) -> list[tuple[int, float, float]]:
    """Return (count, sign, number) of each limit that may bind: +1 at least, -1 at most."""
    found = []
    for i, (low, high) in limits.items():
        if low > 0:
            found.append((i, 1.0, low))
        if np.isfinite(high):
            found.append((i, -1.0, high))
    return found
