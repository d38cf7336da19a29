"""Few services, many coaches, large parties: column generation over whole coach loads (Gilmore and Gomory 1961).

Where parties are large beside a coach, one seats row for all coaches of a service says little: what counts is which
parties go together. Variables: lambda_p coaches with load a_p (a pattern: integer parties by class), z_k parties left.

    min  sum c_p lambda_p + sum u_k z_k
    s.t. sum_p a_kp lambda_p + z_k >= n_k            each party          dual pi_k, at most u_k
         sum_(p of v on d) lambda_p <= free_vd       fleet               dual -mu_vd

c_p is the coach and its people's access and shifts. Reduced cost of a pattern: f_s + mu - sum (pi_k - c_ks) a_k, so
pricing is an integer bounded knapsack per service, solved by dynamic programming over seats.

Bound: in whole micro-units, for any pi >= 0, mu >= 0 no pattern of which is worth more than it costs,
sum n_k min(pi_k, u_k) - sum mu free is a bound by weak duality; where the best pattern of a service is worth w > c, all
pi are scaled by c / w. The cost of a plan that leaves nobody is a multiple of the greatest common divisor of all costs
of services and riders, so the bound is rounded up to one.

Plans: sequential value correction (Mukhacheva; Belov and Scheithauer 2007). Load the coach that is worth most for its
cost at the present worth of the parties, again and again; whoever ends up on a wasteful coach becomes worth more the
next time. All loads met on the way are patterns too, and the integer program over them puts the best together.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from scheduler.solver.mip.candidates import KernelService
from scheduler.solver.mip.heuristic_pricing import YUAN
from scheduler.solver.mip.highs import Basis, LinearRows, WorkLimits, relaxed, solved
from scheduler.solver.mip.kernel import Kernel
from scheduler.solver.mip.params import MipParams
from scheduler.solver.model.block import Loads
from scheduler.solver.model.instance import Floats, Ints

MICRO = 1_000_000
"""Duals are rounded down to millionths of a fen for the bound, which is then exact."""

UNITS = 100
"""Parties' worth is corrected in hundredths of a fen."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    service: int
    load: tuple[tuple[int, int], ...]
    """(position, parties), positions increasing."""


