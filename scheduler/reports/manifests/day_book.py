"""The bureau's own workbook of a day: its runs, and everybody who travels."""

from __future__ import annotations

from scheduler.i18n import _
from scheduler.plan import Run
from scheduler.reports.book import Book
from scheduler.reports.formats.document import (
    LANDSCAPE_MM,
    Cell,
    Sheet,
    Table,
    clock,
    columns,
    day_text,
    full_day,
    id_column,
    route_text,
    sex_text,
    short_place,
    spaced,
)
from scheduler.reports.manifests.crew import leaders_text
from scheduler.reports.manifests.run_pack import rider_notes
from scheduler.reports.visibility import View


def day_index(book: Book, runs: list[Run]) -> Sheet:
    """Return the list of a day's runs that opens the day's workbook."""
    heads = columns(
        (_("Run"), 34, "left"),
        (_("Departure"), 18),
        (_("From and to"), 78, "left"),
        (_("Vehicle or train"), 34, "left"),
        (_("Plate"), 24),
        (_("People"), 14),
        (_("Seats"), 14),
        (_("Escort or leader"), 50, "left"),
        width_mm=LANDSCAPE_MM,
    )
    rows: list[tuple[Cell, ...]] = []
    for run in runs:
        vehicle = f"{run.vehicle_type} {run.operator}" if run.mode == "coach" else (run.train or "")
        route = route_text(run.places("board"), run.places("alight"))
        start = clock(run.stops[0].depart, run.date) if run.stops else ""
        rows.append((run.id, start, route, vehicle, run.plate or "", run.load, run.seats, leaders_text(book, run)))
    total = (_("Total"), "", "", "", "", sum(r.load for r in runs), sum(r.seats for r in runs), "")
    title = _("Runs of {day}").format(day=full_day(runs[0].date))
    table = Table(heads, (*rows, total))
    return Sheet(_("Runs"), title, (table,), subtitle=book.problem.settings.name, landscape=True)


def day_passengers(book: Book, runs: list[Run], view: View) -> Sheet:
    """Return everybody who travels on a day in one table, for the duty room to search: who is on which run.

    Edited (another run or seat, 是 in the column of locks) it comes back by `record`.
    """
    heads = columns(
        (_("Run"), 28, "left"),
        (_("Seat"), 9),
        (_("Lock"), 9),
        (_("Name"), 18, "left"),
        (_("Sex"), 8),
        *id_column(view.shows_id, 36),
        (_("Phone"), 24),
        (_("Township"), 18, "left"),
        (_("Village"), 20, "left"),
        (_("Gather at"), 14),
        (_("Gathering place"), 28, "left"),
        (_("How to get there"), 24, "left"),
        (_("Boards at"), 30, "left"),
        (_("Alights at"), 20, "left"),
        (_("Employer"), 30, "left"),
        (_("Emergency contact"), 36, "left"),
        (_("Notes"), 22, "left"),
        width_mm=LANDSCAPE_MM,
    )
    pinned = {pin.person for pin in book.problem.pins if pin.kind == "run"}
    rows: list[tuple[Cell, ...]] = []
    for run in runs:
        for rider in book.riders[run.id]:
            person, own = rider.person, book.gather(rider)
            identity = [view.id_number(person)] if view.shows_id else []
            line: tuple[Cell, ...] = (
                run.id,
                rider.seat,
                _("yes") if person.key in pinned else "",
                view.name(person),
                sex_text(person.sex),
                *identity,
                view.phone(person),
            )
            home = (person.township, person.village, clock(own.when, run.date), own.place, own.how(run))
            ends = (short_place(rider.board), short_place(rider.alight))
            contact = f"{person.emergency_contact} {person.emergency_phone}".strip() if view.shows_notes else ""
            rows.append((*line, *home, *ends, person.employer, contact, rider_notes(rider, view)))
    title = _("Passengers of {day}").format(day=day_text(runs[0].date))
    subtitle = spaced(book.problem.settings.name, view.warning())
    table = Table(heads, tuple(rows), searched=True)
    return Sheet(_("Passengers"), title, (table,), subtitle=subtitle, landscape=True)
