"""What would lift the limits that shut a party out: as a change of the problem, and as arguments of `whatif`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from scheduler.evaluate import Evaluator, with_hub
from scheduler.i18n import _
from scheduler.problem import FleetRow, Problem


@dataclass(frozen=True, slots=True)
class Lift:
    """Coaches more, or other values of the policy, or both; or a stop opened as a hub; or seats more on a train.

    Attributes
    ----------
    coach : (int, int) or None
        The type and a day, as indices: `coaches` more are there for runs of that day and later.
    policy : mapping
        Keys of [policy] in season.toml, and their new values.
    coaches : int
        How many.
    opened : str
        A stop where people of other townships may board, too; empty: none.
    train : (str, date) or None
        The train that has `seats` more.
    seats : int
        How many.
    """

    coach: tuple[int, int] | None = None
    policy: Mapping[str, float] = field(default_factory=dict)
    coaches: int = 1
    opened: str = ""
    train: tuple[str, date] | None = None
    seats: int = 0

    @property
    def changes_access(self) -> bool:
        """Whether people may board elsewhere."""
        return bool(self.opened) or "access_max_km" in self.policy

    def applied(self, problem: Problem) -> Problem:
        """Return the problem with the change."""
        if self.policy:
            settings = problem.settings
            policy = settings.policy.model_copy(update=dict(self.policy))
            problem = replace(problem, settings=settings.model_copy(update={"policy": policy}))
        if self.opened:  # as `whatif --open-hub` does
            problem = with_hub(problem, self.opened)
        if self.train is not None:
            trains = (
                replace(each, seats=each.seats + self.seats) if (each.train, each.date) == self.train else each
                for each in problem.trains
            )
            problem = replace(problem, trains=tuple(trains))
        if self.coach is None:
            return problem
        number, day_index = self.coach
        settings, types = problem.settings, list(problem.vehicle_types)
        # As `whatif --add-coaches` does.
        first, last = Evaluator(problem).days_for_runs_from(settings.days[day_index])
        types[number] = replace(types[number], rows=(*types[number].rows, FleetRow(self.coaches, first, last)))
        return replace(problem, vehicle_types=tuple(types))

    def arguments(self, problem: Problem) -> tuple[str, ...]:
        """Return the arguments of `whatif` that make the change."""
        told: list[str] = []
        if self.coach is not None:
            number, day = self.coach
            kind = problem.vehicle_types[number]
            alone = sum(each.vehicle_type == kind.vehicle_type for each in problem.vehicle_types) == 1
            name = kind.vehicle_type if alone else f"{kind.vehicle_type}/{kind.operator}"
            told += ["--add-coaches", f"{name}:{self.coaches}@{problem.settings.days[day]}"]
        for key, value in self.policy.items():
            told += ["--set", f"{key}={value}"]
        if self.opened:
            told += ["--open-hub", self.opened]
        if self.train is not None:
            name, on = self.train
            told += ["--add-seats", f"{name}:{self.seats}@{on}"]
        return tuple(told)

    def said(self, problem: Problem) -> list[str]:
        """Return the change in words, each part of it."""
        texts = []
        if self.coach is not None:
            number, day = self.coach
            kind = problem.vehicle_types[number]
            form = _("charter {n} more {vehicle} for runs from {day} on, enough for all who would ride them")
            vehicle = f"{kind.vehicle_type} {kind.operator}".strip()
            texts.append(form.format(n=self.coaches, vehicle=vehicle, day=problem.settings.days[day]))
        for key, value in self.policy.items():
            if key == "budget":
                more = -(-(value - problem.settings.policy.budget) // 1)
                texts.append(_("raise the budget by {yuan} yuan").format(yuan=f"{more:,.0f}"))
            elif key == "unserved_cost":
                texts.append(_("raise unserved_cost to {yuan} yuan").format(yuan=f"{value:,}"))
            elif key == "min_load":
                texts.append(_("lower min_load to {n}").format(n=value))
            elif key == "reserve_seats":
                texts.append(_("lower reserve_seats to {n}").format(n=value))
            else:
                texts.append(_("raise {key} to {value}").format(key=key, value=value))
        if self.opened:
            texts.append(_("let people of other townships board at {place} too").format(place=self.opened))
        if self.train is not None:
            name, on = self.train
            form = _("raise the seats of {train} on {date} by {n}, enough for all who would take them")
            texts.append(form.format(train=name, date=on, n=self.seats))
        return texts
