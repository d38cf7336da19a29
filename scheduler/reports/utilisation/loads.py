"""How full the seats are: people over passenger seats, by run, date, destination, vehicle type and operator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from scheduler.i18n import _
from scheduler.mask import without_ids
from scheduler.plan import Plan, Run
from scheduler.problem import Problem
from scheduler.reports.book import Book
from scheduler.text_cells import csv_text

GROUPS = ("by_run", "by_date", "by_destination", "by_vehicle_type", "by_operator")


@dataclass(frozen=True, slots=True)
class Load:
    """People and passenger seats of a group of runs."""

    key: str
    runs: int
    people: int
    seats: int

    @property
    def load_factor(self) -> float:
        """People over seats; 0 without seats."""
        return self.people / self.seats if self.seats else 0.0

    def row(self) -> dict[str, Any]:
        """Return the row of the JSON and CSV output."""
        return {
            "key": self.key,
            "runs": self.runs,
            "people": self.people,
            "seats": self.seats,
            "load_factor": round(self.load_factor, 4),
        }


@dataclass(frozen=True, slots=True)
class Utilisation:
    """Loads of a plan. `seats` are passenger seats before reserve_seats; a train's are its block.

    A run to several destinations shares its seats among them in proportion to their people (largest remainders), so
    people and seats by destination add up to the total; its runs do not, as it counts at each.
    """

    total: Load
    coaches: Load
    by_run: tuple[Load, ...]
    by_date: tuple[Load, ...]
    by_destination: tuple[Load, ...]
    by_vehicle_type: tuple[Load, ...]
    by_operator: tuple[Load, ...]
    runs: tuple[Run, ...]

    def group(self, name: str) -> tuple[Load, ...]:
        """Return the loads of one of GROUPS."""
        loads: tuple[Load, ...] = getattr(self, name)
        return loads

    def as_json(self) -> dict[str, Any]:
        """Return `utilisation --json`."""
        head: dict[str, Any] = {
            "runs": self.total.runs,
            "people": self.total.people,
            "seats": self.total.seats,
            "load_factor": round(self.total.load_factor, 4),
            "coach_load_factor": round(self.coaches.load_factor, 4),
        }
        for name in GROUPS:
            head[name] = [load.row() for load in self.group(name)]
        for row, run in zip(head["by_run"], self.runs, strict=True):
            row |= {
                "id": run.id,
                "date": run.date.isoformat(),
                "mode": run.mode,
                "vehicle_type": run.vehicle_type,
                "operator": run.operator,
                "train": run.train,
                "stops": [stop.place for stop in run.stops if stop.kind != "rest"],
                "path_km": run.path_km,
            }
        return head

    def as_csv(self) -> str:
        """Return `utilisation --csv`: all groups in one table, with a byte order mark so that Excel shows Chinese."""
        rows = [
            (name[3:], without_ids(load.key), *list(load.row().values())[1:])
            for name in GROUPS
            for load in self.group(name)
        ]
        return csv_text([("by", "key", "runs", "people", "seats", "load_factor"), *rows])


def utilisation(problem: Problem, plan: Plan) -> Utilisation:
    """Return how full a plan's seats are.

    Raises
    ------
    PlanError
        When the plan and the rosters disagree.
    """
    return of_book(Book(problem, plan))


def of_book(book: Book) -> Utilisation:
    """Return how full the seats of a joined plan are."""
    runs = book.runs
    train = _("train")
    return Utilisation(
        total=_load("", runs),
        coaches=_load("", [run for run in runs if run.mode == "coach"]),
        by_run=tuple(_load(run.id, [run]) for run in runs),
        by_date=_grouped(runs, lambda run: run.date.isoformat()),
        by_destination=_by_destination(book),
        by_vehicle_type=_grouped(runs, lambda run: (run.vehicle_type or "") if run.mode == "coach" else train),
        by_operator=_grouped(runs, lambda run: (run.operator or "") if run.mode == "coach" else train),
        runs=runs,
    )


def _load(key: str, runs: Iterable[Run]) -> Load:
    runs = list(runs)
    return Load(key, len(runs), sum(run.load for run in runs), sum(run.seats for run in runs))


def _grouped(runs: Iterable[Run], key: Callable[[Run], str]) -> tuple[Load, ...]:
    groups: dict[str, list[Run]] = {}
    for run in runs:
        groups.setdefault(key(run), []).append(run)
    return tuple(_load(name, groups[name]) for name in sorted(groups))


def _by_destination(book: Book) -> tuple[Load, ...]:
    runs: Counter[str] = Counter()
    people: Counter[str] = Counter()
    seats: Counter[str] = Counter()
    for run in book.runs:
        here = Counter(rider.party.work_stop for rider in book.riders[run.id])
        runs.update(here.keys())
        people.update(here)
        seats.update(shared(run.seats, here))
    order = sorted(people, key=lambda name: (-people[name], name))
    return tuple(Load(name, runs[name], people[name], seats[name]) for name in order)


def shared(total: int, weights: Counter[str]) -> dict[str, int]:
    """Share `total` in proportion to the weights, in integers that add up (largest remainders)."""
    weight = sum(weights.values())
    if not weight:
        return {}
    shares = {key: total * value // weight for key, value in weights.items()}
    by_remainder = sorted(weights, key=lambda key: (-(total * weights[key] % weight), key))
    for key in by_remainder[: total - sum(shares.values())]:
        shares[key] += 1
    return shares
