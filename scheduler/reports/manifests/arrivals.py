"""Lists of the work end: who comes when, on which vehicle, led by whom: for employers and the bureau's stations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from scheduler.i18n import _
from scheduler.reports.book import Book, Rider
from scheduler.reports.formats.document import (
    BOX,
    Block,
    Cell,
    Sheet,
    Signatures,
    Table,
    clock,
    columns,
    full_day,
    id_column,
    only_if,
    sex_text,
    short_place,
    spaced,
)
from scheduler.reports.manifests.crew import leaders_text
from scheduler.reports.visibility import View


def work_time(book: Book, rider: Rider) -> datetime | None:
    """Return when a rider's run is where the rider alights; going home, where the rider boards."""
    kind, place = ("alight", rider.alight) if book.to_work else ("board", rider.board)
    stop = next((s for s in rider.run.stops if s.kind == kind and s.place == place), None)
    if stop is None:
        return None
    return (stop.arrive or stop.depart) if book.to_work else (stop.depart or stop.arrive)


def arrival_list(
    book: Book, title: str, what: str, riders: Sequence[Rider], view: View, with_employer: bool = True
) -> Sheet:
    """Return who arrives when and where, by day and hour of arrival: one line a run, its people below it."""
    spec = columns(
        (_("No."), 8),
        (_("Name"), 19, "left"),
        (_("Sex"), 7),
        *id_column(view.shows_id, 16),
        (_("Phone"), 23),
        *only_if(with_employer, (_("Employer"), 22, "left")),
        (_("Met"), 6),
        groups=(
            (_("Arrival day") if book.to_work else _("Day of departure"), 54, True),
            (_("Arrives") if book.to_work else _("Departs"), 14),
            (_("Place"), 30, True),
            (_("Run"), 34, True),
            (_("Plate or train"), 20),
            (_("Escort or leader"), 50, True),
        ),
        abreast=2,
    )

    def key(rider: Rider) -> tuple[str, str, str]:
        moment = work_time(book, rider)
        return f"{moment:%Y-%m-%d %H:%M}" if moment else rider.run.date.isoformat(), book.work_end(rider), rider.run.id

    rows: list[tuple[Cell, ...]] = []
    for number, rider in enumerate(sorted(riders, key=key), 1):
        person, run, moment = rider.person, rider.run, work_time(book, rider)
        day = moment.date() if moment else run.date
        identity = [view.id_number(person)] if view.shows_id else []
        employer = [person.employer] if with_employer else []
        place, plate = short_place(book.work_end(rider)), run.plate or run.train or ""
        head = (full_day(day), clock(moment, day), place, run.id, plate, leaders_text(book, run))
        line: tuple[Cell, ...] = (
            number,
            view.name(person),
            sex_text(person.sex),
            *identity,
            view.phone(person),
            *employer,
            BOX,
        )
        rows.append((*head, *line))
    blocks: list[Block] = [Table(spec, tuple(rows), searched=True, abreast=2)]
    blocks.append(Signatures((_("Handed over by"), _("Received by (seal)"))))
    return Sheet(what, title, tuple(blocks), spaced(book.problem.settings.name, what), alone=True)
