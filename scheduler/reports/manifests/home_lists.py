"""Lists of the home end: whom a township calls out, when and where; the notice on its wall."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from scheduler.i18n import _
from scheduler.itinerary import Left
from scheduler.reports import reasons_in_words
from scheduler.reports.book import Book, Rider
from scheduler.reports.formats.document import (
    BOX,
    Block,
    Cell,
    Sheet,
    Signatures,
    Table,
    Text,
    clock,
    columns,
    full_day,
    id_column,
    only_if,
    public_day,
    short_place,
    spaced,
)
from scheduler.reports.manifests.crew import first_leader
from scheduler.reports.visibility import View

Key = tuple[datetime, str, str]


def gather_groups() -> tuple[tuple[str, float] | tuple[str, float, bool], ...]:
    """Return the columns of a group: the date, the gathering, the vehicle's departure, the run."""
    return (
        (_("Date"), 38, True),
        (_("Gather at"), 18),
        (_("Gathering place"), 40, True),
        (_("How to get there"), 34, True),
        (_("Departs"), 16),
        (_("Run"), 46, True),
    )


def gather_cells(book: Book, rider: Rider) -> tuple[str, str, str, str, str, str]:
    """Return these cells of a rider."""
    own, run = book.gather(rider), rider.run
    day = own.day(run)
    run_text = run.id if run.train is None else f"{run.id} {run.train}"
    return public_day(day), clock(own.when, day), own.place, own.how(run), clock(own.leaves, day), run_text


def in_order(book: Book, riders: Sequence[Rider]) -> list[Rider]:
    """Return riders as they gather: by day, time and place, those of a run together."""

    def key(rider: Rider) -> tuple[str, str, str, str]:
        own = book.gather(rider)
        moment = f"{own.when:%Y-%m-%d %H:%M}" if own.when else own.day(rider.run).isoformat()
        return moment, own.place, rider.run.id, own.feeder

    return sorted(riders, key=key)


def township_list(
    book: Book, township: str, riders: Sequence[Rider], view: View, left: Mapping[str, Left] | None = None
) -> Sheet:
    """Return who of a township gathers when and where, then who has no minibus, then who got no seat.

    Parameters
    ----------
    left : mapping of person key to Left, optional
        Those whom no minibus fetches although there are some.
    """
    further = any(book.gather(rider).onward for rider in riders)
    spec = columns(
        (_("No."), 9),
        (_("Name"), 20, "left"),
        (_("Village"), 24, "left"),
        *id_column(view.shows_id, 18),
        (_("Phone"), 25),
        (_("Seat"), 9),
        (_("Alights at"), 26, "left"),
        *only_if(further, (_("Minibus home"), 34, "left")),
        (_("Told"), 6),
        groups=(*gather_groups(), (_("Escort or leader"), 50, True)),
    )
    rows: list[tuple[Cell, ...]] = []
    for number, rider in enumerate(in_order(book, riders), 1):
        person = rider.person
        identity = [view.id_number(person)] if view.shows_id else []
        home = [book.gather(rider).further(rider.run.date)] if further else []
        line: tuple[Cell, ...] = (number, view.name(person), person.village, *identity, view.phone(person), rider.seat)
        head = (*gather_cells(book, rider), spaced(*first_leader(book, rider.run)))
        rows.append((*head, *line, short_place(rider.alight), *home, BOX))
    blocks: list[Block] = [Table(spec, tuple(rows), searched=True)] if rows else []
    blocks += _without_minibus(book, in_order(book, riders), view, left or {})
    blocks += _without_seat(book, township, view)
    return Sheet(township, _("Township departure list"), tuple(blocks), _season_line(book, township))


def _season_line(book: Book, what: str) -> str:
    return spaced(book.problem.settings.name, what)


