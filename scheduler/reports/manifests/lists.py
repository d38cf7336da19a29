"""Lists by reader: carrier, railway, township, employer, station, public notice, staff, feeders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from scheduler.i18n import _
from scheduler.itinerary.duty import GROUP_TICKET_MIN, group_tickets
from scheduler.plan import Feeder, Run
from scheduler.reports.book import Book, Rider
from scheduler.reports.formats.document import (
    Block,
    Cell,
    Facts,
    Sheet,
    Signatures,
    Table,
    Text,
    clock,
    columns,
    day_text,
    route_text,
    sex_text,
    short_day,
    short_place,
    spaced,
)
from scheduler.reports.manifests.run_pack import BOX, group_leader, leaders_text, title_block
from scheduler.reports.visibility import View

NO_TIME = "–"


def board_time(rider: Rider) -> datetime | None:
    """Return when a rider's run leaves the boarding place, or arrives there where only that is known."""
    stop = next((s for s in rider.run.stops if s.kind == "board" and s.place == rider.board), None)
    return (stop.depart or stop.arrive) if stop else None


def alight_time(rider: Rider) -> datetime | None:
    """Return when a rider's run arrives where the rider alights."""
    stop = next((s for s in rider.run.stops if s.kind == "alight" and s.place == rider.alight), None)
    return (stop.arrive or stop.depart) if stop else None


def grouped(riders: Iterable[Rider], key: Callable[[Rider], str]) -> dict[str, list[Rider]]:
    """Return riders by a key, groups in the key's order, riders in the order they came."""
    groups: dict[str, list[Rider]] = {}
    for rider in riders:
        groups.setdefault(key(rider), []).append(rider)
    return {name: groups[name] for name in sorted(groups)}


def carrier_list(book: Book, run: Run, view: View) -> Sheet:
    """Return the charter contract's passenger list of one run: nobody else may ride, nowhere else may it stop."""
    spec = columns(
        (_("No."), 10),
        (_("Seat"), 12),
        (_("Name"), 34, "left"),
        (_("Sex"), 10),
        *([(_("ID number"), 44)] if view.shows_id else []),
        (_("Phone"), 28),
        (_("Boards at"), 28, "left"),
        (_("Alights at"), 34, "left"),
    )
    rows: list[tuple[Cell, ...]] = []
    for number, rider in enumerate(book.riders[run.id], 1):
        person = rider.person
        identity = [view.id_number(person)] if view.shows_id else []
        rows.append(
            (
                number,
                rider.seat,
                view.name(person),
                sex_text(person.sex),
                *identity,
                view.phone(person),
                rider.board,
                rider.alight,
            )
        )
    note = Text(_("Only the people of this list may be carried, from and to the stops named above."))
    labels = (_("Charterer (seal)"), _("Carrier (seal)"))
    blocks: tuple[Block, ...] = (title_block(book, run), Table(spec, tuple(rows)), note, Signatures(labels))
    return Sheet(run.id, _("Charter passenger list"), blocks, subtitle=_run_line(book, run, view), alone=True)


def _run_line(book: Book, run: Run, view: View) -> str:
    return spaced(book.problem.settings.name, run.id, day_text(run.date), view.warning())


def railway_list(book: Book, run: Run, view: View) -> Sheet:
    """Return the real-name list of a train's group tickets, by boarding and alighting station."""
    groups = grouped(book.riders[run.id], lambda rider: route_text([rider.board], [rider.alight]))
    spec = columns(
        (_("No."), 10),
        (_("Name"), 36, "left"),
        (_("Sex"), 10),
        *([(_("ID number"), 46)] if view.shows_id else []),
        (_("Phone"), 30),
        *([(_("Birth date"), 26)] if view.shows_full_id else []),
        (_("Ticket"), 20),
        (_("Seat"), 22),
    )
    pairs = (
        (_("Train"), run.train or ""),
        (_("Date"), day_text(run.date)),
        (_("People / seats"), f"{run.load} / {run.seats}"),
        (_("Handled by"), _handler(book, run)),
        (_("Unit (seal)"), ""),
    )
    blocks: list[Block] = [Facts(pairs)]
    for route, riders in groups.items():
        rows: list[tuple[Cell, ...]] = []
        for number, rider in enumerate(riders, 1):
            person = rider.person
            identity = [view.id_number(person)] if view.shows_id else []
            # The full number holds the birth date anyway; beside a masked one it would tell what the mask hides.
            birth = [person.birth.isoformat() if person.birth else ""] if view.shows_full_id else []
            line: tuple[Cell, ...] = (
                number,
                view.name(person),
                sex_text(person.sex),
                *identity,
                view.phone(person),
                *birth,
            )
            rows.append((*line, child_ticket(rider), rider.seat))
        title = spaced(route, _("{count} people").format(count=len(riders)))
        blocks.append(Table(spec, tuple(rows), title=title))
        if len(riders) < GROUP_TICKET_MIN:
            few = _("Fewer than {least} people: not enough for a group ticket, buy single ones.")
            blocks.append(Text(few.format(least=GROUP_TICKET_MIN)))
    return Sheet(run.id, _("Railway group ticket list"), tuple(blocks), subtitle=_run_line(book, run, view))


