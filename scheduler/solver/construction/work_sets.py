"""Sets of work stops that are worth a coach."""

from __future__ import annotations

from itertools import combinations

from scheduler.solver.model.services import Services


def single_sets(services: Services) -> list[int]:
    """Return the smallest work sets: every stop, and what a party needs together."""
    instance = services.instance
    wanted = sorted({stop for sig in instance.signatures for need in sig for stop in need})
    works = {services.work_id((stop,)) for stop in wanted}
    works |= {services.work_id({min(need) for need in sig}) for sig in instance.signatures}
    return sorted(work for work in works if services.table(work).allowed.any())


def work_sets(services: Services) -> list[int]:
    """Return the work sets worth a look: every stop, pairs and triples of near ones, what a party needs together."""
    instance = services.instance
    wanted = sorted({stop for sig in instance.signatures for need in sig for stop in need})
    works = {services.work_id((stop,)) for stop in wanted}
    works |= {services.work_id({min(need) for need in sig}) for sig in instance.signatures}
    near = 12 if len(wanted) <= 150 else 5
    if instance.work_stops >= 2:
        for stop in wanted:
            others = [int(other) for other in services.neighbours(stop)[:near]]
            works |= {services.work_id((stop, other)) for other in others}
            if instance.work_stops >= 3 and len(wanted) <= 150:
                pairs = combinations(others[:8], 2)
                works |= {services.work_id((stop, a, b)) for a, b in pairs if services.close[a, b]}
    return sorted(work for work in works if services.table(work).allowed.any())
