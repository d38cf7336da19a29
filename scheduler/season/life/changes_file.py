"""A changes file -> what has changed since the plan was made, row by row: `replan --changes FILE`.

Whatever cannot be done is an issue with its row and changes nothing; the others are done. A change is what the ledger
keeps of a row: people are keys, everything else is named as the season names it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from scheduler.i18n import _
from scheduler.plan import Plan, Run
from scheduler.problem import Person, Problem
from scheduler.roster.dates import DateReader
from scheduler.roster.other_masks import report_other_masks
from scheduler.season.ask.find_person import find_people, has_name, is_of
from scheduler.season.ledger import states
from scheduler.season.ledger.events import Event, Note
from scheduler.season.life.change import Change, figures, latest
from scheduler.season.table_rows import TableRow
from scheduler.season.tables import TableKind, table_rows
from scheduler.tabular.issues import Issue
from scheduler.tabular.tables.blocks import read_tables
from scheduler.tabular.tables.headings import Headings

CHANGES = TableKind(
    "changes",
    Headings(
        {
            "change": ("变更", "变更类型", "变更事项"),
            "person": ("身份证号", "身份证号码", "证件号码", "人员", "人员标识"),
            "name": ("姓名",),
            "township": ("乡镇", "街道", "乡镇街道"),
            "run": ("班次", "班次号"),
            "date": ("日期", "出行日期", "新日期"),
            "earliest": ("最早日期",),
            "latest": ("最晚日期",),
            "destination": ("目的地", "返岗地点", "务工地"),
            "board": ("上车点", "乘车点"),
            "train": ("车次",),
            "vehicle_type": ("车型", "车辆类型"),
            "operator": ("企业", "客运企业", "运输企业", "承运企业"),
            "plate": ("车牌", "车牌号", "车牌号码"),
            "count": ("数量", "辆数"),
            "from": ("起始日期", "开始日期", "从"),
            "to": ("截止日期", "结束日期", "至"),
            "reason": ("原因", "备注", "说明"),
        },
        required=("change",),
        anchors=("change",),
    ),
)

KINDS = {
    "cancel": ("退出", "取消", "不去了", "退票"),
    "date": ("改期", "改日期"),
    "destination": ("改目的地",),
    "board": ("改上车点", "改乘车点"),
    "train_cancelled": ("停运", "列车停运", "车次取消"),
    "vehicle_lost": ("车辆故障", "故障", "车辆损坏"),
    "freeze": ("冻结", "锁定"),
    "unfreeze": ("解冻", "解锁"),
    "return": ("恢复", "恢复出行", "重新参加"),
}
"""The kinds of changes, and how people write them."""

MAX_COACHES = 100_000


def is_changes_file(path: Path) -> bool:
    """Tell whether a file is a table of changes, by its headings."""
    return path.suffix.lower() != ".txt" and any(
        not each.codes for each in read_tables(path, path.name, CHANGES.headings, [])
    )


@dataclass
class ChangesReader:
    """Reads changes files against a problem and the plan that stands.

    Parameters
    ----------
    problem : Problem
        As the rosters and earlier changes make it.
    rosters : Problem
        As the rosters alone make it: those who have cancelled since are known too.
    plan : Plan
        The plan that stands.
    events : sequence of Event
        The whole ledger.
    departed : collection of str
        Ids of runs that have left: what they carry is not changed any more.
    now : datetime
    knows_destination : callable
        Tells whether a destination can be resolved.
    """

    problem: Problem
    rosters: Problem
    plan: Plan
    events: Sequence[Event]
    departed: Collection[str]
    now: dt.datetime
    knows_destination: Callable[[str], bool]
    issues: list[Issue] = field(default_factory=list)
    _named: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        settings = self.problem.settings
        self._dates = DateReader(settings.first_date, settings.last_date)
        self._runs = {run.id: run for run in self.plan.runs}
        self._party_of = {
            person.key: party
            for each in (self.rosters, self.problem)
            for party in each.parties
            for person in party.people
        }
        self._cancelled = states.cancelled(self.events)
        notes = [event for event in self.events if isinstance(event.data, Note) and event.data.change]
        self._recorded = set(latest(notes).values())
        self._trains_gone = {
            (change.train, change.date) for change in self._recorded if change.kind == "train_cancelled"
        }
        self._run_of = {passenger.person: run for run, passenger in self.plan.passengers()}
        self._changes: dict[str, Callable[[TableRow], Change | None]] = {
            "cancel": self._cancel,
            "date": self._date,
            "destination": self._destination,
            "board": self._board,
            "train_cancelled": self._train,
            "vehicle_lost": self._vehicle,
            "freeze": lambda row: self._freeze(row, "freeze"),
            "unfreeze": lambda row: self._freeze(row, "unfreeze"),
            "return": self._return,
        }

    def read(self, path: Path) -> list[Change]:
        """Return the changes that can be done, in the order of their rows; the others go to `issues`."""
        found: list[Change] = []
        rows = table_rows(path, CHANGES, self.issues, "R504")
        id_mask = self.problem.settings.policy.id_mask
        report_other_masks((row.id_cell("person") for row in rows), id_mask, self.issues)
        for row in rows:
            kind = self._kind(row)
            change = self._changes[kind](row) if kind is not None and row.ok else None
            if change is not None and row.ok:
                found += self._new(row, change)
        return found

    def _new(self, row: TableRow, change: Change) -> Iterator[Change]:
        """Yield what a row adds to what is recorded: files grow, and come again with the rows of yesterday.

        A train that does not run on any day is one change for each day on which it has not left yet.
        """
        if change.kind == "vehicle_lost" and figures(change) in self._recorded:
            cure = _("if it is another coach, give its plate, or one row with the number of both")
            if not change.plate:
                row.fault("vehicle_type", _("the same loss is recorded already"), cure, code="R503")
            return
        if change.kind != "train_cancelled":
            if figures(change) not in self._recorded:
                yield change
            return
        gone = {run.date for run in self.plan.runs if run.id in self.departed and run.train == change.train}
        for train in self.problem.trains:
            if train.train == change.train and change.date in (None, train.date) and train.date not in gone:
                yield replace(change, date=train.date)

    # One kind of change each --------------------------------------------------------------------------------------

    def _kind(self, row: TableRow) -> str | None:
        text = row.needed("change", _("the change"))
        if not text:
            return None
        for kind, words in KINDS.items():
            if text.lower() == kind or text in words:
                return kind
        choices = ", ".join(f"{kind} {words[0]}" for kind, words in KINDS.items())
        row.fault("change", _("no such change"), _("write one of: {choices}").format(choices=choices), code="R504")
        return None

    def _cancel(self, row: TableRow) -> Change | None:
        person = self._person(row)
        if person is None or person.key in self._cancelled:  # a file grows: yesterday's rows stand in it
            return None
        return Change("cancel", person.key, reason=row.text("reason"), where=row.where)

    def _return(self, row: TableRow) -> Change | None:
        person = self._person(row)
        if person is None or person.key not in self._cancelled:
            return None
        return Change("return", person.key, reason=row.text("reason"), where=row.where)

    def _date(self, row: TableRow) -> Change | None:
        person = self._person(row)
        date, earliest, latest = (self._day(row, name) for name in ("date", "earliest", "latest"))
        if date is None and earliest is None and latest is None and row.ok:
            row.fault("date", _("no date is given"), _("fill in the new date, or the earliest and latest"), code="R504")
        if earliest is not None and latest is not None and earliest > latest:
            row.fault("latest", _("latest is before earliest"), _("swap them"), code="R504")
        elif date is not None and not (earliest or date) <= date <= (latest or date):
            row.fault("date", _("the date lies outside earliest and latest"), _("correct one of them"), code="R504")
        if person is None or not row.ok:
            return None
        party = self._party_of[person.key]
        if date is None and earliest is not None and latest is None and earliest > party.latest:
            row.fault("latest", _("so far the latest was {day}").format(day=party.latest), _("give both"), code="R504")
        if date is None and latest is not None and earliest is None and latest < party.earliest:
            cure = _("give both")
            row.fault("earliest", _("so far the earliest was {day}").format(day=party.earliest), cure, code="R504")
        return Change("date", person.key, "", date, earliest, latest, reason=row.text("reason"), where=row.where)

    def _destination(self, row: TableRow) -> Change | None:
        person = self._person(row)
        text = row.text("destination")
        if not text:
            row.fault("destination", _("no destination is given"), _("fill in the new destination"), code="R504")
        elif not self.knows_destination(text):
            cure = _("write it as in the rosters, province and city")
            row.fault("destination", _("the destination is not known"), cure, code="R504")
        if person is None or not row.ok:
            return None
        return Change("destination", person.key, destination=text, reason=row.text("reason"), where=row.where)

    def _board(self, row: TableRow) -> Change | None:
        person = self._person(row)
        text = row.text("board")
        if text not in self.problem.places:
            row.fault("board", _("the season has no such place"), _("write the name of a stop or hub"), code="R501")
        if person is None or not row.ok:
            return None
        return Change("board", person.key, board=text, reason=row.text("reason"), where=row.where)

    def _train(self, row: TableRow) -> Change | None:
        name, day = row.text("train"), self._day(row, "date")
        run = self._runs.get(row.text("run"))
        if not name and run is not None and run.mode == "train":
            name, day = run.train or "", run.date
        trains = [each for each in self.problem.trains if each.train == name and day in (None, each.date)]
        if not trains and any(name == known and day in (None, on) for known, on in self._trains_gone):
            return None  # recorded before
        if not trains:
            row.fault("train", _("the season has no such train"), _("correct train and date"), code="R501")
            return None
        gone = [run.id for run in self.plan.runs if run.id in self.departed and run.train == name]
        if gone and day is not None and any(self._runs[id].date == day for id in gone):
            row.fault("train", _("it has departed"), _("record what happened on the way instead"), code="R502")
            return None
        return Change("train_cancelled", train=name, date=day, reason=row.text("reason"), where=row.where)

    def _vehicle(self, row: TableRow) -> Change | None:
        settings = self.problem.settings
        kind, operator, plate = row.text("vehicle_type"), row.text("operator"), row.text("plate")
        count = row.whole("count", _("the number of coaches"), 1, MAX_COACHES) or 1
        first, last = self._day(row, "from"), self._day(row, "to")
        run = self._run(row) if row.text("run") else None
        if run is not None and run.id in self.departed:
            cure = _("send a replacement, and record it with scheduler report --note")
            row.fault("run", _("the run is under way: its people are on board"), cure, code="R502")
        if run is not None and run.mode == "coach" and not kind:
            kind, operator = run.vehicle_type or "", run.operator or ""
        if run is not None and run.mode != "coach":
            row.fault("run", _("it is a train"), _("write 停运 as the change"), code="R501")
        if first is not None and last is not None and first > last:
            row.fault("to", _("the last day is before the first"), _("swap them"), code="R504")
        if not row.ok:
            return None
        if plate and not kind:
            owners = [t for t in self.problem.vehicle_types if any(each.plate == plate for each in t.rows)]
            if owners:
                kind, operator = owners[0].key
        types = [t for t in self.problem.vehicle_types if t.vehicle_type == kind and operator in ("", t.operator)]
        if len(types) != 1:
            what = _("several operators have this type") if types else _("the fleet has no such coaches")
            column = "plate" if plate and not kind else "vehicle_type"
            row.fault(column, what, _("correct vehicle type, operator or plate"), code="R501")
            return None
        kind, operator = types[0].key
        return Change(
            "vehicle_lost",
            vehicle_type=kind,
            operator=operator,
            plate=plate,
            run=run.id if run is not None else "",
            count=count,
            first=first or (run.date if run is not None else settings.first_date),
            last=last or settings.last_date,
            reason=row.text("reason"),
            where=row.where,
        )

    def _freeze(self, row: TableRow, kind: str) -> Change | None:
        run = self._run(row)
        if run is None:
            return None
        if kind == "unfreeze" and run.id in self.departed:
            row.fault("run", _("it has departed"), _("nothing of it can be changed"), code="R502")
            return None
        return Change(kind, run=run.id, reason=row.text("reason"), where=row.where)

    # What rows have in common -------------------------------------------------------------------------------------

    def _day(self, row: TableRow, name: str) -> dt.date | None:
        day = row.day(name, _("the date"), self._dates)
        settings = self.problem.settings
        if day is not None and not settings.first_date <= day <= settings.last_date:
            form = _("the season is from {first} to {last}")
            cure = form.format(first=settings.first_date, last=settings.last_date)
            row.fault(name, _("the date lies outside the season"), cure, code="R504")
        elif day is not None and name in ("date", "latest", "to") and day < self.now.date():
            row.fault(name, _("the date is over"), _("correct the date"), code="R502")
        return day

    def _run(self, row: TableRow) -> Run | None:
        run = self._runs.get(row.needed("run", _("the run")))
        if run is None and row.ok:
            row.fault("run", _("the plan has no such run"), _("write the run as on its list"), code="R501")
        return run

    def _person(self, row: TableRow) -> Person | None:
        """Return the person meant, whose run has not left; a second row about the same of a person contradicts."""
        name = "person" if row.text("person") else "name"
        text = row.needed(name, _("the person"))
        people = find_people(self.rosters, text) if text else []
        called = [person for person in people if name == "name" or has_name(person, row.text("name"))]
        if people and not called:
            row.fault("name", _("the rosters have another name here"), _("ask who is meant"), code="R503")
            return None
        people = called
        if name == "name" or len(people) > 1:
            people = [person for person in people if is_of(person, row.text("township"))]
        if text and len(people) != 1:
            what = (
                _("{n} people have this name").format(n=len(people)) if people else _("nobody in the rosters is this")
            )
            row.fault(name, what, _("give the ID number, or name and township"), code="R501")
            return None
        if not people:
            return None
        person = people[0]
        run = self._run_of.get(person.key)
        if run is not None and run.id in self.departed:
            row.fault(name, _("the run of this person has departed"), _("record it as absent, or a note"), code="R502")
            return None
        kind = self._kind(row) or ""
        before = self._named.setdefault(person.key, set())
        if kind in before or (before and "cancel" in (kind, *before)):
            row.fault(name, _("the person is named twice for this"), _("keep one of the rows"), code="R503")
            return None
        before.add(kind)
        if person.key in self._cancelled and kind not in ("cancel", "return") and "return" not in before:
            cure = _("if they travel after all, add a row before it with the change 恢复 (return)")
            row.fault(name, _("the person has cancelled"), cure, code="R503")
            return None
        return person
