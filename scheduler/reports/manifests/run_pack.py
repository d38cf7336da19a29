"""What one run needs (一车一方案): passenger list, timetable with safety reports, handover sheets."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime

from scheduler.i18n import _
from scheduler.itinerary import report_times
from scheduler.plan import Run
from scheduler.reports.book import Book, Rider
from scheduler.reports.formats.document import (
    LANDSCAPE_MM,
    PORTRAIT_MM,
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
    joined,
    route_text,
    sex_text,
    short_place,
    spaced,
)
from scheduler.reports.visibility import View

BOX = "□"
MAX_PORTRAIT_RESTS = 8
"""With more rests, the tick boxes for them leave no room for the rest of a line on an upright page."""
_REST = re.compile(r"服务区(\d+)")
NOTE_MAX = 100
"""Characters of a note; the roster holds the rest."""


def passenger_list(book: Book, run: Run, view: View) -> Sheet:
    """Return the passenger list of a run: title block, boarding order with tick boxes, counts per stop, signatures.

    A person is ticked on boarding, after each rest, and on alighting.
    """
    riders = book.riders[run.id]
    rests = sum(stop.kind == "rest" for stop in run.stops)
    landscape = rests > MAX_PORTRAIT_RESTS
    width_mm = LANDSCAPE_MM if landscape else PORTRAIT_MM
    blocks: list[Block] = [title_block(book, run), _riders_table(riders, view, rests, width_mm)]
    blocks.append(_stops_table(run, riders))
    blocks.extend(_gift_line(book, run))
    blocks.append(Signatures(_staff_signatures(run)))
    subtitle = spaced(_subtitle(book, run), view.warning())
    return Sheet(run.id, _("Passenger list"), tuple(blocks), subtitle=subtitle, code=run.id, landscape=landscape)


def _subtitle(book: Book, run: Run) -> str:
    return spaced(book.problem.settings.name, run.id, day_text(run.date))


def title_block(book: Book, run: Run) -> Facts:
    """Return what identifies a run: date, vehicle or train, from and to, times, people and seats, staff with phones.

    A plan has no drivers' names: there is a line for each of them, and for the plate, to fill in.
    """
    first, last = (run.stops[0], run.stops[-1]) if run.stops else (None, None)
    pairs = [(_("Run"), run.id), (_("Date"), day_text(run.date))]
    if run.mode == "coach":
        pairs += [
            (_("Plate"), run.plate or ""),
            (_("Operator"), run.operator or ""),
            (_("Vehicle type"), run.vehicle_type or ""),
        ]
    else:
        pairs.append((_("Train"), run.train or ""))
    pairs += [
        (_("People / seats"), f"{run.load} / {run.seats}"),
        (_("From"), joined(run.places("board"))),
        (_("To"), joined(run.places("alight"))),
    ]
    if run.path_km is not None:
        pairs.append((_("Distance"), f"{run.path_km:.1f} km"))
    pairs += [
        (_("Departure"), clock(first.depart, run.date) if first else ""),
        (_("Arrival"), clock(last.arrive, run.date) if last else ""),
        *leaders(book, run),
    ]
    if run.mode == "coach":
        pairs += [(_("Driver {n}").format(n=n), "") for n in range(1, (run.drivers or 1) + 1)]
    above = group_leader(book, run)
    return Facts((*pairs, (_("Group leader"), above)) if above else tuple(pairs))


def leaders(book: Book, run: Run) -> list[tuple[str, str]]:
    """Return who leads a run, with phones: escorts, coach leader and deputy; else a line to fill in."""
    lines = [(_("Escort"), _with_phone(book, name, None)) for name in run.escorts]
    for label, person in ((_("Coach leader"), run.leader), (_("Deputy leader"), run.deputy)):
        if person in book.people:
            lines.append((label, _with_phone(book, None, person)))
    return lines or [(_("Coach leader") if run.mode == "coach" else _("Escort"), "")]


def leaders_text(book: Book, run: Run) -> str:
    """Return who leads a run, with phones, in one line."""
    return joined([who for _label, who in leaders(book, run)])


def group_leader(book: Book, run: Run) -> str:
    """Return who leads the coaches of that day to the same city, with phone and coach; empty when there is but one."""
    group = book.group_leaders.get(run.id)
    if group is None:
        return ""
    who = _with_phone(book, group.escort, group.person)
    return _("{who} on {run} ({count} coaches)").format(who=who, run=group.leads_on, count=len(group.runs)).strip()


def _with_phone(book: Book, escort: str | None, key: str | None) -> str:
    """Return the name and phone of a member of staff, or of the passenger with a key."""
    person = book.escorts.get(escort or "") or book.people.get(key or "")
    return f"{person.name} {person.phone}".strip() if person else escort or ""


def _riders_table(riders: tuple[Rider, ...], view: View, rests: int, width_mm: float) -> Table:
    marks = [_("R{n}").format(n=n) for n in range(1, rests + 1)]
    on_mm, rest_mm = (6.0, 4.4) if rests else (7.0, 0.0)
    notes_mm = width_mm - 132 - 2 * on_mm - rest_mm * rests
    specs = columns(
        (_("No."), 8),
        (_("Seat"), 8),
        (_("Name"), 17, "left"),
        (_("Party"), 8, "center", True),
        *([(_("ID number"), 33)] if view.shows_id else []),
        (_("Phone"), 22),
        (_("Boards at"), 18, "left"),
        (_("Alights at"), 18, "left"),
        (_("On"), on_mm),
        *((mark, rest_mm) for mark in marks),
        (_("Off"), on_mm),
        (_("Notes"), max(notes_mm, 14), "left"),
        width_mm=width_mm,
    )
    rows: list[tuple[Cell, ...]] = []
    for number, rider in enumerate(riders, 1):
        identity = [view.id_number(rider.person)] if view.shows_id else []
        rows.append(
            (
                number,
                rider.seat,
                view.name(rider.person),
                rider.party_size if rider.nth == 1 else "",
                *identity,
                view.phone(rider.person),
                short_place(rider.board),
                short_place(rider.alight),
                *[BOX] * (rests + 2),
                rider_notes(rider, view),
            )
        )
    return Table(specs, tuple(rows))


def rider_notes(rider: Rider, view: View) -> str:
    """Return what the staff should know: minors, luggage, the roster's note."""
    minor = [_("minor")] if rider.is_minor() else []
    person = rider.person
    luggage = [_("luggage {what}").format(what=person.luggage)] if person.luggage else []
    # Before the text is cut: half a number is no number that can be recognised.
    text = view.text(joined([*minor, *luggage, person.note] if view.shows_notes else minor))
    return text if len(text) <= NOTE_MAX else text[:NOTE_MAX] + "…"


