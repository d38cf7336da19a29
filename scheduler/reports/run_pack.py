"""What one run needs (一车一方案): passenger list, timetable with safety reports, handover sheets."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from scheduler.i18n import _
from scheduler.itinerary import report_times
from scheduler.plan import Run
from scheduler.reports.document import (
    Block,
    Cell,
    Column,
    Facts,
    Sheet,
    Signatures,
    Table,
    Text,
    clock,
    columns,
    day_text,
    joined,
    route_text,
    spaced,
)
from scheduler.reports.people import Book, Rider
from scheduler.reports.readers import View

BOX = "□"
NOTE_MAX = 100
"""Characters of a note; the roster holds the rest."""


def passenger_list(book: Book, run: Run, view: View) -> Sheet:
    """Return the passenger list of a run: title block, boarding order with tick boxes, counts per stop, signatures."""
    riders = book.riders[run.id]
    blocks: list[Block] = [title_block(book, run), _riders_table(run, riders, view), _stops_table(run, riders)]
    blocks.extend(_gift_line(book, run))
    blocks.append(Signatures(_staff_signatures(run)))
    subtitle = spaced(_subtitle(book, run), view.warning())
    return Sheet(run.id, _("Passenger list"), tuple(blocks), subtitle=subtitle, code=run.id)


def _subtitle(book: Book, run: Run) -> str:
    return spaced(book.problem.settings.name, run.id, day_text(run.date))


def title_block(book: Book, run: Run) -> Facts:
    """Return what identifies a run: date, vehicle or train, staff with phones, from and to, times, people and seats."""
    first, last = (run.stops[0], run.stops[-1]) if run.stops else (None, None)
    pairs = [(_("Run"), run.id), (_("Date"), day_text(run.date))]
    if run.mode == "coach":
        pairs += [
            (_("Plate"), run.plate or ""),
            (_("Operator"), run.operator or ""),
            (_("Vehicle type"), run.vehicle_type or ""),
            (_("Drivers"), _("{count} needed").format(count=run.drivers) if run.drivers else ""),
        ]
    else:
        pairs.append((_("Train"), run.train or ""))
    pairs += [
        (_("From"), joined(run.places("board"))),
        (_("To"), joined(run.places("alight"))),
        (_("People / seats"), f"{run.load} / {run.seats}"),
        (_("Departure"), clock(first.depart, run.date) if first else ""),
        (_("Arrival"), clock(last.arrive, run.date) if last else ""),
    ]
    if run.path_km is not None:
        pairs.append((_("Distance"), f"{run.path_km:.1f} km"))
    pairs += staff(book, run)
    return Facts(tuple(pairs))


def staff(book: Book, run: Run) -> list[tuple[str, str]]:
    """Return who leads a run, with phones: escorts, coach leader, deputy, group leader; else a line to fill in."""
    lines = []
    for name in run.escorts:
        escort = book.escorts.get(name)
        lines.append((_("Escort"), f"{name} {escort.phone}".strip() if escort else name))
    for label, ref in ((_("Coach leader"), run.leader), (_("Deputy leader"), run.deputy)):
        person = book.people.get(ref) if ref else None
        if person is not None:
            lines.append((label, f"{person.name} {person.phone}".strip()))
    group = book.group_leaders.get(run.id)
    if group is not None:
        person = book.people.get(group.ref or "")
        leader = group.escort or (person.name if person else "")
        label = _("Group leader ({count} coaches)").format(count=len(group.runs))
        lines.append((label, f"{leader} {group.leads_on}".strip()))
    return lines or [(_("Coach leader") if run.mode == "coach" else _("Escort"), "")]


def _riders_table(run: Run, riders: tuple[Rider, ...], view: View) -> Table:
    specs: list[Column] = list(
        columns(
            (_("No."), 8),
            (_("Seat"), 10),
            (_("Name"), 22, "left"),
            (_("Party"), 10),
            *([(_("ID number"), 38)] if view.shows_id else []),
            (_("Phone"), 24),
            (_("Boards at"), 22, "left"),
            (_("Alights at"), 24, "left"),
            (_("On"), 7),
            (_("Off"), 7),
            (_("Notes"), 20, "left"),
        )
    )
    rows: list[tuple[Cell, ...]] = []
    for number, rider in enumerate(riders, 1):
        identity = [view.id_number(rider.person)] if view.shows_id else []
        rows.append(
            (
                number,
                rider.seat,
                view.name(rider.person),
                party_mark(rider),
                *identity,
                view.phone(rider.person),
                rider.board,
                rider.alight,
                BOX,
                BOX,
                rider_notes(rider, view),
            )
        )
    return Table(tuple(specs), tuple(rows))


def party_mark(rider: Rider) -> str:
    """Return the bracket that holds a party together down the list: ┌3, │, └; nothing for one who travels alone."""
    if rider.party_size == 1:
        return ""
    if rider.nth == 1:
        return f"┌ {rider.party_size}"
    return "└" if rider.nth == rider.party_size else "│"


def rider_notes(rider: Rider, view: View) -> str:
    """Return what the staff should know: minors, luggage, the roster's note."""
    minor = [_("minor")] if rider.is_minor() else []
    extra = [rider.person.luggage, rider.person.note] if view.shows_notes else []
    text = joined([*minor, *extra])
    return text if len(text) <= NOTE_MAX else text[:NOTE_MAX] + "…"


