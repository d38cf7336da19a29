"""What one run needs (一车一方案): passenger list with timetable and safety reports, then handover sheets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from scheduler.i18n import _, ngettext
from scheduler.itinerary import report_times
from scheduler.plan import Run
from scheduler.reports.book import Book, Rider
from scheduler.reports.formats.document import (
    BOX,
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
    full_day,
    id_column,
    joined,
    km_text,
    only_if,
    short_place,
    spaced,
)
from scheduler.reports.gather import at_stop
from scheduler.reports.manifests.crew import group_leader, leaders
from scheduler.reports.visibility import View

MAX_PORTRAIT_RESTS = 8
"""With more rests, the tick boxes for them leave no room for the rest of a line on an upright page."""
BOX_COLUMN_MM = 5.6
_REST = re.compile(r"服务区(\d+)")
_CARRIAGE = re.compile(r"(\d{1,2})车")
NOTE_MAX = 100
"""Characters of a note; the roster holds the rest."""


def passenger_list(book: Book, run: Run, view: View) -> Sheet:
    """Return the passenger list of a run with its timetable: what the escort holds from the first stop to the last.

    People stand by where they board and where they are handed over, and are ticked on boarding, after each rest, and
    at the handover. The timetable is the sheet of headcounts and safety reports.
    """
    rests = sum(stop.kind == "rest" for stop in run.stops)
    landscape = rests > MAX_PORTRAIT_RESTS
    width_mm = LANDSCAPE_MM if landscape else PORTRAIT_MM
    blocks: list[Block] = [
        title_block(book, run),
        _riders_table(book, run, view, rests, width_mm),
        report_table(book, run, width_mm),
        *_gift_line(book, run),
        Signatures(_staff_signatures(run), per_line=4),
    ]
    subtitle = spaced(_subtitle(book, run), view.warning())
    return Sheet(run.id, _("Passenger list"), tuple(blocks), subtitle=subtitle, code=run.id, landscape=landscape)


def _subtitle(book: Book, run: Run) -> str:
    return spaced(book.problem.settings.name, run.id, day_text(run.date))


def title_block(book: Book, run: Run) -> Facts:
    """Return what identifies a run: date, vehicle or train, from and to, times, people and seats, staff with phones.

    A plan has no drivers' names: there is a line for each of them, and for the plate, to fill in.
    """
    first, last = (run.stops[0], run.stops[-1]) if run.stops else (None, None)
    pairs = [(_("Run"), run.id), (_("Date"), full_day(run.date))]
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
        pairs.append((_("Distance"), km_text(run.path_km)))
    pairs += [
        (_("Departure"), clock(first.depart, run.date) if first else ""),
        (_("Arrival"), clock(last.arrive, run.date) if last else ""),
        *leaders(book, run),
    ]
    if run.mode == "coach":
        pairs += [(_("Driver {n}").format(n=n), "") for n in range(1, (run.drivers or 1) + 1)]
    above = group_leader(book, run)
    return Facts((*pairs, (_("Group leader"), above)) if above else tuple(pairs))


def by_stops(book: Book, run: Run, by_feeder: bool = False) -> list[Rider]:
    """Return a run's riders by boarding stop, alighting stop and carriage; within these as they board.

    Parameters
    ----------
    by_feeder : bool
        Those who come with one minibus stand together, as the escort counts them.
    """
    board = {place: i for i, place in enumerate(run.places("board"))}
    alight = {place: i for i, place in enumerate(run.places("alight"))}

    def key(rider: Rider) -> tuple[int, int, int, str]:
        feeder = feeder_text(book, rider) if by_feeder else ""
        return board.get(rider.board, 0), alight.get(rider.alight, 0), int(carriage(rider) or 0), feeder

    return sorted(book.riders[run.id], key=key)


def carriage(rider: Rider) -> str:
    """Return the carriage of a seat of a train: 3 of 03车02A; empty where the seat names none."""
    found = _CARRIAGE.match(rider.seat) if rider.run.mode == "train" else None
    return str(int(found[1])) if found else ""


def stop_texts(book: Book, riders: Sequence[Rider]) -> list[tuple[str, str]]:
    """Return where each rider boards with the times there, and alights: what a group of a list says."""
    known: dict[tuple[str, str, str, str], tuple[str, str]] = {}
    found = []
    for rider in riders:
        key = rider.run.id, rider.board, rider.alight, carriage(rider)
        if key not in known:
            known[key] = _stop_text(book, rider)
        found.append(known[key])
    return found


def _stop_text(book: Book, rider: Rider) -> tuple[str, str]:
    run = rider.run
    comes, leaves = at_stop(book.problem, run, rider.board)
    times = "–".join(dict.fromkeys(text for text in (clock(comes, run.date), clock(leaves, run.date)) if text))
    alight = short_place(rider.alight)
    if number := carriage(rider):
        alight = spaced(alight, _("carriage {number}").format(number=number))
    return " ".join(part for part in (rider.board, times) if part), alight


def feeder_text(book: Book, rider: Rider) -> str:
    """Return which minibus a rider takes, when and where: to the run, or going home on from it; empty without one."""
    own, day = book.gather(rider), rider.run.date
    if own.by == "feeder":
        return " ".join(part for part in (own.feeder, clock(own.when, day), own.place) if part)
    return own.further(day)


def _riders_table(book: Book, run: Run, view: View, rests: int, width_mm: float) -> Table:
    riders = by_stops(book, run, by_feeder=True)
    contacts = any(rider.person.emergency_contact or rider.person.emergency_phone for rider in riders)
    has_contact = contacts and view.shows_notes
    has_seats = any(rider.seat for rider in riders)
    fixed_mm = 9 + 20 + 8 + 23 + BOX_COLUMN_MM * (rests + 2) + 17 * view.shows_id + 30 * has_contact
    specs = columns(
        (_("Seat") if has_seats else _("No."), 9),
        (_("Name"), 20, "left"),
        (_("Party"), 8, "center", True),
        *id_column(view.shows_id, 17),
        (_("Phone"), 23),
        (_("On"), BOX_COLUMN_MM),
        *((_("R{n}").format(n=n), BOX_COLUMN_MM) for n in range(1, rests + 1)),
        (_("Off"), BOX_COLUMN_MM),
        *only_if(has_contact, (_("Emergency contact"), 30, "left")),
        (_("Notes"), max(width_mm - fixed_mm, 14), "left"),
        width_mm=width_mm,
        groups=((_("Boards at"), 54), (_("Handed over at"), 30), (_("Feeder"), 56)),
    )
    rows: list[tuple[Cell, ...]] = []
    above: tuple[tuple[str, ...], str] | None = None
    for number, (rider, ends) in enumerate(zip(riders, stop_texts(book, riders), strict=True), 1):
        person = rider.person
        stops = (*ends, feeder_text(book, rider))
        size, above = ("" if above == (stops, rider.party.id) else rider.party_size), (stops, rider.party.id)
        identity = [view.id_number(person)] if view.shows_id else []
        contact = [f"{person.emergency_contact} {person.emergency_phone}".strip()] if has_contact else []
        line: tuple[Cell, ...] = (*stops, rider.seat if has_seats else number, view.name(person), size)
        ticks = [BOX] * (rests + 2)
        notes = rider_notes(rider, view)
        rows.append((*line, *identity, view.phone(person), *ticks, *contact, notes))
    return Table(specs, tuple(rows), nested=True)


def rider_notes(rider: Rider, view: View) -> str:
    """Return what the staff should know: minors, luggage, the roster's note."""
    minor = [_("minor")] if rider.is_minor() else []
    person = rider.person
    luggage = [_("luggage {what}").format(what=person.luggage)] if person.luggage else []
    # Before the text is cut: half a number is no number that can be recognised.
    text = view.text(joined([*minor, *luggage, person.note] if view.shows_notes else minor))
    return text if len(text) <= NOTE_MAX else text[:NOTE_MAX] + "…"


