"""Which files are written, for whom: one job a file, to be counted, spread over processes, and to fail by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath
from typing import TypeVar

from scheduler.i18n import _
from scheduler.mask import without_ids
from scheduler.plan import Feeder, Run
from scheduler.reports.book import Book, Rider
from scheduler.reports.clearing import cleared
from scheduler.reports.formats.document import Sheet
from scheduler.reports.formats.file_names import safe_name, unique
from scheduler.reports.manifests import lists
from scheduler.reports.manifests.run_pack import day_index, day_passengers, handovers, passenger_list, timetable
from scheduler.reports.visibility import IdChoice, Reader, View

Value = TypeVar("Value")
Layout = Callable[[], list[Sheet]]


@dataclass(frozen=True, slots=True)
class Job:
    """One file: its path below the output folder (the suffix is its kind), who reads it, and how it is laid out."""

    path: PurePath
    view: View
    layout: Layout

    def sheets(self) -> list[Sheet]:
        """Return the sheets, laid out now, as the reader may see them."""
        return [cleared(sheet, self.view) for sheet in self.layout()]


class Jobs:
    """The files of a plan under one `--ids` choice."""

    def __init__(self, book: Book, ids: IdChoice) -> None:
        self.book = book
        self.ids = ids
        # The long lists first, so that at the end no process writes one while the others have nothing left to do.
        self.all: list[Job] = [*self._carriers(), *self._railway(), *self._townships(), *self._employers()]
        self.all += [*self._stations(), *self._staff(), *self._feeders(), *self._runs()]

    def _view(self, reader: Reader) -> View:
        return View(reader, self.ids, self.book.problem.settings.policy.id_mask)

    def _both(self, reader: Reader, folder: str, name: str, layout: Layout) -> list[Job]:
        view = self._view(reader)
        return [Job(PurePath(folder, safe_name(name, suffix)), view, layout) for suffix in (".pdf", ".xlsx")]

    def _runs(self) -> Iterable[Job]:
        """A pack for each run, and for each day a workbook of its runs and passengers, for the bureau itself."""
        folder = _("runs")
        for day, runs in _by_day(self.book).items():
            yield Job(PurePath(folder, safe_name(day, ".xlsx")), self._view("bureau"), partial(self._day, runs))
            for run, stem in zip(runs, unique(_file_name(run.id) for run in runs), strict=True):
                for suffix in (".pdf", ".xlsx"):
                    path = PurePath(folder, day, safe_name(stem, suffix))
                    yield Job(path, self._view("escort"), partial(self._pack, run))

    def _day(self, runs: list[Run]) -> list[Sheet]:
        return [day_index(self.book, runs), day_passengers(self.book, runs, self._view("bureau"))]

    def _pack(self, run: Run) -> list[Sheet]:
        view = self._view("escort")
        return [passenger_list(self.book, run, view), timetable(self.book, run), *handovers(self.book, run, view)]

    def _carriers(self) -> Iterable[Job]:
        operators: dict[str, list[Run]] = {}
        for run in self.book.runs:
            if run.mode == "coach":
                operators.setdefault(run.operator or _("no operator"), []).append(run)
        for name, _operator, runs in _named(operators):
            yield from self._both("carrier", _("carriers"), name, partial(self._carrier, runs))

    def _carrier(self, runs: list[Run]) -> list[Sheet]:
        return [lists.carrier_list(self.book, run, self._view("carrier")) for run in runs]

    def _railway(self) -> Iterable[Job]:
        trains = {f"{run.train} {run.date.isoformat()}": run for run in self.book.runs if run.mode == "train"}
        for name, _train, run in _named(trains):
            yield from self._both("railway", _("railway"), name, partial(self._group_tickets, run))

    def _group_tickets(self, run: Run) -> list[Sheet]:
        return [lists.railway_list(self.book, run, self._view("railway"))]

    def _riders(self) -> list[Rider]:
        return [rider for run in self.book.runs for rider in self.book.riders[run.id]]

    def _townships(self) -> Iterable[Job]:
        groups: dict[str, list[Rider]] = lists.grouped(self._riders(), lambda rider: rider.person.township)
        for entry in self.book.plan.unserved:
            for key in entry.persons:
                if key in self.book.people:
                    groups.setdefault(self.book.people[key].township, [])
        for name, township, riders in _named(groups):
            yield from self._both("township", _("townships"), name, partial(self._township, township, riders))
            if riders:
                yield from self._both("public", _("public notices"), name, partial(self._notice, township, riders))

    def _township(self, name: str, riders: list[Rider]) -> list[Sheet]:
        return [lists.township_list(self.book, name, riders, self._view("township"))]

    def _notice(self, name: str, riders: list[Rider]) -> list[Sheet]:
        return [lists.public_notice(self.book, name, riders, self._view("public"))]

    def _employers(self) -> Iterable[Job]:
        """One list for each employer of the places table; the others stand together in one, by employer."""
        listed = lists.grouped(
            (rider for rider in self._riders() if rider.person.employer_stop),
            lambda rider: rider.person.employer_stop or "",
        )
        others = [r for r in self._riders() if r.person.employer and not r.person.employer_stop]
        if others:
            listed[_("other employers")] = sorted(others, key=lambda rider: (rider.run.date, rider.person.employer))
        for name, employer, riders in _named(listed):
            layout = partial(self._arrivals, "employer", employer, riders)
            yield from self._both("employer", _("employers"), name, layout)

    def _stations(self) -> Iterable[Job]:
        groups = lists.grouped(self._riders(), lambda rider: rider.party.work_stop)
        for name, place, riders in _named(groups):
            layout = partial(self._arrivals, "station", place, riders)
            yield from self._both("station", _("destination stations"), name, layout)

    def _arrivals(self, reader: Reader, name: str, riders: list[Rider]) -> list[Sheet]:
        title = _("Employer's list of workers") if reader == "employer" else _("Destination station's list")
        return [lists.arrival_list(self.book, title, name, riders, self._view(reader))]

    def _staff(self) -> Iterable[Job]:
        if self.book.runs:
            name = _("Phone sheet of escorts and coach leaders")
            yield from self._both("staff", _("escorts"), name, lambda: [lists.staff_sheet(self.book)])

    def _feeders(self) -> Iterable[Job]:
        rounds: dict[str, list[Feeder]] = {}
        for feeder in self.book.plan.feeders:
            date = lists.feeder_date(self.book, feeder)
            rounds.setdefault(date.isoformat() if date else "-", []).append(feeder)
        for day, feeders in sorted(rounds.items()):
            yield from self._both("feeder", _("feeders"), day, partial(self._rounds, feeders))

    def _rounds(self, feeders: list[Feeder]) -> list[Sheet]:
        return [lists.feeder_sheet(self.book, feeder, self._view("feeder")) for feeder in feeders]


def _by_day(book: Book) -> dict[str, list[Run]]:
    days: dict[str, list[Run]] = {}
    for run in book.runs:
        days.setdefault(run.date.isoformat(), []).append(run)
    return days


def _named(groups: dict[str, Value]) -> list[tuple[str, str, Value]]:
    """Return groups under names that differ as file names, then under their own."""
    return list(zip(unique(map(_file_name, groups)), groups.keys(), groups.values(), strict=True))


def _file_name(text: str) -> str:
    """Return a file name without ID numbers: names of files are seen where the files are not."""
    return safe_name(without_ids(text, lambda _number: ""))
