"""Sheets of the minibuses: what each drives on a day, in driving order; and who is left without one."""

from __future__ import annotations

from collections import Counter
from datetime import date

from scheduler.i18n import _, ngettext
from scheduler.itinerary import Left, MinibusDay
from scheduler.plan import Feeder
from scheduler.reports import reasons_in_words
from scheduler.reports.book import Book
from scheduler.reports.formats.document import (
    BOX,
    Block,
    Cell,
    Facts,
    Sheet,
    Table,
    Text,
    clock,
    columns,
    full_day,
    public_day,
    spaced,
)
from scheduler.reports.manifests.crew import leaders_text
from scheduler.reports.visibility import View

NO_TIME = "–"
ABREAST = 2
"""People in a row: so a minibus takes half a page."""
NOBODY = ("", "", "")


def minibus_sheet(book: Book, day: MinibusDay, view: View) -> Sheet:
    """Return what one minibus drives on one day: its rounds, their stops and times, whom it carries."""
    spec = columns(
        (_("Arrives"), 15, "center", True),
        (_("Departs"), 15, "center", True),
        (_("Stop"), 32, "left", True),
        (_("What"), 18, "center", True),
        *(((_("Name"), 21, "left"), (_("Phone"), 24), (_("Tick"), 6.8)) * ABREAST),
        groups=((_("Round"), 24), (_("Serves run"), 40), (_("Escort or leader"), 50)),
    )
    on = day.date if day.number else None
    rows = [row for feeder in day.rounds for row in _round_rows(book, feeder, on, view)]
    number = _("no. {number}").format(number=day.number) if day.number else ""
    people = sum(len(_carried(feeder)) for feeder in day.rounds)
    pairs = (
        (_("Date"), full_day(on) if on else ""),
        (_("Minibus"), f"{day.vehicle_type} {number}".strip()),
        (_("Rounds / people"), f"{len(day.rounds)} / {people}"),
        (_("Plate"), ""),
        (_("Driver"), ""),
        (_("Phone"), ""),
    )
    note = Text(_("Wait at each stop until the departure time; phone who is missing before you leave."))
    blocks: tuple[Block, ...] = (Facts(pairs), Table(spec, tuple(rows), counted=False), note)
    tab = f"{day.vehicle_type} {number}".strip() if on else day.rounds[0].id
    subtitle = spaced(book.problem.settings.name, full_day(on) if on else "")
    return Sheet(tab, _("Minibus: rounds of the day"), blocks, subtitle, alone=True, may_be_cut=True)


def _carried(feeder: Feeder) -> set[str]:
    return {ref for stop in feeder.stops for ref in stop.refs}


def _round_rows(book: Book, feeder: Feeder, on: date | None, view: View) -> list[tuple[Cell, ...]]:
    """Return a round's rows: people are named at their township's stop, counted at the hub."""
    served = book.run_of.get(feeder.serves)
    head = (feeder.id, feeder.serves, leaders_text(book, served) if served else "")
    hub = feeder.stops[-1 if book.to_work else 0] if feeder.stops else None
    rows: list[tuple[Cell, ...]] = []
    for stop in feeder.stops:
        people = book.feeder_riders(feeder, stop)
        count = len(people) or len(stop.refs)
        what = _("board {n}").format(n=count) if stop.kind == "board" else _("alight {n}").format(n=count)
        times = (clock(stop.arrive, on) or NO_TIME, clock(stop.depart, on) or NO_TIME)
        place = (*times, stop.place, what)
        if stop is hub or not people:
            rows.append((*head, *place, *NOBODY * ABREAST))
            continue
        for i in range(0, len(people), ABREAST):
            shown = place if i == 0 else ("",) * len(place)
            beside = [(view.name(person), view.phone(person), BOX) for person in people[i : i + ABREAST]]
            beside += [NOBODY] * (ABREAST - len(beside))
            rows.append((*head, *shown, *(cell for cells in beside for cell in cells)))
    return rows


def without_feeder_sheet(book: Book, left: list[Left]) -> Sheet:
    """Return how many people of each township have no minibus on each date, why, and what would help."""
    people: Counter[tuple[date, str, str, str, str]] = Counter()
    for each in left:
        words = reasons_in_words.county_without_minibus(each)
        key = each.need.date, each.reason, words, each.need.township, each.need.place
        people[key] += len(each.need.refs)
    spec = columns(
        (_("Township"), 20, "left"),
        (_("Hub or station"), 28, "left"),
        (_("People"), 12),
        groups=((_("Date"), 30, True), (_("Why there is no minibus"), 40, True), (_("What would help"), 60, True)),
        abreast=3,
    )
    rows: list[tuple[Cell, ...]] = [
        (public_day(day), reason, remedy, township, place, count)
        for (day, reason, remedy, township, place), count in sorted(people.items())
    ]
    table = Table(spec, tuple(rows), searched=True, abreast=3, counted=False)
    total = ngettext(
        "{count} person without a minibus in all.", "{count} people without a minibus in all.", sum(people.values())
    ).format(count=sum(people.values()))
    note = Text(_("Names and phones stand on each township's list."))
    title = _("People without a minibus")
    blocks: tuple[Block, ...] = (Text(total), table, note)
    return Sheet(_("Without a minibus"), title, blocks, book.problem.settings.name)
