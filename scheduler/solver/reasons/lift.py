"""What would lift the limits that shut a party out: as a change of the problem, and as arguments of `whatif`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from scheduler.evaluate import Evaluator
from scheduler.problem import FleetRow, Problem


@dataclass(frozen=True, slots=True)
class Lift:
    """A coach more, or other values of the policy, or both.

    Attributes
    ----------
    coach : (int, int) or None
        The type and a day, as indices: one coach more is there for runs of that day and later.
    policy : mapping
        Keys of [policy] in season.toml, and their new values.
    """

    coach: tuple[int, int] | None = None
    policy: Mapping[str, int] = field(default_factory=dict)

    def applied(self, problem: Problem) -> Problem:
        """Return the problem with the change."""
        if self.policy:
            settings = problem.settings
            policy = settings.policy.model_copy(update=dict(self.policy))
            problem = replace(problem, settings=settings.model_copy(update={"policy": policy}))
        if self.coach is None:
            return problem
        number, day_index = self.coach
        settings, types = problem.settings, list(problem.vehicle_types)
        # As `whatif --add-coaches` does.
        first, last = Evaluator(problem).days_for_runs_from(settings.days[day_index])
        types[number] = replace(types[number], rows=(*types[number].rows, FleetRow(1, first, last)))
        return replace(problem, vehicle_types=tuple(types))

    def arguments(self, problem: Problem) -> tuple[str, ...]:
        """Return the arguments of `whatif` that make the change."""
        told: list[str] = []
        if self.coach is not None:
            number, day = self.coach
            kind = problem.vehicle_types[number]
            alone = sum(each.vehicle_type == kind.vehicle_type for each in problem.vehicle_types) == 1
            name = kind.vehicle_type if alone else f"{kind.vehicle_type}/{kind.operator}"
            told += ["--add-coaches", f"{name}:1@{problem.settings.days[day]}"]
        for key, value in self.policy.items():
            told += ["--set", f"{key}={value}"]
        return tuple(told)
