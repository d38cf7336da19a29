"""The utilisation page: one file, no script, no request to anywhere, with a table behind every chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scheduler.i18n import _, language
from scheduler.mask import without_ids
from scheduler.reports.book import Book
from scheduler.reports.formats.document import day_text, joined, percent, route_text, short_day, short_place
from scheduler.reports.utilisation import charts
from scheduler.reports.utilisation.charts import Bar
from scheduler.reports.utilisation.figures import PEOPLE_A_RUN_BEFORE, Baseline, EmptySeats, Insight
from scheduler.reports.utilisation.loads import Load

TEMPLATES = Path(__file__).parent / "templates"
HEAT_ROWS = 40
PRINTED_ROWS = 60
"""Of a long table on paper; on the screen all of it can be scrolled."""
CANDIDATES_SHOWN = 4
Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """A headline figure."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A chart (SVG markup, already escaped) and the table behind it; `wide` ones take the page's width."""

    title: str
    lead: str
    charts: tuple[tuple[str, str], ...]
    heads: Row
    rows: tuple[Row, ...]
    wide: bool = False
    open: bool = False


def page(book: Book, figures: Insight, others: Sequence[Baseline] = ()) -> str:
    """Return the page; `others` are plans to compare with, such as the by-hand rule's."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        # Every text of the page passes here, and those of the charts their own gate: an operator's name may hold an ID.
        finalize=lambda value: without_ids(value) if type(value) is str else value,
    )
    settings = book.problem.settings
    return environment.get_template("utilisation.html.j2").render(
        _=_,
        lang="zh-CN" if language() == "zh" else "en",
        season=settings.name,
        what=_("Seat utilisation"),
        period=f"{day_text(settings.first_date)} - {day_text(settings.last_date)}",
        tiles=_tiles(figures),
        compare_heads=_compare_heads(),
        compare=[_compare(row) for row in (figures.mine, *others)],
        before=_(
            "Before: {people} people a coach run (five years of Yuechi county: 77,862 people on 2,317 runs)."
        ).format(people=PEOPLE_A_RUN_BEFORE),
        sections=_sections(book, figures),
        svg=Markup,
        table_word=_("The figures"),
        printed_rows=PRINTED_ROWS,
    )


def _tiles(figures: Insight) -> list[Tile]:
    total, coaches = figures.loads.total, figures.loads.coaches
    mine = figures.mine
    share = f"{total.people / figures.people:.1%}" if figures.people else "-"
    more = f"{mine.people_a_run / PEOPLE_A_RUN_BEFORE - 1:+.0%}" if coaches.runs else ""
    seat_km = percent(figures.seat_km_factor) if figures.seat_km_factor is not None else "-"
    left = figures.people - total.people
    return [
        Tile(
            _("People seated"),
            f"{total.people:,}",
            _("{share} of {people:,}").format(share=share, people=figures.people),
        ),
        Tile(_("People not seated"), f"{left:,}"),
        Tile(
            _("Load factor of coaches"),
            percent(coaches.load_factor),
            _("{people:,} of {seats:,} seats").format(people=coaches.people, seats=coaches.seats),
        ),
        Tile(_("Seat-km factor"), seat_km, _("passenger-km over seat-km")),
        Tile(
            _("People a coach run"),
            f"{mine.people_a_run:.1f}",
            _("{more} on {before}").format(more=more, before=PEOPLE_A_RUN_BEFORE) if more else "",
        ),
        Tile(
            _("Runs"),
            f"{total.runs:,}",
            _("{coaches:,} coaches, {trains:,} trains").format(coaches=coaches.runs, trains=total.runs - coaches.runs),
        ),
    ]


def _compare_heads() -> Row:
    return _("Plan"), _("Coach runs"), _("People a run"), _("Load factor"), _("People seated"), _("Cost (yuan)")


def _compare(row: Baseline) -> Row:
    return (
        row.name,
        f"{row.coach_runs:,}",
        f"{row.people_a_run:.1f}",
        percent(row.load_factor),
        f"{row.served:,}",
        f"{row.total_fen / 100:,.0f}",
    )


def _load_row(load: Load) -> Row:
    return load.key, f"{load.runs:,}", f"{load.people:,}", f"{load.seats:,}", percent(load.load_factor)


def _sections(book: Book, figures: Insight) -> list[Section]:
    makers = (_runs, _heat, _map, _by_destination, _head_cost, _types, _fleet, _shifts, _unserved, _empty)
    return [section for maker in makers if (section := maker(book, figures)).rows]


def _load_heads(first: str) -> Row:
    return first, _("Runs"), _("People"), _("Seats"), _("Load factor")


def _runs(_book: Book, figures: Insight) -> Section:
    title = _("Load factor of every run")
    loads = figures.loads
    points = sorted(
        (run.date, -load.load_factor, run.id, run.mode == "train")
        for run, load in zip(loads.runs, loads.by_run, strict=True)
    )
    rows = tuple(
        (load.key, short_day(run.date), run.vehicle_type or run.train or "", *_load_row(load)[2:])
        for run, load in zip(loads.runs, loads.by_run, strict=True)
    )
    heads = (_("Run"), _("Date"), _("Vehicle or train"), _("People"), _("Seats"), _("Load factor"))
    lead = _("One bar a run, day by day, the fullest of a day first; light bars are trains.")
    chart = charts.run_bars(title, [(day, run_id, -share, is_train) for day, share, run_id, is_train in points])
    return Section(title, lead, (("", chart),), heads, rows, wide=True)


def _heat(_book: Book, figures: Insight) -> Section:
    title = _("People by date and destination")
    days = sorted({day for day, _name in figures.by_cell})
    names = [load.key for load in figures.loads.by_destination]
    chart = charts.heatmap(title, days, names[:HEAT_ROWS], figures.by_cell)
    rows = tuple(
        (short_day(day), name, str(people), percent(people / seats if seats else 0.0))
        for (day, name), (people, seats) in sorted(figures.by_cell.items())
    )
    lead = _("Each cell counts people; the darker, the fuller their coaches and trains.")
    return Section(
        title, lead, (("", chart),), (_("Date"), _("Destination"), _("People"), _("Load factor")), rows, wide=True
    )


def _map(book: Book, figures: Insight) -> Section:
    title = _("Where people go, schematic")
    places = book.problem.places
    ends = []
    for load in figures.loads.by_destination:
        place = places[load.key]
        if place.lat is not None and place.lon is not None:
            ends.append((short_place(load.key), place.lat, place.lon, load.people))
    homes = [places[book.home_end(rider)] for riders in book.riders.values() for rider in riders]
    spots = [(home.lat, home.lon) for home in homes if home.lat is not None and home.lon is not None]
    total = figures.loads.total.people
    rows = tuple((load.key, f"{load.people:,}", percent(load.people / total)) for load in figures.loads.by_destination)
    drawn: tuple[tuple[str, str], ...] = ()
    if spots and ends:
        home = (_("Home"), sum(s[0] for s in spots) / len(spots), sum(s[1] for s in spots) / len(spots))
        drawn = (("", charts.corridors(title, home, ends)),)
    lead = _("Lines are as wide as their people; a schematic picture, not a map.")
    return Section(title, lead, drawn, (_("Destination"), _("People"), _("Share")), rows, wide=True)


def _by_destination(_book: Book, figures: Insight) -> Section:
    title = _("Load factor by destination")
    loads = figures.loads.by_destination
    chart = charts.bars(title, [Bar(load.key, load.load_factor, percent(load.load_factor)) for load in loads])
    return Section(title, "", (("", chart),), _load_heads(_("Destination")), tuple(map(_load_row, loads)))


def _head_cost(_book: Book, figures: Insight) -> Section:
    title = _("Cost a head by destination")
    costs = figures.cost
    chart = charts.bars(
        title, [Bar(c.destination, c.a_head_yuan, _("{yuan:,.0f} yuan").format(yuan=c.a_head_yuan)) for c in costs]
    )
    rows = tuple((c.destination, f"{c.people:,}", f"{c.cost_fen / 100:,.0f}", f"{c.a_head_yuan:,.1f}") for c in costs)
    heads = (_("Destination"), _("People"), _("Cost (yuan)"), _("Yuan a head"))
    lead = _("Coaches and trains shared among their riders, fares, ways to the boarding points, date shifts.")
    return Section(title, lead, (("", chart),), heads, rows)


def _types(_book: Book, figures: Insight) -> Section:
    title = _("Load factor by vehicle type and operator")
    types = figures.loads.by_vehicle_type
    seen = {load.key for load in types}
    both = (*types, *(load for load in figures.loads.by_operator if load.key not in seen))
    chart = charts.bars(title, [Bar(load.key, load.load_factor, percent(load.load_factor)) for load in both])
    return Section(title, "", (("", chart),), _load_heads(_("Type or operator")), tuple(map(_load_row, both)))


def _fleet(_book: Book, figures: Insight) -> Section:
    title = _("Coaches in use against the fleet")
    drawn, rows = [], []
    for use in figures.fleet:
        name = f"{use.vehicle.vehicle_type} {use.vehicle.operator}"
        drawn.append((name, charts.fleet_use(f"{title}: {name}", figures.days, use.held, use.available)))
        for day, held, available in zip(figures.days, use.held, use.available, strict=True):
            rows.append((name, short_day(day), str(held), str(available)))
    heads = (_("Vehicle type"), _("Date"), _("In use"), _("Available"))
    lead = _("Bars: coaches away on that day; line: coaches that may be chartered.")
    return Section(title, lead, tuple(drawn), heads, tuple(rows))


def _shifts(_book: Book, figures: Insight) -> Section:
    title = _("Days away from the wished date")
    found = [Bar(f"{days:+d}" if days else "0", count, f"{count:,}") for days, count in figures.shifts]
    rows = tuple((bar.label, bar.text) for bar in found)
    lead = _("{n:,} people named no date.").format(n=figures.without_wish) if figures.without_wish else ""
    return Section(title, lead, (("", charts.columns_by_step(title, found)),), (_("Days"), _("People")), rows)


def _unserved(_book: Book, figures: Insight) -> Section:
    title = _("People without a seat, by reason")
    found = [Bar(f"{u.code} {u.reason}", u.people, f"{u.people:,}") for u in figures.unserved]
    rows = tuple((u.code, u.reason, f"{u.parties:,}", f"{u.people:,}") for u in figures.unserved)
    heads = (_("Code"), _("Reason"), _("Parties"), _("People"))
    return Section(title, "", (("", charts.bars(title, found)),), heads, rows)


def _empty(_book: Book, figures: Insight) -> Section:
    title = _("Empty seats, and who could fill them")
    rows = tuple(
        (
            row.run.id,
            short_day(row.run.date),
            route_text(row.run.places("board"), row.run.places("alight")),
            str(row.free),
            _candidates(row),
        )
        for row in figures.empty
    )
    heads = (_("Run"), _("Date"), _("From and to"), _("Free"), _("Parties without a seat that fit"))
    lead = _("{seats:,} free seats on {runs:,} coach runs, the emptiest first; on paper, the first {shown}.").format(
        seats=sum(row.free for row in figures.empty), runs=len(figures.empty), shown=PRINTED_ROWS
    )
    return Section(title, lead, (), heads, rows, wide=True, open=True)


def _candidates(row: EmptySeats) -> str:
    shown = [
        _("{township}: {n} people").format(township=party.origin, n=party.size)
        for party in row.candidates[:CANDIDATES_SHOWN]
    ]
    more = len(row.candidates) - len(shown)
    return joined(shown) + (_(" and {n} more").format(n=more) if more else "")
