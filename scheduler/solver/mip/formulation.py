"""The strong formulation over a kernel of services, solved by HiGHS.

Variables: y_s runs of service s (integer), x_ks parties of class k on service s (integer), z_k parties left behind.

    min  sum f_s y_s + sum c_ks x_ks + sum u_k z_k
    s.t. sum_s x_ks + z_k = n_k                      each party once           dual pi_k
         sum_k q_k x_ks <= seats_s y_s               seats (a train: each leg; a resold seat counts per leg)
         sum_k q_k x_ks >= min_load_s y_s            enough people to open
         x_ks <= min(n_k, seats_s / q_k) y_s         the strong rows: they make the LP tight
         sum_(s holds v on d) y_s <= free_vd         fleet                     dual -mu_vd
         sum f_s y_s + sum fares x_ks <= budget      when there is one         dual -beta

For a service outside the kernel the LP dual of its own rows is a knapsack with divisible items, so its reduced cost
is (1 + beta) f_s + sum mu_vd - max { sum_k (pi_k - c_ks) x_k : x_k <= n_k, min_load <= sum q_k x_k <= seats }, which a
sort by value a person answers.

A service run more than once (y_s >= 2) has one seats row for all its coaches; see `kernel.pack`.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from scheduler.solver.mip.heuristic_pricing import YUAN
from scheduler.solver.mip.idle_rows import IdleRows, idle_rows
from scheduler.solver.mip.kernel import Kernel
from scheduler.solver.model.block import Block, Loads
from scheduler.solver.model.instance import Floats, Ints
from scheduler.solver.model.services import Services


@dataclass(frozen=True, slots=True)
class Relaxed:
    """An LP solution in yuan: value, runs and their reduced costs, duals; `broken` counts the strong rows it lacked."""

    value: float
    runs: Floats
    reduced: Floats
    pi: Floats
    mu: Floats
    beta: float
    broken: int


class Program:
    """The matrices of a kernel's program, and its solution as LP or MIP.

    Stops may be idle, which makes it a relaxation, unless `no_idle_stops` (see `idle_rows`).
    """

    def __init__(self, kernel: Kernel, *, no_idle_stops: bool = False) -> None:
        self.kernel = kernel
        block, instance = kernel.block, kernel.instance
        services, trains = kernel.kernel, block.trains
        n_services, n_trains, n_classes = len(services), len(trains), len(block.classes)
        pairs = [len(s.at) for s in services]
        self.n_pairs = int(sum(pairs))
        train_pairs = [len(each[0]) for each in kernel.trains]
        self.y0, self.x0 = 0, n_services + n_trains
        self.t0 = self.x0 + self.n_pairs
        self.z0 = self.t0 + int(sum(train_pairs))
        idle = idle_rows(kernel, self.x0, self.z0 + n_classes) if no_idle_stops else IdleRows()
        n = self.z0 + n_classes + len(idle.fen)
        owner = np.repeat(np.arange(n_services), pairs)
        at = _join([s.at for s in services])
        each = _join([s.each for s in services])
        t_owner = np.repeat(np.arange(n_trains), train_pairs)
        t_at = _join([p[0] for p in kernel.trains])
        t_each = _join([p[2] for p in kernel.trains])
        t_fare = _join([p[3] for p in kernel.trains])
        fixed = np.array([s.fixed for s in services], dtype=np.int64)
        t_fixed = np.array([t.fixed_fen for t in trains], dtype=np.int64)
        seats = np.array([s.seats for s in services], dtype=np.int64)
        t_seats = np.array([int(t.seats.max(initial=0)) for t in trains], dtype=np.int64)
        most = np.array([s.most for s in services], dtype=np.int64)
        self.cost = np.concatenate([fixed, t_fixed, each, t_each, kernel.leave, idle.fen]) / YUAN
        counts, size = block.counts, kernel.size
        callers = np.array(idle.most, dtype=np.int64)
        upper = np.concatenate([most, np.ones(n_trains), counts[at], counts[t_at], counts, callers])
        self.upper = upper.astype(np.float64)
        self.lower = np.zeros(n)
        self.lower[n_services : self.x0] = [float(t.must_run) for t in trains]
        x, xt = self.x0 + np.arange(self.n_pairs), self.t0 + np.arange(len(t_at))
        # Each party once.
        self.equal = sparse.csr_array(
            (
                np.ones(self.n_pairs + len(t_at) + n_classes),
                (
                    np.concatenate([at, t_at, np.arange(n_classes)]),
                    np.concatenate([x, xt, self.z0 + np.arange(n_classes)]),
                ),
            ),
            shape=(n_classes, n),
        )
        rows: list[tuple[Ints, Ints, Floats]] = []
        limits: list[Floats] = []
        height = 0

        def block_rows(r: Ints, c: Ints, v: Floats, limit: Floats) -> None:
            nonlocal height
            rows.append((r + height, c, v))
            limits.append(limit)
            height += len(limit)

        span = np.arange(n_services)
        block_rows(
            np.concatenate([owner, span]),
            np.concatenate([x, span]),
            np.concatenate([size[at], -seats]).astype(np.float64),
            np.zeros(n_services),
        )
        if instance.min_load > 1:
            block_rows(
                np.concatenate([owner, span]),
                np.concatenate([x, span]),
                np.concatenate([-size[at], np.full(n_services, instance.min_load)]).astype(np.float64),
                np.zeros(n_services),
            )
        self.link = np.minimum(counts[at], seats[owner] // size[at]).astype(np.float64)
        self.owner = owner
        strong = (
            np.flatnonzero(np.concatenate([s.linked for s in services])) if services else np.zeros(0, dtype=np.int64)
        )
        i = np.arange(len(strong))
        block_rows(
            np.concatenate([i, i]),
            np.concatenate([x[strong], owner[strong]]),
            np.concatenate([np.ones(len(i)), -self.link[strong]]),
            np.zeros(len(i)),
        )
        if n_trains:
            y_train = n_services + t_owner
            link = np.minimum(counts[t_at], t_seats[t_owner] // size[t_at]).astype(np.float64)
            i = np.arange(len(t_at))
            block_rows(
                np.concatenate([i, i]),
                np.concatenate([xt, y_train]),
                np.concatenate([np.ones(len(i)), -link]),
                np.zeros(len(i)),
            )
            first = 0
            for t, train in enumerate(trains):
                own = np.arange(first, first + train_pairs[t])
                first += train_pairs[t]
                info = instance.trains[train.train]
                for leg in range(info.legs if info.resell else 1):
                    on = own
                    if info.resell:
                        spans = [
                            self._train_span(train.train, int(t_at[j]), int(kernel.trains[t][1][j - own[0]]))
                            for j in own
                        ]
                        on = np.array([j for j, (a, b) in zip(own, spans, strict=True) if a <= leg < b], dtype=np.int64)
                    block_rows(
                        np.zeros(len(on) + 1, dtype=np.int64),
                        np.append(xt[on], n_services + t),
                        np.append(size[t_at[on]], -int(train.seats[leg])).astype(np.float64),
                        np.zeros(1),
                    )
                if train.min_load > 0:
                    block_rows(
                        np.zeros(len(own) + 1, dtype=np.int64),
                        np.append(xt[own], n_services + t),
                        np.append(-size[t_at[own]], train.min_load).astype(np.float64),
                        np.zeros(1),
                    )
        if idle.height:
            row, column, value = np.array(idle.entries).T
            block_rows(row.astype(np.int64), column.astype(np.int64), value, np.zeros(idle.height))
        self.fleet_at = height
        self.fleet_rows: list[tuple[int, int]] = []
        by_cell: dict[tuple[int, int], list[int]] = {}
        for s, service in enumerate(services):
            day, home, work, vehicle = service.key
            table = kernel.services.table(work)
            start, end = day + int(table.hold_from[home]), day + int(table.hold_to[home]) + 1
            for d in range(max(0, start), max(0, min(instance.n_days, end))):
                by_cell.setdefault((vehicle, d), []).append(s)
        for cell, holders in sorted(by_cell.items()):
            if int(most[holders].sum()) > int(block.free[cell]):
                self.fleet_rows.append(cell)
                who = np.array(holders, dtype=np.int64)
                block_rows(
                    np.zeros(len(who), dtype=np.int64), who, np.ones(len(who)), np.array([float(block.free[cell])])
                )
        self.budget_at = None
        if block.budget_fen is not None:
            self.budget_at = height
            who = np.concatenate([np.arange(self.x0), xt])
            value = np.concatenate([fixed, t_fixed, t_fare]) / YUAN
            block_rows(np.zeros(len(who), dtype=np.int64), who, value, np.array([block.budget_fen / YUAN]))
        self.below = sparse.csr_array(
            (
                np.concatenate([v for _, _, v in rows]),
                (np.concatenate([r for r, _, _ in rows]), np.concatenate([c for _, c, _ in rows])),
            ),
            shape=(height, n),
        )
        self.limit = np.concatenate(limits)

    def _train_span(self, train: int, at: int, option: int) -> tuple[int, int]:
        instance = self.kernel.instance
        k = self.kernel.block.classes[at]
        chosen = instance.trains[train].options[int(instance.origin[k]), int(instance.work_stop[k])][option]
        return chosen.board, chosen.alight

    def relax(self, time_limit_s: float) -> Relaxed | None:
        """Solve the LP and mark the strong rows it lacks; None when HiGHS does not finish."""
        answer = linprog(
            self.cost,
            A_ub=self.below,
            b_ub=self.limit,
            A_eq=self.equal,
            b_eq=self.kernel.block.counts.astype(np.float64),
            bounds=np.stack([self.lower, self.upper], axis=1),
            method="highs",
            options={"time_limit": time_limit_s, "presolve": True},
        )
        if answer.status != 0:
            return None
        pi = np.asarray(answer.eqlin.marginals)
        mu = np.zeros_like(self.kernel.block.free, dtype=np.float64)
        for i, cell in enumerate(self.fleet_rows):
            mu[cell] = max(0.0, -answer.ineqlin.marginals[self.fleet_at + i])
        beta = 0.0 if self.budget_at is None else max(0.0, -answer.ineqlin.marginals[self.budget_at])
        x = np.asarray(answer.x)
        n = len(self.kernel.kernel)
        reduced = np.asarray(answer.lower.marginals)[:n]
        return Relaxed(float(answer.fun), x[:n], reduced, pi, mu, beta, self._tighten(x))

    def _tighten(self, x: Floats) -> int:
        """Mark the strong rows that an LP solution breaks; return how many are new."""
        riders, runs = x[self.x0 : self.t0], x[self.owner]
        broken = riders > self.link * runs + 1e-6
        fresh, start = 0, 0
        for service in self.kernel.kernel:
            mine = broken[start : start + len(service.at)] & ~service.linked
            start += len(service.at)
            fresh += int(mine.sum())
            service.linked |= mine
        return fresh

    def solve(self, time_limit_s: float, nodes: int | None, rel_gap: float, split: bool = False) -> Loads | None:
        """Solve the MIP; return its best loads, or None when it found none in time.

        With `split` parties may be cut up while the runs are chosen, which is quicker and hardly ever chooses others;
        then `Seating` puts everybody on the chosen runs whole.
        """
        whole = self.x0 if split else self.z0
        options: dict[str, float | int | bool] = {"time_limit": time_limit_s, "mip_rel_gap": rel_gap}
        if nodes is not None:
            options["node_limit"] = nodes
        answer = milp(
            self.cost,
            constraints=[
                LinearConstraint(self.equal, self.kernel.block.counts, self.kernel.block.counts),
                LinearConstraint(self.below, -np.inf, self.limit),
            ],
            integrality=np.concatenate([np.ones(whole), np.zeros(len(self.cost) - whole)]),
            bounds=Bounds(self.lower, self.upper),
            options=options,
        )
        if answer.x is None:
            return None
        values = np.round(answer.x).astype(np.int64)
        if split:
            return self.kernel.seated(values[: len(self.kernel.kernel)], values[len(self.kernel.kernel) : self.x0])
        runs = values[: len(self.kernel.kernel)]
        riders = values[self.x0 : self.t0]
        trains, start = [], self.t0
        for pairs in self.kernel.trains:
            trains.append(values[start : start + len(pairs[0])])
            start += len(pairs[0])
        loads = self.kernel.loads(runs, riders, trains)
        loads.optimal = answer.status == 0
        bound = answer.mip_dual_bound
        if bound is None and loads.optimal:
            bound = answer.fun  # nothing could run: a program without whole numbers has no dual bound of its own
        loads.bound_fen = float(bound) * YUAN if bound is not None else -np.inf
        return loads


def _join(parts: list[Ints]) -> Ints:
    return np.concatenate(parts).astype(np.int64) if parts else np.zeros(0, dtype=np.int64)


ROUNDS = 6
"""Rounds of pricing; more of them make the kernel no better for the time they take."""

SPARE_SERVICES = 10
"""Services beyond the LP's support, those of least reduced cost."""

