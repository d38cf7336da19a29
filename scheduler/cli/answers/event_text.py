"""What an event of the ledger says, in a line for clerks: what happened, to whom, where, with which figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from scheduler.cli.progress import yuan
from scheduler.i18n import _, ngettext
from scheduler.mask import mask_text
from scheduler.places import division
from scheduler.reports.formats.document import clock, joined, labelled, short_day, short_place
from scheduler.reports.manifests.guide import reader_text
from scheduler.reports.visibility import READERS
from scheduler.season.ledger.events import (
    Erased,
    Event,
    Exported,
    Frozen,
    Note,
    Pinned,
    Planned,
    SeatTold,
    Unpinned,
)


def event_text(event: Event, who: Callable[[str], str]) -> str:
    """Return an event in one line, without its number, its time and who wrote it.

    Parameters
    ----------
    event : Event
    who : callable
        Given a person's key, returns how they are named: masked, for the line is read by anybody at the screen.
    """
    parts = [who(event.person) if event.person else "", event.run, *_particulars(event, who)]
    said = joined([mask_text(part) for part in parts])
    return labelled(what_happened(event)) + said if said else what_happened(event)


def what_happened(event: Event) -> str:
    """Return the kind of an event in words."""
    data = event.data
    if isinstance(data, SeatTold) and data.is_withdrawn:
        return _("told that the seat is taken back")
    if isinstance(data, Frozen) and not data.frozen:
        return _("run freed")
    if isinstance(data, Pinned):
        return _("pinned ({what})").format(what=pin_text(data.pin))
    if isinstance(data, Note) and data.change:
        return {
            "date": _("wishes another date"),
            "destination": _("wishes another destination"),
            "return": _("travels after all"),
            "train_cancelled": _("train cancelled"),
            "vehicle_lost": _("coach lost"),
            "use": _("an earlier plan taken back"),
        }.get(data.change, data.change)
    return {
        "planned": _("a plan was made"),
        "told": _("seat told"),
        "confirmed": _("seat confirmed"),
        "declined": _("seat declined"),
        "unreached": _("could not be reached"),
        "cancelled": _("travels no more"),
        "unpinned": _("decision lifted"),
        "frozen": _("run frozen"),
        "departed": _("run departed"),
        "boarded": _("boarded a run"),
        "absent": _("absent from a run"),
        "reported": _("report from a run"),
        "arrived": _("run arrived"),
        "handed_over": _("people handed over"),
        "sms_failed": _("message not delivered"),
        "exported": _("personal data taken out"),
        "erased": _("personal data erased"),
        "note": _("note of the office"),
    }[event.kind]


def _particulars(event: Event, who: Callable[[str], str]) -> Iterator[str]:
    data = event.data
    if isinstance(data, Planned):
        yield from _planned(data, event.plan)
    elif isinstance(data, SeatTold):
        yield from _told(data)
    elif isinstance(data, Exported):
        yield from _taken_out(data, event.plan)
    elif isinstance(data, Erased):
        yield _("people {n}").format(n=f"{data.people:,}")
        yield _("files {n}").format(n=f"{data.files:,}")
        yield _reason(data.reason)
    elif isinstance(data, Pinned):
        yield from _pinned(data, who)
    elif isinstance(data, Unpinned):
        yield _("of event {number}").format(number=data.pinned) if data.pinned else ""
        yield _reason(data.reason)
    elif isinstance(data, Note):
        yield from _changed(data, event.plan)
    else:
        yield from _said(data.model_dump())


def _planned(data: Planned, number: int | None) -> Iterator[str]:
    yield _("plan {number}").format(number=number)
    # A plan that was edited, or put into plan.json by hand, no command has made.
    yield data.command or _("not by this program")
    yield _("with a seat {n}").format(n=f"{data.people:,}")
    yield _("left behind {n}").format(n=f"{data.unserved:,}")
    yield _("total cost {yuan} yuan").format(yuan=yuan(data.total))
    yield _("proven at least {yuan} yuan").format(yuan=yuan(data.bound)) if data.bound is not None else ""
    yield _("runs kept as they were {n}").format(n=len(data.frozen)) if data.frozen else ""
    yield _("made for {time}").format(time=clock(data.now)) if data.now else ""


def _told(data: SeatTold) -> Iterator[str]:
    if data.date is not None:
        when = f"{short_day(data.date)} {clock(data.depart, data.date)}".strip()
        yield f"{when} {short_place(data.board)} → {short_place(data.alight)}"
        if data.pickup:
            way = f"{clock(data.pickup_at, data.date)} {short_place(data.pickup)}".strip()
            yield _("minibus {way}").format(way=way)
    if data.replaces:
        yield _("list {number}, replaces list {replaced}").format(number=data.list_number, replaced=data.replaces)
    elif data.list_number:
        yield _("list {number}").format(number=data.list_number)


def _taken_out(data: Exported, plan: int | None) -> Iterator[str]:
    levels = {"full": _("ID numbers full"), "masked": _("ID numbers masked"), "none": _("no ID numbers")}
    yield data.command
    yield _("for {reader}").format(reader=_reader(data.reader)) if data.reader else ""
    yield _("list {number}").format(number=data.list_number) if data.list_number else ""
    yield _("in place of {number}").format(number=data.replaces) if data.replaces else ""
    yield ngettext("{n} name", "{n} names", data.rows).format(n=f"{data.rows:,}") if data.rows else ""
    yield "" if data.list_number else ngettext("{n} file", "{n} files", len(data.files)).format(n=len(data.files))
    yield levels.get(data.level, "")
    yield _("plan {number}").format(number=plan) if plan else ""
    yield _("what for: {purpose}").format(purpose=data.purpose) if data.purpose else ""


def _reader(reader: str) -> str:
    others = {"run": _("the run's list"), "superior": _("the authority above"), "auditor": _("the auditor")}
    return reader_text(reader) if reader in READERS else others.get(reader, reader)


def _pinned(data: Pinned, who: Callable[[str], str]) -> Iterator[str]:
    yield _("with {name}").format(name=who(data.with_)) if data.with_ else ""
    yield _seat(data.seat)
    yield short_day(data.date) if data.date else ""
    yield short_place(data.board)
    yield _place(data.destination)
    yield data.vehicle_type
    yield _reason(data.reason)


def pin_text(kind: str) -> str:
    """Return a kind of pin in words; one that this program does not know as it stands."""
    return {
        "together": _("together"),
        "apart": _("apart"),
        "run": _("this run"),
        "date": _("this date"),
        "board": _("this boarding place"),
        "leave": _("stays behind"),
        "mode": _("this mode"),
        "open": _("a run goes"),
        "closed": _("no run goes"),
    }.get(kind, kind)


def _changed(data: Note, plan: int | None) -> Iterator[str]:
    """Yield what a row of a changes file asked for, or that an earlier plan is the current one again."""
    yield _("plan {number}").format(number=plan) if plan else ""
    yield data.train
    yield joined([data.vehicle_type, data.operator, data.plate])
    yield _("coaches {n}").format(n=data.count) if data.change == "vehicle_lost" else ""
    yield short_day(data.date) if data.date else ""
    yield _span(data.earliest or data.first, data.latest or data.last)
    yield _place(data.destination)
    yield _reason(data.text) if data.change else data.text


def _span(first: dt.date | None, last: dt.date | None) -> str:
    days = [short_day(day) for day in dict.fromkeys((first, last)) if day]
    return " – ".join(days)


def _said(said: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a reply or the escort of a run says."""
    yield clock(said["at"]) if said.get("at") else ""
    yield short_place(said.get("place", ""))
    yield _("on board {n}").format(n=said["headcount"]) if said.get("headcount") is not None else ""
    yield _("absent {n}").format(n=said["absent"]) if said.get("absent") else ""
    yield _("signed by {name}").format(name=said["signed_by"]) if said.get("signed_by") else ""
    yield _("list {number}").format(number=said["list_number"]) if said.get("list_number") else ""
    yield said.get("note", "") or said.get("text", "")
    yield _reason(said.get("reason", ""))


def _seat(seat: str) -> str:
    return _("seat {seat}").format(seat=seat) if seat else ""


def _place(code: str) -> str:
    here = division(code)
    return here.full_name if here else code


def _reason(text: str) -> str:
    return _("because: {reason}").format(reason=text) if text else ""
