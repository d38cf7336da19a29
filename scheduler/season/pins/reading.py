"""pins.csv (.xlsx) -> pins of a problem: who, which run, when, where, as the season names them.

A row that cannot be used is an issue (R401) and pins nothing; the others do. A pin about somebody who does not travel,
and a cell that its kind of pin has no use for, are said too (R403): nobody should rely on what is not asked.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from scheduler.errors import PlanError
from scheduler.i18n import _
from scheduler.pins import Pin, PinKind
from scheduler.plan import Plan, Run
from scheduler.problem import Problem, Train
from scheduler.roster.cells import read_mode
from scheduler.roster.dates import DateReader
from scheduler.season.folder import SeasonFolder
from scheduler.season.network import Network
from scheduler.season.pins.people import PersonCells
from scheduler.season.plans import read_plan
from scheduler.season.table_rows import TableRow
from scheduler.season.tables import PINS, table_rows
from scheduler.tabular.issues import Issue

KINDS: dict[PinKind, tuple[str, ...]] = {
    "together": ("同车", "同乘", "同班次", "一起", "同坐", "同一班次"),
    "apart": ("分开", "不同车", "分车", "分开坐", "不同班次"),
    "run": ("班次", "锁定", "指定班次", "锁定班次", "定班次"),
    "date": ("日期", "指定日期", "定日期"),
    "board": ("上车点", "乘车点", "指定上车点", "定上车点"),
    "leave": ("不乘", "不坐", "不乘车", "不安排", "留下"),
    "mode": ("方式", "出行方式", "指定方式", "定方式"),
    "open": ("开行", "开车", "加开", "开"),
    "closed": ("不开", "不开行", "停开", "停运", "close", "关闭"),
}
"""The kinds of pins, and how people write them."""

_PERSON, _OTHER = ("person", "name", "township"), ("with",)
_RUNS = ("run", "date", "board", "destination", "vehicle_type")
USED: dict[PinKind, tuple[str, ...]] = {
    "together": (*_PERSON, *_OTHER),
    "apart": (*_PERSON, *_OTHER),
    "run": (*_PERSON, "run", "seat", "date"),
    "date": (*_PERSON, "date"),
    "board": (*_PERSON, "board"),
    "leave": _PERSON,
    "mode": (*_PERSON, "mode", *_OTHER, "vehicle_type"),
    "open": _RUNS,
    "closed": _RUNS,
}
"""The cells that each kind reads, beside the reason."""

_MOST_NAMED = 4


def read_pins(
    season: Path, problem: Problem, network: Network, issues: list[Issue], salt: bytes | None
) -> tuple[Pin, ...]:
    """Return the pins of a season, none where it has no such file; what is wrong is added to `issues`.

    Parameters
    ----------
    season : Path
    problem : Problem
        As the rosters and tables make it, people with their keys where there is a `salt`.
    network : Network
        The season's names of places.
    issues : list of Issue
        Grows.
    salt : bytes or None
        What the keys are made with; without it pins name nobody, which is enough to find what is wrong with them.
    """
    rows = [row for path in SeasonFolder(season).table_files(PINS.stem) for row in table_rows(path, PINS, issues)]
    if not rows:
        return ()
    reader = _PinReader(season, problem, network, salt)
    pins: dict[Pin, Pin] = {}
    for row in rows:
        pin = reader.read(row)
        if pin is not None:
            pins.setdefault(replace(pin, reason="", ref=""), pin)
    return tuple(pins.values())


class _PinReader:
    """What rows are read against."""

    def __init__(self, season: Path, problem: Problem, network: Network, salt: bytes | None) -> None:
        self.problem = problem
        self.network = network
        self.plan: Plan | None = None
        with suppress(PlanError):  # whoever names a run is told that there is no plan
            self.plan = read_plan(season)
        self.runs: dict[str, Run] = {run.id: run for run in self.plan.runs} if self.plan is not None else {}
        settings = problem.settings
        self.dates = DateReader(settings.first_date, settings.last_date)
        self.people = PersonCells(season, problem, self.plan, salt)
        self.readers: dict[PinKind, Callable[[TableRow, Pin], Pin | None]] = {
            "together": self._two,
            "apart": self._two,
            "run": self._run,
            "date": self._date,
            "board": self._board,
            "leave": lambda _row, pin: pin,
            "mode": self._mode,
            "open": self._of_runs,
            "closed": self._of_runs,
        }

    def read(self, row: TableRow) -> Pin | None:
        """Return the pin of a row, None where it pins nothing."""
        kind = self._kind(row)
        if kind is None:
            return None
        pin = Pin(kind, reason=row.text("reason"), ref=row.ref)
        if kind not in ("open", "closed"):
            found = self.people.read(row, "person")
            pin = replace(pin, person=found or "")
            if found is None and row.ok:
                pin = replace(pin, person="-")  # it pins nobody; what else is wrong with the row is said all the same
        read = self.readers[kind](row, pin)
        if read is None or not row.ok or read.person == "-":
            return None
        self._unused(row, kind)
        return read

    def _kind(self, row: TableRow) -> PinKind | None:
        text = row.needed("pin", _("the decision"))
        if not text:
            return None
        plain = unicodedata.normalize("NFKC", text).replace(" ", "").lower()
        for kind, words in KINDS.items():
            if plain == kind or plain in words:
                return kind
        choices = ", ".join(f"{words[0]} {kind}" for kind, words in KINDS.items())
        row.fault("pin", _("no such decision"), _("write one of: {choices}").format(choices=choices))
        return None

    def _unused(self, row: TableRow, kind: PinKind) -> None:
        for name in PINS.headings.aliases:
            if name not in (*USED[kind], "pin", "reason") and row.text(name):
                message = _("the decision {pin} has no use for this cell").format(pin=row.text("pin"))
                row.fault(name, message, _("write what it says as a decision in a row of its own"), False, "R403")

    # One kind each -------------------------------------------------------------------------------------------------

    def _two(self, row: TableRow, pin: Pin) -> Pin | None:
        if not row.text("with"):
            cure = _("give the ID number or the key of the other person")
            row.fault("with", _("{label} is empty").format(label=_("the other person")), cure)
            return None
        other = self.people.read(row, "with")
        if other is not None and other and other == pin.person:
            row.fault("with", _("it is the same person"), _("name the other person"))
        return None if other is None else replace(pin, with_=other)

    def _run(self, row: TableRow, pin: Pin) -> Pin | None:
        text = row.needed("run", _("the run"))
        found = self._named_run(row, text) if text else None
        if found is None:
            return None
        run, train = found
        day = self._same_day(row, train.date if train is not None else run.date if run is not None else None)
        seat = re.sub(r"\.0+$", "", row.text("seat"))
        if train is not None:
            if seat:
                row.fault("seat", _("the seats of a train are not given out here"), _("leave it empty"), False, "R403")
            return replace(pin, run=train.train, date=day)
        assert run is not None
        return replace(pin, run=run.id, date=day, seat=self._seat(row, run, seat))

    def _date(self, row: TableRow, pin: Pin) -> Pin | None:
        row.needed("date", _("the date"))
        return replace(pin, date=self._day(row))

    def _board(self, row: TableRow, pin: Pin) -> Pin | None:
        text = row.needed("board", _("the boarding place"))
        return replace(pin, board=self._place(row, text)) if text else None

    def _mode(self, row: TableRow, pin: Pin) -> Pin | None:
        name = next((each for each in ("mode", "with", "vehicle_type") if row.text(each)), "mode")
        text = row.needed(name, _("the mode"))
        mode, _understood = read_mode(row.value(name))
        if text and mode in ("coach", "train"):
            return replace(pin, mode="coach" if mode == "coach" else "train")
        if text:
            row.fault(name, _("it is neither coach nor train"), _("write 汽车 or 火车"))
        return None

    def _of_runs(self, row: TableRow, pin: Pin) -> Pin | None:
        if not any(row.text(name) for name in _RUNS):
            cure = _("fill in the run; or a date, destination, boarding place or vehicle type")
            row.fault("pin", _("nothing says which runs are meant"), cure)
            return None
        text = row.text("run")
        found = self._named_run(row, text) if text else (None, None)
        if found is None:
            return None
        run, train = found
        if run is None and train is None:
            pin = replace(pin, date=self._day(row) if row.text("date") else None)
        else:
            day = self._same_day(row, train.date if train is not None else run.date if run is not None else None)
            pin = replace(pin, date=day, run=train.train if train is not None else run.id if run is not None else "")
        destination, board, kind = row.text("destination"), row.text("board"), row.text("vehicle_type")
        if destination:
            pin = replace(pin, destination=self._division(row, destination))
        if board:
            pin = replace(pin, board=self._place(row, board))
        if kind:
            pin = replace(pin, vehicle_type=self._vehicle_type(row, kind, run))
        return self._by_columns(pin, run) if run is not None and pin.kind == "closed" else pin

    def _by_columns(self, pin: Pin, run: Run) -> Pin:
        """Return a pin that closes a coach run by what it is: another plan gives its id to whatever it likes."""
        work = "alight" if self.problem.settings.direction == "to_work" else "board"
        riders = Counter(each.alight if work == "alight" else each.board for each in run.passengers)
        stops = sorted(run.places(work), key=lambda place: -riders[place])
        place = self.problem.places.get(stops[0]) if stops else None
        return replace(
            pin,
            run="",
            vehicle_type=pin.vehicle_type or run.vehicle_type or "",
            destination=pin.destination or (place.division or "" if place is not None else ""),
        )

    # Cells ---------------------------------------------------------------------------------------------------------

    def _day(self, row: TableRow) -> dt.date | None:
        day = row.day("date", _("the date"), self.dates)
        settings = self.problem.settings
        if day is not None and not settings.first_date <= day <= settings.last_date:
            form = _("the season is from {first} to {last}")
            cure = form.format(first=settings.first_date, last=settings.last_date)
            row.fault("date", _("the date lies outside the season"), cure)
        elif day is None and row.text("date") and row.ok:
            row.fault(
                "date", _("{label} is not a date that can be read").format(label=_("the date")), _("write one day")
            )
        return day

    def _same_day(self, row: TableRow, day: dt.date | None) -> dt.date | None:
        """Return a run's date; a date written beside it must be the same."""
        written = self._day(row) if row.text("date") else None
        if written is not None and written != day:
            message = _("the run goes on {day}").format(day=day)
            row.fault("date", message, _("correct the date or the run, or leave the date empty"))
        return day

    def _place(self, row: TableRow, text: str) -> str:
        place = self.network.find(text)
        if place is None or place.name not in self.problem.places:
            row.fault("board", _("the season has no such place"), _("write the name of a stop or hub"))
            return ""
        return place.name

    def _division(self, row: TableRow, text: str) -> str:
        found = self.network.resolver.resolve(text)
        if found.status not in ("found", "province") or found.code is None:
            cure = _("write it as in the rosters, province and city")
            row.fault("destination", _("the destination is not known"), cure)
        return found.code or ""

    def _vehicle_type(self, row: TableRow, text: str, run: Run | None) -> str:
        known = sorted({vehicle.vehicle_type for vehicle in self.problem.vehicle_types})
        if text not in known:
            cure = _("write one of: {choices}").format(choices="、".join(known[:_MOST_NAMED]) or "-")
            row.fault("vehicle_type", _("the fleet has no such coaches"), cure)
        elif run is not None and text != run.vehicle_type:
            message = _("the run has a coach of the type {type}").format(type=run.vehicle_type)
            row.fault("vehicle_type", message, _("correct it, or leave it empty"))
        return text

    def _seat(self, row: TableRow, run: Run, seat: str) -> str:
        if not seat:
            return ""
        types = [each for each in self.problem.vehicle_types if each.key == (run.vehicle_type, run.operator)]
        most = types[0].rated_seats if types else run.seats
        number = int(seat) if re.fullmatch(r"\d{1,4}", seat, re.ASCII) else 0
        if not 1 <= number <= most:
            message = _("the coach of {run} has no such seat").format(run=run.id)
            row.fault("seat", message, _("write a number from 1 to {most}, or nothing").format(most=most))
        return str(number)

    def _named_run(self, row: TableRow, text: str) -> tuple[Run | None, Train | None] | None:
        """Return the coach run of the plan that stands, or the train, that a cell names; None where it names none."""
        run = self.runs.get(text)
        if run is not None and run.mode == "coach":
            return run, None
        if run is not None:
            trains = [each for each in self.problem.trains if (each.train, each.date) == (run.train, run.date)]
        else:
            trains = [each for each in self.problem.trains if each.train.upper() == text.upper()]
        if len(trains) > 1 and row.text("date"):
            day = self._day(row)
            trains = [each for each in trains if each.date == day] or trains[:1]  # a wrong date is said later
        if len(trains) == 1:
            return None, trains[0]
        if trains:
            row.fault("date", _("the train runs on several days"), _("fill in the date"))
        elif run is not None:
            row.fault("run", _("the train does not run any more"), _("name another run, or delete the row"))
        elif self.plan is None:
            cure = _("plan first, or pin a date, a boarding place or a mode")
            row.fault("run", _("there is no plan yet whose runs could be named"), cure)
        else:
            near = [name for name in self.runs if name.split("-")[0] == text.split("-")[0].upper()][:_MOST_NAMED]
            cure = _("write the run as on its list")
            row.fault("run", _("the plan has no such run"), f"{cure}: {'、'.join(near)}" if near else cure)
        return None
