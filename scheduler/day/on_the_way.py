"""What is said of a run on its way -> events: a departure, a safety report, an arrival.

Each is held against what stands: a headcount above the seats, a report of a run that has not left, a time before the
last one are refused (`RefusedError`), with what is recorded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from scheduler.i18n import _, count_text, ngettext
from scheduler.plan import Plan, Run
from scheduler.season.ledger.events import Absent, Arrived, Boarded, Departed, Entry, Event, HandedOver, Reported

What = Literal["depart", "report", "arrive"]

FUTURE_MIN = 10
"""Clocks differ: so many minutes ahead of ours are no time in the future."""
EARLY_H = 12
"""A run that left so long before its time is another run."""


class RefusedError(Exception):
    """What was said cannot be recorded: the code of the issue, what is wrong with what stands, what to do."""

    def __init__(self, code: str, message: str, cure: str) -> None:
        super().__init__(message)
        self.code, self.message, self.cure = code, message, cure


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said of a run.

    Attributes
    ----------
    what : {"depart", "report", "arrive"}
    run : str
        Its id.
    headcount : int
        People on board, crew apart.
    at : datetime
        Local time.
    absent : tuple of str
        Keys of the people who did not come.
    boarded : tuple of str
        Keys of those who came after all.
    missing : int or None
        How many did not come, where they are not named.
    place, note, signed_by : str
        As written; may be empty.
    """

    what: What
    run: str
    headcount: int
    at: dt.datetime
    absent: tuple[str, ...] = ()
    boarded: tuple[str, ...] = ()
    missing: int | None = None
    place: str = ""
    note: str = ""
    signed_by: str = ""