FEW_PARTIES = 120
MOST_ROUNDS = 25
MOST_SPARE_SERVICES = 60
"""A block of so few parties is quickly solved over many more services, after pricing until nothing is new; so is one
that prices none."""

KERNEL_GAP = 1e-3
WHOLE_GAP = 1e-4


def solve_block(services: Services, block: Block, time_limit_s: float, nodes: int | None) -> Loads | None:
    """Grow a kernel for a block by pricing, keep what its LP uses, and solve the MIP over that."""
    started = time.monotonic()
    kernel = Kernel(services, block)
    for day, home, works, vehicle in block.seeds:
        kernel.add((day, home, services.work_id(works), vehicle))
    if not block.works:  # nothing is priced: all strong rows at once are solved in 1 s, as they break in 20
        for service in kernel.kernel:
            service.linked[:] = True
    few = int(block.counts.sum()) <= FEW_PARTIES or not block.works
    for _ in range(MOST_ROUNDS if few else ROUNDS):
        left_s = time_limit_s - (time.monotonic() - started)
        relaxed = Program(kernel).relax(max(0.1, left_s))
        if relaxed is None or left_s < time_limit_s * 0.5:
            break
        added = sum(kernel.add(key) for _, key in kernel.price(relaxed.pi, relaxed.mu, relaxed.beta, per_site=2))
        if not added and not relaxed.broken:
            break
    if not kernel.kernel and not block.trains:
        return Loads(optimal=True)
    relaxed = Program(kernel).relax(max(0.1, time_limit_s - (time.monotonic() - started)))
    if relaxed is None:
        return None
    used = relaxed.runs > 1e-6
    spare = np.flatnonzero(~used)
    cheap = np.argsort(relaxed.reduced[spare], kind="stable")[: MOST_SPARE_SERVICES if few else SPARE_SERVICES]
    used[spare[cheap]] = True
    kernel.kernel = [each for each, kept in zip(kernel.kernel, used, strict=True) if kept]
    resold = any(services.instance.trains[train.train].resell for train in block.trains)
    left_s = max(0.2, time_limit_s - (time.monotonic() - started))
    if not block.works:
        return Program(kernel).solve(left_s, nodes, WHOLE_GAP)
    return Program(kernel).solve(left_s, nodes, KERNEL_GAP, split=not resold and block.budget_fen is None)