def place_text(name: str) -> str:
    """Return a stop's name; that of a rest, which a plan numbers 服务区1, 服务区2, in the user's language."""
    rest = _REST.fullmatch(name)
    return _("service area {n}").format(n=rest[1]) if rest else name


def _gift_line(book: Book, run: Run) -> list[Block]:
    items = book.problem.settings.policy.gift_pack
    if not items:
        return []
    text = ngettext(
        "Gift packs: {items}; {count} pack. {box} handed out",
        "Gift packs: {items}; {count} packs. {box} handed out",
        run.load,
    ).format(items=joined(items), count=run.load, box=BOX)
    return [Text(text)]


def _staff_signatures(run: Run) -> tuple[str, ...]:
    lead = _("Coach leader") if run.mode == "coach" else _("Escort")
    driver = (_("Driver"),) if run.mode == "coach" else ()
    return (lead, *driver, _("Checked at departure"), _("Checked at arrival"))


def report_table(book: Book, run: Run, width_mm: float = PORTRAIT_MM) -> Table:
    """Return the timetable of a run, stops and rests, with the safety reports between them and room for headcounts."""
    riders = book.riders[run.id]
    boarding, alighting = Counter(r.board for r in riders), Counter(r.alight for r in riders)
    events: list[tuple[datetime | None, tuple[Cell, ...]]] = []
    aboard = rests = 0
    for stop in run.stops:
        if stop.kind == "board":
            aboard += boarding[stop.place]
            what = _("board {n}").format(n=boarding[stop.place])
        elif stop.kind == "alight":
            aboard -= alighting[stop.place]
            what = _("alight {n}").format(n=alighting[stop.place])
        else:
            rests += 1
            what = _("rest {mark}").format(mark=_("R{n}").format(n=rests))
        moment = stop.arrive or stop.depart
        times = (clock(stop.arrive, run.date), clock(stop.depart, run.date))
        events.append((moment, (*times, place_text(stop.place), what, aboard, "", "", "")))
    timed = [event for event in events if event[0] is not None]
    # A report that is due when a rest begins is that of the rest's own line.
    begun = [stop.arrive for stop in run.stops if stop.kind == "rest" and stop.arrive is not None]
    soon = timedelta(minutes=max(1, book.problem.settings.coach_rules.rest_min))
    for report in report_times(book.problem.settings.coach_rules, run):
        if report.kind != "regular" or any(timedelta() <= report.minute - rest < soon for rest in begun):
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
        width_mm=width_mm,
    )
    title = _("Timetable and safety reports: headcount and safety to the county service centre at every line")
    return Table(heads, tuple(row for _moment, row in events), title=title)


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
    met_at = book.problem.places.get(place)
    contact = f"{met_at.contact} {met_at.phone}".strip() if met_at else ""
    arrival = next((s.arrive for s in run.stops if s.kind == "alight" and s.place == place), None)
    who = joined([f"{label} {name}".strip() for label, name in leaders(book, run) if name])
    pairs = (
        (_("Run"), run.id),
        (_("Plate or train"), run.plate or run.train or ""),
        (_("Arrival"), clock(arrival)),
        (_("Place of handover"), place),
        (_("Employer"), employer),
        (_("Contact"), contact),
        (_("People"), str(len(riders))),
        (_("Handed over by"), who),
    )
    has_seats = any(rider.seat for rider in riders)
    heads = columns(
        (_("Seat") if has_seats else _("No."), 9),
        (_("Name"), 22, "left"),
        *id_column(view.shows_id, 18),
        (_("Phone"), 24),
        (_("Arrived"), 9),
        groups=((_("Employer"), 36),),
        abreast=2,
    )
    rows: list[tuple[Cell, ...]] = []
    # By employer, who sign for their own; within one as they sit.
    for number, rider in enumerate(sorted(riders, key=lambda each: each.person.employer), 1):
        person = rider.person
        identity = [view.id_number(person)] if view.shows_id else []
        seat = rider.seat if has_seats else number
        employer_of = person.employer or _("no employer named")
        rows.append((employer_of, seat, view.name(person), *identity, view.phone(person), BOX))
    text = ngettext(
        "Handed over {expected} person as listed; arrived in fact: ______; missing: ______",
        "Handed over {expected} people as listed; arrived in fact: ______ people; missing: ______",
        len(riders),
    ).format(expected=len(riders))
    labels = (_("Handed over by"), _("Received by (seal)"), _("Phone"), _("Date and time"))
    table = Table(heads, tuple(rows), abreast=2)
    blocks: tuple[Block, ...] = (Facts(pairs), table, Text(text), Signatures(labels))
    subtitle = _subtitle(book, run)
    # The code is on the list of the same pack; without it the sheets of two stops find room on one page.
    return Sheet(f"{run.id} {_('handover')}", _("Handover sheet"), blocks, subtitle, may_be_cut=True)
