"""Message texts: what each passenger must know, in one short message where it can be."""

from __future__ import annotations

from scheduler.i18n import _
from scheduler.reports.book import Book, Rider
from scheduler.reports.formats.document import clock, printable, short_day
from scheduler.reports.manifests.lists import board_time
from scheduler.reports.visibility import View
from scheduler.text_cells import csv_text

MESSAGE_MAX = 70
"""Characters of one Chinese short message."""


def messages_csv(book: Book, view: View) -> str:
    """Return the message texts: phone and text for each passenger who, or whose party, has a phone.

    A text holds what the person must know (date, time, boarding place, run, seat) in 70 characters, one short
    message, where names and places allow; it never holds an ID number.
    """
    rows = [(_("phone"), _("text"))]
    for run in book.runs:
        for rider in book.riders[run.id]:
            if number := _number(rider, view):
                rows.append((printable(number), message(book, rider, view)))
    return csv_text(rows)


def without_phone(book: Book) -> int:
    """Return how many riders get no message, as nobody of their party has a phone."""
    view = View("message")
    return sum(not _number(rider, view) for riders in book.riders.values() for rider in riders)


def _number(rider: Rider, view: View) -> str:
    """Return the phone of a rider, else the first of the party's; a cell without a digit (户主) is none."""
    numbers = (view.phone(person) for person in (rider.person, *rider.party.people))
    return next((number for number in numbers if any(map(str.isdecimal, number))), "")


def message(book: Book, rider: Rider, view: View) -> str:
    """Return the message text of one rider: the fullest wording of at most 70 characters, else the shortest."""
    run = rider.run
    start = board_time(rider)
    seat = _(" seat {seat}").format(seat=rider.seat) if rider.seat else ""
    facts = {
        "head": _("To work") if book.to_work else _("Going home"),
        "name": printable(view.name(rider.person)),
        "when": clock(start) or short_day(run.date),
        "board": rider.board,
        "run": run.train or run.id,
        "seat": seat,
        "alight": rider.alight,
    }
    pickup = book.feeder_stops.get(rider.person.key)
    by_feeder: tuple[str, ...] = ()
    if pickup is not None and book.to_work:
        leaves = pickup.depart or pickup.arrive
        day = leaves.date() if leaves else run.date
        onward = clock(start, day)
        facts |= {
            "day": short_day(day),
            "pickup": f"{clock(leaves, day)} {pickup.place}".strip(),
            "time": f" {onward}" if onward else "",
        }
        by_feeder = (
            _("{head}: {name}, {day} {pickup} feeder to {board}, then{time} run {run}{seat}. Bring your ID card."),
            _("{name}, {day} {pickup} feeder to {board}, then{time} {run}{seat}"),
        )
    wordings = by_feeder or (
        _("{head}: {name}, {when} at {board}, run {run}{seat}, to {alight}. Be early and bring your ID card."),
        _("{head}: {name}, {when} at {board}, run {run}{seat}, to {alight}. Bring your ID card."),
        _("{head}: {name}, {when} at {board}, run {run}{seat}. Bring your ID card."),
        _("{name}, {when} at {board}, run {run}{seat}"),
    )
    texts = [view.text(wording.format(**facts)) for wording in wordings]
    return next((text for text in texts if len(text) <= MESSAGE_MAX), texts[-1])
