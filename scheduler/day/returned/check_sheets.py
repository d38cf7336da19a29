"""The pack of a run, ticked and returned: who boarded, and how many were counted when.

The sheet is called as its run. Its list says by ticks and crosses who boarded, its timetable how many were counted and
when. Whoever is neither ticked nor crossed stayed away only where those who are ticked are as many as were counted.
What has been reported by telephone already adds nothing.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scheduler.day import headcounts
from scheduler.day.on_the_way import OnTheWay, RefusedError, Said, What
from scheduler.i18n import _, ngettext
from scheduler.plan import Plan, Run
from scheduler.problem import Person
from scheduler.season.ledger import states
from scheduler.season.ledger.events import Arrived, Departed, Entry, Event, Reported
from scheduler.season.table_rows import TableRow
from scheduler.season.tables import TableKind, table_rows
from scheduler.tabular.issues import Issue, issue
from scheduler.tabular.tables.headings import Headings

MARKS = TableKind(
    "marks",
    Headings(
        {
            "person": ("身份证号", "身份证号码", "证件号码"),
            "name": ("姓名", "乘客"),
            "township": ("乡镇",),
            "phone": ("联系电话", "手机号", "电话"),
            "on": ("上车",),
        },
        required=("name", "on"),
        anchors=("on",),
    ),
)
COUNTS = TableKind(
    "counts",
    Headings(
        {
            "arrives": ("到达",),
            "departs": ("开车",),
            "place": ("地点",),
            "counted": ("实点人数", "实到人数"),
            "reported": ("报告时间", "reported at"),
        },
        required=("counted", "reported"),
        anchors=("counted",),
    ),
)
SAME_MIN = 30
"""A count of as many people, so near to one that is recorded, is that one."""

_LONGEST_DAYS = 5
_EMPTY = "□☐◻○"
_ON = re.compile(r"√|✓|✔|☑|v|1|是|到|已到|上车|已上车|y|yes", re.I)
_OFF = re.compile(r"×|✗|✘|x|0|否|未|未到|没到|没来|缺|缺席|n|no", re.I)
_TIME = re.compile(r"(.*?)\s*(\d{1,2})[:.点时](\d{2})分?(?::00)?")


@dataclass
class CheckSheets:
    """Reads the sheets of runs that come back in one workbook.

    Parameters
    ----------
    plan : Plan
        The current one.
    events : sequence of Event
        The whole ledger.
    on_the_way : OnTheWay
        Takes what was counted, or refuses it.
    who : callable
        Returns whom a row means; None where it is at fault, which it has noted.
    """

    plan: Plan
    events: Sequence[Event]
    on_the_way: OnTheWay
    who: Callable[[TableRow], Person | None]
    issues: list[Issue]
    _path: Path = field(init=False)

    def read(self, path: Path) -> list[Entry] | None:
        """Return what the sheets say; None where the file holds none."""
        self._path = path
        said: dict[str, tuple[list[TableRow], list[TableRow]]] = defaultdict(lambda: ([], []))
        found: list[list[Issue]] = []
        for place, kind in enumerate((COUNTS, MARKS)):
            faults: list[Issue] = []
            rows = table_rows(path, kind, faults, "R504")
            for row in rows:
                said[row.sheet][place].append(row)
            if rows:
                found.append(faults)
        if not said:
            return None
        entries = []
        for sheet, (counts, marks) in said.items():
            counts = [row for row in counts if row.text("counted")]
            marks = [row for row in marks if row.text("name")]
            if counts or any(_mark(row) != "" for row in marks):
                run = self._run(sheet)
                if run is not None:
                    taken = list(self._counted(run, counts))
                    entries += taken + self._boarded(run, sheet, marks, taken)
        # The rows add to the list that they were read with.
        self.issues += [each for faults in found for each in faults]
        return entries

    def _run(self, sheet: str) -> Run | None:
        for text in (sheet, self._path.stem):
            for run in self.plan.runs:
                if text == run.id:
                    return run
        self._note("R501", sheet, _("the plan has no run {run}").format(run=sheet), _("call the sheet as its run"))
        return None

    def _note(self, code: str, sheet: str, message: str, cure: str) -> None:
        self.issues.append(issue(code, self._path.name, sheet=sheet, message=message, cure=cure))

    # What was counted ---------------------------------------------------------------------------------------------

    def _counted(self, run: Run, rows: Sequence[TableRow]) -> Iterator[Entry]:
        """Yield the departure, the reports and the arrival that the timetable says, and that are not recorded yet."""
        heard = [
            event.data
            for event in self.events
            if event.run == run.id and isinstance(event.data, Departed | Reported | Arrived)
        ]
        first, last = (run.stops[0].place, run.stops[-1].place) if run.stops else ("", "")
        for row in rows:
            count = row.whole("counted", _("the count"), 0, run.seats)
            at = None if count is None else self._at(run, row)
            if count is None or at is None:
                continue
            is_last = row.text("place") == last
            if is_last and count == 0:
                count = self.on_the_way.last_count(run.id) or 0  # nobody is on board any more: all were handed over
            if any(data.headcount == count and abs(data.at - at) <= dt.timedelta(minutes=SAME_MIN) for data in heard):
                continue
            is_first = self.on_the_way.last_count(run.id) is None and row.text("place") == first
            what: What = "arrive" if is_last else "depart" if is_first else "report"
            try:
                yield from self.on_the_way.take(Said(what, run.id, count, at))
            except RefusedError as refused:
                row.fault("counted", refused.message, refused.cure, code=refused.code)

    def _at(self, run: Run, row: TableRow) -> dt.datetime | None:
        """Return when a count was taken: the clock of its cell, on the day that is nearest to the plan's time."""
        if not row.text("reported"):
            row.fault("reported", _("the time is missing"), _("write when they were counted, as 08:05"))
            return None
        planned = _moment(row.text("departs") or row.text("arrives"), run.date)
        found = _moment(row.text("reported"), run.date)
        if found is None:
            minutes = row.clock("reported", _("the time"))
            if minutes is None:
                return None
            found = dt.datetime.combine(run.date, dt.time()) + dt.timedelta(minutes=minutes)
        if planned is None:
            return found
        days = (found + dt.timedelta(days=n) for n in range(-_LONGEST_DAYS, _LONGEST_DAYS))
        return min(days, key=lambda at: abs(at - planned))

    # Who boarded --------------------------------------------------------------------------------------------------

    def _boarded(self, run: Run, sheet: str, rows: Sequence[TableRow], taken: Sequence[Entry]) -> list[Entry]:
        """Return who did not come, and who came though they were said not to, by the ticks of a list."""
        marks: dict[str, str] = {}
        for row in rows:
            mark = _mark(row)
            if mark is None:
                row.fault("on", _("is neither ticked nor crossed"), _("write √ (boarded) or × (did not come)"))
            person = self.who(row)
            if mark is None or person is None:
                return []  # who stayed away follows from the whole list only
            marks[person.key] = mark
        if not any(marks.values()):
            return []
        left = self._left(run, taken)
        if left is None:
            cure = _("write the count and its time beside the first stop")
            self._note("R502", sheet, _("{run} has not departed").format(run=run.id), cure)
            return []
        ticked = [person for person, mark in marks.items() if mark == "on"]
        on_board = ticked or [person for person, mark in marks.items() if mark == ""]
        new = (each.data.headcount for each in taken if isinstance(each.data, Departed | Reported | Arrived))
        counted = max(headcounts.carried(self.events, run.id), *new, 0)
        if len(on_board) != counted:
            form = ngettext(
                "{ticked} ticked as boarded, but {n} person was counted on board",
                "{ticked} ticked as boarded, but {n} people were counted on board",
                counted,
            )
            cure = _("tick everybody who boarded and cross (×) who did not come, or correct the count")
            self._note("R503", sheet, form.format(ticked=len(on_board), n=counted), cure)
            return []
        known = states.absent(self.events, run.id)
        absent = [person for person in marks if person not in on_board and person not in known]
        try:
            return self.on_the_way.named(run, left, absent, [person for person in on_board if person in known])
        except RefusedError as refused:
            self._note(refused.code, sheet, refused.message, refused.cure)
            return []

    def _left(self, run: Run, taken: Sequence[Entry]) -> dt.datetime | None:
        happened: list[Event | Entry] = [*self.events, *taken]
        departures = (each.data for each in happened if each.run == run.id and isinstance(each.data, Departed))
        return next((data.at for data in departures), None)


def _mark(row: TableRow) -> str | None:
    """Return `on` for a tick, `off` for a cross, '' for an empty box, None for anything else."""
    text = unicodedata.normalize("NFKC", row.text("on")).strip(_EMPTY + " ")
    if not text:
        return ""
    return "on" if _ON.fullmatch(text) else "off" if _OFF.fullmatch(text) else None


def _moment(text: str, run_date: dt.date) -> dt.datetime | None:
    """Return a time as the timetable has it: the day is said only where it is not the run's."""
    found = _TIME.fullmatch(unicodedata.normalize("NFKC", text))
    if found is None or int(found[2]) > 23 or int(found[3]) > 59:
        return None
    for day in (run_date + dt.timedelta(days=n) for n in range(_LONGEST_DAYS)):
        if found[1] in ("", f"{day.month}月{day.day}日", f"{day.day} {day:%b}", f"{day.month}/{day.day}"):
            return dt.datetime.combine(day, dt.time(int(found[2]), int(found[3])))
    return None
