"""The utilisation figures as a workbook: a sheet a group, with its table and a native chart."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from scheduler.files import write_whole
from scheduler.i18n import _
from scheduler.mask import without_ids
from scheduler.reports.formats.document import em_width, printable
from scheduler.reports.utilisation.figures import Insight
from scheduler.reports.utilisation.loads import Load
from scheduler.text_cells import write_cell

CHART_ROWS = 40


def write_figures(path: Path, title: str, figures: Insight, *, to_work: bool = True) -> None:
    """Write the workbook, whole or not at all; `to_work` says whether people go to the cities or come from them.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        font = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
        formats = {
            "title": book.add_format(font | {"font_name": "黑体", "font_size": 16}),
            "head": book.add_format(font | {"bold": True, "border": 1, "align": "center", "bg_color": "#E7E6E6"}),
            "text": book.add_format(font | {"border": 1}),
            "count": book.add_format(font | {"border": 1, "num_format": "#,##0"}),
            "mean": book.add_format(font | {"border": 1, "num_format": "0.0"}),
            "share": book.add_format(font | {"border": 1, "num_format": "0.0%"}),
        }
        _summary(book, formats, title, figures)
        loads, work_end = figures.loads, _("Destination") if to_work else _("Place of work")
        for name, first, rows in (
            (_("By date"), _("Date"), loads.by_date),
            (_("By destination") if to_work else _("By place of work"), work_end, loads.by_destination),
            (_("By vehicle type"), _("Vehicle type"), loads.by_vehicle_type),
            (_("By operator"), _("Operator"), loads.by_operator),
            (_("By run, emptiest first"), _("Run"), sorted(loads.by_run, key=lambda load: load.load_factor)),
        ):
            _group(book, formats, name, first, rows)
        _head_costs(book, formats, figures, work_end)
    write_whole(path, buffer.getvalue())


def _summary(book: Any, formats: dict[str, Any], title: str, figures: Insight) -> None:
    sheet = book.add_worksheet(_("Summary"))
    total, coaches, money = figures.loads.total, figures.loads.coaches, figures.money
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 16)
    write_cell(sheet, 0, 0, printable(without_ids(title)), formats["title"])
    seat_km = "-" if figures.seat_km_factor is None else figures.seat_km_factor
    rows: tuple[tuple[str, int | float | str, str], ...] = (
        (_("Runs"), total.runs, "count"),
        (_("People"), total.people, "count"),
        (_("Seats"), total.seats, "count"),
        (_("Load factor"), total.load_factor, "share"),
        (_("Load factor of coaches"), coaches.load_factor, "share"),
        (_("Seat-km factor"), seat_km, "share"),
        (_("People a coach run"), figures.mine.people_a_run, "mean"),
        (_("People not seated"), figures.people - total.people, "count"),
        (_("To pay in all (yuan)"), round(money.paid_fen / 100), "count"),
        (_("To pay a head (yuan)"), "-" if money.a_head_yuan is None else round(money.a_head_yuan, 1), "mean"),
        (_("Only to compare plans (yuan)"), round(money.compared_fen / 100), "count"),
    )
    for i, (label, value, style) in enumerate(rows, 2):
        write_cell(sheet, i, 0, label, formats["text"])
        if isinstance(value, str):
            write_cell(sheet, i, 1, value, formats[style])
        else:
            sheet.write_number(i, 1, value, formats[style])
    _printable(sheet)


def _group(book: Any, formats: dict[str, Any], name: str, first: str, loads: Sequence[Load]) -> None:
    sheet = book.add_worksheet(name)
    heads = (first, _("Runs"), _("People"), _("Seats"), _("Load factor"))
    _heads(sheet, formats, heads, [load.key for load in loads])
    for i, load in enumerate(loads, 1):
        write_cell(sheet, i, 0, printable(without_ids(load.key)), formats["text"])
        for column, value in enumerate((load.runs, load.people, load.seats), 1):
            sheet.write_number(i, column, value, formats["count"])
        sheet.write_number(i, 4, load.load_factor, formats["share"])
    _chart(book, sheet, name, len(loads), 4, _("Load factor"), "0%", top=1.0)
    _printable(sheet)


def _head_costs(book: Any, formats: dict[str, Any], figures: Insight, work_end: str) -> None:
    name = _("To pay a head")
    sheet = book.add_worksheet(name)
    heads = (work_end, _("People"), _("To pay without minibuses (yuan)"), _("Yuan a head"))
    _heads(sheet, formats, heads, [cost.destination for cost in figures.cost])
    for i, cost in enumerate(figures.cost, 1):
        write_cell(sheet, i, 0, printable(without_ids(cost.destination)), formats["text"])
        sheet.write_number(i, 1, cost.people, formats["count"])
        sheet.write_number(i, 2, round(cost.cost_fen / 100), formats["count"])
        sheet.write_number(i, 3, round(cost.a_head_yuan, 1), formats["count"])
    _chart(book, sheet, name, len(figures.cost), 3, _("Yuan a head"), "0")
    _printable(sheet)


def _heads(sheet: Any, formats: dict[str, Any], heads: Sequence[str], keys: Sequence[str]) -> None:
    width = max((em_width(key) for key in keys), default=8.0)
    sheet.set_column(0, 0, min(48.0, max(14.0, width * 2 + 2)))
    sheet.set_column(1, len(heads) - 1, 12)
    for column, head in enumerate(heads):
        write_cell(sheet, 0, column, head, formats["head"])
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)


def _chart(
    book: Any, sheet: Any, title: str, rows: int, column: int, series: str, number: str, top: float | None = None
) -> None:
    if not rows:
        return
    last = min(rows, CHART_ROWS)
    chart = book.add_chart({"type": "bar" if rows > 8 else "column"})
    chart.add_series(
        {
            "name": series,
            "categories": [sheet.get_name(), 1, 0, last, 0],
            "values": [sheet.get_name(), 1, column, last, column],
            "fill": {"color": "#24476B"},
            "gap": 60,
        }
    )
    chart.set_title({"name": title, "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    if rows > 8:
        chart.set_y_axis({"reverse": True})
        chart.set_x_axis({"num_format": number, "min": 0, "max": top})
    else:
        chart.set_y_axis({"num_format": number, "min": 0, "max": top})
    chart.set_size({"width": 620, "height": max(300, 24 * last + 90)})
    sheet.insert_chart(1, column + 2, chart)


def _printable(sheet: Any) -> None:
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    page = _("page {page} of {pages}").format(page="&P", pages="&N")
    sheet.set_footer(f"&C&9{page}")