def _stops_table(run: Run, riders: tuple[Rider, ...]) -> Table:
    boarding, alighting = Counter(r.board for r in riders), Counter(r.alight for r in riders)
    rows: list[tuple[Cell, ...]] = []
    aboard = 0
    for stop in run.stops:
        if stop.kind == "rest":
            continue
        on = boarding[stop.place] if stop.kind == "board" else 0
        off = alighting[stop.place] if stop.kind == "alight" else 0
        aboard += on - off
        times = (clock(stop.arrive, run.date), clock(stop.depart, run.date))
        rows.append((stop.place, *times, on or "", off or "", aboard, "", ""))
    rows.append((_("Total"), "", "", len(riders), len(riders), "", "", ""))
    heads = columns(
        (_("Stop"), 44, "left"),
        (_("Arrives"), 24),
        (_("Departs"), 24),
        (_("Board"), 16),
        (_("Alight"), 16),
        (_("Aboard after"), 20),
        (_("Counted"), 20),
        (_("Checked by"), 26),
    )
    return Table(heads, tuple(rows), title=_("Headcount at each stop"))


def _gift_line(book: Book, run: Run) -> list[Block]:
    items = book.problem.settings.policy.gift_pack
    if not items:
        return []
    text = _("Gift packs: {items}; {count} packs. {box} handed out").format(
        items=joined(items), count=run.load, box=BOX
    )
    return [Text(text)]


def _staff_signatures(run: Run) -> tuple[str, ...]:
    lead = _("Coach leader") if run.mode == "coach" else _("Escort")
    driver = (_("Driver"),) if run.mode == "coach" else ()
    return (lead, *driver, _("Checked at departure"), _("Checked at arrival"))


def timetable(book: Book, run: Run) -> Sheet:
    """Return the timetable of a run, stops and rests, with the safety reports to fill in between them."""
    riders = book.riders[run.id]
    boarding, alighting = Counter(r.board for r in riders), Counter(r.alight for r in riders)
    events: list[tuple[datetime | None, tuple[Cell, ...]]] = []
    aboard = 0
    for stop in run.stops:
        if stop.kind == "board":
            aboard += boarding[stop.place]
            what = _("board")
        elif stop.kind == "alight":
            aboard -= alighting[stop.place]
            what = _("alight")
        else:
            what = _("rest")
        moment = stop.arrive or stop.depart
        times = (clock(stop.arrive, run.date), clock(stop.depart, run.date))
        events.append((moment, (*times, stop.place, what, aboard, "", "", "")))
    timed = [event for event in events if event[0] is not None]
    for report in report_times(book.problem.settings.coach_rules, run):
        if report.kind != "regular":
            continue
        count = next((row[4] for moment, row in reversed(timed) if moment and moment <= report.minute), len(riders))
        when, what = clock(report.minute, run.date), _("two-hourly report")
        events.append((report.minute, (when, "", report.place, what, count, "", "", "")))
    if all(moment is not None for moment, _row in events):
        events.sort(key=lambda event: event[0] or datetime.min)
    heads = columns(
        (_("Arrives"), 25),
        (_("Departs"), 25),
        (_("Place"), 40, "left"),
        (_("What"), 24),
        (_("Aboard"), 14),
        (_("Counted"), 16),
        (_("Reported at"), 22),
        (_("Signed"), 24),
    )
    note = Text(
        _("Report the headcount and safety to the county service centre at every line, and every two hours on the way.")
    )
    blocks: tuple[Block, ...] = (title_block(book, run), Table(heads, tuple(row for _moment, row in events)), note)
    return Sheet(
        f"{run.id} {_('times')}", _("Timetable and safety reports"), blocks, subtitle=_subtitle(book, run), code=run.id
    )