def _stops_table(run: Run, riders: tuple[Rider, ...]) -> Table:
    boarding, alighting = Counter(r.board for r in riders), Counter(r.alight for r in riders)
    rows: list[tuple[Cell, ...]] = []
    aboard = rests = 0
    for stop in run.stops:
        on = boarding[stop.place] if stop.kind == "board" else 0
        off = alighting[stop.place] if stop.kind == "alight" else 0
        aboard += on - off
        place = place_text(stop.place)
        if stop.kind == "rest":
            rests += 1
            place = f"{_('R{n}').format(n=rests)} {place}"
        times = (clock(stop.arrive, run.date), clock(stop.depart, run.date))
        rows.append((place, *times, on or "", off or "", aboard, "", ""))
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


def place_text(name: str) -> str:
    """Return a stop's name; that of a rest, which a plan numbers 服务区1, 服务区2, in the user's language."""
    rest = _REST.fullmatch(name)
    return _("service area {n}").format(n=rest[1]) if rest else name


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
        events.append((moment, (*times, place_text(stop.place), what, aboard, "", "", "")))
    timed = [event for event in events if event[0] is not None]
    for report in report_times(book.problem.settings.coach_rules, run):
        if report.kind != "regular":
            continue
        count = next((row[4] for moment, row in reversed(timed) if moment and moment <= report.minute), len(riders))
        when, what = clock(report.minute, run.date), _("two-hourly report")
        events.append((report.minute, (when, "", place_text(report.place), what, count, "", "", "")))
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
        rows.append(
            (number, rider.seat, name, sex_text(person.sex), *identity, view.phone(person), person.employer, BOX, "")
        )
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
        width_mm=LANDSCAPE_MM,
    )
    rows: list[tuple[Cell, ...]] = []
    for run in runs:
        vehicle = f"{run.vehicle_type} {run.operator}" if run.mode == "coach" else (run.train or "")
        route = route_text(run.places("board"), run.places("alight"))
        start = clock(run.stops[0].depart, run.date) if run.stops else ""
        rows.append((run.id, start, route, vehicle, run.plate or "", run.load, run.seats, leaders_text(book, run)))
    total = (_("Total"), "", "", "", "", sum(r.load for r in runs), sum(r.seats for r in runs), "")
    title = _("Runs of {day}").format(day=day_text(runs[0].date))
    table = Table(heads, (*rows, total))
    return Sheet(_("Runs"), title, (table,), subtitle=book.problem.settings.name, landscape=True)


def day_passengers(book: Book, runs: list[Run], view: View) -> Sheet:
    """Return everybody who travels on a day in one table, for the duty room to search: who is on which run."""
    heads = columns(
        (_("Run"), 28, "left"),
        (_("Seat"), 9),
        (_("Name"), 18, "left"),
        (_("Sex"), 8),
        *([(_("ID number"), 36)] if view.shows_id else []),
        (_("Phone"), 24),
        (_("Township"), 18, "left"),
        (_("Village"), 20, "left"),
        (_("Boards at"), 30, "left"),
        (_("Alights at"), 20, "left"),
        (_("Employer"), 30, "left"),
        (_("Emergency contact"), 36, "left"),
        (_("Notes"), 22, "left"),
        width_mm=LANDSCAPE_MM,
    )
    rows: list[tuple[Cell, ...]] = []
    for run in runs:
        for rider in book.riders[run.id]:
            person = rider.person
            identity = [view.id_number(person)] if view.shows_id else []
            line: tuple[Cell, ...] = (
                run.id,
                rider.seat,
                view.name(person),
                sex_text(person.sex),
                *identity,
                view.phone(person),
            )
            home = (person.township, person.village, short_place(rider.board), short_place(rider.alight))
            contact = f"{person.emergency_contact} {person.emergency_phone}".strip() if view.shows_notes else ""
            rows.append((*line, *home, person.employer, contact, rider_notes(rider, view)))
    title = _("Passengers of {day}").format(day=day_text(runs[0].date))
    subtitle = spaced(book.problem.settings.name, view.warning())
    table = Table(heads, tuple(rows), searched=True)
    return Sheet(_("Passengers"), title, (table,), subtitle=subtitle, landscape=True)