class Patterns:
    """Column generation over the services of a kernel; trains, budget and min_load above 1 are not for it."""

    def __init__(self, kernel: Kernel, params: MipParams) -> None:
        self.kernel, self.params = kernel, params
        self.services: list[KernelService] = kernel.candidates
        self.counts = kernel.block.counts
        self.size = kernel.size
        self.leave_party_fen = kernel.leave_party_fen
        self.patterns: list[_Pattern] = []
        self.known: set[_Pattern] = set()
        self.cost_fen: list[int] = []

    @staticmethod
    def suits(kernel: Kernel, params: MipParams) -> bool:
        """Tell whether a problem is of this kind."""
        block = kernel.block
        capped = block.budget_fen is not None or block.max_moved is not None
        if block.trains or capped or kernel.instance.min_load > 1:
            return False
        if not 0 < len(kernel.candidates) <= params.pattern_services:
            return False
        seats = max(service.seats for service in kernel.candidates)
        people = int((kernel.size * block.counts).sum())
        cells = sum(service.seats * int(block.counts[service.at].sum()) for service in kernel.candidates)
        return cells <= params.pattern_cells and people >= params.large_party * seats * int(block.counts.sum())

    def _add(self, pattern: _Pattern) -> bool:
        if pattern in self.known or not pattern.load:
            return False
        service = self.services[pattern.service]
        party_fen = dict(zip(service.at.tolist(), service.party_fen.tolist(), strict=True))
        self.known.add(pattern)
        self.patterns.append(pattern)
        self.cost_fen.append(service.opening_fen + sum(party_fen[k] * n for k, n in pattern.load))
        return True

    # Pricing -----------------------------------------------------------------------------------------------------

    def _knapsack(self, number: int, worth: Ints, counts: Ints) -> tuple[int, _Pattern]:
        """Return the most a load of a service is worth, in whole units of `worth` by class, and that load."""
        service = self.services[number]
        best = np.zeros(service.seats + 1, dtype=np.int64)
        steps: list[tuple[int, int, np.ndarray]] = []
        for k in service.at.tolist():
            rest, chunk = min(int(counts[k]), service.seats // int(self.size[k])), 1
            while rest > 0 and worth[k] > 0:
                n = min(chunk, rest)
                weight = n * int(self.size[k])
                trial = best[:-weight] + n * int(worth[k])
                better = trial > best[weight:]
                best[weight:] = np.where(better, trial, best[weight:])
                steps.append((k, n, np.concatenate([np.zeros(weight, dtype=bool), better])))
                rest -= n
                chunk *= 2
        at = service.seats
        load: dict[int, int] = {}
        for k, n, better in reversed(steps):
            if better[at]:
                load[k] = load.get(k, 0) + n
                at -= n * int(self.size[k])
        return int(best[-1]), _Pattern(number, tuple(sorted(load.items())))

    def _worth(self, number: int, pi: Ints, unit: int) -> Ints:
        service = self.services[number]
        worth = np.zeros(len(self.counts), dtype=np.int64)
        worth[service.at] = np.maximum(pi[service.at] - service.party_fen * unit, 0)
        return worth

    # The restricted program ----------------------------------------------------------------------------------------

    def _fleet(self) -> tuple[sparse.csr_array, Floats, list[tuple[int, int]]]:
        """Return the fleet rows over the patterns."""
        cells: dict[tuple[int, int], list[int]] = {}
        for p, pattern in enumerate(self.patterns):
            day, home, work, vehicle = self.services[pattern.service].service
            held = self.kernel.services.held_days(day, home, work)
            for d in range(held.start, held.stop):
                cells.setdefault((vehicle, d), []).append(p)
        rows = [i for i, holders in enumerate(cells.values()) for _ in holders]
        columns = [p for holders in cells.values() for p in holders]
        shape = len(cells), len(self.patterns)
        matrix = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)
        limit = np.array([float(self.kernel.block.free[cell]) for cell in cells])
        return matrix, limit, list(cells)

    def _cover(self) -> sparse.csr_array:
        entries = [(k, p, n) for p, pattern in enumerate(self.patterns) for k, n in pattern.load]
        rows, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
        return sparse.csr_array(
            (values, (rows, columns)), shape=(len(self.counts), len(self.patterns)), dtype=np.float64
        )

    def _rows(self) -> tuple[LinearRows, list[tuple[int, int]]]:
        """Return the program over the patterns, and the (type, day) of each fleet row.

        Columns: z, then lambda, so that new patterns and fleet rows stand behind the others.
        """
        (fleet, limit, cells), n_classes = self._fleet(), len(self.counts)
        every_party = sparse.hstack([sparse.eye_array(n_classes), self._cover()])
        coaches = sparse.hstack([sparse.csr_array((len(cells), n_classes)), fleet])
        matrix = sparse.vstack([every_party, coaches], format="csr")
        width = matrix.shape[1]
        rows = LinearRows(
            np.concatenate([self.leave_party_fen, self.cost_fen]) / YUAN,
            np.zeros(width),
            np.full(width, np.inf),
            matrix,
            np.concatenate([self.counts.astype(np.float64), np.full(len(cells), -np.inf)]),
            np.concatenate([np.full(n_classes, np.inf), limit]),
        )
        return rows, cells

    def _relax(self, basis: Basis | None = None) -> tuple[Floats, Floats, Basis] | None:
        """Solve the LP over the patterns; return pi in fen, mu in fen by type and day, and the basis."""
        rows, cells = self._rows()
        answer = relaxed(rows, WorkLimits(), basis)
        if answer is None:
            return None
        dual = answer.dual * YUAN
        n_classes = len(self.counts)
        mu = np.zeros(self.kernel.block.free.shape)
        for cell, price in zip(cells, -dual[n_classes:], strict=True):
            mu[cell] = max(0.0, float(price))
        return np.maximum(dual[:n_classes], 0), mu, answer.basis

    def _bound(self, pi: Floats, mu: Floats) -> tuple[int, bool]:
        """Return the exact bound these prices prove, in fen, and whether pricing found new patterns."""
        worth = np.minimum(np.floor(pi * MICRO).astype(np.int64), self.leave_party_fen * MICRO)
        price = np.ceil(mu * MICRO).astype(np.int64)
        factor_n, factor_d, fresh = 1, 1, False
        for number, service in enumerate(self.services):
            day, home, work, vehicle = service.service
            held = self.kernel.services.held_days(day, home, work)
            cost = service.opening_fen * MICRO + int(price[vehicle, held].sum())
            value, pattern = self._knapsack(number, self._worth(number, worth, MICRO), self.counts)
            if value > cost:
                fresh |= value - cost > MICRO // 100 and self._add(pattern)
                if cost * factor_d < factor_n * value:
                    factor_n, factor_d = cost, value
        prices = sum(int(w) * int(n) for w, n in zip(worth, self.counts, strict=True)) * factor_n // factor_d
        fleet = sum(int(p) * int(f) for p, f in zip(price.ravel(), self.kernel.block.free.ravel(), strict=True))
        proven = -(-(prices - fleet) // MICRO)
        # A plan that leaves a party pays u_k for what counts pi_k here; all others cost a multiple of the unit.
        spare = int((self.leave_party_fen - worth // MICRO).min(initial=1 << 60)) - 1
        unit = math.gcd(*(s.opening_fen for s in self.services), *(int(e) for s in self.services for e in s.party_fen))
        return max(proven, min(-(-proven // unit) * unit, proven + spare) if unit else proven), fresh

    # Plans -----------------------------------------------------------------------------------------------------------

    def _integer(self, limits: WorkLimits, start: Ints) -> Ints | None:
        """Return how often each pattern runs in the best plan of the patterns known, if one is found in time.

        `start` is such a plan, of the patterns known when it was found.
        """
        rows, _cells = self._rows()
        runs = np.zeros(len(self.patterns))
        runs[: len(start)] = start
        left = np.maximum(0, self.counts - self._cover() @ runs)
        whole = np.ones(len(rows.cost), dtype=bool)
        answer = solved(rows, whole, limits, np.concatenate([left, runs]))
        return None if answer.x is None else np.round(answer.x[len(self.counts) :]).astype(np.int64)

    def loads(self, times: Ints) -> Loads:
        """Return the coaches of a choice of patterns; a party covered twice rides once, an empty coach not at all."""
        left = self.counts.copy()
        result = Loads()
        for p in np.flatnonzero(times).tolist():
            pattern = self.patterns[p]
            named = self.kernel.services.stops_of(self.services[pattern.service].service)
            for _ in range(int(times[p])):
                load = {k: min(n, int(left[k])) for k, n in pattern.load if left[k] > 0}
                for k, n in load.items():
                    left[k] -= n
                if load:
                    by_class = {int(self.kernel.block.classes[k]): n for k, n in load.items()}
                    result.coaches.append((named, by_class))
        return result

    def run(self, deadline: float, seed: int, nodes: int | None, found: Callable[[Loads], int]) -> int:
        """Generate columns, then plans; `found` takes each and returns its cost. Return the bound in fen.

        A program has `nodes` if they are given, else seconds.
        """
        for number in range(len(self.services)):
            self._add(self._knapsack(number, self._worth(number, self.leave_party_fen, 1), self.counts)[1])
        bound, duals = 0, self._relax()
        while duals is not None and time.monotonic() < deadline:
            proven, fresh = self._bound(duals[0], duals[1])
            bound = max(bound, proven)
            if not fresh:
                break
            duals = self._relax(duals[2])
        if duals is None:
            return bound
        best, best_times = math.inf, np.zeros(0, dtype=np.int64)
        worth = duals[0]
        rng = random.Random(seed)
        for turn in range(self.params.packing_turns):
            if best <= bound or time.monotonic() > deadline:
                break
            times, worth = self._sequence(worth, rng)
            cost_fen = found(self.loads(times))
            if cost_fen < best:
                best, best_times = cost_fen, times
            if turn % self.params.turns_a_program == self.params.turns_a_program - 1 and best > bound:
                program_s = max(0.1, min(self.params.pattern_program_s, deadline - time.monotonic()))
                limits = WorkLimits(program_s) if nodes is None else WorkLimits(nodes=nodes)
                chosen = self._integer(limits, best_times)
                if chosen is not None and (cost_fen := found(self.loads(chosen))) < best:
                    best, best_times = cost_fen, chosen
        return bound

    def _sequence(self, worth: Floats, rng: random.Random) -> tuple[Ints, Floats]:
        """Load coach after coach; return how often each pattern runs, and the corrected worth of the parties."""
        rest, free = self.counts.copy(), self.kernel.block.free.copy()
        chosen: dict[_Pattern, int] = {}
        worth = worth.copy()
        power, weight = rng.uniform(1.0, 1.08), rng.uniform(0.2, 0.8)
        while rest.any():
            best: tuple[float, _Pattern] | None = None
            for number, service in enumerate(self.services):
                day, home, work, vehicle = service.service
                held = self.kernel.services.held_days(day, home, work)
                if int(free[vehicle, held].min(initial=1)) <= 0:
                    continue
                units = np.maximum(np.round(worth * UNITS).astype(np.int64), 1)
                value, pattern = self._knapsack(number, self._worth(number, units, UNITS), rest)
                if value > 0 and (best is None or service.opening_fen / value < best[0]):
                    best = service.opening_fen / value, pattern
            if best is None:
                break
            pattern = best[1]
            self._add(pattern)
            service = self.services[pattern.service]
            day, home, work, vehicle = service.service
            times = max(1, min(int(rest[k]) // n for k, n in pattern.load) // 2)
            held = self.kernel.services.held_days(day, home, work)
            times = min(times, int(free[vehicle, held].min(initial=1 << 30)))
            free[vehicle, held] -= times
            chosen[pattern] = chosen.get(pattern, 0) + times
            shares = {k: float(self.size[k]) ** power for k, _ in pattern.load}
            whole = sum(shares[k] * n for k, n in pattern.load)
            for k, n in pattern.load:
                rest[k] -= n * times
                worth[k] = (1 - weight) * worth[k] + weight * service.opening_fen * shares[k] / whole
        index = {pattern: p for p, pattern in enumerate(self.patterns)}
        runs = np.zeros(len(self.patterns), dtype=np.int64)
        for pattern, n in chosen.items():
            runs[index[pattern]] = n
        return runs, worth
