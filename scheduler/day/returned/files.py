"""Files that come back -> events: ticked packs, replies, SMS results, edited day workbooks, one-line messages.

A file is known by its headings, a text file by being one. Nothing is guessed: what cannot be read, or contradicts what
stands, is an issue with its file, sheet, row and column, and adds nothing; the other rows do.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scheduler.day.on_the_way import OnTheWay, RefusedError
from scheduler.day.returned.check_sheets import CheckSheets
from scheduler.day.returned.one_liners import MessageReader, lines_of
from scheduler.i18n import _
from scheduler.pins import Pin
from scheduler.plan import Plan, Run
from scheduler.problem import Person, Problem
from scheduler.roster.other_masks import report_other_masks, shown_of
from scheduler.season.ask.find_person import find_people, has_name, is_of
from scheduler.season.ledger import states
from scheduler.season.ledger.events import (
    Confirmed,
    Declined,
    Entry,
    Event,
    EventData,
    Pinned,
    SmsFailed,
    Unpinned,
    Unreached,
)
from scheduler.season.life.standing import departed_runs
from scheduler.season.pins.writing import is_written_here
from scheduler.season.table_rows import TableRow
from scheduler.season.tables import TableKind, table_rows
from scheduler.tabular.issues import Issue, issue
from scheduler.tabular.tables.headings import Headings

_WHO = {
    "person": ("身份证号", "身份证号码", "证件号码", "人员", "人员标识"),
    "name": ("姓名", "乘客"),
    "township": ("乡镇", "街道", "乡镇街道"),
    "phone": ("手机号", "联系电话", "手机号码", "电话"),
}
REPLIES = TableKind(
    "replies",
    Headings(
        _WHO | {"reply": ("回复", "答复", "回执", "是否参加", "是否确认", "是否乘车", "回复结果"), "note": ("备注",)},
        required=("reply",),
        anchors=("reply",),
    ),
)
SMS_RESULTS = TableKind(
    "sms",
    Headings(
        _WHO | {"result": ("发送结果", "发送状态", "短信状态", "送达状态", "状态报告")},
        required=("phone", "result"),
        anchors=("result",),
    ),
)
DAY_WORKBOOK = TableKind(
    "day",
    Headings(
        _WHO | {"run": ("班次", "班次号"), "seat": ("座位", "座位号"), "lock": ("锁定",), "reason": ("原因", "备注")},
        required=("run", "lock"),
        anchors=("run", "lock"),
    ),
)

_YES = re.compile(r"1|是|去|会去|参加|确认|同意|好的?|可以|要|乘坐?|坐|来|准时|收到|y|yes|ok|√|✓|✔")
_NO = re.compile(r"2|否|不|不去了?|不参加|不坐了?|不要了?|不来了?|放弃|取消|退出|退票|n|no|×|✗|✘|x")
_UNREACHED = re.compile(
    r"未接通?|没接|无人接听|联系不上|打不通|未通|关机|停机|空号|占线|错号|号码错误|未联系上|无法接通"
)
_SENT = re.compile(r"成功|已送达|送达|已发送|delivrd|delivered|success|ok|0")
_FAILED = re.compile(r".*(?:失败|空号|停机|拦截|未送达|黑名单|undeliv|fail|reject|error|expired|mk:|mi:|关机).*")


@dataclass
class ReturnedFiles:
    """Reads what comes back to one season.

    Parameters
    ----------
    problem : Problem
        As it stands.
    rosters : Problem
        As the rosters alone make it: those who have cancelled since are known too.
    plan : Plan
        The current one.
    events : sequence of Event
        The whole ledger.
    now : datetime
    """

    problem: Problem
    rosters: Problem
    plan: Plan
    events: Sequence[Event]
    now: dt.datetime
    season: Path
    issues: list[Issue] = field(default_factory=list)
    added: list[Pin] = field(default_factory=list)
    lifted: list[Pin] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._party_of = {person.key: party.id for party in self.rosters.parties for person in party.people}
        self._people = [person for party in self.rosters.parties for person in party.people]
        self._departed = departed_runs(self.problem, self.plan, self.events, self.now)
        self._on_the_way = OnTheWay(self.plan, self.events, self.now)
        self._run_of = {passenger.person: run for run, passenger in self.plan.passengers()}

    def read(self, path: Path) -> tuple[str, list[Entry]]:
        """Return what kind of file it is (`unknown` for one that is none), and the events that it says."""
        if path.suffix.lower() == ".txt":
            return "messages", self._messages(path)
        sheets = CheckSheets(self.plan, self.events, self._on_the_way, self._person, self.issues)
        if (entries := sheets.read(path)) is not None:
            return "check_sheets", entries
        readers: tuple[tuple[TableKind, Callable[[list[TableRow]], Iterator[Entry]]], ...] = (
            (DAY_WORKBOOK, self._pins),
            (SMS_RESULTS, self._sms),
            (REPLIES, self._replies),
        )
        first: list[Issue] = []
        for kind, reader in readers:
            tried: list[Issue] = []
            rows = table_rows(path, kind, tried, "R504")
            if rows:
                id_mask = self.problem.settings.policy.id_mask
                report_other_masks((row.id_cell("person") for row in rows), id_mask, tried)
                # The rows add to the list that they were read with.
                entries = list(reader(rows))
                self.issues += tried
                return kind.stem, entries
            first = first or tried
        self.issues += [each for each in first if each.code == "R101"] or [
            issue(
                "R504",
                path.name,
                message=_("no table of replies, SMS results, pins or changes is in this file"),
                cure=_("keep the headings of the file that was sent out"),
            )
        ]
        return "unknown", []

    # Replies and SMS results --------------------------------------------------------------------------------------

    def _replies(self, rows: list[TableRow]) -> Iterator[Entry]:
        given: dict[str, str] = {}
        said: set[str] = set()
        cancelled = states.cancelled(self.events)
        for row in rows:
            text = unicodedata.normalize("NFKC", row.text("reply")).lower().rstrip(".。!！ ")
            if not text:
                continue
            data: EventData
            if re.fullmatch(r"[12]\.0+", text):
                text = text[0]
            if _UNREACHED.fullmatch(text):
                kind, data = "unreached", Unreached(text=row.text("note"))
            elif _YES.fullmatch(text):
                kind, data = "confirmed", Confirmed(text=row.text("note"))
            elif _NO.fullmatch(text):
                kind, data = "declined", Declined(text=row.text("note"))
            else:
                row.fault("reply", _("is neither yes nor no"), _("write 1 (comes) or 2 (does not come)"), code="R504")
                continue
            person = self._person(row)
            if person is None:
                continue
            if given.setdefault(person.key, kind) != kind:
                row.fault("reply", _("the file says two things of this person"), _("ask again"), code="R503")
                continue
            run = self._run_of.get(person.key)
            if kind == "declined" and run is not None and run.id in self._departed:
                cure = _("record it as absent, or a note")
                row.fault("reply", _("the run of this person has departed"), cure, code="R502")
                continue
            if person.key in cancelled:
                if kind == "confirmed":
                    cure = _("if they travel after all, record a changes file with the change 恢复 (return)")
                    row.fault("reply", _("the person has cancelled"), cure, code="R503")
                continue
            if person.key in said:
                continue
            said.add(person.key)
            yield Entry(data, person.key)

    def _sms(self, rows: list[TableRow]) -> Iterator[Entry]:
        by_phone: dict[str, list[Person]] = {}
        for each in self._people:
            by_phone.setdefault(_digits(each.phone), []).append(each)
        for row in rows:
            text = unicodedata.normalize("NFKC", row.text("result")).lower()
            if not text or _SENT.fullmatch(text):
                continue
            if not _FAILED.fullmatch(text):
                row.fault("result", _("is neither sent nor failed"), _("write 成功 or 失败"), code="R504")
                continue
            people = by_phone.get(_digits(row.text("phone")), []) if row.text("phone") else []
            if not people:
                cure = _("correct the number, or the roster")
                row.fault("phone", _("nobody in the rosters has this number"), cure, code="R501")
            for person in people:
                yield Entry(SmsFailed(text=text), person.key)

    # Pins ---------------------------------------------------------------------------------------------------------

    def _pins(self, rows: list[TableRow]) -> Iterator[Entry]:
        """Yield what is decided anew: who is locked where they are, or written on another run or seat.

        What they are now pinned to stands in pins.csv (`added`, `lifted`); a decision replaces an earlier one.
        """
        runs = {run.id: run for run in self.plan.runs}
        given: dict[str, str] = {}
        rides = {passenger.person: (run, passenger) for run, passenger in self.plan.passengers()}
        for row in rows:
            name = row.text("run")
            if not name and not row.text("lock"):
                continue
            locked = row.yes("lock", _("the lock"))
            person = self._person(row)
            if person is None or not row.ok:
                continue
            run, passenger = rides.get(person.key, (None, None))
            if not name:
                row.fault("run", _("{label} is empty").format(label=_("the run")), _("write the run as on its list"))
                continue
            if {name, run.id if run is not None else ""} & self._departed and (run is None or name != run.id):
                row.fault("run", _("it has departed"), _("nothing of it can be changed"), code="R502")
                continue
            seat = re.sub(r"\.0+$", "", row.text("seat"))
            is_elsewhere = run is None or name != run.id
            has_seat = passenger is not None and seat not in ("", passenger.seat)
            if (locked or is_elsewhere or has_seat) and given.setdefault(self._party_of[person.key], name) != name:
                cure = _("keep one of the rows: a party rides one run")
                row.fault("run", _("the file says two things of this person's party"), cure, code="R503")
                continue
            if name not in runs:
                row.fault("run", _("the plan has no such run"), _("write the run as on its list"), code="R501")
                continue
            if locked or is_elsewhere or has_seat:
                # The seat that is still written beside another run is the old one.
                kept = seat if runs[name].mode == "coach" and (has_seat or not is_elsewhere) else ""
                yield from self._pin(row, person, runs[name], kept)
            elif row.text("lock"):
                yield from self._unpin(row, [pin for pin in self._run_pins(person) if pin.person == person.key])

    def _pin(self, row: TableRow, person: Person, run: Run, seat: str) -> Iterator[Entry]:
        pin = Pin(
            "run",
            person.key,
            run=run.train if run.mode == "train" and run.train else run.id,
            date=run.date,
            seat=seat,
            reason=row.text("reason"),
        )
        before = self._run_pins(person)
        if any(
            (each.person, each.run, each.date, each.seat) == (pin.person, pin.run, pin.date, seat) for each in before
        ):
            return
        if not self._can_lift(row, others := [p for p in before if p.person == pin.person or not self._agree(p, pin)]):
            return
        yield from self._unpin(row, others)
        self.added.append(pin)
        yield Entry(Pinned(pin="run", seat=seat, reason=pin.reason), person.key, run.id)

    def _unpin(self, row: TableRow, pins: list[Pin]) -> Iterator[Entry]:
        if not self._can_lift(row, pins):
            return
        for pin in pins:
            self.lifted.append(pin)
            numbers = [e.number for e in self.events if isinstance(e.data, Pinned) and e.person == pin.person]
            yield Entry(Unpinned(pinned=numbers[-1] if numbers else 0, reason=row.text("reason")), pin.person)

    def _can_lift(self, row: TableRow, pins: list[Pin]) -> bool:
        """Tell whether earlier decisions can be taken out; one of a workbook is for whoever wrote it."""
        for pin in pins:
            if not is_written_here(self.season, pin):
                what = _("{ref} has decided otherwise").format(ref=pin.ref)
                row.fault("run", what, _("correct one of the two"), code="R503")
                return False
        return True

    def _run_pins(self, person: Person) -> list[Pin]:
        """Return the decisions about the run of a person's party that stand."""
        party = self._party_of[person.key]
        pins = [pin for pin in self.rosters.pins if pin.kind == "run" and self._party_of.get(pin.person) == party]
        return [pin for pin in pins if pin not in self.lifted] + [
            pin for pin in self.added if self._party_of[pin.person] == party
        ]

    def _agree(self, one: Pin, other: Pin) -> bool:
        return (one.run, one.date) == (other.run, other.date)

    # Messages -----------------------------------------------------------------------------------------------------

    def _messages(self, path: Path) -> list[Entry]:
        from scheduler.tabular.sheets.text_tables import decode

        on_the_way = self._on_the_way
        reader = MessageReader(self.plan, self.now)
        entries: list[Entry] = []
        for line in lines_of(decode(path.read_bytes())):
            try:
                run, _rest = reader.run_of(line.text)
                count = on_the_way.last_count(run)
                entries += on_the_way.take(reader.read(line.text, count is not None, count))
            except RefusedError as refused:
                self.issues.append(
                    issue(
                        refused.code,
                        path.name,
                        row=line.number,
                        value=line.text[:60],
                        message=refused.message,
                        cure=refused.cure,
                    )
                )
        return entries

    # Who ----------------------------------------------------------------------------------------------------------

    def _person(self, row: TableRow) -> Person | None:
        """Return who is meant: by ID number or key, else by telephone and name, else by name and township.

        Whatever else the row says of the person must be theirs: a family shares a telephone, and a row copied from the
        one above keeps its number. A masked number may be somebody else's: it needs the name beside it.
        """
        first = next((name for name in ("person", "phone", "name") if row.text(name)), "")
        if not first:
            row.fault("name", _("the person is missing"), _("give the ID number, or name and township"))
            return None
        is_masked = first == "person" and shown_of(row.text(first)) is not None
        if is_masked and not row.text("name"):
            what = _("a masked number may be somebody else's")
            row.fault(first, what, _("give the name beside it, or the whole number"), code="R501")
            return None
        found = self._found(first, row.text(first))
        people = found if first == "name" else [each for each in found if has_name(each, row.text("name"))]
        if found and not people:
            row.fault("name", _("the rosters have another name here"), _("ask who is meant"), code="R503")
            return None
        if first == "name" or is_masked or len(people) > 1:
            people = [each for each in people if is_of(each, row.text("township"))]
        if len(people) == 1:
            return people[0]
        what = _("{n} people may be meant").format(n=len(people)) if people else _("nobody in the rosters is this")
        row.fault(first, what, _("give the ID number, or name and township"), code="R501")
        return None

    def _found(self, name: str, text: str) -> list[Person]:
        """Return whom a cell may mean; an ID number may be masked, as on the lists that were printed."""
        if name == "phone":
            number = _digits(text)
            return [each for each in self._people if number and _digits(each.phone) == number]
        if name == "person" and (shown := shown_of(text)) is not None:
            return [each for each in self._people if shown.is_of(each.id_number)]
        return find_people(self.rosters, text)


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", re.sub(r"\.0+$", "", phone))[-11:]
