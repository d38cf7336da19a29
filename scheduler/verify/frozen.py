"""Runs that are not changed any more: each stands in the plan as it was, but for people who are gone.

What people's own changes break on such a run is no fault of the plan: too few people, a stop where nobody of them
boards any more, a wish that it does not fit, others who have joined a party aboard, a minibus from another township.
Neither is what vehicles and staff do: a plate that is not listed any more, more coaches on the road than are left.
Seats hold for it as for every run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scheduler.i18n import _
from scheduler.plan import Passenger, Run
from scheduler.verify.context import Case, at, day_text
from scheduler.verify.violation import Violation, violation

BY_CHANGES_OF_PEOPLE = frozenset(("V122", "V123", "V131", "V133", "V150", "V155", "V163", "V186"))
"""Codes that a run may have by changes of its people."""

BY_CHANGES_OF_STAFF = frozenset(("V172", "V173", "V211", "V212"))
"""Codes that a run may have by a vehicle that was lost, or an escort who fell ill, under way or after it was frozen."""

BY_CHANGES_OF_PARTIES = frozenset(("V115", "V116", "V118", "V125"))
"""Codes that a party may have by others who have joined it."""


def unchanged(case: Case, frozen: Sequence[Run]) -> Iterator[Violation]:
    """Check that each frozen run is what it was, without people whom the rosters do not have any more."""
    runs = {run.id: run for run in case.plan.runs}
    for before in frozen:
        now = runs.get(before.id)
        if now is None:
            yield violation("V108", before.id, _("the run as it was"), _("none"))
            continue
        for field in ("mode", "date", "vehicle_type", "operator", "plate", "train", "stops"):
            if getattr(now, field) != getattr(before, field):
                yield violation("V108", at(before, field), getattr(before, field), getattr(now, field))
        riders = {each.person: each for each in before.passengers if each.person in case.people}
        riding = {each.person: each for each in now.passengers}
        for person in sorted(riders.keys() | riding.keys()):
            then, this = riders.get(person), riding.get(person)
            if _seat(then) != _seat(this):
                known = this or then
                assert known is not None
                yield violation("V108", at(before, known.ref), _seat(then), _seat(this))


def _seat(passenger: Passenger | None) -> str:
    if passenger is None:
        return _("not on this run")
    return f"{passenger.seat or '-'} {passenger.board} -> {passenger.alight}"


def is_excused(found: Violation, case: Case, frozen: Sequence[Run]) -> bool:
    """Tell whether a violation comes of what people have changed since a run was frozen."""
    ids = {run.id for run in frozen}
    if found.code == "V171":
        return found.where in _lost_under_way(case, ids)
    if found.code in BY_CHANGES_OF_PEOPLE | BY_CHANGES_OF_STAFF:
        return found.where.split(" ")[0] in ids
    if found.code == "V232":  # whose row names another township now is fetched where they were told
        return any(each.serves in ids for each in case.plan.feeders if each.id == found.where.split(" ")[0])
    riders = {each.person for run in frozen for each in run.passengers}
    party = case.parties.get(found.where)
    return found.code in BY_CHANGES_OF_PARTIES and party is not None and any(p.key in riders for p in party.people)


def _lost_under_way(case: Case, ids: set[str]) -> set[str]:
    """Return the types and days, as V171 names them, on which only frozen runs hold coaches."""
    held: dict[str, set[str]] = {}
    for coach in case.coaches:
        if coach.vehicle is not None:
            for day in case.season_days_held(coach):
                held.setdefault(f"{' '.join(coach.vehicle.key)} {day_text(day)}", set()).add(coach.run.id)
    return {where for where, runs in held.items() if runs <= ids}
