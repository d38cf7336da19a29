"""The strong formulation over a kernel of services, solved by HiGHS.

Variables: y_s runs of service s (integer), x_ks parties of class k on service s (integer), z_k parties left behind.

    min  sum f_s y_s + sum c_ks x_ks + sum u_k z_k
    s.t. sum_s x_ks + z_k = n_k                      each party once           dual pi_k
         sum_k q_k x_ks <= seats_s y_s               seats (a train: each leg; a resold seat counts per leg)
         sum_k q_k x_ks >= min_load_s y_s            enough people to open
         x_ks <= min(n_k, seats_s / q_k) y_s         the strong rows: they make the LP tight
         sum_(s holds v on d) y_s <= free_vd         fleet                     dual -mu_vd
         sum f_s y_s + sum fares x_ks <= budget      when there is one         dual -beta
         sum moved_ks x_ks + sum told_k z_k <= N + v told people moved, when they may be no more than N

with v >= 0 at more than anything could save: where they must be more they are the fewest.

For a service outside the kernel the LP dual of its own rows is a knapsack with divisible items, so its reduced cost
is (1 + beta) f_s + sum mu_vd - max { sum_k (pi_k - c_ks) x_k : x_k <= n_k, min_load <= sum q_k x_k <= seats }, which a
sort by value a person answers.

A service run more than once (y_s >= 2) has one seats row for all its coaches; see `kernel.pack`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from scheduler.solver.mip.candidates import ANYBODY, NOBODY
from scheduler.solver.mip.heuristic_pricing import YUAN
from scheduler.solver.mip.highs import LinearRows, WorkLimits, relaxed, solved
from scheduler.solver.mip.idle_rows import IdleRows, idle_rows
from scheduler.solver.mip.kernel import Kernel
from scheduler.solver.mip.pin_rows import add_pin_rows
from scheduler.solver.mip.row_matrix import Rows
from scheduler.solver.model.block import Loads
from scheduler.solver.model.instance import Floats, Ints
from scheduler.solver.model.services import Service


@dataclass(frozen=True, slots=True)
class Relaxed:
    """An LP solution in yuan: value, runs and their reduced costs, duals; `broken` counts the strong rows it lacked."""

    value_yuan: float
    runs: Floats
    reduced: Floats
    pi: Floats
    mu: Floats
    beta: float
    broken: int


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Pairs of a class and a run that may carry it, each with a column of its own; `run` is the run's column."""

    column: Ints
    run: Ints
    at: Ints
    party_fen: Ints


