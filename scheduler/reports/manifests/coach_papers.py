"""Two papers of a coach: what its carrier files for the charter plate, and the card for an emergency on the road."""

from __future__ import annotations

from scheduler.evaluate import Evaluator
from scheduler.i18n import _
from scheduler.plan import Run
from scheduler.reports.book import Book
from scheduler.reports.formats.document import (
    BOX,
    Block,
    Facts,
    Sheet,
    Signatures,
    Table,
    Text,
    clock,
    columns,
    day_text,
    joined,
    km_text,
    route_text,
    spaced,
)
from scheduler.reports.manifests.crew import group_leader, leaders
from scheduler.reports.manifests.run_pack import place_text


def charter_filing(book: Book, run: Run) -> Sheet:
    """Return what stands on the charter plate (包车标志牌) of a run, and the papers to check before it leaves.

    The plate is valid from the departure to the return, as long as the plan holds the coach.
    """
    rides = [stop for stop in run.stops if stop.kind != "rest"]
    first, last = Evaluator(book.problem).days_held(run.date, round((run.path_km or 0) * 1000))
    pairs = [
        (_("Run"), run.id),
        (_("From and to"), route_text(run.places("board"), run.places("alight"))),
        (_("Main places on the way"), joined([place_text(stop.place) for stop in rides[1:-1]])),
        (_("Plate"), run.plate or ""),
        (_("Operator"), run.operator or ""),
        (_("Signed for the operator by"), ""),
        (_("Vehicle type"), run.vehicle_type or ""),
        (_("People / seats"), f"{run.load} / {run.seats}"),
        (_("Distance"), km_text(run.path_km or 0)),
        (_("Valid"), f"{day_text(first)} – {day_text(last)}"),
        *((_("Driver {n}").format(n=n), "") for n in range(1, (run.drivers or 1) + 1)),
    ]
    spec = columns((_("Paper"), 60, "left"), (_("Number of the paper"), 60), (_("Valid until"), 34), (_("Checked"), 20))
    papers = (
        _("Operating licence of the vehicle"),
        _("Professional licences of the drivers"),
        _("Vehicle licence"),
        _("Driving licences"),
        _("Charter plate"),
        _("Carrier liability insurance"),
        _("Contract with the passenger list"),
    )
    table = Table(spec, tuple((paper, "", "", BOX) for paper in papers), _("Papers to check before departure"))
    signed = Signatures((_("Carrier"), _("Labour bureau")))
    subtitle = spaced(book.problem.settings.name, run.id, day_text(run.date))
    return Sheet(run.id, _("Charter filing"), (Facts(tuple(pairs)), table, signed), subtitle=subtitle, alone=True)


def emergency_card(book: Book, run: Run) -> Sheet:
    """Return what whoever leads a run needs when something happens: whom to phone, what to say, what to do."""
    settings = book.problem.settings
    numbers = [
        (_("Police, and on the motorway"), "110 / 12122"),
        (_("Fire and rescue"), "119"),
        (_("Ambulance"), "120"),
        (_("Duty phone of the bureau"), settings.duty_phone),
        *leaders(book, run),
    ]
    above = group_leader(book, run)
    numbers += [(_("Group leader"), above)] if above else []
    for name in run.places("alight"):
        place = book.problem.places[name]
        if place.phone:
            numbers.append((name, spaced(place.contact, place.phone)))
    coach = ((_("Plate"), run.plate or ""), (_("Operator"), run.operator or "")) if run.mode == "coach" else ()
    facts = Facts(
        (
            (_("Run"), run.train or run.id),
            *coach,
            (_("People / seats"), f"{run.load} / {run.seats}"),
            (_("From"), joined(run.places("board"))),
            (_("To"), joined(run.places("alight"))),
        )
    )
    spec = columns((_("Whom"), 70, "left"), (_("Phone"), 110, "left"))
    way = columns((_("Stop"), 90, "left"), (_("Arrives"), 45), (_("Leaves"), 45))
    stops = tuple((place_text(s.place), clock(s.arrive, run.date), clock(s.depart, run.date)) for s in run.stops)
    steps = (
        _("1. Stop where it is safe, hazard lights on, triangle 150 m behind; everybody out, behind the barrier."),
        _("2. Phone the police or an ambulance, then the duty phone: run, place, what happened, who is hurt."),
        _("3. Count heads by the passenger list; nobody leaves alone. Write down who is taken where."),
        _("4. Breakdown: the bureau sends another coach; people wait together, in the warm, with the luggage."),
        _("5. Report every half hour until the journey goes on, and say when it does."),
    )
    phones, timetable = Table(spec, tuple(numbers), _("Whom to phone")), Table(way, stops, _("Timetable"))
    blocks: tuple[Block, ...] = (facts, phones, *(Text(step) for step in steps), timetable)
    subtitle = spaced(settings.name, run.id, day_text(run.date))
    return Sheet(run.id, _("Emergency card"), blocks, subtitle=subtitle, code=run.id, alone=True)
