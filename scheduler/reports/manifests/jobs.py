"""Which files are written, for whom: one job a file, to be counted, spread over processes, and to fail by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath
from typing import TypeVar

from scheduler.i18n import _
from scheduler.itinerary import Left, MinibusDay, feeder_summary, minibus_days
from scheduler.mask import without_ids
from scheduler.plan import Run
from scheduler.reports.book import Book, Rider
from scheduler.reports.clearing import cleared
from scheduler.reports.formats.document import Sheet
from scheduler.reports.formats.file_names import safe_name, unique
from scheduler.reports.formats.fonts import Font
from scheduler.reports.labels import labels_pdf
from scheduler.reports.manifests import arrivals, coach_papers, feeder_sheets, home_lists, lists
from scheduler.reports.manifests.day_book import day_index, day_passengers
from scheduler.reports.manifests.guide import Extra
from scheduler.reports.manifests.run_pack import handovers, passenger_list
from scheduler.reports.visibility import IdChoice, Reader, View

Value = TypeVar("Value")
Layout = Callable[[], list[Sheet]]


@dataclass(frozen=True, slots=True)
class Job:
    """One file: its path below the output folder (the suffix is its kind), its reader, layout and number of people."""

    path: PurePath
    view: View
    layout: Layout
    people: int
    draw: Callable[[Font], bytes] | None = None
    """Of a PDF that has no sheets."""

    def sheets(self) -> list[Sheet]:
        """Return the sheets, laid out now, as the reader may see them."""
        return [cleared(sheet, self.view) for sheet in self.layout()]


class Jobs:
    """The files of a plan under one `--ids` choice, with the papers that are asked for besides."""

    def __init__(self, book: Book, ids: IdChoice, extras: Collection[Extra] = ()) -> None:
        self.book = book
        self.ids = ids
        summary = feeder_summary(book.problem, book.runs, book.plan.feeders) if book.problem.feeder_types else None
        self.left: list[Left] = list(summary.left) if summary else []
        # The long lists first, so that at the end no process writes one while the others have nothing left to do.
        self.all: list[Job] = [*self._carriers(), *self._railway(), *self._townships(), *self._employers()]
        self.all += [*self._stations(), *self._staff(), *self._feeders(), *self._runs()]
        for extra, jobs in (("labels", self._labels), ("charter", self._charter), ("cards", self._cards)):
            if extra in extras:
                self.all += jobs()

    def _view(self, reader: Reader) -> View:
        return View(reader, self.ids, self.book.problem.settings.policy.id_mask)

    def _both(self, reader: Reader, folder: str, name: str, layout: Layout, people: int) -> list[Job]:
        view = self._view(reader)
        return [Job(PurePath(folder, safe_name(name, suffix)), view, layout, people) for suffix in (".pdf", ".xlsx")]

    def _runs(self) -> Iterable[Job]:
        """A pack for each run, and for each day a workbook of its runs and passengers, for the bureau itself."""
        folder = _("runs")
        for day, runs in _by_day(self.book).items():
            path = PurePath(folder, safe_name(day, ".xlsx"))
            yield Job(path, self._view("bureau"), partial(self._day, runs), _loads(runs))
            for run, stem in zip(runs, unique(_file_name(run.id) for run in runs), strict=True):
                for suffix in (".pdf", ".xlsx"):
                    path = PurePath(folder, day, safe_name(stem, suffix))
                    yield Job(path, self._view("escort"), partial(self._pack, run), run.load)

    def _day(self, runs: list[Run]) -> list[Sheet]:
        return [day_index(self.book, runs), day_passengers(self.book, runs, self._view("bureau"))]

    def _pack(self, run: Run) -> list[Sheet]:
        view = self._view("escort")
        return [passenger_list(self.book, run, view), *handovers(self.book, run, view)]

    def _carriers(self) -> Iterable[Job]:
        operators = lists.grouped_runs(self.book)
        for name, operator, runs in _named(operators):
            layout = partial(self._carrier, operator, runs)
            yield from self._both("carrier", _("carriers"), name, layout, _loads(runs))

    def _carrier(self, operator: str, runs: list[Run]) -> list[Sheet]:
        view = self._view("carrier")
        each = [lists.carrier_list(self.book, run, view) for run in runs]
        return [lists.carrier_overview(self.book, operator, runs), *each]

    def _railway(self) -> Iterable[Job]:
        trains = {f"{run.train} {run.date.isoformat()}": run for run in self.book.runs if run.mode == "train"}
        for name, _train, run in _named(trains):
            yield from self._both("railway", _("railway"), name, partial(self._group_tickets, run), run.load)

    def _group_tickets(self, run: Run) -> list[Sheet]:
        return [lists.railway_list(self.book, run, self._view("railway"))]

    def _riders(self) -> list[Rider]:
        return [rider for run in self.book.runs for rider in self.book.riders[run.id]]

    def _townships(self) -> Iterable[Job]:
        groups: dict[str, list[Rider]] = lists.grouped(self._riders(), lambda rider: rider.person.township)
        left: Counter[str] = Counter()
        for entry in self.book.plan.unserved:
            for key in entry.persons:
                if key in self.book.people:
                    groups.setdefault(self.book.people[key].township, [])
                    left[self.book.people[key].township] += 1
        for name, township, riders in _named(groups):
            layout, people = partial(self._township, township, riders), len(riders) + left[township]
            yield from self._both("township", _("townships"), name, layout, people)
            if riders:
                layout = partial(self._notice, township, riders)
                yield from self._both("public", _("public notices"), name, layout, len(riders))

    def _township(self, name: str, riders: list[Rider]) -> list[Sheet]:
        left = {key: each for each in self.left for key in self.book.keys_at(each.need.run, each.need.refs)}
        return [home_lists.township_list(self.book, name, riders, self._view("township"), left)]

    def _notice(self, name: str, riders: list[Rider]) -> list[Sheet]:
        return [home_lists.public_notice(self.book, name, riders, self._view("public"))]

    def _employers(self) -> Iterable[Job]:
        """One list for each employer of the places table; the others each on a sheet of its own, in one file."""
        listed = lists.grouped(
            (rider for rider in self._riders() if rider.person.employer_stop),
            lambda rider: rider.person.employer_stop or "",
        )
        for name, employer, riders in _named(listed):
            layout = partial(self._arrivals, "employer", employer, riders)
            yield from self._both("employer", _("employers"), name, layout, len(riders))
        others = lists.grouped(
            (r for r in self._riders() if r.person.employer and not r.person.employer_stop),
            lambda rider: rider.person.employer,
        )
        if others:
            layout, people = partial(self._others, others), sum(map(len, others.values()))
            yield from self._both("employer", _("employers"), _("other employers"), layout, people)

    def _others(self, others: dict[str, list[Rider]]) -> list[Sheet]:
        return [sheet for name, riders in others.items() for sheet in self._arrivals("employer", name, riders)]

    def _stations(self) -> Iterable[Job]:
        groups = lists.grouped(self._riders(), lambda rider: rider.party.work_stop)
        for name, place, riders in _named(groups):
            layout = partial(self._arrivals, "station", place, riders)
            yield from self._both("station", _("destination stations"), name, layout, len(riders))

    def _arrivals(self, reader: Reader, name: str, riders: list[Rider]) -> list[Sheet]:
        title = _("Employer's list of workers") if reader == "employer" else _("Destination station's list")
        by_employer = reader != "employer"
        return [arrivals.arrival_list(self.book, title, name, riders, self._view(reader), by_employer)]

    def _labels(self) -> Iterable[Job]:
        """Stickers of each day; nobody's name stands on them."""
        for day, runs in _by_day(self.book).items():
            path = PurePath(_("stickers"), safe_name(day, ".pdf"))
            yield Job(path, self._view("staff"), list, 0, partial(labels_pdf, self.book, runs))

    def _charter(self) -> Iterable[Job]:
        """What each carrier files for its charter plates."""
        operators = lists.grouped_runs(self.book)
        for name, _operator, runs in _named(operators):
            layout = partial(self._each, coach_papers.charter_filing, runs)
            yield from self._both("carrier", _("charter filing"), name, layout, 0)

    def _cards(self) -> Iterable[Job]:
        """A card for each run, a file a day."""
        for day, runs in _by_day(self.book).items():
            path = PurePath(_("emergency cards"), safe_name(day, ".pdf"))
            people = sum(len(run.escorts) + bool(run.leader) + bool(run.deputy) for run in runs)
            yield Job(path, self._view("escort"), partial(self._each, coach_papers.emergency_card, runs), people)

    def _each(self, sheet: Callable[[Book, Run], Sheet], runs: list[Run]) -> list[Sheet]:
        return [sheet(self.book, run) for run in runs]

    def _staff(self) -> Iterable[Job]:
        if self.book.runs:
            name = _("Phone sheet of escorts and coach leaders")
            people = sum(len(run.escorts) + bool(run.leader) + bool(run.deputy) for run in self.book.runs)
            yield from self._both("staff", _("escorts"), name, self._leaders, people)

    def _leaders(self) -> list[Sheet]:
        led = any(run.escorts or run.leader for run in self.book.runs)
        return [lists.staff_sheet(self.book), *([lists.staff_index(self.book)] if led else [])]

    def _feeders(self) -> Iterable[Job]:
        """For each day a sheet for each minibus, in driving order; then who has none."""
        days: dict[str, list[MinibusDay]] = {}
        for each in minibus_days(self.book.problem, self.book.plan.feeders):
            days.setdefault(each.date.isoformat() if each.number else _("without times"), []).append(each)
        for day, minibuses in days.items():
            layout = partial(self._minibuses, minibuses)
            stops = (stop for minibus in minibuses for feeder in minibus.rounds for stop in feeder.stops)
            people = sum(len(stop.refs) for stop in stops if stop.kind == "board")
            yield from self._both("feeder", _("feeders"), day, layout, people)
        if self.left:
            name = _("people without a minibus")
            sheet = partial(feeder_sheets.without_feeder_sheet, self.book, self.left)
            people = sum(len(each.need.refs) for each in self.left)
            yield from self._both("staff", _("feeders"), name, lambda: [sheet()], people)

    def _minibuses(self, days: list[MinibusDay]) -> list[Sheet]:
        return [feeder_sheets.minibus_sheet(self.book, day, self._view("feeder")) for day in days]


def _loads(runs: Iterable[Run]) -> int:
    return sum(run.load for run in runs)


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
