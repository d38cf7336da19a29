"""The bound by itself, without the search for plans that stands beside it in `solve`."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.solver.bound.column_generation import DEFAULT_PARAMS, ProvenDual, Relaxation, whole_coaches
from scheduler.solver.bound.params import BoundParams
from scheduler.solver.model.instance import Instance
from scheduler.solver.model.services import Services


def raise_bound(
    instance: Instance, services: Services, deadline: float, params: BoundParams = DEFAULT_PARAMS
) -> Iterator[ProvenDual]:
    """Yield ever better proven duals until the deadline (time.monotonic) or until little more can be gained."""
    if not instance.n_classes:
        return
    relaxation = Relaxation(instance, services, params)
    yield from relaxation.improve(deadline)
    yield from whole_coaches(relaxation, deadline, set())