def handovers(book: Book, run: Run, view: View) -> list[Sheet]:
    """Return a handover sheet for each listed employer met on the run, and one for each other place of arrival."""
    groups: dict[tuple[str, str], list[Rider]] = {}
    for rider in book.riders[run.id]:
        employer = rider.person.employer if rider.person.employer_stop == book.work_end(rider) else ""
        groups.setdefault((rider.alight, employer), []).append(rider)
    order = {place: i for i, place in enumerate(run.places("alight"))}
    keys = sorted(groups, key=lambda key: (order.get(key[0], 0), key[1]))
    return [_handover(book, run, place, employer, groups[place, employer], view) for place, employer in keys]


def _handover(book: Book, run: Run, place: str, employer: str, riders: list[Rider], view: View) -> Sheet:
    where = book.problem.places.get(place)
    contact = f"{where.contact} {where.phone}".strip() if where else ""
    arrival = next((s.arrive for s in run.stops if s.kind == "alight" and s.place == place), None)
    pairs = (
        (_("Run"), run.id),
        (_("Plate or train"), run.plate or run.train or ""),
        (_("Arrival"), clock(arrival, run.date)),
        (_("Place of handover"), place),
        (_("Employer"), employer),
        (_("Contact"), contact),
        (_("People"), str(len(riders))),
    )
    heads = columns(
        (_("No."), 10),
        (_("Seat"), 12),
        (_("Name"), 30, "left"),
        (_("Sex"), 10),
        *([(_("ID number"), 40)] if view.shows_id else []),
        (_("Phone"), 28),
        (_("Employer"), 40, "left"),
        (_("Arrived"), 14),
        (_("Signed"), 24),
    )
    rows: list[tuple[Cell, ...]] = []
    for number, rider in enumerate(riders, 1):
        person = rider.person
        identity = [view.id_number(person)] if view.shows_id else []
        name = view.name(person)
        rows.append((number, rider.seat, name, person.sex, *identity, view.phone(person), person.employer, BOX, ""))
    text = _("Handed over {expected} people as listed; arrived in fact: ______ people; missing: ______").format(
        expected=len(riders)
    )
    labels = (_("Handed over by"), _("Received by (seal)"), _("Phone"), _("Date and time"))
    blocks: tuple[Block, ...] = (Facts(pairs), Table(heads, tuple(rows)), Text(text), Signatures(labels))
    return Sheet(f"{run.id} {_('handover')}", _("Handover sheet"), blocks, subtitle=_subtitle(book, run), code=run.id)


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
        width_mm=277,
    )
    rows: list[tuple[Cell, ...]] = []
    for run in runs:
        vehicle = f"{run.vehicle_type} {run.operator}" if run.mode == "coach" else (run.train or "")
        lead = joined([value for _label, value in staff(book, run)])
        route = route_text(run.places("board"), run.places("alight"))
        start = clock(run.stops[0].depart, run.date) if run.stops else ""
        rows.append((run.id, start, route, vehicle, run.plate or "", run.load, run.seats, lead))
    total = (_("Total"), "", "", "", "", sum(r.load for r in runs), sum(r.seats for r in runs), "")
    title = _("Runs of {day}").format(day=day_text(runs[0].date))
    table = Table(heads, (*rows, total))
    return Sheet(_("Runs"), title, (table,), subtitle=book.problem.settings.name, landscape=True)