class Program:
    """The matrices of a kernel's program, and its solution as LP or MIP.

    Columns, in order: y of coach services, y of trains, x of coach services (from `x0`), x of trains (from `t0`), z
    (from `z0`), callers (see `idle_rows`), v where there is one. Stops may be idle, which makes it a relaxation, unless
    `no_idle_stops`. Only where it is `hard` must those ride, and must those runs go, that pins want to.
    """

    def __init__(self, kernel: Kernel, *, no_idle_stops: bool = False, hard: bool = True) -> None:
        self.kernel, self.block, self.instance = kernel, kernel.block, kernel.instance
        services, trains = kernel.candidates, kernel.block.trains
        self.n_services = len(services)
        self.x0 = self.n_services + len(trains)
        self.riders = _pairs(self.x0, 0, [s.at for s in services], [s.party_fen for s in services])
        self.t0 = self.x0 + len(self.riders.at)
        of_trains = [p.at for p in kernel.trains], [p.party_fen for p in kernel.trains]
        self.train_riders = _pairs(self.t0, self.n_services, *of_trains)
        self.z0 = self.t0 + len(self.train_riders.at)
        first_caller = self.z0 + len(self.block.classes)
        idle = idle_rows(kernel, self.x0, first_caller) if no_idle_stops else IdleRows()
        capped = self.block.max_moved is not None and self.instance.told is not None
        self.excess = first_caller + len(idle.fen) if capped else None
        self.width = first_caller + len(idle.fen) + capped
        self.opening_fen = np.array([s.opening_fen for s in services] + [t.fixed_fen for t in trains], dtype=np.int64)
        seats = [s.seats for s in services] + [int(t.seats.max(initial=0)) for t in trains]
        self.seats = np.array(seats, dtype=np.int64)
        self.most = np.array([s.most for s in services] + [1] * len(trains), dtype=np.int64)
        self.link = self._links(self.riders)
        lower, upper = self._limits_of_columns(idle)
        if hard:
            upper[self.z0 + kernel.linked.must_ride()] = 0
        equal, below = self._each_party_once(), self._inequalities(idle, hard=hard)
        self.below_at, counts = len(self.block.classes), self.block.counts.astype(np.float64)
        self.rows = LinearRows(
            self._objective(idle),
            lower,
            upper,
            sparse.vstack([equal, below.matrix(self.width)], format="csr"),
            np.concatenate([counts, np.full(below.height, -np.inf)]),
            np.concatenate([counts, below.limit]),
        )

    def _objective(self, idle: IdleRows) -> Floats:
        """sum f_s y_s + sum c_ks x_ks + sum u_k z_k, in yuan; v costs more than anything could save."""
        leave_fen = self.kernel.leave_party_fen
        callers_fen = np.array(idle.fen, dtype=np.int64)
        most_fen = int((leave_fen * self.block.counts).sum()) + 1
        excess_fen = np.full(int(self.excess is not None), most_fen, dtype=np.int64)
        riders_fen = [self.riders.party_fen, self.train_riders.party_fen]
        return np.asarray(np.concatenate([self.opening_fen, *riders_fen, leave_fen, callers_fen, excess_fen]) / YUAN)

    def _inequalities(self, idle: IdleRows, *, hard: bool) -> Rows:
        """The rows below the first, in the order of the formula above; then those of pins."""
        rows = Rows()
        self._seats(rows)
        self._enough_people(rows)
        self._strong(rows)
        self._strong_of_trains(rows)
        start = 0
        for t, pairs in enumerate(self.kernel.trains):
            mine = np.arange(start, start + len(pairs.at))
            start += len(mine)
            self._seats_of_train(rows, t, mine)
            self._enough_people_on_train(rows, t, mine)
        self._seats_for_all(rows)
        self._no_idle_stop(rows, idle)
        self.fleet_at = rows.height
        self.fleet_rows = self._fleet(rows)
        self.budget_at = rows.height if self.block.budget_fen is not None else None
        self._budget(rows)
        self._moved(rows, idle)
        add_pin_rows(rows, self.kernel, self.x0, self.t0, hard=hard)
        return rows

    def _limits_of_columns(self, idle: IdleRows) -> tuple[Floats, Floats]:
        """Return the least and the most of each variable; a train with people outside the block runs anyway."""
        counts = self.block.counts
        callers = np.array(idle.most, dtype=np.int64)
        parts = [self.most, counts[self.riders.at], counts[self.train_riders.at], counts, callers]
        if self.excess is not None and self.instance.told is not None:
            parts.append(np.array([int((self.instance.told.of_class[self.block.classes] * counts).sum())]))
        upper = np.concatenate(parts)
        lower = np.zeros(self.width)
        lower[self.n_services : self.x0] = [float(t.must_run) for t in self.block.trains]
        return lower, upper.astype(np.float64)

    def _each_party_once(self) -> sparse.csr_array:
        """Each party once: sum_s x_ks + z_k = n_k."""
        classes = np.arange(len(self.block.classes))
        row = np.concatenate([self.riders.at, self.train_riders.at, classes])
        column = np.concatenate([self.riders.column, self.train_riders.column, self.z0 + classes])
        return sparse.csr_array((np.ones(len(row)), (row, column)), shape=(len(classes), self.width))

    def _seats(self, rows: Rows) -> None:
        """Seats: sum_k q_k x_ks <= seats_s y_s."""
        riders, span = self.riders, np.arange(self.n_services)
        value = np.concatenate([self.kernel.size[riders.at], -self.seats[: self.n_services]])
        row, column = np.concatenate([riders.run, span]), np.concatenate([riders.column, span])
        rows.add(row, column, value, np.zeros(self.n_services))

    def _enough_people(self, rows: Rows) -> None:
        """Enough people to open: sum_k q_k x_ks >= min_load y_s; each coach of the kernel can carry one person."""
        least = self.instance.min_load
        if least <= 1:
            return
        riders, span = self.riders, np.arange(self.n_services)
        value = np.concatenate([-self.kernel.size[riders.at], np.full(self.n_services, least)])
        row, column = np.concatenate([riders.run, span]), np.concatenate([riders.column, span])
        rows.add(row, column, value, np.zeros(self.n_services))

    def _links(self, pairs: _Pairs) -> Floats:
        """Return min(n_k, seats_s / q_k) of each pair: how many parties of the class one run could carry."""
        fit: Ints = self.seats[pairs.run] // self.kernel.size[pairs.at]
        return np.asarray(np.minimum(self.block.counts[pairs.at], fit), dtype=np.float64)

    def _strong(self, rows: Rows) -> None:
        """The strong rows: x_ks <= min(n_k, seats_s / q_k) y_s, for the pairs whose row an LP was found to break."""
        services = self.kernel.candidates
        linked = np.concatenate([s.linked for s in services]) if services else np.zeros(0, dtype=bool)
        kept = np.flatnonzero(linked)
        _add_strong(rows, self.riders.column[kept], self.riders.run[kept], self.link[kept])

    def _strong_of_trains(self, rows: Rows) -> None:
        """The strong rows of trains, all of them."""
        _add_strong(rows, self.train_riders.column, self.train_riders.run, self._links(self.train_riders))

    def _seats_of_train(self, rows: Rows, t: int, mine: Ints) -> None:
        """Seats of a train, whose pairs are `mine`: each leg where seats are resold, else one row for the whole way."""
        train, riders = self.block.trains[t], self.train_riders
        info = self.instance.trains[train.train]
        spans = [self._legs_of(t, j, j - int(mine[0])) for j in mine.tolist()] if info.resell else []
        for leg in range(info.legs if info.resell else 1):
            on = mine
            if info.resell:
                on = np.array([j for j, (a, b) in zip(mine, spans, strict=True) if a <= leg < b], dtype=np.int64)
            self._add_of_train(rows, t, on, self.kernel.size[riders.at[on]], -int(train.seats[leg]))

    def _seats_for_all(self, rows: Rows) -> None:
        """Trains together with seats for all that are not left behind: it follows, but HiGHS cuts by it.

        Where no coach can run; elsewhere its dual would be missing from the prices that coaches are looked for by.
        """
        trains = self.block.trains
        if self.instance.has_coaches or not trains or any(self.instance.trains[t.train].resell for t in trains):
            return
        size = self.kernel.size
        column, value = np.r_[: self.x0, self.z0 : self.z0 + len(size)], -np.concatenate([self.seats, size])
        rows.add(np.zeros(len(column), dtype=np.int64), column, value, np.array([-float(size @ self.block.counts)]))

    def _legs_of(self, t: int, pair: int, number: int) -> tuple[int, int]:
        """Return the first leg that a pair, `number` of its train, rides, and the first that it does not."""
        instance, train = self.instance, self.block.trains[t].train
        k = self.block.classes[int(self.train_riders.at[pair])]
        options = instance.trains[train].options[int(instance.origin[k]), int(instance.work_stop[k])]
        chosen = options[int(self.kernel.trains[t].option[number])]
        return chosen.board, chosen.alight

    def _enough_people_on_train(self, rows: Rows, t: int, mine: Ints) -> None:
        """Enough people to open a train, or what is missing to that."""
        least = self.block.trains[t].missing_people
        if least > 0:
            self._add_of_train(rows, t, mine, -self.kernel.size[self.train_riders.at[mine]], least)

    def _add_of_train(self, rows: Rows, t: int, pairs: Ints, value: Ints, of_train: int) -> None:
        """Add one row over pairs of a train, and the train's own y."""
        column = np.append(self.train_riders.column[pairs], self.n_services + t)
        rows.add(np.zeros(len(column), dtype=np.int64), column, np.append(value, of_train), np.zeros(1))

    def _no_idle_stop(self, rows: Rows, idle: IdleRows) -> None:
        """No stop is idle (see `idle_rows`)."""
        if idle.height:
            row, column, value = np.array(idle.entries).T
            rows.add(row.astype(np.int64), column.astype(np.int64), value, np.zeros(idle.height))

    def _fleet(self, rows: Rows) -> list[tuple[int, int]]:
        """Fleet: sum_(s holds v on d) y_s <= free_vd, where more could be held; return the (v, d) of each row."""
        by_cell: dict[tuple[int, int], list[int]] = {}
        for s, service in enumerate(self.kernel.candidates):
            day, home, work, vehicle = service.service
            held = self.kernel.services.held_days(day, home, work)
            for d in range(held.start, held.stop):
                by_cell.setdefault((vehicle, d), []).append(s)
        scarce = []
        for cell, holders in sorted(by_cell.items()):
            if int(self.most[holders].sum()) > int(self.block.free[cell]):
                scarce.append(cell)
                who = np.array(holders, dtype=np.int64)
                limit = np.array([float(self.block.free[cell])])
                rows.add(np.zeros(len(who), dtype=np.int64), who, np.ones(len(who)), limit)
        return scarce

    def _budget(self, rows: Rows) -> None:
        """Budget, when there is one: sum f_s y_s + sum fares x_ks <= budget."""
        if self.block.budget_fen is None:
            return
        who = np.concatenate([np.arange(self.x0), self.train_riders.column])
        value = np.concatenate([self.opening_fen, _join([p.fare_party_fen for p in self.kernel.trains])]) / YUAN
        rows.add(np.zeros(len(who), dtype=np.int64), who, value, np.array([self.block.budget_fen / YUAN]))

    def _moved(self, rows: Rows, idle: IdleRows) -> None:
        """Told people moved, when they may be no more than so many: sum moved_ks x_ks + sum told_k z_k - v <= N.

        Callers who are moved to their stop count too.
        """
        if self.excess is None or self.block.max_moved is None or self.instance.told is None:
            return
        told = self.instance.told.of_class[self.block.classes]
        coaches, trains = [s.moved for s in self.kernel.candidates], [p.moved for p in self.kernel.trains]
        left = self.z0 + np.arange(len(told))
        callers = self.z0 + len(told) + np.arange(len(idle.moved))
        column = np.concatenate([self.riders.column, self.train_riders.column, left, callers, [self.excess]])
        value = np.concatenate([_join(coaches), _join(trains), told, np.array(idle.moved, dtype=np.int64), [-1]])
        rows.add(np.zeros(len(column), dtype=np.int64), column, value, np.array([float(self.block.max_moved)]))

    def relax(self, time_limit_s: float) -> Relaxed | None:
        """Solve the LP and mark the strong rows it lacks; None when HiGHS does not finish."""
        answer = relaxed(self.rows, WorkLimits(time_limit_s))
        if answer is None:
            return None
        pi, below = answer.dual[: self.below_at], answer.dual[self.below_at :]
        mu = np.zeros_like(self.kernel.block.free, dtype=np.float64)
        for i, cell in enumerate(self.fleet_rows):
            mu[cell] = max(0.0, -below[self.fleet_at + i])
        beta = 0.0 if self.budget_at is None else max(0.0, -below[self.budget_at])
        n = self.n_services
        return Relaxed(answer.value, answer.x[:n], answer.reduced[:n], pi, mu, beta, self._tighten(answer.x))

    def _tighten(self, x: Floats) -> int:
        """Mark the strong rows that an LP solution breaks; return how many are new."""
        riders, runs = x[self.x0 : self.t0], x[self.riders.run]
        broken = riders > self.link * runs + 1e-6
        fresh, start = 0, 0
        for service in self.kernel.candidates:
            mine = broken[start : start + len(service.at)] & ~service.linked
            start += len(service.at)
            fresh += int(mine.sum())
            service.linked |= mine
        return fresh

    def start(self, loads: Loads) -> Floats | None:
        """Return what a block ran as a solution, callers and v left open; None where the program knows it not."""
        position = {int(k): at for at, k in enumerate(self.block.classes)}
        x = np.zeros(self.width)
        x[self.z0 + len(position) :] = np.nan
        free: dict[tuple[Service, int], list[int]] = {}
        first, column = [], self.x0
        for s, service in enumerate(self.kernel.candidates):
            free.setdefault((service.service, service.owner), []).extend([s] * service.most)
            first.append(column)
            column += len(service.at)
        for stops, load in loads.coaches:
            named, owner = self.kernel.services.service_of(stops), min(self.instance.links.of(load), default=NOBODY)
            known = free.get((named, owner)) or (free.get((named, ANYBODY)) if owner != NOBODY else None)
            if not known:
                return None
            s = known.pop(0)
            x[s] += 1
            pair = {at: first[s] + i for i, at in enumerate(self.kernel.candidates[s].at.tolist())}
            for k, parties in load.items():
                if position[k] not in pair:
                    return None
                x[pair[position[k]]] += parties
        x[self.n_services : self.x0] = self.rows.lower[self.n_services : self.x0]
        column = self.t0
        for t, (train, pairs) in enumerate(zip(self.block.trains, self.kernel.trains, strict=True)):
            keys = zip(pairs.at.tolist(), pairs.option.tolist(), strict=True)
            way = {key: column + i for i, key in enumerate(keys)}
            column += len(pairs.at)
            for (k, option), parties in loads.trains.get(train.train, {}).items():
                if (position[k], option) not in way:
                    return None
                x[self.n_services + t] = 1
                x[way[position[k], option]] += parties
        aboard = np.zeros(len(position))
        np.add.at(aboard, self.riders.at, x[self.riders.column])
        np.add.at(aboard, self.train_riders.at, x[self.train_riders.column])
        x[self.z0 : self.z0 + len(position)] = self.block.counts - aboard
        return x

    def cheapest(self, known: list[Loads]) -> Loads | None:
        """Return the cheapest of some solutions of the block, of those that obey if any; None if it has none."""
        starts = [(np.nan_to_num(x), loads) for loads in known if (x := self.start(loads)) is not None]
        return min(starts, key=lambda s: (self.rows.breaks(s[0]), self.rows.cost @ s[0]), default=(None, None))[1]

    def solve(
        self,
        time_limit_s: float,
        nodes: int | None,
        rel_gap: float,
        split: bool = False,
        start: Floats | None = None,
        seed: int = 0,
    ) -> Loads | None:
        """Solve the MIP; return its best loads, or None when it found none in time.

        With `split` parties may be cut up while the runs are chosen, which is quicker and hardly ever chooses others;
        then `Seating` puts everybody on the chosen runs whole. `start` is a solution to begin with. What one run
        proves is no proof yet: see `highs.solved`.
        """
        whole = np.arange(self.width) < (self.x0 if split else self.z0)
        at = np.concatenate([self.riders.at, self.train_riders.at])
        whole[self.x0 : self.z0] |= self.kernel.linked.group[at] != NOBODY
        answer = solved(self.rows, whole, WorkLimits(time_limit_s, nodes, rel_gap=rel_gap, seed=seed), start)
        if answer.x is None:
            return None
        values = np.round(answer.x).astype(np.int64)
        runs = values[: len(self.kernel.candidates)]
        riders = values[self.x0 : self.t0]
        trains, start_at = [], self.t0
        for pairs in self.kernel.trains:
            trains.append(values[start_at : start_at + len(pairs.at)])
            start_at += len(pairs.at)
        if split:
            linked = self.kernel.linked_loads(runs, riders, trains) if self.kernel.linked.any else None
            return self.kernel.seated(runs, values[len(self.kernel.candidates) : self.x0], linked)
        loads = self.kernel.loads(runs, riders, trains)
        loads.optimal = answer.outcome == "optimal"
        loads.bound_fen = answer.bound * YUAN
        loads.excess = int(values[self.excess]) if self.excess is not None else 0
        return loads


def _add_strong(rows: Rows, column: Ints, run: Ints, link: Floats) -> None:
    i = np.arange(len(column))
    value = np.concatenate([np.ones(len(i)), -link])
    rows.add(np.concatenate([i, i]), np.concatenate([column, run]), value, np.zeros(len(i)))


def _pairs(first_column: int, first_run: int, at: list[Ints], party_fen: list[Ints]) -> _Pairs:
    """Return the pairs of runs with a column each from `first_run` on, given the pairs of each run."""
    run = first_run + np.repeat(np.arange(len(at)), [len(pairs) for pairs in at])
    return _Pairs(column=first_column + np.arange(len(run)), run=run, at=_join(at), party_fen=_join(party_fen))


def _join(parts: list[Ints]) -> Ints:
    return np.concatenate(parts).astype(np.int64) if parts else np.zeros(0, dtype=np.int64)