@dataclass
class OnTheWay:
    """The runs of a plan and what is recorded of them; `take` adds to it, so that several messages follow each other.

    Parameters
    ----------
    plan : Plan
        The one that stands.
    events : sequence of Event
        The whole ledger.
    now : datetime
        Local time.
    """

    plan: Plan
    events: Sequence[Event]
    now: dt.datetime
    _last: dict[str, tuple[str, dt.datetime, int | None]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._runs: Mapping[str, Run] = {run.id: run for run in self.plan.runs}
        for event in self.events:
            data = event.data
            if isinstance(data, Departed | Reported | Arrived):
                self._last[event.run] = data.kind, data.at, data.headcount

    def take(self, said: Said) -> list[Entry]:
        """Return the events that record what was said.

        Raises
        ------
        RefusedError
        """
        run = self._runs.get(said.run)
        if run is None:
            raise RefusedError(
                "R501", _("the plan has no run {run}").format(run=said.run), _("write it as on its list")
            )
        self._hold_time(said)
        if not 0 <= said.headcount <= run.seats:
            form = _("{n} on board of {run}, which has {seats}")
            message = form.format(
                n=count_text("{n} person", "{n} people", said.headcount),
                run=run.id,
                seats=count_text("{n} seat", "{n} seats", run.seats),
            )
            raise RefusedError("R503", message, _("count again"))
        takers: dict[What, Callable[[Run, Said], list[Entry]]] = {
            "depart": self._depart,
            "report": self._report,
            "arrive": self._arrive,
        }
        entries = takers[said.what](run, said)
        for data in (entry.data for entry in entries):
            if isinstance(data, Departed | Reported | Arrived):
                self._last[run.id] = data.kind, data.at, data.headcount
        return entries

    def last_count(self, run: str) -> int | None:
        """Return how many were last counted on board; None before the departure."""
        return self._last[run][2] if run in self._last else None

    def _hold_time(self, said: Said) -> None:
        if said.at > self.now + dt.timedelta(minutes=FUTURE_MIN):
            message = _("{at} lies in the future (now: {now})").format(at=_shown(said.at), now=_shown(self.now))
            raise RefusedError("R503", message, _("correct the time"))
        if said.run in self._last:
            kind, at, count = self._last[said.run]
            if said.at < at:
                form = _("{at} is before the last that is recorded of {run}: {kind} at {last}, {n} on board")
                message = form.format(at=_shown(said.at), run=said.run, kind=_kind(kind), last=_shown(at), n=count)
                raise RefusedError("R503", message, _("correct the time"))

    def _depart(self, run: Run, said: Said) -> list[Entry]:
        if run.id in self._last:
            raise RefusedError("R503", self._stands(run), _("send a report instead"))
        planned = next((stop.depart for stop in run.stops if stop.kind == "board"), None)
        if planned is not None and said.at < planned - dt.timedelta(hours=EARLY_H):
            form = _("{run} is planned to leave at {planned}")
            raise RefusedError("R503", form.format(run=run.id, planned=_shown(planned)), _("look for the right run"))
        missing = said.missing if said.missing is not None else len(set(said.absent)) or None
        if said.headcount + (missing or 0) > run.load:
            form = ngettext(
                "{n} on board and {absent} absent are more than the {load} person on the list of {run}",
                "{n} on board and {absent} absent are more than the {load} people on the list of {run}",
                run.load,
            )
            message = form.format(n=said.headcount, absent=missing or 0, load=run.load, run=run.id)
            raise RefusedError("R503", message, _("nobody outside the list may board: count again, or replan first"))
        departed = Departed(at=said.at, place=said.place, note=said.note, headcount=said.headcount, absent=missing)
        return [
            Entry(departed, run=run.id),
            *self.named(run, said.at, said.absent),
        ]

    def named(self, run: Run, at: dt.datetime, absent: Iterable[str], boarded: Iterable[str] = ()) -> list[Entry]:
        """Return the events of those of a run's list who did not come, and of those who came after all.

        Raises
        ------
        RefusedError
            For somebody who is not on the list.
        """
        riders = {passenger.person for passenger in run.passengers}
        said = {Absent: dict.fromkeys(absent), Boarded: dict.fromkeys(boarded)}
        for person in (person for people in said.values() for person in people):
            if person not in riders:
                message = _("{person} does not ride {run}").format(person=person, run=run.id)
                raise RefusedError("R501", message, _("look on the list of the run"))
        return [Entry(kind(at=at), person=person, run=run.id) for kind, people in said.items() for person in people]

    def _report(self, run: Run, said: Said) -> list[Entry]:
        named = self.named(run, said.at, said.absent, said.boarded)
        kind, _at, count = self._last.get(run.id, ("", None, None))
        if named and kind == "arrived" and said.headcount == count:
            return named  # nothing new was counted: only who it was has become known
        self._hold_under_way(run)
        reported = Reported(at=said.at, place=said.place, note=said.note, headcount=said.headcount)
        return [Entry(reported, run=run.id), *named]

    def _arrive(self, run: Run, said: Said) -> list[Entry]:
        self._hold_under_way(run)
        arrived = Arrived(
            at=said.at, place=said.place, note=said.note, headcount=said.headcount, signed_by=said.signed_by
        )
        entries = [Entry(arrived, run=run.id)]
        if said.signed_by:
            signed = HandedOver(at=said.at, headcount=said.headcount, signed_by=said.signed_by)
            entries.append(Entry(signed, run=run.id))
        return entries

    def _hold_under_way(self, run: Run) -> None:
        if run.id not in self._last:
            raise RefusedError("R502", _("{run} has not departed").format(run=run.id), _("record its departure first"))
        if self._last[run.id][0] == "arrived":
            raise RefusedError("R502", self._stands(run), _("nothing more is to be reported"))

    def _stands(self, run: Run) -> str:
        kind, at, count = self._last[run.id]
        form = _("{run} has {kind} at {at} with {n} on board")
        return form.format(run=run.id, kind=_kind(kind), at=_shown(at), n=count)


def _shown(moment: dt.datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _kind(kind: str) -> str:
    return {"departed": _("departed"), "reported": _("reported"), "arrived": _("arrived")}[kind]