def _handler(book: Book, run: Run) -> str:
    """Return who handles a train's tickets, with a phone: the first escort, else the leader."""
    batch = next(iter(group_tickets([run])), None)
    if batch is None:
        return ""
    person = book.escorts.get(batch.handler or "") or book.people.get(batch.handler_person or "")
    return f"{person.name} {person.phone}".strip() if person else (batch.handler or "")


def child_ticket(rider: Rider) -> str:
    """Return the kind of railway ticket by age on the travel date: under 6 free, 6 to under 14 child."""
    birth, day = rider.person.birth, rider.run.date
    if birth is None:
        return ""
    age = day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
    return _("adult") if age >= 14 else (_("child") if age >= 6 else _("free"))


def township_list(book: Book, township: str, riders: Sequence[Rider], view: View) -> Sheet:
    """Return who of a township leaves when, from where, and whom to phone, by date; then who got no seat."""
    spec = columns(
        (_("No."), 9),
        (_("Name"), 20, "left"),
        (_("Village"), 20, "left"),
        *([(_("ID number"), 34)] if view.shows_id else []),
        (_("Phone"), 23),
        (_("Run"), 28, "left"),
        (_("Seat"), 8),
        (_("Feeder"), 38, "left"),
        (_("Boards at"), 28, "left"),
        (_("Departs"), 12),
        (_("Alights at"), 24, "left"),
        (_("Escort or leader"), 36, "left"),
        (_("Told"), 10),
        width_mm=277,
    )
    blocks: list[Block] = []
    for day, of_day in grouped(riders, lambda rider: rider.run.date.isoformat()).items():
        rows: list[tuple[Cell, ...]] = []
        for number, rider in enumerate(of_day, 1):
            person = rider.person
            identity = [view.id_number(person)] if view.shows_id else []
            start = clock(board_time(rider), rider.run.date)
            rows.append(
                (
                    number,
                    view.name(person),
                    person.village,
                    *identity,
                    view.phone(person),
                    rider.run.id,
                    rider.seat,
                    _feeder_text(book, rider),
                    short_place(rider.board),
                    start,
                    short_place(rider.alight),
                    leaders_text(book, rider.run),
                    BOX,
                )
            )
        title = spaced(day_text(of_day[0].run.date), _("{count} people").format(count=len(of_day)))
        blocks.append(Table(spec, tuple(rows), title=title if day else ""))
    blocks.extend(_without_seat(book, township, view))
    return Sheet(township, _("Township departure list"), tuple(blocks), _season_line(book, township), landscape=True)


def _feeder_text(book: Book, rider: Rider) -> str:
    """Return when and where a rider gets on (off, in to_home) the feeder; empty without one."""
    stop = book.feeder_stops.get(rider.person.key)
    if stop is None:
        return ""
    moment = (stop.depart or stop.arrive) if book.to_work else (stop.arrive or stop.depart)
    return f"{clock(moment, rider.run.date)} {stop.place}".strip()


def _season_line(book: Book, what: str) -> str:
    return spaced(book.problem.settings.name, what)


def _without_seat(book: Book, township: str, view: View) -> list[Block]:
    rows: list[tuple[Cell, ...]] = []
    for entry in book.plan.unserved:
        for key in entry.persons:
            person = book.people.get(key)
            if person is not None and person.township == township:
                line = (view.name(person), view.phone(person), entry.reason, entry.remedy)
                rows.append((len(rows) + 1, *line))
    if not rows:
        return []
    spec = columns(
        (_("No."), 10),
        (_("Name"), 26, "left"),
        (_("Phone"), 30),
        (_("Why there is no seat"), 110, "left"),
        (_("What would help"), 100, "left"),
        width_mm=277,
    )
    return [Table(spec, tuple(rows), title=_("Without a seat"))]


def arrival_list(book: Book, title: str, what: str, riders: Sequence[Rider], view: View) -> Sheet:
    """Return who arrives when and where, by date: for an employer, or a bureau's station in a destination city."""
    spec = columns(
        (_("No."), 9),
        (_("Name"), 22, "left"),
        (_("Sex"), 8),
        *([(_("ID number"), 34)] if view.shows_id else []),
        (_("Phone"), 23),
        (_("Employer"), 36, "left"),
        (_("Run"), 28, "left"),
        (_("Plate or train"), 20),
        (_("Place"), 24, "left"),
        (_("Arrives") if book.to_work else _("Departs"), 25),
        (_("Escort or leader"), 36, "left"),
        (_("Met"), 10),
        width_mm=277,
    )
    blocks: list[Block] = []
    for of_day in grouped(riders, lambda rider: rider.run.date.isoformat()).values():
        rows: list[tuple[Cell, ...]] = []
        for number, rider in enumerate(of_day, 1):
            person, run = rider.person, rider.run
            identity = [view.id_number(person)] if view.shows_id else []
            when = alight_time(rider) if book.to_work else board_time(rider)
            moment = clock(when)
            vehicle = run.plate or run.train or ""
            rows.append(
                (
                    number,
                    view.name(person),
                    sex_text(person.sex),
                    *identity,
                    view.phone(person),
                    person.employer,
                    run.id,
                    vehicle,
                    short_place(book.work_end(rider)),
                    moment,
                    leaders_text(book, run),
                    BOX,
                )
            )
        count = _("{count} people").format(count=len(of_day))
        blocks.append(Table(spec, tuple(rows), title=spaced(day_text(of_day[0].run.date), count)))
    blocks.append(Signatures((_("Handed over by"), _("Received by (seal)"))))
    return Sheet(what, title, tuple(blocks), _season_line(book, what), landscape=True)


