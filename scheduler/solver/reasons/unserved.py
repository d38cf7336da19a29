"""Why a party was left behind: a code, a reason, how sure that is, what would help.

Each party is asked anew, with everybody else as planned, and no proof is claimed that was not found so:

no_option  no service can exist for it (`ways.exists`): the rule that shuts each way, with its figures (`impossible`)
conflict   ways exist, and all are shut: the fewest limits that, lifted together, open one
cost       a way is open, and the cheapest of all costs more than leaving
open       a cheaper way is open (the plan is not the best), or it was too much work to tell

U201 the township has no stop and no access            U205 too few people to open a coach
U202 no vehicle and no train gets there                U206 dearer to carry than to leave
U203 larger than any vehicle's seats                   U207 no coach free, or all full
U204 no train, or no seat on one                       U208 the budget is spent
U209 no legal timetable                                U210 pins
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from scheduler.evaluate import Evaluator
from scheduler.i18n import _, ngettext
from scheduler.pins import Pin
from scheduler.plan import Run, Unserved
from scheduler.problem import Problem
from scheduler.solver.decided import PINNED, lift_pins, nothing_left, rows
from scheduler.solver.model.instance import build_instance
from scheduler.solver.model.pins.asked import NO_PINS, PinnedWishes
from scheduler.solver.model.services import Services
from scheduler.solver.reasons.impossible import Impossible, Reason, both, together
from scheduler.solver.reasons.lift import Lift
from scheduler.solver.reasons.standing import Standing
from scheduler.solver.reasons.way import Limit, Undecided, Way
from scheduler.solver.reasons.ways import MOST_WORK, Ways, with_raw_seats
from scheduler.units import FEN_PER_YUAN

CODES = {
    Limit.FLEET: "U207",
    Limit.BUDGET: "U208",
    Limit.MIN_LOAD: "U205",
    Limit.TRAIN_SEATS: "U204",
    Limit.TRAIN_LOAD: "U204",
    Limit.FULL: "U207",
    Limit.TIMETABLE: "U209",
}
"""The code of each limit; of several the first one's."""


