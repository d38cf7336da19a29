"""Lists of those who carry: charter lists of a carrier, group tickets of the railway, phones of those who lead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from scheduler.i18n import _, count_text, ngettext
from scheduler.itinerary.duty import GROUP_TICKET_MIN, group_tickets
from scheduler.plan import Run
from scheduler.reports.book import Book, Rider
from scheduler.reports.formats.document import (
    LANDSCAPE_MM,
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
    id_column,
    joined,
    km_text,
    only_if,
    route_text,
    sex_text,
    short_day,
    spaced,
)
from scheduler.reports.manifests.crew import group_leader, leaders_text
from scheduler.reports.manifests.run_pack import by_stops, carriage, place_text, stop_texts, title_block
from scheduler.reports.visibility import View


def grouped(riders: Iterable[Rider], key: Callable[[Rider], str]) -> dict[str, list[Rider]]:
    """Return riders by a key, groups in the key's order, riders in the order they came."""
    groups: dict[str, list[Rider]] = {}
    for rider in riders:
        groups.setdefault(key(rider), []).append(rider)
    return {name: groups[name] for name in sorted(groups)}


def grouped_runs(book: Book) -> dict[str, list[Run]]:
    """Return the coaches of each carrier."""
    operators: dict[str, list[Run]] = {}
    for run in book.runs:
        if run.mode == "coach":
            operators.setdefault(run.operator or _("no operator"), []).append(run)
    return operators


# A carrier's ------------------------------------------------------------------------------------------------------


def carrier_overview(book: Book, operator: str, runs: Sequence[Run]) -> Sheet:
    """Return all runs of a carrier, which open its lists: what it drives when, with which vehicles."""
    spec = columns(
        (_("Run"), 34, "left"),
        (_("Date"), 20),
        (_("Departs"), 14),
        (_("From and to"), 80, "left"),
        (_("Arrives"), 26),
        (_("Vehicle type"), 26, "left"),
        (_("Plate"), 24),
        (_("People / seats"), 18),
        (_("Drivers"), 12),
        (_("Distance"), 20),
        width_mm=LANDSCAPE_MM,
    )
    rows: list[tuple[Cell, ...]] = []
    for run in runs:
        first, last = (run.stops[0], run.stops[-1]) if run.stops else (None, None)
        times = (clock(first.depart, run.date) if first else "", clock(last.arrive, run.date) if last else "")
        route = route_text(run.places("board"), run.places("alight"))
        distance = km_text(run.path_km) if run.path_km is not None else ""
        vehicle = (run.vehicle_type or "", run.plate or "", f"{run.load} / {run.seats}", run.drivers or "", distance)
        rows.append((run.id, short_day(run.date), times[0], route, times[1], *vehicle))
    people = count_text("{n} person", "{n} people", sum(run.load for run in runs))
    count = joined([count_text("{n} run", "{n} runs", len(runs)), people])
    subtitle = spaced(book.problem.settings.name, operator, count)
    table = Table(spec, tuple(rows), searched=True)
    return Sheet(_("Runs"), _("Runs of the carrier"), (table,), subtitle, landscape=True, alone=True)


def carrier_list(book: Book, run: Run, view: View) -> Sheet:
    """Return the charter contract's passenger list of one run: nobody else may ride, nowhere else may it stop."""
    has_seats = any(rider.seat for rider in book.riders[run.id])
    spec = columns(
        (_("Seat") if has_seats else _("No."), 8),
        (_("Name"), 20, "left"),
        (_("Sex"), 7),
        *id_column(view.shows_id, 34 if view.shows_full_id else 16),
        (_("Phone"), 23),
        groups=((_("Boards at"), 54), (_("Alights at"), 30)),
        abreast=2,
    )
    rows: list[tuple[Cell, ...]] = []
    riders = by_stops(book, run)
    for number, (rider, ends) in enumerate(zip(riders, stop_texts(book, riders), strict=True), 1):
        person = rider.person
        identity = [view.id_number(person)] if view.shows_id else []
        line = (rider.seat if has_seats else number, view.name(person), sex_text(person.sex), *identity)
        rows.append((*ends, *line, view.phone(person)))
    note = Text(_("Only the people of this list may be carried, from and to the stops named above."))
    labels = (_("Charterer (seal)"), _("Carrier (seal)"))
    blocks: tuple[Block, ...] = (
        title_block(book, run),
        Table(spec, tuple(rows), abreast=2),
        _timetable(run),
        note,
        Signatures(labels),
    )
    return Sheet(run.id, _("Charter passenger list"), blocks, subtitle=_run_line(book, run, view), alone=True)


def _timetable(run: Run) -> Table:
    """Return the stops and rests of a run with their times."""
    what = {"board": _("board"), "alight": _("alight"), "rest": _("rest")}
    rows = tuple(
        (clock(stop.arrive, run.date), clock(stop.depart, run.date), place_text(stop.place), what[stop.kind])
        for stop in run.stops
    )
    heads = columns((_("Arrives"), 24), (_("Departs"), 24), (_("Place"), 30, "left"), (_("What"), 14), abreast=2)
    return Table(heads, rows, title=_("Timetable"), abreast=2)


