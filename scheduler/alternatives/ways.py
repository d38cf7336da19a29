"""How else a party could ride, the rest as planned: every run of the plan, and a coach or train of its own.

What each costs is exact: the change of the plan's total. Where a run is full it is said which party would have to stay
behind, the one for whom that costs least; where a rule forbids a run, the rule. A coach that does not stop for the
party is asked with a stop more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from scheduler.alternatives.reseating import Reseated, Reseating
from scheduler.i18n import _, count_text, ngettext
from scheduler.plan import Passenger, Plan, Run
from scheduler.problem import Party, Problem, Train, is_work_end
from scheduler.units import round_half_up

NEW = "new"
"""The run of an alternative that the plan does not have."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another run for a party.

    Attributes
    ----------
    run : str
        The run's id, or `new`.
    day : date
    mode : {"coach", "train"}
    board, alight : str
        Empty where a rule forbids it.
    extra_fen : int or None
        What the plan costs more (less, below 0) than now; None where a rule forbids it.
    rule : str or None
        The rule that forbids it, with its figures.
    displaces : tuple of str
        The parties that would stay behind.
    adds : tuple of str
        Places where the coach does not stop in the plan.
    """

    run: str
    day: date
    mode: str
    board: str = ""
    alight: str = ""
    extra_fen: int | None = None
    rule: str | None = None
    displaces: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()


class Alternatives:
    """Other ways to ride for the parties of a problem, beside one plan.

    Parameters
    ----------
    problem : Problem
    plan : Plan
    frozen : collection of str
        Ids of runs that take nobody and let nobody go.
    """

    def __init__(self, problem: Problem, plan: Plan, frozen: Collection[str]) -> None:
        self.problem = problem
        self.plan = plan
        self.frozen = frozen
        self.reseating = Reseating(problem, plan)
        self.evaluator = self.reseating.evaluator
        self.policy = self.evaluator.policy
        self.rides = {passenger.person: run for run, passenger in plan.passengers()}
        self._by_day: dict[date, list[Run]] = {}
        for run in plan.runs:
            self._by_day.setdefault(run.date, []).append(run)
        budget = self.policy.budget_fen
        self.spare_fen = None if budget is None else budget - plan.cost.runs - plan.cost.seats

    def of(self, party: Party) -> list[Alternative]:
        """Return a party's other ways: what is possible by cost, then what a rule forbids, runs there first."""
        own = self.run_of(party)
        left = self._leave(party, own)
        found = [self._on(run, party, left, displace=True) for run in self.plan.runs if run is not own]
        found += self._new_coaches(party, left, own)
        found += self._new_trains(party, left)
        near = {run.id for run in self.plan.runs if any(self._ways(run, party))} | {NEW}

        def order(each: Alternative) -> tuple[bool, int, bool, date, str]:
            return each.extra_fen is None, each.extra_fen or 0, each.run not in near, each.day, each.run

        return sorted(found, key=order)

    def free_seats(self, party: Party, runs: Sequence[Run] | None = None) -> list[Alternative]:
        """Return the runs, all or some of the plan's, that could take a party that waits: cheapest first.

        Nobody else is touched.
        """
        left = self._leave(party, None)
        found = [self._on(run, party, left, displace=False) for run in (self.plan.runs if runs is None else runs)]
        return sorted((each for each in found if each.rule is None), key=lambda each: (each.extra_fen or 0, each.run))

    def seated(self, party: Party, way: Alternative) -> Run:
        """Return a run of the plan with a party on it that `free_seats` has found room for there."""
        run = next(run for run in self.plan.runs if run.id == way.run)
        for riders in self._ways(run, party):
            if (riders[0].board, riders[0].alight) == (way.board, way.alight):
                change = self.reseating.with_people(run, [*run.passengers, *riders])
                if change.run is not None:
                    return change.run
        raise ValueError(f"{way.run} has no seats for {party.id}")

    def runs_of(self, day: date) -> list[Run]:
        """Return the runs of the plan that leave on a day."""
        return self._by_day.get(day, [])

    def run_of(self, party: Party) -> Run | None:
        """Return the run that a party rides."""
        return next((self.rides[person.key] for person in party.people if person.key in self.rides), None)

    def share_fen(self, party: Party) -> int:
        """Return what a party costs now: what is its own, and its part by people of the coach or train.

        Without a seat: what leaving it costs.
        """
        keys = {person.key for person in party.people}
        run = self.run_of(party)
        if run is None:
            return self.reseating.leaving_fen(sorted(keys))
        riders = [each for each in run.passengers if each.person in keys]
        own_fen = sum(self.reseating.own_fen(run, each) + self.reseating.fare_fen(run, each) for each in riders)
        return own_fen + round_half_up(self.evaluator.run_fen(run) * len(riders) / run.load)

    # The present seat ----------------------------------------------------------------------------------------------

    def _leave(self, party: Party, own: Run | None) -> Reseated:
        """Return what it changes that a party is not where it is now, before it is anywhere else."""
        keys = [person.key for person in party.people]
        if own is None:
            return Reseated(None, -self.reseating.leaving_fen(keys))
        if own.id in self.frozen:
            return Reseated(rule=_("{run} is not changed any more").format(run=own.id))
        return self.reseating.with_people(own, [each for each in own.passengers if each.person not in keys])

    # Runs of the plan ----------------------------------------------------------------------------------------------

    def _on(self, run: Run, party: Party, left: Reseated, *, displace: bool) -> Alternative:
        found = Alternative(run.id, run.date, run.mode)
        rule = self._wish(party, run.mode, run.date)
        if rule is None and run.id in self.frozen:
            rule = _("{run} is not changed any more").format(run=run.id)
        if rule is None and not displace and not self._fits(run, party):
            rule = _("{run} is full").format(run=run.id)
        ways = [] if rule else list(self._ways(run, party))
        if rule is None and left.rule is None and not ways and displace and run.mode == "coach":
            wider = self._with_more_stops(found, run, party, left)
            if wider is not None:
                return wider
        if rule is None and not ways:
            rule = self._no_way(run, party)
        if rule is None:
            rule = left.rule
        if rule is not None:
            return replace(found, rule=rule)
        if self._fits(run, party):
            for riders in ways:
                change = self.reseating.with_people(run, [*run.passengers, *riders])
                if change.rule is None and not self._dear(left, change):
                    return self._made(found, riders, left, change)
                rule = change.rule or self._budget(left, change)
            if run.mode == "coach":
                return replace(found, rule=rule)
        full = replace(found, rule=rule or _("{run} is full").format(run=run.id))
        return self._instead(full, run, party, left, ways[0]) if displace else full

    def _with_more_stops(self, found: Alternative, run: Run, party: Party, left: Reseated) -> Alternative | None:
        """Return a coach that stops for the party as well, where it has seats for it: at its city, or near home."""
        ends = run.places("board"), run.places("alight")
        home, work = ends if self.evaluator.to_work else ends[::-1]
        works = [*work, *({party.work_stop} - set(work))]
        open_homes = self._open_homes(party)
        key, known = (run.vehicle_type or "", run.operator or ""), {*home, *work}
        best: Alternative | None = None
        for stop in [name for name in open_homes if name in home] or open_homes:
            riders = self._riders(party, stop, works)
            change = self.reseating.with_people(run, [*run.passengers, *riders])
            if change.run is None:
                continue
            if self._dear(left, change):
                best = best or replace(found, rule=self._budget(left, change))
                continue
            path_m = self.evaluator.run_path(change.run).path_m
            if self.reseating.is_free(key, run.date, path_m, run):
                stops = (stop for kind in ("board", "alight") for stop in change.run.places(kind))
                adds = tuple(stop for stop in stops if stop not in known)
                made = replace(self._made(found, riders, left, change), adds=adds)
                if best is None or best.extra_fen is None or (made.extra_fen or 0) < best.extra_fen:
                    best = made
        return best

    def _fits(self, run: Run, party: Party) -> bool:
        """Tell whether there are free seats; of a train that sells seats again its timetable of seats knows more."""
        if run.mode == "train" and self.evaluator.trains[run.train or "", run.date].resell:
            return True
        kept = self.policy.reserve_seats if run.mode == "coach" else 0
        return run.seats - kept - run.load >= party.size

    def _wish(self, party: Party, mode: str, day: date) -> str | None:
        """Return what of a party's wish forbids a mode and date."""
        if party.mode not in ("any", mode):
            return _("they asked for a coach only") if party.mode == "coach" else _("they asked for a train only")
        if party.earliest <= day <= party.latest:
            return None
        one, several = _("they can travel on {first} only"), _("they can travel from {first} to {last} only")
        return (one if party.earliest == party.latest else several).format(first=party.earliest, last=party.latest)

    def _ways(self, run: Run, party: Party) -> Iterator[tuple[Passenger, ...]]:
        """Yield how a party could board and alight on a run, cheapest first."""
        if run.mode == "train":
            train = self.evaluator.trains.get((run.train or "", run.date))
            yield from self._train_ways(train, party) if train is not None else ()
            return
        ends = run.places("board"), run.places("alight")
        home, work = ends if self.evaluator.to_work else ends[::-1]
        if not all(set(work) & self.evaluator.coach_work_stops(party, person) for person in party.people):
            return
        access = self.evaluator.access_fen(party.origin)
        for stop in sorted((stop for stop in home if stop in access), key=lambda stop: (access[stop], stop)):
            yield self._riders(party, stop, work)

    def _train_ways(self, train: Train, party: Party) -> Iterator[tuple[Passenger, ...]]:
        for i, j, _fen in self.evaluator.train_options(train, party):
            board, alight = train.stops[i].place, train.stops[j].place
            yield tuple(_passenger(party, number, board, alight) for number in range(party.size))

    def _riders(self, party: Party, home: str, work: Collection[str]) -> tuple[Passenger, ...]:
        riders = []
        for number, person in enumerate(party.people):
            there = person.employer_stop if person.employer_stop in work else party.work_stop
            ends = (home, there or "") if self.evaluator.to_work else (there or "", home)
            riders.append(_passenger(party, number, *ends))
        return tuple(riders)

    def _no_way(self, run: Run, party: Party) -> str:
        work = run.places("alight" if self.evaluator.to_work else "board")
        if run.mode == "coach" and party.work_stop in work:
            return _("people of {township} may not board where it stops").format(township=party.origin)
        return _("it does not stop at {place}").format(place=party.work_stop)

    # A full run ----------------------------------------------------------------------------------------------------

    def _instead(
        self, full: Alternative, run: Run, party: Party, left: Reseated, riders: Sequence[Passenger]
    ) -> Alternative:
        """Return the run with one other party left behind: the one for whom that costs least."""
        best = full
        others: dict[str, list[Passenger]] = {}
        for each in run.passengers:
            others.setdefault(each.party, []).append(each)
        for name, gone in others.items():
            if run.mode == "coach" and run.load - len(gone) + party.size > run.seats - self.policy.reserve_seats:
                continue
            keys = [each.person for each in gone]
            change = self.reseating.with_people(run, [*(p for p in run.passengers if p not in gone), *riders])
            if change.rule is not None or self._dear(left, change):
                continue
            made = self._made(full, riders, left, change)
            assert made.extra_fen is not None
            extra_fen = made.extra_fen + self.reseating.leaving_fen(keys)
            if best.extra_fen is None or extra_fen < best.extra_fen:
                best = replace(made, extra_fen=extra_fen, rule=None, displaces=(name,))
        return best

    # A run of its own ----------------------------------------------------------------------------------------------

    def _new_coaches(self, party: Party, left: Reseated, own: Run | None) -> Iterator[Alternative]:
        """Yield a coach for the party alone on each day of its window: the cheapest, or why there is none."""
        for day in self.problem.settings.days:
            if not party.earliest <= day <= party.latest:
                continue
            found = Alternative(NEW, day, "coach")
            rule = self._wish(party, "coach", day) or left.rule
            if rule is None and party.size < self.policy.min_load:
                form = _("a coach runs from {least} people; they are {n}")
                rule = form.format(least=self.policy.min_load, n=party.size)
            yield replace(found, rule=rule) if rule else self._new_coach(found, party, left, own)

    def _new_coach(self, found: Alternative, party: Party, left: Reseated, own: Run | None) -> Alternative:
        best = replace(found, rule=self._no_coach(party))
        ends_with_them = own if left.run is None else None
        for home in self._open_homes(party):
            if not self.evaluator.allowed([home], [party.work_stop]):
                continue
            path = self.evaluator.path([home], [party.work_stop])
            drivers = self.evaluator.drivers(path)
            for vehicle in self.problem.vehicle_types:
                seats = self.evaluator.seats(vehicle.rated_seats, drivers)
                is_free = self.reseating.is_free(vehicle.key, found.day, path.path_m, ends_with_them)
                if seats - self.policy.reserve_seats < party.size or not is_free:
                    continue
                blank = Run(
                    id=NEW,
                    mode="coach",
                    date=found.day,
                    vehicle_type=vehicle.vehicle_type,
                    operator=vehicle.operator,
                    seats=seats,
                    path_km=path.path_km,
                    drivers=drivers,
                    stops=(),
                    passengers=(),
                )
                riders = self._riders(party, home, (party.work_stop,))
                run = self.reseating.new_coach(blank, home, party.work_stop, riders)
                best = self._cheaper(best, riders, left, run)
        return best

    def _open_homes(self, party: Party) -> list[str]:
        """Return where coaches may stop for a party at the home end."""
        places = [self.problem.places[name] for name in self.evaluator.access_fen(party.origin)]
        return [p.name for p in places if p.kind in ("stop", "hub", "station") and not is_work_end(p)]

    def _no_coach(self, party: Party) -> str:
        """Return why no coach can be had for a party alone, where none can."""
        evaluator, homes = self.evaluator, self._open_homes(party)
        paths = [evaluator.path([h], [party.work_stop]) for h in homes if evaluator.allowed([h], [party.work_stop])]
        if not paths:
            form = (
                _("no coach may go between {township} and {place}") if homes else _("{township} has no boarding point")
            )
            return form.format(township=party.origin, place=party.work_stop)
        rated = max((vehicle.rated_seats for vehicle in self.problem.vehicle_types), default=0)
        seats = max(evaluator.seats(rated, evaluator.drivers(path)) for path in paths) - self.policy.reserve_seats
        if seats < party.size:
            form = ngettext("no coach has {n} seat for passengers", "no coach has {n} seats for passengers", party.size)
            return form.format(n=party.size)
        return _("no coach is free on all days of such a run")

    def _new_trains(self, party: Party, left: Reseated) -> Iterator[Alternative]:
        """Yield the trains that do not run in the plan."""
        used = {(run.train, run.date) for run in self.plan.runs if run.mode == "train"}
        for train in self.problem.trains:
            ways = list(self._train_ways(train, party))
            if (train.train, train.date) in used or not ways:
                continue
            found = Alternative(NEW, train.date, "train")
            rule = self._wish(party, "train", train.date) or left.rule
            if rule is None and not train.min_load <= party.size <= train.seats:
                form = _("train {train} runs from {least} and has {seats}; they are {n}")
                rule = form.format(
                    train=train.train,
                    least=count_text("{n} person", "{n} people", train.min_load),
                    seats=count_text("{n} seat", "{n} seats", train.seats),
                    n=party.size,
                )
            if rule is not None:
                yield replace(found, rule=rule)
                continue
            blank = Run(
                id=NEW, mode="train", date=train.date, train=train.train, seats=train.seats, stops=(), passengers=()
            )
            best = found
            for riders in ways:
                change = self.reseating.with_people(blank, riders)
                run = change.rule if change.rule is not None or change.run is None else change.run
                best = self._cheaper(best, riders, left, run or "")
            yield best

    def _cheaper(self, best: Alternative, riders: Sequence[Passenger], left: Reseated, run: Run | str) -> Alternative:
        """Return the cheaper one of what is known and a new run."""
        if isinstance(run, str):
            return best if best.extra_fen is not None else replace(best, rule=run)
        change = Reseated(run, self.reseating.run_fen(run), self.reseating.spent_fen(run))
        if self._dear(left, change):
            return best if best.extra_fen is not None else replace(best, rule=self._budget(left, change))
        made = self._made(best, riders, left, change)
        assert made.extra_fen is not None
        return made if best.extra_fen is None or made.extra_fen < best.extra_fen else best

    # What all share ------------------------------------------------------------------------------------------------

    def _made(self, found: Alternative, riders: Sequence[Passenger], left: Reseated, change: Reseated) -> Alternative:
        extra_fen = left.extra_fen + change.extra_fen
        return replace(found, board=riders[0].board, alight=riders[0].alight, extra_fen=extra_fen, rule=None)

    def _dear(self, left: Reseated, change: Reseated) -> bool:
        return self.spare_fen is not None and left.spent_fen + change.spent_fen > max(0, self.spare_fen)

    def _budget(self, left: Reseated, change: Reseated) -> str:
        assert self.spare_fen is not None
        form = _("the budget has {spare} yuan left, this takes {spent}")
        spare, spent = max(0, self.spare_fen), left.spent_fen + change.spent_fen
        return form.format(spare=f"{spare / 100:,.2f}", spent=f"{spent / 100:,.2f}")


def _passenger(party: Party, number: int, board: str, alight: str) -> Passenger:
    person = party.people[number]
    return Passenger(person=person.key, ref=person.ref, party=party.id, seat=None, board=board, alight=alight)
