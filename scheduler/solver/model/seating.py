"""Who rides which run, for given runs: two minimum-cost flows, and the price of a seat on each run.

People flow from classes over runs (coaches, trains) to one sink; an arc costs access, shift and fare, staying behind
costs unserved_cost. The flow of single people is the exact optimum but for parties that it splits; so parties of two
or more are taken from it whole (each to the run that got most of them), and a second flow seats the single travellers
in what is left, which is exact again: they are a good fifth of all people and fill every gap.

The seat price sigma_r is the flow's dual: what one seat less on r would cost, through any chain of people who change
runs. A passenger k of r is then worth pi_k = c_kr + sigma_r to anybody else's run, and a run that does not pay its
seats, sigma_r x seats < f_r, is one to give up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from ortools.graph.python import min_cost_flow

from scheduler.solver.model.eligible import Eligible
from scheduler.solver.model.instance import CLOSED, Floats, Instance, Ints
from scheduler.solver.model.services import Service, Services

MIN_LOAD_BONUS_FEN = 10_000_000
"""Reward in the flow for each of the first min_load people of a run: more than leaving anybody could save."""


@dataclass(frozen=True)
class Link:
    """Arcs of one run: positions in the classes, option (trains; else 0), and what one person costs."""

    at: Ints
    option: Ints
    person_fen: Ints


@dataclass
class Assignment:
    """Parties of each class on each run (rows follow the links), and parties left."""

    loads: list[Ints]
    left: Ints


class Seating:
    """The flows over a fixed set of classes; runs come and go."""

    def __init__(self, services: Services, classes: Ints, counts: Ints, move_price_fen: int = 0) -> None:
        self.services = services
        self.instance: Instance = services.instance
        self.classes = classes
        self.counts = counts
        self.size = self.instance.size[classes]
        self.move_price_fen = move_price_fen
        leave_fen = self.instance.leave_fen[classes]
        if self.instance.told is not None:
            leave_fen = leave_fen + move_price_fen * self.instance.told.of_class[classes]
        self.leave_person_fen = leave_fen // self.size
        self.eligible = Eligible(services, classes)

    def coach_link(self, service: Service) -> Link:
        """Return the arcs of a coach run."""
        day, home, work, _ = service
        at = self.eligible.riders(day, work)
        access = self.services.access[home, self.instance.origin[self.classes[at]]]
        moves = self.services.moves_fen(self.classes[at], day, work, np.array([home]))[0]
        if self.move_price_fen:
            moves = moves + self.move_price_fen * self.services.moved(self.classes[at], service)
        person_fen = access + self.instance.shift(self.classes[at], day) + moves // self.size[at]
        keep = (access < CLOSED) & (person_fen < self.leave_person_fen[at])
        return Link(at[keep], np.zeros(int(keep.sum()), dtype=np.int64), person_fen[keep])

    def assign(self, links: Sequence[Link], seats: Ints, least: Ints, counts: Ints | None = None) -> Assignment:
        """Seat everybody, or `counts` parties of each class: `seats` and `least` (0: none) of each run."""
        left: Ints = (self.counts if counts is None else counts).copy()
        many = self.size > 1
        flow = self._flow(links, seats, least, self.size * left)
        loads = [np.zeros(len(link.at), dtype=np.int64) for link in links]
        room = seats.copy()
        split: list[tuple[int, int, int]] = []
        for r, (link, f) in enumerate(zip(links, flow, strict=True)):
            aboard = np.flatnonzero(f * many[link.at])
            at = link.at[aboard]
            whole, rest = np.divmod(f[aboard], self.size[at])
            loads[r][aboard] = whole
            left[at] -= whole
            room[r] -= int((whole * self.size[at]).sum())
            split += [(-int(n), r, int(i)) for n, i in zip(rest.tolist(), aboard.tolist(), strict=True) if n]
        for _, r, i in sorted(split):
            k = int(links[r].at[i])
            if left[k] > 0 and room[r] >= self.size[k]:
                loads[r][i] += 1
                left[k] -= 1
                room[r] -= int(self.size[k])
        singles = self._flow(links, room, np.maximum(0, least - (seats - room)), np.where(many, 0, left))
        for r, (link, f) in enumerate(zip(links, singles, strict=True)):
            loads[r] += f
            left[link.at] -= f
            room[r] -= int(f.sum())
        return Assignment(loads, left)

    def _flow(self, links: Sequence[Link], seats: Ints, least: Ints, people: Ints) -> list[Ints]:
        """Return how many people go over each arc."""
        who = np.flatnonzero(people)
        n, runs = len(who), len(links)
        node = np.zeros(len(people), dtype=np.int64)
        node[who] = np.arange(n)
        sink = n + runs
        kept = [np.flatnonzero(people[link.at]) for link in links]
        tails = _join([link.at[k] for link, k in zip(links, kept, strict=True)])
        owner = np.repeat(np.arange(runs), [len(k) for k in kept])
        costs = _join([link.person_fen[k] for link, k in zip(links, kept, strict=True)])
        flow = min_cost_flow.SimpleMinCostFlow()
        arcs = flow.add_arcs_with_capacity_and_unit_cost(node[tails], n + owner, people[tails], costs)
        flow.add_arcs_with_capacity_and_unit_cost(
            np.arange(n), np.full(n, sink), people[who], self.leave_person_fen[who]
        )
        first = np.minimum(least, seats)
        run = n + np.arange(runs)
        ends = np.full(runs, sink)
        flow.add_arcs_with_capacity_and_unit_cost(run, ends, first, np.full(runs, -MIN_LOAD_BONUS_FEN))
        flow.add_arcs_with_capacity_and_unit_cost(run, ends, seats - first, np.zeros(runs, dtype=np.int64))
        flow.set_nodes_supplies(np.append(np.arange(n), sink), np.append(people[who], -int(people.sum())))
        status = flow.solve()
        assert status == flow.OPTIMAL, status
        units = flow.flows(arcs)
        result, start = [], 0
        for link, k in zip(links, kept, strict=True):
            whole = np.zeros(len(link.at), dtype=np.int64)
            whole[k] = units[start : start + len(k)]
            start += len(k)
            result.append(whole)
        return result

    def prices(self, links: Sequence[Link], loads: Sequence[Ints], room: Ints) -> tuple[Floats, Floats]:
        """Return the seat prices, and by run what closing it would add to the cost of its people at these prices.

        The price of a seat is the cheapest way to make room for one more: leave somebody behind, or move somebody to a
        run with room, directly or along a chain; shortest paths over the runs. Where a run closes, each of its people
        goes to the next best run at its seat price, or stays behind: less than the truth, for they would all want the
        same seats.
        """
        runs = len(links)
        if not runs:
            return np.zeros(0), np.zeros(0)
        owner = np.repeat(np.arange(runs), [len(link.at) for link in links])
        at = np.concatenate([link.at for link in links])
        each = np.concatenate([link.person_fen for link in links]).astype(np.float64)
        load = np.concatenate(list(loads))
        # Arcs by class; then every (rider, other run open to the rider).
        order = np.argsort(at, kind="stable")
        starts = np.searchsorted(at[order], np.arange(len(self.classes) + 1))
        riding = np.flatnonzero(load)
        degree = starts[at[riding] + 1] - starts[at[riding]]
        rider = np.repeat(np.arange(len(riding)), degree)
        offset = np.arange(int(degree.sum())) - np.repeat(np.cumsum(degree) - degree, degree)
        arc = order[starts[at[riding]][rider] + offset]
        here = riding[rider]
        other = owner[arc] != owner[here]
        rider, arc, here = rider[other], arc[other], here[other]
        extra = each[arc] - each[here]
        pair = owner[here] * runs + owner[arc]
        by_pair = np.lexsort((extra, pair))
        pairs, first = np.unique(pair[by_pair], return_index=True)
        cheapest = extra[by_pair][first]
        source, target = pairs // runs, pairs % runs
        sigma = np.where(room > 0, 0.0, np.inf)
        stay = self.leave_person_fen[at[riding]] - each[riding]
        np.minimum.at(sigma, owner[riding], stay)
        for _ in range(runs):
            through = sigma.copy()
            np.minimum.at(through, source, cheapest + sigma[target])
            if np.array_equal(through, sigma):
                break
            sigma = through
        sigma = np.maximum(np.where(np.isfinite(sigma), sigma, 0.0), 0.0)
        next_best = stay.copy()
        np.minimum.at(next_best, rider, extra + sigma[owner[arc]])
        people = load[riding] * self.size[at[riding]]
        closing = np.bincount(owner[riding], weights=next_best * people, minlength=runs)
        return sigma, np.asarray(closing, dtype=np.float64)


def _join(parts: list[Ints]) -> Ints:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
