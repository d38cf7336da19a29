"""Why no service can exist for a party: the rule that shuts each way to travel, with its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from scheduler.evaluate import Evaluator, hubs_without_stop
from scheduler.i18n import _, count_text, ngettext
from scheduler.problem import Party, Problem, VehicleType, is_work_end
from scheduler.solver.reasons.lift import Lift


@dataclass(frozen=True, slots=True)
class Reason:
    """What stands in an unserved entry beside the party; `lift`, where there is one, does what the remedy says."""

    code: str
    reason: str
    proof: str
    remedy: str
    extra_cost_fen: int | None = None
    lift: Lift | None = None


@dataclass(frozen=True, slots=True)
class Wall:
    """What shuts one way to travel, and what would open it."""

    code: str
    reason: str
    remedy: str
    lift: Lift | None = None


@dataclass(frozen=True, slots=True)
class _Try:
    """A coach type on one of the ways from a boarding place to the destination."""

    vehicle: VehicleType
    gross: int
    day: date
    held: tuple[date, date]
    is_free: bool


class Impossible:
    """Words for parties that no service can carry. Whether that is so, others must know."""

    def __init__(self, problem: Problem, evaluator: Evaluator) -> None:
        self.problem = problem
        self.evaluator = evaluator
        self.policy = problem.settings.policy

    def reason(self, party: Party) -> Reason:
        """Return why no plan at all could carry a party."""
        if party.earliest > party.latest:  # as in a plan made after them
            return Reason(
                "U207",
                _("all dates on which they can travel are over"),
                "no_option",
                _("ask them for later dates, and give these to replan in a changes file"),
            )
        if not self.evaluator.access_fen(party.origin):
            return self._no_boarding_point(party.origin)
        walls = []
        if party.mode != "train":
            walls.append(self._coach(party))
        if party.mode == "train" or (party.mode == "any" and self.problem.trains):
            walls.append(self._train(party))
        remedies = [wall.remedy for wall in walls]
        lift = next((wall.lift for wall in walls if wall.lift is not None), None)
        return Reason(walls[0].code, together([w.reason for w in walls]), "no_option", either(remedies), lift=lift)

    def _no_boarding_point(self, township: str) -> Reason:
        reason = _("{township} has no boarding point: no stop in places, no row in access")
        remedy = _("give the township a stop in places, or list where its people may board in access")
        hubs = hubs_without_stop(self.problem, township)
        if hubs:
            reason = _(
                "{township} has only {hubs}, no stop in places and no row in access: its people may board nowhere"
            )
            remedy = _("give the township a stop in places, which may be at {hub}, or list {hub} for it in access")
        said = {"township": township, "hubs": " ".join(hubs), "hub": "".join(hubs[:1])}
        return Reason("U201", reason.format(**said), "no_option", remedy.format(**said))

    # Coaches -----------------------------------------------------------------------------------------------------

    def _coach(self, party: Party) -> Wall:
        if not self.problem.vehicle_types:
            return Wall("U202", _("there is no coach in fleet"), _("add coaches to fleet"))
        if not self._homes(party):
            return Wall(
                "U202",
                _("a coach may stop at none of the places where people of {township} may board").format(
                    township=party.origin
                ),
                _("give the township a stop in places, or list where its people may board in access"),
            )
        tries = self._tries(party)
        if not tries:
            return self._no_distance(party)
        need = max(party.size, self.policy.min_load)
        free = [each for each in tries if each.is_free]
        seated = [each for each in tries if each.gross - self.policy.reserve_seats >= need]
        if free and not seated:
            return self._few_seats(party, max(free, key=lambda each: each.gross))
        if seated:
            return self._no_days(min(seated, key=lambda each: each.held[1] - each.held[0]))
        few = self._few_seats(party, max(tries, key=lambda each: each.gross))
        never = self._no_days(max(tries, key=lambda each: each.gross))
        return Wall(few.code, together([few.reason, never.reason]), both([few.remedy, never.remedy]))

    def _tries(self, party: Party) -> list[_Try]:
        """Return every type from each boarding place straight to the destination, on the first day it is free."""
        evaluator, days = self.evaluator, self.problem.settings.days
        window = [day for day in days if party.earliest <= day <= party.latest]
        tries = []
        for home in self._homes(party):
            if not evaluator.allowed([home], [party.work_stop]):
                continue
            path = evaluator.path([home], [party.work_stop])
            for vehicle in self.problem.vehicle_types:
                gross = evaluator.seats(vehicle.rated_seats, evaluator.drivers(path))
                held = [(day, evaluator.days_held(day, path.path_m)) for day in window]
                spans = [(day, (max(first, days[0]), min(last, days[-1]))) for day, (first, last) in held]
                free = [s for s in spans if all(vehicle.available(d) for d in days if s[1][0] <= d <= s[1][1])]
                tries.append(_Try(vehicle, gross, *(free or spans)[0], bool(free)))
        return tries

    def _homes(self, party: Party) -> list[str]:
        places = [self.problem.places[name] for name in self.evaluator.access_fen(party.origin)]
        return [p.name for p in places if p.kind in ("stop", "hub", "station") and not is_work_end(p)]

    def _no_distance(self, party: Party) -> Wall:
        places = [self.problem.places[name] for name in (party.work_stop, *self._homes(party))]
        blind = [place.name for place in places if place.lat is None or place.lon is None]
        names = " ".join(blind[:1] if party.work_stop in blind[:1] else blind)
        return Wall(
            "U202",
            _("no road distance from their boarding points to {stop} is known: no coordinates for {places}").format(
                stop=party.work_stop, places=names
            ),
            _("give {places} coordinates in places, or the way in distances").format(places=names),
        )

    def _few_seats(self, party: Party, most: _Try) -> Wall:
        """Return the wall where seats are too few, of a type with most of them."""
        policy, need = self.policy, max(party.size, self.policy.min_load)
        net = max(0, most.gross - policy.reserve_seats)
        named = {
            "vehicle": _vehicle(most.vehicle),
            "rated": most.vehicle.rated_seats,
            "gross": most.gross,
            "reserve": policy.reserve_seats,
            "net": net,
            "n": party.size,
            "least": policy.min_load,
        }
        code = "U202" if net == 0 else "U203" if net < party.size else "U205"
        seats = need + policy.reserve_seats
        larger = ngettext(
            "add a vehicle with at least {n} seat for passengers",
            "add a vehicle with at least {n} seats for passengers",
            seats,
        ).format(n=seats)
        reasons, remedies = [], [larger]
        lift = None
        if most.gross == 0:
            reasons.append(
                ngettext(
                    "drivers and escorts take the only seat of {vehicle}",
                    "drivers and escorts take all {rated} seats of {vehicle}",
                    most.vehicle.rated_seats,
                ).format(**named)
            )
        elif policy.reserve_seats and most.gross >= need:
            reasons.append(
                ngettext(
                    "reserve_seats keeps {reserve} of the {gross} passenger seat of {vehicle} free: {net} are left",
                    "reserve_seats keeps {reserve} of the {gross} passenger seats of {vehicle} free: {net} are left",
                    most.gross,
                ).format(**named)
            )
            remedies.insert(0, _("lower reserve_seats to {n}").format(n=most.gross - need))
            lift = Lift(policy={"reserve_seats": most.gross - need})
        if net < party.size and not reasons:
            reasons.append(
                _("a party of {n} is larger than the seats of any vehicle that goes there ({most})").format(
                    n=party.size, most=net
                )
            )
            if most.gross - policy.reserve_seats >= policy.min_load:
                remedies.insert(0, _("split the party"))
        elif 0 < party.size <= net < policy.min_load:
            reasons.append(
                _("min_load ({least}) is more than the seats of any vehicle that goes there ({net})").format(**named)
            )
            remedies.insert(0, _("lower min_load to {n}").format(n=net))
            lift = lift or Lift(policy={"min_load": net})
        return Wall(code, together(reasons), either(remedies), lift)

    def _no_days(self, best: _Try) -> Wall:
        first, last = best.held
        rows = [row for row in best.vehicle.rows if row.count]
        vehicle, span = _vehicle(best.vehicle), _span(first, last)
        if rows:
            days = ", ".join(dict.fromkeys(_span(row.first, row.last) for row in rows))
            text = _("a coach for them is held {span}, {vehicle} can be had {days}")
            reason = text.format(span=span, vehicle=vehicle, days=days)
        else:
            reason = _("fleet counts no {vehicle}").format(vehicle=vehicle)
        lift = Lift((self.problem.vehicle_types.index(best.vehicle), self.problem.settings.days.index(best.day)))
        return Wall("U207", reason, _("charter {vehicle} for {span}").format(vehicle=vehicle, span=span), lift)

    # Trains ------------------------------------------------------------------------------------------------------

    def _train(self, party: Party) -> Wall:
        code = "U204"
        if not self.problem.trains:
            return Wall(code, _("they ask for a train, and there is none in trains"), self._book(party))
        there = [train for train in self.problem.trains if self.evaluator.train_options(train, party)]
        if not there:
            return Wall(
                code,
                _("no train takes up people of {township} and sets down at {stop}").format(
                    township=party.origin, stop=party.work_stop
                ),
                self._book(party),
            )
        days = self.problem.settings.days
        in_time = [t for t in there if party.earliest <= t.date <= party.latest and t.date in days]
        if not in_time:
            dates = ", ".join(sorted({train.date.isoformat() for train in there}))
            return Wall(
                code,
                _("the trains there run on {dates}, they can travel {span}").format(
                    dates=dates, span=_span(party.earliest, party.latest)
                ),
                self._book(party),
            )
        most = max(in_time, key=lambda train: train.seats)
        if most.seats < party.size:
            many = max(party.size, most.min_load)
            return Wall(
                "U203",
                ngettext(
                    "the trains on their dates have at most {seats} seats, the party is {n} person",
                    "the trains on their dates have at most {seats} seats, the party is {n} people",
                    party.size,
                ).format(seats=most.seats, n=party.size),
                ngettext("book {n} seat on one train", "book {n} seats on one train", many).format(n=many),
            )
        return Wall(
            code,
            _("train {train} on {date} runs from {least}, and has {seats}").format(
                train=most.train,
                date=most.date.isoformat(),
                least=count_text("{n} person", "{n} people", most.min_load),
                seats=count_text("{n} seat", "{n} seats", most.seats),
            ),
            _("correct seats or min_load of the train"),
        )

    def _book(self, party: Party) -> str:
        text = _("book a train that they can board and that stops at {stop}, {span}")
        return text.format(stop=party.work_stop, span=_span(party.earliest, party.latest))


def _vehicle(vehicle: VehicleType) -> str:
    return f"{vehicle.vehicle_type} {vehicle.operator}".strip()


def _span(first: date, last: date) -> str:
    return first.isoformat() if first == last else f"{first.isoformat()}..{last.isoformat()}"


def together(texts: Sequence[str]) -> str:
    """Return reasons that hold together as one text."""
    return _joined(texts, _("{one}; {other}"))


def both(texts: Sequence[str]) -> str:
    """Return remedies that must all be done as one text."""
    return _joined(texts, _("{one}, and {other}"))


def either(texts: Sequence[str]) -> str:
    """Return remedies of which one is enough as one text."""
    return _joined(texts, _("{one}, or {other}"))


def _joined(texts: Sequence[str], pattern: str) -> str:
    text = texts[0]
    for other in texts[1:]:
        text = pattern.format(one=text, other=other)
    return text
