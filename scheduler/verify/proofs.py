"""What the plan says of those it leaves: `no_option` must be true. The other proofs are the solver's word."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.i18n import _
from scheduler.problem import Party, VehicleType
from scheduler.verify.case import Case
from scheduler.verify.coaches import HOME_KINDS
from scheduler.verify.violation import Violation, violation


def no_option(case: Case) -> Iterator[Violation]:
    """Check that a party said to have no option has none: no train, and no coach from one stop to the destination."""
    known: dict[tuple[object, ...], str | None] = {}
    for entry in case.plan.unserved:
        party = case.parties.get(entry.party)
        if party is None or entry.proof != "no_option":
            continue
        wish = party.origin, party.work_stop, party.earliest, party.latest, party.mode, party.size
        if wish not in known:
            known[wish] = _train(case, party) or _coach(case, party)
        option = known[wish]
        if option is not None:
            yield violation("V124", entry.party, _("no run that could carry it"), option)


def _train(case: Case, party: Party) -> str | None:
    if party.mode == "coach":
        return None
    for train in case.problem.trains:
        in_time = party.earliest <= train.date <= party.latest and case.in_season(train.date)
        if in_time and train.seats >= max(party.size, train.min_load) and case.evaluator.train_options(train, party):
            return f"{train.train} {train.date}"
    return None


def _coach(case: Case, party: Party) -> str | None:
    if party.mode == "train":
        return None
    for home in case.evaluator.access_fen(party.origin):
        if case.problem.places[home].kind not in HOME_KINDS or not case.evaluator.allowed([home], [party.work_stop]):
            continue
        path = case.evaluator.path([home], [party.work_stop])
        drivers = case.evaluator.drivers(path)
        for vehicle in case.problem.vehicle_types:
            seats = case.evaluator.seats(vehicle.rated_seats, drivers) - case.policy.reserve_seats
            if seats >= max(party.size, case.policy.min_load) and _free(case, vehicle, party, path.path_m):
                return f"{home} > {party.work_stop} {' '.join(vehicle.key)}"
    return None


def _free(case: Case, vehicle: VehicleType, party: Party, path_m: int) -> bool:
    """Tell whether a coach is there on all season days that a run on some date of the party's window would hold it."""
    for day in case.problem.settings.days:
        first, last = case.evaluator.days_held(day, path_m)
        held = [each for each in case.problem.settings.days if first <= each <= last]
        if party.earliest <= day <= party.latest and all(vehicle.available(each) for each in held):
            return True
    return False