class Explainer:
    """Reasons for one problem; classes that never could ride are settled once.

    Where runs are frozen `problem` is without them, and `whole` is the problem with them: that no service can carry a
    party is said of the whole problem only, and as if nothing were `pinned`.
    """

    def __init__(
        self, problem: Problem, services: Services, whole: Problem | None = None, pinned: PinnedWishes = NO_PINS
    ) -> None:
        self.problem = problem
        self.instance = services.instance
        self.services = with_raw_seats(services)
        self._never: dict[int, bool] = {}
        self._whole = whole
        self._pinned = pinned
        self._free_ways: dict[bool, Ways] = {}
        """Of the problem without pins, and of the whole one."""
        self.lifts: dict[str, Lift] = {}
        """By party: what would lift the limits that the last `unserved` named."""

    def unserved(
        self, runs: Sequence[Run], left: Sequence[int], most_work: int = MOST_WORK, deadline: float = math.inf
    ) -> tuple[Unserved, ...]:
        """Return the entry of each party that these runs leave behind, in the order of the problem."""
        standing = Standing(self.problem, self.instance, self.services, runs, left)
        ways = Ways(standing, most_work, deadline)
        reasons: dict[tuple[int, frozenset[int], tuple[Pin, ...]], Reason] = {}
        entries = []
        self.lifts = {}
        for i in left:
            k, party = standing.class_of[i], self.problem.parties[i]
            key = k, frozenset(standing.wants(i)), self._pinned.pins_of.get(party.id, ())
            if key not in reasons:
                reasons[key] = self._reason(k, i, ways)
            why = reasons[key]
            if why.lift is not None:
                self.lifts[party.id] = why.lift
            entries.append(
                Unserved.model_validate(
                    {
                        "party": party.id,
                        "persons": tuple(person.key for person in party.people),
                        "refs": tuple(person.ref for person in party.people),
                        "code": why.code,
                        "reason": why.reason,
                        "proof": why.proof,
                        "scope": "all_plans" if why.proof == "no_option" else "rest_as_planned",
                        "extra_cost": why.extra_cost_fen,
                        "remedy": why.remedy,
                    }
                )
            )
        return tuple(entries)

    def _reason(self, k: int, party: int, ways: Ways) -> Reason:
        if k not in self._never:
            self._never[k] = not ways.exists(k)
        pins = self._pinned.pins_of.get(self.problem.parties[party].id, ())
        if self._never[k] and self._shut_by_pins(party):
            text = nothing_left(pins) if pins else _("pins close all that could carry them")
            return Reason(PINNED, text, "conflict", lift_pins())
        if self._never[k] and self._held_by_frozen(party):
            return Reason(
                "U207",
                _("all that could carry them is held by runs that are not changed any more"),
                "conflict",
                _("let one of these runs be changed again, or charter a coach more"),
            )
        if self._never[k]:
            return Impossible(self.problem, ways.standing.evaluator).reason(self.problem.parties[party])
        try:
            way = ways.best(party)
        except Undecided:
            way = None
        if way is None:
            return Reason(
                "U206",
                _("not decided: it was not found out whether they can ride with everybody else as planned"),
                "open",
                _("plan again with a longer --time-limit"),
            )
        if way.shut:
            return self._conflict(way, ways.standing)
        if self.problem.parties[party].id in self._pinned.linked:
            text = _("not decided: pins tie them to others or to a run ({pins})").format(pins=rows(pins))
            return Reason(PINNED, text, "open", lift_pins())
        if way.vehicle is not None and any(
            each.day in (None, way.day) and way.vehicle in each.vehicles for each in self.instance.links.closed
        ):
            return Reason(PINNED, _("not decided: pins may close the way that is left"), "open", lift_pins())
        if way.extra_fen < 0:
            text = ngettext(
                "{n} person left behind could ride for {less} yuan less than leaving them: the search stopped before",
                "{n} people left behind could ride for {less} yuan less than leaving them: the search stopped before",
                way.people,
            )
            return Reason(
                "U206",
                text.format(n=way.people, less=_yuan(-way.extra_fen)),
                "open",
                _("plan again with a longer --time-limit"),
            )
        lift = Lift(policy={"unserved_cost": self._raised_yuan(way)})
        return Reason("U206", self._dearer(way, k), "cost", self._raise(way), int(way.extra_fen), lift)

    def _held_by_frozen(self, party: int) -> bool:
        """Tell whether a service of the whole problem could carry a party."""
        return self._whole is not None and self._could_ride(party, self._whole)

    def _shut_by_pins(self, party: int) -> bool:
        """Tell whether a service could carry a party if nothing were pinned."""
        return self._pinned is not NO_PINS and self._could_ride(party, self.problem)

    def _could_ride(self, party: int, problem: Problem) -> bool:
        is_whole = problem is self._whole
        if is_whole not in self._free_ways:
            services = Services(build_instance(problem, Evaluator(problem)))
            everybody = range(len(problem.parties))
            standing = Standing(problem, services.instance, with_raw_seats(services), (), everybody)
            self._free_ways[is_whole] = Ways(standing)
        ways = self._free_ways[is_whole]
        name, standing = self.problem.parties[party].id, ways.standing
        number = next(i for i, each in enumerate(standing.problem.parties) if each.id == name)
        return ways.exists(standing.class_of[number])

    # Dearer than leaving -----------------------------------------------------------------------------------------

    def _dearer(self, way: Way, k: int) -> str:
        if way.people == int(self.instance.size[k]):
            return _("the cheapest way for them costs {extra} yuan more than leaving them").format(
                extra=_yuan(way.extra_fen)
            )
        text = ngettext(
            "the cheapest way, for {n} person left behind, costs {extra} yuan more than leaving them",
            "the cheapest way, for {n} people left behind together, costs {extra} yuan more than leaving them",
            way.people,
        )
        return text.format(n=way.people, extra=_yuan(way.extra_fen))

    def _raise(self, way: Way) -> str:
        """Return the unserved_cost, in whole yuan, from which that way is cheaper than leaving its people."""
        return _("raise unserved_cost to {yuan} yuan").format(yuan=f"{self._raised_yuan(way):,}")

    def _raised_yuan(self, way: Way) -> int:
        cost_fen = way.extra_fen + way.weight * self.instance.unserved_fen
        return int(cost_fen // way.weight // FEN_PER_YUAN) + 1

    # What shuts every way ----------------------------------------------------------------------------------------

    def _conflict(self, way: Way, standing: Standing) -> Reason:
        limits = [limit for limit in CODES if limit in way.shut]
        found = [self._limit(limit, way, standing) for limit in limits]
        remedies = [remedy for _reason, remedy in found]
        if way.extra_fen >= 0:
            remedies.append(self._raise(way))
        text = together([reason for reason, _remedy in found])
        return Reason(CODES[limits[0]], text, "conflict", both(remedies), lift=self._lift(way, standing))

    def _lift(self, way: Way, standing: Standing) -> Lift | None:
        """Return what lifts all that shuts a way, None where only people can: more seats, another timetable."""
        policy: dict[str, int] = {}
        if way.shut & ~(Limit.FLEET | Limit.BUDGET | Limit.MIN_LOAD):
            return None
        if Limit.MIN_LOAD in way.shut:
            policy["min_load"] = way.people
        if Limit.BUDGET in way.shut:
            more_fen = way.spent_fen - (standing.spare_fen or 0)
            policy["budget"] = -(-((self.instance.budget_fen or 0) + more_fen) // FEN_PER_YUAN)
        if way.extra_fen >= 0:
            policy["unserved_cost"] = self._raised_yuan(way)
        coach = (way.vehicle, way.day) if Limit.FLEET in way.shut and way.vehicle is not None else None
        return Lift(coach, policy)

    def _limit(self, limit: Limit, way: Way, standing: Standing) -> tuple[str, str]:
        """Return what one limit is, with its figures, and what lifts it."""
        if limit in (Limit.FLEET, Limit.FULL):
            return self._fleet(limit, way)
        if limit == Limit.BUDGET:
            spare = max(0, standing.spare_fen or 0)
            more = -(-(way.spent_fen - (standing.spare_fen or 0)) // FEN_PER_YUAN)
            return (
                _("{spare} yuan of the budget are left, the cheapest way for them takes {spent} yuan").format(
                    spare=_yuan(spare), spent=_yuan(way.spent_fen)
                ),
                _("raise the budget by {yuan} yuan").format(yuan=f"{more:,}"),
            )
        if limit == Limit.MIN_LOAD:
            return (
                _("too few people are left for one more coach: {n} could share it, min_load is {least}").format(
                    n=way.people, least=self.instance.min_load
                ),
                _("lower min_load to {n}").format(n=way.people),
            )
        if limit == Limit.TIMETABLE:
            return (
                _("no departure of depart_at gives their coach a legal timetable"),
                _("change depart_at or the driving rules in coach_rules"),
            )
        return self._train(limit, way)

    def _fleet(self, limit: Limit, way: Way) -> tuple[str, str]:
        assert way.vehicle is not None
        kind = self.problem.vehicle_types[way.vehicle]
        days = self.problem.settings.days
        first, last = (days[day].isoformat() for day in way.held)
        vehicle = f"{kind.vehicle_type} {kind.operator}".strip()
        if limit == Limit.FULL:
            return (
                _("the coaches that go there on their dates are full"),
                ngettext(
                    "put a coach with {n} seat more on {run}", "put a coach with {n} seats more on {run}", way.short
                ).format(n=way.short, run=way.aboard),
            )
        if way.aboard is not None:
            return (
                _("the coaches that go there are full, and no larger one is free {first}..{last}").format(
                    first=first, last=last
                ),
                _("charter one more {vehicle} {first}..{last} for {run}").format(
                    vehicle=vehicle, first=first, last=last, run=way.aboard
                ),
            )
        return (
            _("no coach is free on all days of a run there ({first}..{last})").format(first=first, last=last),
            _("charter one more {vehicle} {first}..{last}").format(vehicle=vehicle, first=first, last=last),
        )

    def _train(self, limit: Limit, way: Way) -> tuple[str, str]:
        assert way.train is not None
        block = self.instance.trains[way.train]
        name = {
            "train": self.problem.trains[block.index].train,
            "date": self.problem.settings.days[way.day].isoformat(),
        }
        if limit == Limit.TRAIN_SEATS:
            return (
                _("train {train} on {date} is full").format(**name),
                _("book more seats on {train} on {date}, {n} for this party").format(n=way.short, **name),
            )
        return (
            _("too few people are left for train {train} on {date}: it runs from {least}").format(
                least=block.min_load, **name
            ),
            _("agree on a min_load of {n} for {train} on {date}").format(n=way.people, **name),
        )


def _yuan(fen: int) -> str:
    """Return fen as yuan, exactly."""
    whole, rest = divmod(fen, FEN_PER_YUAN)
    return f"{whole:,}.{rest:02d}" if rest else f"{whole:,}"
