"""A plan beside its problem, indexed once for all rules."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from scheduler.evaluate import Evaluator, Path
from scheduler.plan import Passenger, Plan, Run
from scheduler.problem import Party, Person, Problem, Train, VehicleType


@dataclass(frozen=True, slots=True)
class ResolvedCoach:
    """A coach run with what its names resolve to; None where they resolve to nothing.

    `path` is None when a stop is unknown, an end has no stop, or a leg has no distance.
    """

    run: Run
    vehicle: VehicleType | None
    path: Path | None


class Case:
    """What the rules look things up in. Nothing in a plan can make it raise: it may name anything."""

    def __init__(self, problem: Problem, plan: Plan, frozen: Iterable[str] = ()) -> None:
        self.problem = problem
        self.plan = plan
        self.frozen = frozenset(frozen)
        """Ids of the runs that are not changed any more: nobody else may ride them."""
        self.policy = problem.settings.policy
        self.rules = problem.settings.coach_rules
        self.evaluator = Evaluator(problem)
        self.to_work = self.evaluator.to_work
        self.first, self.last = problem.settings.first_date, problem.settings.last_date
        self.parties: dict[str, Party] = {party.id: party for party in problem.parties}
        self.people: dict[str, tuple[Party, Person]] = {
            person.key: (party, person) for party in problem.parties for person in party.people
        }
        """By key."""
        self.is_of_these_inputs = plan.inputs_sha256 == problem.inputs_sha256
        self.coaches = tuple(self._coach(run) for run in plan.runs if run.mode == "coach")
        self.train_runs: tuple[tuple[Run, Train | None], ...] = tuple(
            (run, self.evaluator.trains.get((run.train or "", run.date))) for run in plan.runs if run.mode == "train"
        )

    def _coach(self, run: Run) -> ResolvedCoach:
        vehicle = self.evaluator.types.get((run.vehicle_type or "", run.operator or ""))
        boarding, alighting = run.places("board"), run.places("alight")
        path = None
        if boarding and alighting and all(place in self.problem.places for place in boarding + alighting):
            path = self.evaluator.path_of(boarding, alighting)
        return ResolvedCoach(run, vehicle, path if path is not None and math.isfinite(path.km) else None)

    def in_season(self, day: date) -> bool:
        """Tell whether a day lies in the season."""
        return self.first <= day <= self.last

    def season_days_held(self, coach: ResolvedCoach) -> range:
        """Return the days (ordinals) of the season on which a run holds its coach; none when that is unknown."""
        if coach.path is None or not self.in_season(coach.run.date):
            return range(0)
        first, last = self.evaluator.days_held(coach.run.date, coach.path.path_m)
        return range(max(first, self.first).toordinal(), min(last, self.last).toordinal() + 1)

    def home_place(self, passenger: Passenger) -> str:
        """Return where a passenger boards or alights at the home end."""
        return passenger.board if self.to_work else passenger.alight

    def work_place(self, passenger: Passenger) -> str:
        """Return where a passenger boards or alights at the work end."""
        return passenger.alight if self.to_work else passenger.board


def at(run: Run, *more: str) -> str:
    """Return where in the plan: the run's id, then the stop, party or ref."""
    return " ".join((run.id, *more))


def day_text(ordinal: int) -> str:
    """Return the ISO date of an ordinal."""
    return date.fromordinal(ordinal).isoformat()