def _without_minibus(book: Book, riders: Sequence[Rider], view: View, left: Mapping[str, Left]) -> list[Block]:
    rows: list[tuple[Cell, ...]] = []
    for rider in riders:
        if (why := left.get(rider.person.key)) is None:
            continue
        own, person = book.gather(rider), rider.person
        day = own.day(rider.run)
        at = (public_day(day), clock(own.when, day), own.place) if book.to_work else _arrives(rider)
        head = (at[0], why.reason, reasons_in_words.clerk_without_minibus(why))
        line = (len(rows) + 1, view.name(person), person.village, view.phone(person))
        rows.append((*head, *line, *at[1:]))
    if not rows:
        return []
    spec = columns(
        (_("No."), 8),
        (_("Name"), 16, "left"),
        (_("Village"), 17, "left"),
        (_("Phone"), 22),
        (_("Time of day"), 11),
        (_("Hub or station"), 26, "left"),
        groups=((_("Date"), 38, True), (_("Why there is no minibus"), 50, True), (_("What would help"), 80, True)),
        abreast=2,
    )
    if book.to_work:
        title = _("Without a minibus: they come to the hub on their own, unless the township drives them")
    else:
        title = _("Without a minibus: they go home from the hub on their own, unless the township drives them")
    return [Table(spec, tuple(rows), title=title, abreast=2)]


def _arrives(rider: Rider) -> tuple[str, str, str]:
    """Return the day and time at which a rider is at the hub on the way home."""
    stop = next((s for s in rider.run.stops if s.kind == "alight" and s.place == rider.alight), None)
    moment = (stop.arrive or stop.depart) if stop else None
    day = moment.date() if moment else rider.run.date
    return public_day(day), clock(moment, day), rider.alight


def _without_seat(book: Book, township: str, view: View) -> list[Block]:
    found: list[tuple[str, ...]] = []
    for entry in book.plan.unserved:
        for key in entry.persons:
            person, party = book.people.get(key), book.party_of.get(key)
            if person is not None and party is not None and person.township == township:
                why = reasons_in_words.clerk_reason(entry), reasons_in_words.clerk_remedy(entry, party)
                wish = reasons_in_words.wished_days(party), short_place(party.work_stop)
                found.append((*why, view.name(person), person.village, view.phone(person), *wish))
    if not found:
        return []
    found.sort(key=lambda row: row[:2])
    rows: list[tuple[Cell, ...]] = [(*row[:2], number, *row[2:]) for number, row in enumerate(found, 1)]
    spec = columns(
        (_("No."), 8),
        (_("Name"), 20, "left"),
        (_("Village"), 24, "left"),
        (_("Phone"), 24),
        (_("Days of travel"), 66, "left"),
        (_("Destination") if book.to_work else _("Place of work"), 30, "left"),
        groups=((_("Why there is no seat"), 48, True), (_("What would help"), 60, True)),
    )
    return [Table(spec, tuple(rows), title=_("Without a seat"))]


def public_notice(book: Book, township: str, riders: Sequence[Rider], view: View) -> Sheet:
    """Return the notice for a township's wall: surnames and masked phones only, by gathering."""
    spec = columns((_("No."), 10), (_("Name"), 18), (_("Phone"), 30), groups=gather_groups(), abreast=3)
    rows: list[tuple[Cell, ...]] = []
    for number, rider in enumerate(in_order(book, riders), 1):
        head = gather_cells(book, rider)
        rows.append((*head, number, view.name(rider.person), view.phone(rider.person)))
    days = sorted({book.gather(rider).day(rider.run) for rider in riders})
    span = " – ".join(full_day(day) for day in dict.fromkeys((days[0], days[-1]))) if days else ""
    intro = _("Be at the gathering place by the time named here, with your ID card. Days of travel: {days}.")
    note = Text(_("Questions about this list: ask the township's labour office within the notice period."))
    labels = (_("Issued by (seal)"), _("Date of notice"), _("Phone for questions"))
    table = Table(spec, tuple(rows), abreast=3, searched=True)
    blocks: tuple[Block, ...] = (Text(intro.format(days=span)), table, note, Signatures(labels))
    return Sheet(township, _("Public notice of travel arrangements"), blocks, _season_line(book, township))
