"""What each pin costs: by how much the plan would cost less without it, everybody else as planned.

A pin about one party is priced exactly among the party's other ways beside the plan: another run of it, another
boarding place, a coach or train of its own, or no seat. A pin about two parties or about runs could be lifted in more
ways than are tried (both parties moving at once, people of several runs sharing one): the price is then "at least".
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from scheduler.alternatives.ways import Alternative, Alternatives
from scheduler.pinned import PinIndex
from scheduler.pins import Pin
from scheduler.plan import Passenger, Plan, Run
from scheduler.problem import Party, Problem


@dataclass(frozen=True, slots=True)
class Price:
    """What the plan costs more because of a pin.

    Attributes
    ----------
    pin : Pin
    fen : int
        Never below 0. What the plan could save with the pin as well is not counted: it is not dearer for that.
    is_exact : bool
        Else it is at least so much.
    """

    pin: Pin
    fen: int
    is_exact: bool


def pin_prices(problem: Problem, plan: Plan, frozen: Collection[str] = ()) -> list[Price]:
    """Return the price of each pin that the plan obeys, in their order.

    Parameters
    ----------
    problem : Problem
    plan : Plan
        It should obey the pins: how it came by them is what is priced.
    frozen : collection of str
        Ids of runs that take nobody and let nobody go.
    """
    pricing = _Pricing(problem, plan, frozen)
    return [pricing.price(pin) for pin in problem.pins]


class _Pricing:
    """The other ways of parties beside one plan, one pin lifted at a time."""

    def __init__(self, problem: Problem, plan: Plan, frozen: Collection[str]) -> None:
        self.problem = problem
        self.plan = plan
        self.frozen = frozen
        self.alternatives = Alternatives(problem, plan, frozen)
        self.index = PinIndex(problem)
        self._ways: dict[str, list[Alternative]] = {}

    def price(self, pin: Pin) -> Price:
        """Return what one pin costs."""
        if pin.kind == "open":
            return Price(pin, self._by_cancelling(pin), is_exact=False)
        if pin.kind == "closed":
            return Price(pin, self._by_running(pin), is_exact=False)
        parties = self.index.parties(pin)
        saved = [self._saving(party, pin) - self._saving(party, None) for party in parties]
        own = self.alternatives.run_of(parties[0]) if parties else None
        is_of_train = pin.kind == "board" and own is not None and own.mode == "train"  # its other stops are not tried
        return Price(pin, max([0, *saved]), is_exact=len(parties) < 2 and not is_of_train)

    def _saving(self, party: Party, lifted: Pin | None) -> int:
        """Return the most that one party saves by another way, once a pin about it is lifted; None: as things are."""
        own = self.alternatives.run_of(party)
        pins = [pin for pin in self.problem.pins if pin != lifted]
        found = [each for each in self._of(party) if self._is_open_to(party, own, each, pins)]
        if own is not None:
            found += list(self._boarding_elsewhere(party, own, pins))
        savings = [-each.extra_fen for each in found if each.extra_fen is not None]
        stays = self._without_seat(party, own, pins)
        return max([0, *savings, *([] if stays is None else [stays])])

    def _of(self, party: Party) -> list[Alternative]:
        """Return the ways of a party that leave everybody else where they are."""
        if party.id not in self._ways:
            ways = self.alternatives.of(party)
            self._ways[party.id] = [each for each in ways if each.extra_fen is not None and not each.displaces]
        return self._ways[party.id]

    def _is_open_to(self, party: Party, own: Run | None, way: Alternative, pins: Sequence[Pin]) -> bool:
        """Tell whether the other pins let a party ride so."""
        if own is not None and own.load == party.size and any(p.kind == "open" and self._needs(p, own) for p in pins):
            return False
        run = next((each for each in self.plan.runs if each.id == way.run), None)
        if self._is_closed(way, run, pins):
            return False
        return all(self._holds(pin, party, way, run) for pin in pins if party in self.index.parties(pin))

    def _holds(self, pin: Pin, party: Party, way: Alternative, run: Run | None) -> bool:
        if pin.kind in ("together", "apart"):
            others = [each for each in self.index.parties(pin) if each.id != party.id]
            partner = self.alternatives.run_of(others[0]) if others else None
            same = partner is not None and run is not None and partner.id == run.id
            return same if pin.kind == "together" else not same
        return {
            "leave": False,
            "date": way.day == pin.date,
            "mode": way.mode == pin.mode,
            "board": way.board == pin.board,
            "run": run is not None and self.index.is_run(pin, run),
        }.get(pin.kind, True)

    def _is_closed(self, way: Alternative, run: Run | None, pins: Sequence[Pin]) -> bool:
        """Tell whether a pin forbids the run that a way makes: a new one, or a train that begins to call somewhere.

        Which vehicle a new one has is not known, so any type counts.
        """
        if run is not None and run.mode != "train":
            return False
        riders = run.passengers if run is not None else ()
        boards = {*(each.board for each in riders), way.board}
        alights = {*(each.alight for each in riders), way.alight}
        work = alights if self.alternatives.evaluator.to_work else boards
        return any(
            (not pin.run or (way.mode == "train" and (run is None or self.index.is_run(pin, run))))
            and self.index.agrees_with(replace(pin, vehicle_type=""), way.day, boards, work, None)
            for pin in pins
            if pin.kind == "closed" and not (pin.vehicle_type and way.mode == "train")
        )

    def _boarding_elsewhere(self, party: Party, own: Run, pins: Sequence[Pin]) -> Iterator[Alternative]:
        """Yield the party's own run with another place where all of them board (in `to_home` alight)."""
        if own.mode != "coach" or own.id in self.frozen:
            return
        reseating, to_work = self.alternatives.reseating, self.alternatives.evaluator.to_work
        keys = {person.key for person in party.people}
        rest = [each for each in own.passengers if each.person not in keys]
        riders = [each for each in own.passengers if each.person in keys]
        field = "board" if to_work else "alight"
        for place in own.places(field):
            if place not in self.alternatives.evaluator.access_fen(party.origin):
                continue
            moved = [each.model_copy(update={field: place}) for each in riders]
            change = reseating.with_people(own, [*rest, *moved])
            way = Alternative(own.id, own.date, own.mode, moved[0].board, moved[0].alight, change.extra_fen)
            if change.rule is None and self._is_open_to(party, own, way, pins):
                yield way

    def _without_seat(self, party: Party, own: Run | None, pins: Sequence[Pin]) -> int | None:
        """Return what is saved by leaving a party; None where it is pinned to ride, or has no seat anyhow."""
        if own is None or own.id in self.frozen:
            return None
        bound = [pin for pin in pins if party in self.index.parties(pin)]
        if any(pin.kind in ("run", "together") for pin in bound):
            return None
        if own.load == party.size and any(pin.kind == "open" and self._needs(pin, own) for pin in pins):
            return None
        keys = {person.key for person in party.people}
        rest = [each for each in own.passengers if each.person not in keys]
        change = self.alternatives.reseating.with_people(own, rest)
        if change.rule is not None:
            return None
        return -change.extra_fen - self.alternatives.reseating.leaving_fen(sorted(keys))

    # Runs ----------------------------------------------------------------------------------------------------------

    def _needs(self, pin: Pin, run: Run) -> bool:
        """Tell whether a run is the only one that a pin is held by."""
        agreeing = [each.id for each in self.plan.runs if self.index.agrees(pin, each)]
        return agreeing == [run.id]

    def _by_cancelling(self, pin: Pin) -> int:
        """Return what is saved by the one run that a pin asks for not going, its people on free seats or left."""
        agreeing = [run for run in self.plan.runs if self.index.agrees(pin, run)]
        if len(agreeing) != 1 or agreeing[0].id in self.frozen:
            return 0
        (run,) = agreeing
        others = [each for each in self.problem.pins if each != pin]
        parties = {rider.party: None for rider in run.passengers}
        by_id = {party.id: party for party in self.problem.parties}
        bound = {party.id for each in others for party in self.index.parties(each)}
        if any(name in bound or name not in by_id for name in parties):
            return 0  # others hold people on it
        rest = self.plan.model_copy(update={"runs": tuple(each for each in self.plan.runs if each.id != run.id)})
        saved = self.alternatives.reseating.run_fen(run)
        for name in parties:
            runs = {each.id: each for each in rest.runs}
            beside = Alternatives(self.problem, rest, self.frozen)
            keys = sorted(person.key for person in by_id[name].people)
            leaving = beside.reseating.leaving_fen(keys)
            ways = [
                each for each in beside.free_seats(by_id[name]) if not self._is_closed(each, runs[each.run], others)
            ]
            best = ways[0] if ways and (ways[0].extra_fen or 0) < 0 else None
            saved -= leaving + (best.extra_fen or 0 if best is not None else 0)
            if best is not None:
                rest = _seated(rest, best, by_id[name])
        return max(0, saved)

    def _by_running(self, pin: Pin) -> int:
        """Return what one party alone would save by a run of its own that a pin forbids.

        Only who fills a coach alone, or waits for a seat, is asked: others would not open a run.
        """
        best, least = 0, self.problem.settings.policy.min_load
        for party in self.problem.parties:
            if self.alternatives.run_of(party) is None or party.size >= least:
                best = max(best, self._saving(party, pin) - self._saving(party, None))
        return best


def _seated(plan: Plan, way: Alternative, party: Party) -> Plan:
    """Return the plan with a party on one of its runs."""
    riders = tuple(
        Passenger(person=p.key, ref=p.ref, party=party.id, seat=None, board=way.board, alight=way.alight)
        for p in party.people
    )
    runs = (
        run.model_copy(update={"passengers": (*run.passengers, *riders)}) if run.id == way.run else run
        for run in plan.runs
    )
    return plan.model_copy(update={"runs": tuple(runs)})