def _run_line(book: Book, run: Run, view: View) -> str:
    return spaced(book.problem.settings.name, run.id, day_text(run.date), view.warning())


# The railway's ----------------------------------------------------------------------------------------------------


def railway_list(book: Book, run: Run, view: View) -> Sheet:
    """Return the real-name list of a train's group tickets, by boarding and alighting station and carriage."""
    riders = by_stops(book, run)
    spec = columns(
        (_("No."), 10),
        (_("Name"), 32, "left"),
        (_("Sex"), 9),
        *id_column(view.shows_id, 42 if view.shows_full_id else 20),
        (_("Phone"), 28),
        *only_if(view.shows_full_id, (_("Birth date"), 24)),
        (_("Ticket"), 16),
        (_("Seat"), 20),
        groups=((_("Boards at"), 30), (_("Alights at"), 30), (_("Carriage"), 16)),
    )
    pairs = (
        (_("Train"), run.train or ""),
        (_("Date"), day_text(run.date)),
        (_("People / seats"), f"{run.load} / {run.seats}"),
        (_("Handled by"), _handler(book, run)),
        (_("Unit (seal)"), ""),
    )
    rows: list[tuple[Cell, ...]] = []
    few: list[str] = []
    for route, members in grouped(riders, lambda rider: route_text([rider.board], [rider.alight])).items():
        if len(members) < GROUP_TICKET_MIN:
            few.append(
                spaced(route, ngettext("{count} person", "{count} people", len(members)).format(count=len(members)))
            )
    for number, rider in enumerate(riders, 1):
        person = rider.person
        identity = [view.id_number(person)] if view.shows_id else []
        # The full number holds the birth date anyway; beside a masked one it would tell what the mask hides.
        birth = [person.birth.isoformat() if person.birth else ""] if view.shows_full_id else []
        line: tuple[Cell, ...] = (number, view.name(person), sex_text(person.sex), *identity, view.phone(person))
        head = (rider.board, rider.alight, carriage(rider))
        rows.append((*head, *line, *birth, child_ticket(rider), rider.seat))
    blocks: list[Block] = [Facts(pairs), Table(spec, tuple(rows))]
    if few:
        text = _("Fewer than {least} people, not enough for a group ticket, buy single ones: {routes}")
        blocks.append(Text(text.format(least=GROUP_TICKET_MIN, routes=joined(few))))
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


# Those who lead ---------------------------------------------------------------------------------------------------


def staff_sheet(book: Book) -> Sheet:
    """Return the phone sheet of those who lead the runs, by date and departure."""
    spec = columns(
        (_("Run"), 30, "left"),
        (_("Date"), 18),
        (_("Departs"), 14),
        (_("From and to"), 70, "left"),
        (_("Plate or train"), 22),
        (_("People"), 12),
        (_("Escort or leader"), 60, "left"),
        (_("Group leader"), 46, "left"),
        width_mm=LANDSCAPE_MM,
    )
    rows: list[tuple[Cell, ...]] = []
    for run in book.runs:
        start = clock(run.stops[0].depart, run.date) if run.stops else ""
        route = route_text(run.places("board"), run.places("alight"))
        line: tuple[Cell, ...] = (run.id, short_day(run.date), start, route, run.plate or run.train or "", run.load)
        rows.append((*line, leaders_text(book, run), group_leader(book, run)))
    title = _("Phone sheet of escorts and coach leaders")
    table = Table(spec, tuple(rows), searched=True)
    return Sheet(_("Escorts"), title, (table,), book.problem.settings.name, landscape=True)


def staff_index(book: Book) -> Sheet:
    """Return those who lead runs by name: on which runs, from when on."""
    duties: dict[tuple[str, str], list[Run]] = {}
    for run in book.runs:
        for name in run.escorts:
            escort = book.escorts.get(name)
            duties.setdefault((name, escort.phone if escort else ""), []).append(run)
        for person in (book.people.get(run.leader or ""), book.people.get(run.deputy or "")):
            if person is not None:
                duties.setdefault((person.name, person.phone), []).append(run)
    spec = columns((_("Name"), 22, "left"), (_("Phone"), 28), (_("Trips"), 12), (_("Runs"), 120, "left"))

    def as_named(key: tuple[str, str]) -> tuple[bytes, str]:
        # GB 18030 orders the common characters by their sound.
        return key[0].encode("gb18030", "replace"), key[1]

    rows = []
    for name, phone in sorted(duties, key=as_named):
        runs = duties[name, phone]
        starts = (run.stops[0].depart if run.stops else None for run in runs)
        trips = [f"{run.id} {clock(start)}".strip() for run, start in zip(runs, starts, strict=True)]
        rows.append((name, phone, len(runs), joined(trips)))
    table = Table(spec, tuple(rows), searched=True)
    return Sheet(_("By name"), _("Escorts and coach leaders by name"), (table,), book.problem.settings.name)
