"""Tiny seasons that have been planned and announced, and then changed: what is asked now, and what binds the next plan.

`arbitrary_replan(seed)` is the same for the same seed, and small enough for `exact_model.optimum`. What people were
told is what the plan that stands gives them, but for some who were told another day, time or nothing.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import timedelta

from scheduler.commitments import Commitments
from scheduler.plan import Plan, Run, Told
from scheduler.problem import Problem, VehicleType
from tests.arbitrary_seasons import arbitrary_season
from tests.exact_model import optimum, plan_of

MOST_PARTIES = 5


@dataclass(frozen=True)
class Replan:
    """A season as it is now, and what an earlier plan binds its plan to."""

    problem: Problem
    commitments: Commitments

    @property
    def frozen(self) -> tuple[Run, ...]:
        """The frozen runs, without people who are gone."""
        known = {person.key for party in self.problem.parties for person in party.people}
        runs = (run for run in self.commitments.present.runs if run.id in self.commitments.frozen)
        return tuple(
            run.model_copy(update={"passengers": tuple(p for p in run.passengers if p.person in known)}) for run in runs
        )


def told_as_planned(plan: Plan) -> tuple[Told, ...]:
    """Return what everybody on a plan's runs would be told of it."""
    return tuple(
        Told(
            person=rider.person,
            run=run.id,
            date=run.date,
            board=rider.board,
            depart=run.departure(rider.board),
            alight=rider.alight,
        )
        for run, rider in plan.passengers()
    )


def arbitrary_replan(seed: int, *, frozen: bool = False, capped: bool = False) -> Replan:
    """Return the replan of a seed, some of whose runs are `frozen`, or of whose people only so many may be moved."""
    rng = random.Random(seed)
    season = arbitrary_season(seed)
    policy = season.settings.policy.model_copy(update={"move_cost": rng.choice((50, 100, 200, 1000))})
    settings = season.settings.model_copy(update={"policy": policy})
    season = replace(season, parties=season.parties[:MOST_PARTIES], settings=settings)
    present = plan_of(season, optimum(season))
    told = tuple(_misremembered(one, rng) for one in told_as_planned(present) if rng.random() > 0.1)
    ids = frozenset(run.id for run in present.runs if rng.random() < 0.5) if frozen else frozenset()
    now = _changed(season, rng, ids, present)
    most = rng.choice((0, 1, 2, 3)) if capped else None
    return Replan(now, Commitments(present, told, ids, most))


def _misremembered(told: Told, rng: random.Random) -> Told:
    """Return what somebody was told, now and then another day or another time, far from the right one."""
    chance = rng.random()
    if chance > 0.9:
        return told.model_copy(update={"date": told.date + timedelta(days=rng.choice((-1, 1)))})
    if chance < 0.15 and told.depart is not None:
        return told.model_copy(update={"depart": told.depart + timedelta(minutes=rng.choice((-180, 180, 15)))})
    return told


def _changed(season: Problem, rng: random.Random, frozen: frozenset[str], present: Plan) -> Problem:
    """Return the season with a coach or a train lost, a party gone, one more, one smaller, or one of another mode."""
    held = {p.party for run in present.runs if run.id in frozen for p in run.passengers}
    loose = [party for party in season.parties if party.id not in held]
    change = rng.choice(("coach", "train", "gone", "new", "mode", "smaller"))
    if change == "coach" and season.vehicle_types and not frozen:
        lost = rng.choice(season.vehicle_types)
        types = (_one_less(each) if each is lost else each for each in season.vehicle_types)
        return replace(season, vehicle_types=tuple(types))
    if change == "train" and season.trains and not frozen:
        return replace(season, trains=season.trains[1:])
    if change == "gone":
        return replace(season, parties=season.parties[1:])
    if change == "new":
        like = rng.choice(season.parties)
        people = tuple(replace(each, key=f"{i:015x}n", ref=f"new!!{i}") for i, each in enumerate(like.people))
        return replace(season, parties=(*season.parties, replace(like, id=people[0].key, people=people)))
    if change == "mode" and loose:
        other = rng.choice(loose)
        mode = rng.choice(("any", "coach", "train"))
        parties = (replace(each, mode=mode) if each is other else each for each in season.parties)
        return replace(season, parties=tuple(parties))  # type: ignore[arg-type]
    if change == "smaller":
        largest = max(season.parties, key=lambda party: party.size)
        people = largest.people[1:] if largest.size > 1 else largest.people
        parties = (replace(each, people=people) if each is largest else each for each in season.parties)
        return replace(season, parties=tuple(parties))
    return season


def _one_less(vehicle: VehicleType) -> VehicleType:
    first, *rest = vehicle.rows
    return replace(vehicle, rows=(replace(first, count=first.count - 1), *rest) if first.count > 1 else tuple(rest))
