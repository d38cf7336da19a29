"""Twenty coaches of three people on four days, and what their escorts say of them: a week to be replayed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from scheduler.day.on_the_way import OnTheWay, Said
from scheduler.plan import Plan, Run
from scheduler.problem import Party, Problem
from scheduler.season.ledger.events import Boarded, Entry, Event
from tests.builders import DONGGUAN, FIRST, GUXIAN, LUODU, SHENZHEN, Service, party, plan_for, problem

EVERY = dt.timedelta(hours=2)
RUNS, PEOPLE_A_RUN, RUNS_A_DAY = 20, 3, 5


@dataclass
class Ledger:
    """Events in memory, each numbered as the real ledger does."""

    events: list[Event] = field(default_factory=list)

    def append(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            at = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
            fields = {"person": entry.person, "run": entry.run, "plan": entry.plan}
            number = len(self.events) + 1
            self.events.append(Event(number, at, "", entry.data, **fields, source="", hash=""))  # type: ignore[arg-type]

    def say(self, plan: Plan, *said: Said, now: dt.datetime | None = None) -> None:
        """Record messages one after the other, as one file of them would be."""
        on_the_way = OnTheWay(plan, self.events, now or max(each.at for each in said))
        self.append([entry for each in said for entry in on_the_way.take(each)])


def season() -> tuple[Problem, Plan]:
    parties: list[Party] = []
    services = []
    for number in range(RUNS):
        far = number % 4 == 3
        one = party(
            PEOPLE_A_RUN,
            origin="罗渡镇" if number % 2 else "顾县镇",
            destination="441900" if far else "440300",
            work_stop=DONGGUAN if far else SHENZHEN,
        )
        parties.append(one)
        home = (LUODU if number % 2 else GUXIAN,)
        day = FIRST + dt.timedelta(days=number // RUNS_A_DAY)
        services.append((Service(day, home, (DONGGUAN if far else SHENZHEN,)), [one]))
    asked = problem(*parties)
    return asked, plan_for(asked, *services)


def leaves(run: Run) -> dt.datetime:
    return next(stop.depart for stop in run.stops if stop.kind == "board" and stop.depart is not None)


def comes(run: Run) -> dt.datetime:
    return next(stop.arrive for stop in reversed(run.stops) if stop.kind == "alight" and stop.arrive is not None)


def boarded(run: Run, person: str, at: dt.datetime) -> Entry:
    return Entry(Boarded(at=at), person=person, run=run.id)