def public_notice(book: Book, township: str, riders: Sequence[Rider], view: View) -> Sheet:
    """Return the notice for a township's wall: surnames and masked phones only."""
    spec = columns(
        (_("No."), 12),
        (_("Name"), 24),
        (_("Phone"), 34),
        (_("Date"), 28),
        (_("Departs"), 26),
        (_("Boards at"), 38, "left"),
        (_("Run"), 44, "left"),
    )
    rows: list[tuple[Cell, ...]] = []
    for number, rider in enumerate(riders, 1):
        start = clock(board_time(rider), rider.run.date)
        line = (short_day(rider.run.date), start, rider.board, rider.run.id)
        rows.append((number, view.name(rider.person), view.phone(rider.person), *line))
    note = Text(_("Questions about this list: ask the township's labour office within the notice period."))
    labels = (_("Issued by (seal)"), _("Date of notice"), _("Phone for questions"))
    blocks: tuple[Block, ...] = (Table(spec, tuple(rows)), note, Signatures(labels))
    return Sheet(township, _("Public notice of travel arrangements"), blocks, _season_line(book, township))


def staff_sheet(book: Book) -> Sheet:
    """Return the phone sheet of those who lead the runs, by date and departure."""
    spec = columns(
        (_("Run"), 30, "left"),
        (_("Date"), 18),
        (_("Departs"), 14),
        (_("From and to"), 70, "left"),
        (_("Plate or train"), 22),
        (_("People"), 12),
        (_("Escort or leader"), 40, "left"),
        (_("Group leader"), 66, "left"),
        width_mm=277,
    )
    rows: list[tuple[Cell, ...]] = []
    for run in book.runs:
        start = clock(run.stops[0].depart, run.date) if run.stops else ""
        route = route_text(run.places("board"), run.places("alight"))
        line: tuple[Cell, ...] = (run.id, short_day(run.date), start, route, run.plate or run.train or "", run.load)
        rows.append((*line, leaders_text(book, run), group_leader(book, run)))
    title = _("Phone sheet of escorts and coach leaders")
    return Sheet(_("Escorts"), title, (Table(spec, tuple(rows)),), book.problem.settings.name, landscape=True)


def feeder_date(book: Book, feeder: Feeder) -> date | None:
    """Return the day of a round: of its first time, for a run home arrives days after its date; else its run's."""
    times = [time for stop in feeder.stops for time in (stop.arrive, stop.depart) if time is not None]
    if times:
        return min(times).date()
    served = book.run_of.get(feeder.serves)
    return served.date if served else None


def feeder_sheet(book: Book, feeder: Feeder, view: View) -> Sheet:
    """Return one feeder round: its stops and times, and the people of each stop."""
    spec = columns(
        (_("Stop"), 34, "left", True),
        (_("Arrives"), 18, "center", True),
        (_("Departs"), 18, "center", True),
        (_("What"), 16, "center", True),
        (_("People"), 12, "center", True),
        (_("Name"), 36, "left"),
        (_("Phone"), 32),
        (_("Tick"), 12),
    )
    served = book.run_of.get(feeder.serves)
    on = feeder_date(book, feeder)
    rows: list[tuple[Cell, ...]] = []
    for stop in feeder.stops:
        what = _("board") if stop.kind == "board" else _("alight")
        people = book.feeder_riders(feeder, stop)
        head = (stop.place, clock(stop.arrive, on) or NO_TIME, clock(stop.depart, on) or NO_TIME, what, len(people))
        if not people:
            rows.append((*head, "", "", ""))
        for i, person in enumerate(people):
            line = (view.name(person), view.phone(person), BOX)
            rows.append((*(head if i == 0 else ("",) * len(head)), *line))
    pairs = (
        (_("Round"), feeder.id),
        (_("Serves run"), feeder.serves),
        (_("Escort"), leaders_text(book, served) if served else ""),
        (_("Vehicle type"), feeder.vehicle_type),
        (_("Plate"), ""),
        (_("Driver"), ""),
        (_("Phone"), ""),
    )
    day = day_text(on) if on else ""
    blocks: tuple[Block, ...] = (Facts(pairs), Table(spec, tuple(rows)))
    return Sheet(feeder.id, _("Feeder round"), blocks, _season_line(book, day), alone=True)
