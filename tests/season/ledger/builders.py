"""Events and plans with sane defaults."""

from __future__ import annotations

import datetime as dt

from scheduler.plan import Cost, Plan
from scheduler.season.ledger.events import Absent, Boarded, Departed, Entry, Note, Reported, SeatTold

DAY = dt.date(2027, 2, 15)
RUN = "C0215-深圳-01"


def person(number: int) -> str:
    """Return a key."""
    return f"{number:016x}"


def note(text: str = "the bridge is closed") -> Entry:
    return Entry(Note(text=text))


def told(who: int, run: str = RUN, date: dt.date = DAY, hour: int = 8, list_number: int = 1) -> Entry:
    depart = dt.datetime.combine(date, dt.time(hour))
    data = SeatTold(date=date, board="顾县镇", depart=depart, alight="广东省深圳市", list_number=list_number)
    return Entry(data, person(who), run)


def withdrawn(who: int, run: str = RUN) -> Entry:
    return Entry(SeatTold(list_number=2), person(who), run)


def at(hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(DAY, dt.time(hour, minute))


def departed(headcount: int = 40, hour: int = 8, run: str = RUN) -> Entry:
    return Entry(Departed(headcount=headcount, at=at(hour)), run=run)


def reported(headcount: int = 40, hour: int = 10, run: str = RUN) -> Entry:
    return Entry(Reported(headcount=headcount, at=at(hour)), run=run)


def absent(who: int, hour: int = 8, run: str = RUN) -> Entry:
    return Entry(Absent(at=at(hour)), person(who), run)


def boarded(who: int, hour: int = 9, run: str = RUN) -> Entry:
    return Entry(Boarded(at=at(hour)), person(who), run)


def plan(seed: int = 0) -> Plan:
    """Return a plan that carries nobody."""
    return Plan(
        season="岳池",
        direction="to_work",
        version="0.1.0",
        seed=seed,
        inputs_sha256="0" * 64,
        cost=Cost(),
        bound=0,
        gap=0.0,
    )
