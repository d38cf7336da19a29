"""Whether a party may board a coach that goes anyway, and what that costs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scheduler.solver.model.instance import CLOSED
from scheduler.solver.model.services import Service
from scheduler.solver.model.solution import Coach, SolutionCosts


def seats_of(costs: SolutionCosts, coach: Coach) -> int:
    """Return the seats of a coach."""
    return int(costs.services.table(coach.work).seats[coach.home, coach.vehicle])


def room_of(costs: SolutionCosts, coach: Coach) -> int:
    """Return the free seats of a coach."""
    return seats_of(costs, coach) - costs.people(coach.load.items())


def may_ride(costs: SolutionCosts, classes: Sequence[int], service: Service) -> bool:
    """Tell whether one party of each of some classes may ride a service."""
    instance, services, who = costs.instance, costs.services, np.array(classes, dtype=np.int64)
    can = instance.by_coach[who] & (instance.first[who] <= service.day) & (instance.last[who] >= service.day)
    can &= np.isin(instance.signature[who], services.signatures(service.work_set))
    can &= services.access[service.home_set, instance.origin[who]] < CLOSED
    return bool(can.all())


def boarding_fen(costs: SolutionCosts, coach: Coach, classes: Sequence[int]) -> int | None:
    """Return what it costs more when one party of each of some classes boards; None where they may not or cannot."""
    people = int(costs.instance.size[list(classes)].sum())
    if people > room_of(costs, coach) or not may_ride(costs, classes, coach.service):
        return None
    fuller = Coach(*coach.service, dict(coach.load))
    for k in classes:
        fuller.load[k] = fuller.load.get(k, 0) + 1
    if costs.callers_fen(fuller) is None:
        return None
    return costs.coach_fen(fuller) - costs.coach_fen(coach)
