"""The day's report upward: planned and actual, the day and so far, by mode, destination and township.

People are counted as headcounts say, and who boarded after all; by destination, township and priority as the riders of
the runs that left, but for those who are known by name not to have come: `unnamed` are those nobody named.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from scheduler.day import headcounts
from scheduler.day.who_came import city_of
from scheduler.i18n import _, count_text, ngettext
from scheduler.plan import Passenger, Plan, Run
from scheduler.problem import Party, Person, Problem
from scheduler.season.ledger import states
from scheduler.season.ledger.events import Arrived, Departed, Event, Note, Reported

PRIORITY = 2
"""People of this priority and above are counted apart: 脱贫户."""


@dataclass(frozen=True, slots=True)
class _Rider:
    run: Run
    person: Person
    party: Party
    passenger: Passenger


class DailyFigures:
    """Figures of one day, and of all days up to it.

    Parameters
    ----------
    problem : Problem
        As it stands.
    plan : Plan
        The current one.
    events : sequence of Event
        The whole ledger.
    date : date
    """

    def __init__(self, problem: Problem, plan: Plan, events: Sequence[Event], date: dt.date) -> None:
        self.problem, self.plan, self.events, self.date = problem, plan, events, date
        self.departed = {run: event.data for run, event in states.departed(events).items()}
        self.absent = {run.id: states.absent(events, run.id) for run in plan.runs if run.id in self.departed}
        people = {person.key: (person, party) for party in problem.parties for person in party.people}
        self.riders = [
            _Rider(run, *people[passenger.person], passenger)
            for run, passenger in plan.passengers()
            if passenger.person in people
        ]

    def as_json(self) -> dict[str, Any]:
        """Return all figures by name, and the paragraph for the news desk."""
        of_day = [rider for rider in self.riders if rider.run.date == self.date]
        figures: dict[str, Any] = {
            "date": self.date.isoformat(),
            "day": self._counted(lambda run: run.date == self.date),
            "so_far": self._counted(lambda run: run.date <= self.date),
            "by_mode": {mode: self._counted(partial(self._is_of_day, mode=mode)) for mode in ("coach", "train")},
            "by_destination": self._by(of_day, lambda rider: city_of(rider.party)),
            "in_province": self._both(of_day, lambda rider: self._is_at_home(rider)),
            "cross_province": self._both(of_day, lambda rider: not self._is_at_home(rider)),
            "priority": self._both(of_day, lambda rider: rider.person.priority >= PRIORITY),
            "by_township": self._by(of_day, lambda rider: rider.party.origin),
            "incidents": self.incidents(),
            "unnamed": sum(
                headcounts.unnamed(self.events, run)
                for run in self.plan.runs
                if run.date == self.date and run.id in self.departed
            ),
        }
        figures["text"] = self.text(figures)
        return figures

    def incidents(self) -> list[dict[str, str]]:
        """Return what was noted of the day's runs, coaches that broke down, trains that did not run."""
        runs = {run.id: run for run in self.plan.runs}
        found = []
        for event in self.events:
            data = event.data
            if isinstance(data, Departed | Reported | Arrived) and data.note and data.at.date() == self.date:
                found.append({"run": event.run, "at": _minute(data.at), "what": data.note})
            elif isinstance(data, Note) and data.change in ("vehicle_lost", "train_cancelled"):
                day = data.date or data.first
                if day == self.date or (event.run in runs and runs[event.run].date == self.date):
                    what = _("coach broken down") if data.change == "vehicle_lost" else _("train cancelled")
                    name = data.train or " ".join(filter(None, (data.vehicle_type, data.plate)))
                    text = "：".join(filter(None, (f"{what} {name}".strip(), data.text)))
                    found.append({"run": event.run, "at": "", "what": text})
        return found

    def text(self, figures: dict[str, Any]) -> str:
        """Return the day in one paragraph."""
        day, so_far = figures["day"]["actual"], figures["so_far"]["actual"]
        cities = sorted(figures["by_destination"].items(), key=lambda item: (-item[1]["actual"], item[0]))
        main = "、".join(
            # Where those who did not come are not all named, nobody knows how many went to which city.
            city if figures["unnamed"] else _city_text(city, counts["actual"])
            for city, counts in cities[:3]
            if counts["actual"]
        )
        to_work = self.problem.settings.direction == "to_work"
        where = _(", most to {main}") if to_work else _(", most from {main}")
        form = _("On {date} {runs} carried {people} ({planned} planned){main}; so far {all_runs}, {all_people}.")
        return form.format(
            date=_("{month}/{day}").format(month=self.date.month, day=self.date.day),
            runs=_runs(day["runs"]),
            people=_people(day["people"]),
            planned=figures["day"]["planned"]["people"],
            main=where.format(main=main) if main else "",
            all_runs=_runs(so_far["runs"]),
            all_people=_people(so_far["people"]),
        )

    # How it is counted --------------------------------------------------------------------------------------------

    def _is_of_day(self, run: Run, mode: str) -> bool:
        return run.date == self.date and run.mode == mode

    def _counted(self, chosen: Callable[[Run], bool]) -> dict[str, dict[str, int]]:
        runs = [run for run in self.plan.runs if chosen(run)]
        left = [run for run in runs if run.id in self.departed]
        return {
            "planned": {"runs": len(runs), "people": sum(run.load for run in runs)},
            "actual": {
                "runs": len(left),
                "people": sum(headcounts.carried(self.events, run.id) for run in left),
                "absent": sum(headcounts.missing(self.events, run) for run in left),
            },
        }

    def _rode(self, rider: _Rider) -> bool:
        return rider.run.id in self.departed and rider.person.key not in self.absent[rider.run.id]

    def _both(self, riders: Iterable[_Rider], chosen: Callable[[_Rider], bool]) -> dict[str, int]:
        found = [rider for rider in riders if chosen(rider)]
        return {"planned": len(found), "actual": sum(map(self._rode, found))}

    def _by(self, riders: Iterable[_Rider], key: Callable[[_Rider], str]) -> dict[str, dict[str, int]]:
        planned: Counter[str] = Counter()
        actual: Counter[str] = Counter()
        for rider in riders:
            planned[key(rider)] += 1
            actual[key(rider)] += self._rode(rider)
        return {name: {"planned": planned[name], "actual": actual[name]} for name in sorted(planned)}

    def _is_at_home(self, rider: _Rider) -> bool:
        return rider.party.destination[:2] == self.problem.settings.home[:2]


def _minute(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")


def _city_text(city: str, number: int) -> str:
    return ngettext("{city} {n} person", "{city} {n} people", number).format(city=city, n=number)


def _runs(number: int) -> str:
    return count_text("{n} run", "{n} runs", number)


def _people(number: int) -> str:
    return count_text("{n} person", "{n} people", number)
