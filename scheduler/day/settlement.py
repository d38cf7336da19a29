"""What follows from who rode: what each carrier is paid, what each employer may claim, the list of riders as keys.

A coach that never left is not paid; one whose time has not come is neither paid nor deducted yet. A claim is on people
who boarded: where the coach carried `min_boarded`, the employer's part of its price by heads times `share`, at most
`cap_per_coach` for each coach and employer. Trains are paid by ticket; their riders stand in the list.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scheduler.day import headcounts
from scheduler.day.status import LATE_DEPARTURE_MIN
from scheduler.evaluate import Evaluator
from scheduler.plan import Plan, Run
from scheduler.problem import Problem
from scheduler.season.ledger import states
from scheduler.season.ledger.events import Arrived, Departed, Event, Reported
from scheduler.units import round_half_up


@dataclass(frozen=True, slots=True)
class CarrierLine:
    """A coach run as its carrier is paid for it.

    `deduction_fen` is the price of one that never left. One that is not `is_due` is not settled yet: there is nothing
    to pay and nothing to deduct.
    """

    operator: str
    run: str
    date: dt.date
    route: str
    plate: str
    price_fen: int
    planned: int
    boarded: int
    path_km: float
    deduction_fen: int
    is_due: bool = True

    @property
    def to_pay_fen(self) -> int:
        """What the carrier gets for it."""
        return self.price_fen - self.deduction_fen if self.is_due else 0


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """What an employer may claim for a coach: `people` are its own who boarded, `boarded` all on that coach.

    `unnamed` did not come to that coach and nobody said who they are: they may be among `people`.
    """

    employer: str
    run: str
    date: dt.date
    people: int
    boarded: int
    price_fen: int
    claim_fen: int
    unnamed: int


@dataclass(frozen=True, slots=True)
class Rode:
    """Somebody, by key, who rode."""

    person: str
    run: str
    date: dt.date


@dataclass(frozen=True, slots=True)
class SettledSeason:
    """Everything of a season that is paid or claimed."""

    carriers: tuple[CarrierLine, ...]
    claims: tuple[ClaimLine, ...]
    rode: tuple[Rode, ...]
    unnamed: Mapping[str, int]
    """By run: how many did not come whom nobody named; they stand among those who rode."""


def settle_season(problem: Problem, plan: Plan, events: Sequence[Event], now: dt.datetime) -> SettledSeason:
    """Return the settlement of all runs of a plan.

    Parameters
    ----------
    problem : Problem
        As the folder says, without what events have taken away: a coach that broke down later has been paid for.
    plan : Plan
        The current one.
    events : sequence of Event
        The whole ledger.
    now : datetime
        A run that leaves later is not due; nor is one that leaves after the last that was heard of any.
    """
    evaluator, left = Evaluator(problem), states.departed(events)
    heard = (each.data.at for each in events if isinstance(each.data, Departed | Reported | Arrived))
    now = max((now, *heard))
    employers = {person.key: person.employer for party in problem.parties for person in party.people}
    carriers, claims, rode = [], [], []
    unnamed = {run.id: number for run in plan.runs if (number := headcounts.unnamed(events, run)) > 0}
    for run in sorted(plan.runs, key=lambda each: (each.date, _leaves(each), len(each.id), each.id)):
        missing = states.absent(events, run.id)
        riders = [each.person for each in run.passengers if each.person not in missing] if run.id in left else []
        rode += [Rode(person, run.id, run.date) for person in riders]
        if run.mode != "coach":
            continue
        price_fen, boarded = evaluator.run_fen(run), headcounts.carried(events, run.id)
        is_due = run.id in left or now > _leaves(run) + dt.timedelta(minutes=LATE_DEPARTURE_MIN)
        carriers.append(
            CarrierLine(
                operator=run.operator or "",
                run=run.id,
                date=run.date,
                route="-".join(stop.place for stop in run.stops if stop.kind != "rest"),
                plate=run.plate or "",
                price_fen=price_fen,
                planned=run.load,
                boarded=boarded,
                path_km=run.path_km or 0,
                deduction_fen=0 if run.id in left or not is_due else price_fen,
                is_due=is_due,
            )
        )
        own = Counter(employers.get(person, "") for person in riders)
        claims += _claims(problem, run, own, boarded, price_fen, unnamed.get(run.id, 0))
    claims.sort(key=lambda each: each.employer)
    return SettledSeason(tuple(carriers), tuple(claims), tuple(rode), unnamed)


def _leaves(run: Run) -> dt.datetime:
    first = next((stop.depart for stop in run.stops if stop.kind == "board" and stop.depart is not None), None)
    return first or dt.datetime.combine(run.date, dt.time.max)


def _claims(
    problem: Problem, run: Run, people: Counter[str], boarded: int, price_fen: int, unnamed: int
) -> list[ClaimLine]:
    rules = problem.settings.settlement
    heads = max(boarded, people.total())
    found = []
    for employer, count in sorted(people.items()):
        if employer:
            part_fen = round_half_up(rules.share * price_fen * count / heads)
            claim_fen = min(part_fen, round_half_up(rules.cap_per_coach * 100)) if boarded >= rules.min_boarded else 0
            own = min(count, boarded)
            found.append(ClaimLine(employer, run.id, run.date, own, boarded, price_fen, claim_fen, unnamed))
    return found
