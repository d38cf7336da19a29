"""The utilisation page: one file, no script, no request to anywhere, with a table behind every chart.

A one-page brief comes first, then the charts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scheduler.i18n import _, count_text, language, ngettext
from scheduler.mask import without_ids
from scheduler.reports.book import Book
from scheduler.reports.formats.document import (
    Imprint,
    day_text,
    joined,
    percent,
    route_text,
    sentences,
    short_day,
    short_place,
    spaced,
)
from scheduler.reports.utilisation import charts
from scheduler.reports.utilisation.brief import Row, brief
from scheduler.reports.utilisation.charts import Bar
from scheduler.reports.utilisation.figures import Baseline, EmptySeats, Insight
from scheduler.reports.utilisation.loads import Load

TEMPLATES = Path(__file__).parent / "templates"
HEAT_ROWS = 40
BARS_SHOWN = 15
PRINTED_ROWS = 60
"""Of a long table on paper; on the screen all of it can be scrolled."""
CANDIDATES_SHOWN = 4
FREE_SEATS = ((0, 0), (1, 2), (3, 5), (6, 10), (11, 20), (21, 1000))


@dataclass(frozen=True, slots=True)
class Section:
    """Charts (name, SVG markup, already escaped) and the table behind them.

    `wide` ones take the page's width. `narrow` are (lead, markup) of the same charts drawn for a phone, where a wide
    one would shrink beyond reading. So many first columns as `whole` says are never broken: a run's id and its date.
    """

    title: str
    lead: str
    charts: tuple[tuple[str, str], ...]
    heads: Row
    rows: tuple[Row, ...]
    wide: bool = False
    open: bool = False
    narrow: tuple[tuple[str, str], ...] = ()
    whole: int = 0


def page(
    book: Book, figures: Insight, others: Sequence[Baseline] = (), plan_number: str = "", printed: date | None = None
) -> str:
    """Return the page.

    Parameters
    ----------
    book : Book
    figures : Insight
    others : sequence of Baseline
        Plans to compare with, such as the by-hand rule's.
    plan_number : str
        What the plan is called.
    printed : date, optional
        Stands on the page.
    """
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
    sections = _sections(book, figures)
    imprint = Imprint(settings.office, settings.duty_phone, plan_number, printed)
    return environment.get_template("utilisation.html.j2").render(
        _=_,
        lang="zh-CN" if language() == "zh" else "en",
        season=settings.name,
        what=_("Brief and seat utilisation"),
        period=_("{first} to {last}").format(first=day_text(settings.first_date), last=day_text(settings.last_date)),
        imprint=spaced(imprint.edition(), imprint.issuer()),
        brief=brief(book, figures, others),
        wide=[section for section in sections if section.wide],
        narrow=[section for section in sections if not section.wide],
        svg=Markup,
        table_word=_("The figures"),
        printed_rows=PRINTED_ROWS,
    )


def _load_row(load: Load) -> Row:
    return load.key, f"{load.runs:,}", f"{load.people:,}", f"{load.seats:,}", percent(load.load_factor)


def _sections(book: Book, figures: Insight) -> list[Section]:
    makers = (_heat, _map, _fleet, _empty, _by_destination, _runs, _types, _shifts, _head_cost, _unserved)
    return [section for maker in makers if (section := maker(book, figures)).rows]


def _load_heads(first: str) -> Row:
    return first, _("Runs"), _("People"), _("Seats"), _("Load factor")


def _runs(_book: Book, figures: Insight) -> Section:
    title = _("Coach runs by their empty seats")
    loads = figures.loads
    free = [load.seats - load.people for run, load in zip(loads.runs, loads.by_run, strict=True) if run.mode == "coach"]
    steps = []
    for low, high in FREE_SEATS:
        label = f"{low}" if low == high else f"{low}-{high}" if high < FREE_SEATS[-1][1] else f"> {low - 1}"
        count = sum(low <= seats <= high for seats in free)
        steps.append(Bar(label, count, f"{count:,}"))
    rows = tuple(
        (load.key, short_day(run.date), run.vehicle_type or run.train or "", *_load_row(load)[2:])
        for run, load in zip(loads.runs, loads.by_run, strict=True)
    )
    heads = (_("Run"), _("Date"), _("Vehicle or train"), _("People"), _("Seats"), _("Load factor"))
    drawn = (("", charts.columns_by_step(title, steps)),) if free else ()
    return Section(title, _("Below: empty seats; above: coach runs that have so many."), drawn, heads, rows, whole=2)


def _work_end(book: Book) -> str:
    """Return what a city is called in a heading: people go there, or come from there."""
    return _("Destination") if book.to_work else _("Place of work")


def _heat(book: Book, figures: Insight) -> Section:
    title = _("People by date and destination") if book.to_work else _("People by date and place of work")
    days = sorted({day for day, _name in figures.by_cell})
    names = [load.key for load in figures.loads.by_destination][:HEAT_ROWS]
    rows = tuple(
        (short_day(day), name, str(people), percent(people / seats if seats else 0.0))
        for (day, name), (people, seats) in sorted(figures.by_cell.items())
    )
    heads = (_("Date"), _work_end(book), _("People"), _("Load factor"))
    return Section(
        title,
        _("Each cell counts people; the darker, the more."),
        (("", charts.heatmap(title, days, names, figures.by_cell)),),
        heads,
        rows,
        wide=True,
        narrow=((_first(len(names)), charts.narrow_heatmap(title, days, names[:BARS_SHOWN], figures.by_cell)),),
    )


def _map(book: Book, figures: Insight) -> Section:
    title = _("Where people go, schematic") if book.to_work else _("Where people come from, schematic")
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
    narrow: tuple[tuple[str, str], ...] = ()
    if spots and ends:
        home = (_("Home"), sum(s[0] for s in spots) / len(spots), sum(s[1] for s in spots) / len(spots))
        drawn = (("", charts.corridors(title, home, ends)),)
        narrow = (("", charts.corridors(title, home, ends, charts.NARROW, 60.0)),)
    lead = _("Lines are as wide as their people; a schematic picture, not a map.")
    return Section(title, lead, drawn, (_work_end(book), _("People"), _("Share")), rows, wide=True, narrow=narrow)


def _by_destination(book: Book, figures: Insight) -> Section:
    title = _("People and seats by destination") if book.to_work else _("People and seats by place of work")
    loads = figures.loads.by_destination
    chart = charts.seat_bars(title, [(load.key, load.people, load.seats) for load in loads[:BARS_SHOWN]])
    lead = sentences([_("Dark: people, light: empty seats."), _first(len(loads))])
    return Section(title, lead, (("", chart),), _load_heads(_work_end(book)), tuple(map(_load_row, loads)))


def _head_cost(book: Book, figures: Insight) -> Section:
    title = _("To pay a head by destination") if book.to_work else _("To pay a head by place of work")
    costs = figures.cost
    shown = costs[:BARS_SHOWN]
    chart = charts.bars(
        title, [Bar(c.destination, c.a_head_yuan, _("{yuan:,.0f} yuan").format(yuan=c.a_head_yuan)) for c in shown]
    )
    rows = tuple((c.destination, f"{c.people:,}", f"{c.cost_fen / 100:,.0f}", f"{c.a_head_yuan:,.1f}") for c in costs)
    heads = (_work_end(book), _("People"), _("To pay (yuan)"), _("Yuan a head"))
    lead = _("Coaches and trains shared among their riders, and fares; without minibuses.")
    return Section(title, f"{lead} {_first(len(costs))}", (("", chart),), heads, rows)


def _first(count: int) -> str:
    """Say that a chart shows the first bars only; nothing where it shows all."""
    return _("The {n} with most people; the table has all.").format(n=BARS_SHOWN) if count > BARS_SHOWN else ""


def _types(_book: Book, figures: Insight) -> Section:
    title = _("People and seats by vehicle type and operator")
    types = figures.loads.by_vehicle_type
    seen = {load.key for load in types}
    both = (*types, *(load for load in figures.loads.by_operator if load.key not in seen))
    chart = charts.seat_bars(title, [(load.key, load.people, load.seats) for load in both[:BARS_SHOWN]])
    lead = _("Dark: people, light: empty seats.")
    return Section(title, lead, (("", chart),), _load_heads(_("Type or operator")), tuple(map(_load_row, both)))


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
    return Section(title, lead, tuple(drawn), heads, tuple(rows), wide=True)


def _shifts(_book: Book, figures: Insight) -> Section:
    title = _("Days away from the wished date")
    found = [Bar(f"{days:+d}" if days else "0", count, f"{count:,}") for days, count in figures.shifts]
    rows = tuple((bar.label, bar.text) for bar in found)
    lead = (
        ngettext("{n:,} person named no date.", "{n:,} people named no date.", figures.without_wish).format(
            n=figures.without_wish
        )
        if figures.without_wish
        else ""
    )
    return Section(title, lead, (("", charts.columns_by_step(title, found)),), (_("Days"), _("People")), rows)


def _unserved(_book: Book, figures: Insight) -> Section:
    title = _("People without a seat, by reason")
    rows = tuple((u.code, f"{u.people:,}", f"{u.parties:,}", u.reason, u.remedy) for u in figures.unserved)
    heads = (_("Code"), _("People"), _("Parties"), _("Reason"), _("What would help"))
    lead = _("For the dispatcher: with figures and settings of season.toml.")
    return Section(title, lead, (), heads, rows, wide=True, whole=3)


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
    lead = _("{seats} on {runs}, the emptiest first; on paper, the first {shown}.").format(
        seats=count_text("{n} free seat", "{n} free seats", sum(row.free for row in figures.empty)),
        runs=count_text("{n} coach run", "{n} coach runs", len(figures.empty)),
        shown=PRINTED_ROWS,
    )
    return Section(title, lead, (), heads, rows, wide=True, open=True, whole=2)


def _candidates(row: EmptySeats) -> str:
    shown = [
        ngettext("{township}: {n} person", "{township}: {n} people", party.size).format(
            township=party.origin, n=party.size
        )
        for party in row.candidates[:CANDIDATES_SHOWN]
    ]
    more = len(row.candidates) - len(shown)
    return joined(shown) + (_(" and {n} more").format(n=more) if more else "")
