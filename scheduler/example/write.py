"""The season folder of a synthetic season: township lists as people send them, and the tables of the county."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from scheduler.errors import UsageError
from scheduler.example import county
from scheduler.example.description import SyntheticSeason
from scheduler.example.dirty import Planted, plant
from scheduler.example.spelling import OLD_SHEET, Cell, SpelledSheet, spell
from scheduler.files import unwritable, whole_file, write_whole
from scheduler.i18n import _
from scheduler.problem import TrainStop, VehicleType
from scheduler.season.folder import SeasonFolder
from scheduler.units import FEN_PER_YUAN

RosterFormat = Literal["xlsx", "csv"]

_KINDS = {"stop": "上车点", "hub": "集散点", "station": "车站", "employer": "企业"}
_WRITTEN = datetime(2027, 1, 5)
"""Stands in every workbook as its date, so that the same season gives the same bytes."""


def write_season(
    season: SyntheticSeason, folder: Path, *, dirty: float = 0.0, seed: int = 0, roster_format: RosterFormat = "xlsx"
) -> list[Planted]:
    """Write a season folder; return the errors planted into its rosters, in the order of the files.

    Parameters
    ----------
    folder : Path
        New, or an empty folder.
    dirty : float
        Planted errors over people, 0 to 1. With any, `planted.csv` lists them beside the season's tables.
    seed : int
        Of the errors: same season and seed, same errors.

    Raises
    ------
    UsageError
        When `folder` is a file, or holds anything.
    OutputError
        When it cannot be written.
    """
    _require_empty(folder)
    sheets = spell(season)
    planted = plant(sheets, season.settings, dirty, seed, csv=roster_format == "csv") if dirty else []
    try:
        _write_files(season, sheets, planted, folder, roster_format)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)  # new or empty before: a half season would stand in the way
        raise
    return planted


def _write_files(
    season: SyntheticSeason,
    sheets: Sequence[SpelledSheet],
    planted: Sequence[Planted],
    folder: Path,
    roster_format: RosterFormat,
) -> None:
    files = SeasonFolder(folder)
    for sheet in sheets:
        path = files.roster / f"{sheet.township}.{roster_format}"
        if roster_format == "csv":
            write_whole(path, _roster_csv(sheet))
        else:
            _write_workbook(sheet, path)
    for name, rows in _tables(season).items():
        write_whole(folder / f"{name}.csv", _csv(rows))
    if planted:
        heading = ("file", "sheet", "row", "column", "code", "what")
        lines = [(p.file, p.sheet, str(p.row or ""), p.column, p.code, p.what) for p in planted]
        write_whole(folder / "planted.csv", _csv([heading, *lines]))
    write_whole(files.settings, _settings(season))  # last: with it the folder is a season


def _require_empty(folder: Path) -> None:
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise UsageError(_("is there already and not empty"), str(folder), _("name a new folder"))
    except OSError as error:
        raise unwritable(folder, error) from error


# The township lists --------------------------------------------------------------------------------------------------


def _roster_csv(sheet: SpelledSheet) -> str:
    headings = [heading for _field, heading in sheet.layout.columns]
    lines = [[title] for title in sheet.titles] + [headings]
    lines += [[_text(cell) for cell in row] for row in sheet.rows]
    lines += [[footer] for footer in sheet.footers]
    return _csv(lines)


def _text(cell: Cell) -> str:
    if isinstance(cell, float):
        return f"{cell:.2E}"  # what Excel leaves of a long number in a CSV file
    return f"{cell:%Y-%m-%d}" if isinstance(cell, date) else str(cell)


def _write_workbook(sheet: SpelledSheet, path: Path) -> None:
    import xlsxwriter

    layout = sheet.layout
    with whole_file(path) as temporary, xlsxwriter.Workbook(str(temporary)) as book:
        book.set_properties({"created": _WRITTEN, "title": sheet.township})
        table = book.add_worksheet(layout.sheet)
        formats = {
            "title": book.add_format({"bold": True, "font_size": 14, "align": "center"}),
            "heading": book.add_format({"bold": True, "border": 1, "text_wrap": True, "align": "center"}),
            "text": book.add_format({"num_format": "@"}),
            "date": book.add_format({"num_format": "yyyy-mm-dd"}),
            "number": book.add_format({"num_format": "0"}),
            "merged": book.add_format({"num_format": "@", "valign": "vcenter"}),
        }
        width = len(layout.columns)
        for index, title in enumerate(sheet.titles):
            table.merge_range(index, 0, index, width - 1, title, formats["title"])
        _write_rows(table, layout.title_rows, layout.columns, sheet.rows, formats)
        for first, last, column in sheet.merged:
            top = layout.title_rows + 1
            value = _text(sheet.rows[first][column])
            table.merge_range(top + first, column, top + last, column, value, formats["merged"])
        for index, footer in enumerate(sheet.footers):
            table.write_string(layout.title_rows + 1 + len(sheet.rows) + index, 0, footer)
        if sheet.instructions:
            notes = book.add_worksheet("填表说明")
            for index, line in enumerate(("填表说明（合成数据）", "一、每人一行。", "二、身份证号请按文本格式填写。")):
                notes.write_string(index, 0, line)
        if sheet.old_rows:
            old = book.add_worksheet(OLD_SHEET)
            old.hide()
            _write_rows(old, 0, layout.columns, sheet.old_rows, formats)


def _write_rows(
    table: Any,
    top: int,
    columns: Sequence[tuple[str, str]],
    rows: Iterable[Sequence[Cell]],
    formats: Mapping[str, Any],
) -> None:
    for column, (_field, heading) in enumerate(columns):
        table.write_string(top, column, heading, formats["heading"])
        table.set_column(column, column, 20 if _field in ("id_number", "destination", "employer") else 12)
    for number, row in enumerate(rows, start=top + 1):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                table.write_datetime(number, column, datetime(cell.year, cell.month, cell.day), formats["date"])
            elif isinstance(cell, int | float):
                table.write_number(number, column, cell, formats["number"])
            elif cell:
                # Never write(): a name that starts with "=" must stay a name.
                table.write_string(number, column, cell, formats["text"])


# The county's tables -------------------------------------------------------------------------------------------------


def _tables(season: SyntheticSeason) -> dict[str, list[Sequence[str]]]:
    """Return the rows of each table, headings first, by file name; no table without rows."""
    tables: dict[str, list[Sequence[str]]] = {
        "fleet": _fleet(season),
        "trains": _trains(season),
        "places": _places(season),
        "distances": [("起点", "终点", "公里"), *((a, b, _number(leg.km)) for a, b, leg in season.distances)],
        "escorts": [
            ("姓名", "电话", "单位", "from", "to"),
            *((e.name, e.phone, e.unit, str(e.first), str(e.last)) for e in season.escorts),
        ],
    }
    return {name: rows for name, rows in tables.items() if len(rows) > 1}


def _fleet(season: SyntheticSeason) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = [
        ("用途", "车型", "核定载客", "数量", "起步价", "每公里", "from", "to", "企业", "车牌"),
    ]
    rows += [line for each in season.vehicle_types for line in _vehicles(season, "长途", each)]
    rows += [line for each in season.feeder_types for line in _vehicles(season, "接驳", each)]
    return rows


def _vehicles(season: SyntheticSeason, use: str, each: VehicleType) -> Iterable[Sequence[str]]:
    whole_season = season.settings.first_date, season.settings.last_date
    for row in each.rows:
        span = ("", "") if (row.first, row.last) == whole_season else (str(row.first), str(row.last))
        yield (
            use,
            each.vehicle_type,
            str(each.rated_seats),
            str(row.count),
            _yuan(each.fixed_cost_fen),
            _yuan(each.cost_per_km_fen),
            *span,
            each.operator,
            row.plate or "",
        )


def _trains(season: SyntheticSeason) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = [
        ("车次", "日期", "站", "到达", "开车", "座位数", "包车费", "起运人数", "票价", "可上车", "可续售")
    ]
    for train in season.trains:
        once = (str(train.seats), _yuan(train.fixed_cost_fen), str(train.min_load))
        for index, stop in enumerate(train.stops):
            fare = "" if stop.fare_fen is None else _yuan(stop.fare_fen)
            boards = "是" if stop.boards else "否"
            first = index == 0
            rows.append(
                (
                    train.train,
                    str(train.date),
                    stop.place,
                    *_times(stop),
                    *(once if first else ("", "", "")),
                    fare,
                    boards,
                    ("是" if train.resell else "否") if first else "",
                )
            )
    return rows


def _times(stop: TrainStop) -> tuple[str, str]:
    return _clock(stop.arrive_min), _clock(stop.depart_min)


def _clock(minute: int | None) -> str:
    """Return minutes after the train's midnight as HH:MM, +1 on the next day."""
    if minute is None:
        return ""
    days, rest = divmod(minute, 24 * 60)
    return f"{rest // 60:02d}:{rest % 60:02d}" + (f"+{days}" if days else "")


def _places(season: SyntheticSeason) -> list[Sequence[str]]:
    aliases = {name: alias for name, *_rest, alias in county.HUBS}
    rows: list[Sequence[str]] = [("名称", "类型", "纬度", "经度", "乡镇", "区划", "别名", "contact", "phone")]
    for place in season.places:
        position = (_number(place.lat or 0), _number(place.lon or 0))
        ends = (place.township or "", place.division or "")
        alias = aliases.get(place.name, "")
        rows.append((place.name, _KINDS[place.kind], *position, *ends, alias, place.contact, place.phone))
    return rows


def _settings(season: SyntheticSeason) -> str:
    settings = season.settings
    return f"""# 合成数据：人名、证件号、电话、企业均为虚构，仅供试用。
# Synthetic data: every name, ID number, phone and employer is made up.
name = "{settings.name}"
direction = "{settings.direction}"
home = "{settings.home}"
first_date = {settings.first_date}
last_date = {settings.last_date}

[policy]
flexible_days = {settings.policy.flexible_days}
min_load = {settings.policy.min_load}
unserved_cost = {_number(settings.policy.unserved_cost)}

[history]
people_per_run = {_number(settings.history.people_per_run)}
"""


def _yuan(fen: float) -> str:
    return _number(fen / FEN_PER_YUAN)


def _number(value: float) -> str:
    return f"{value:.10g}"


def _csv(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as CSV with a byte order mark, so that Excel shows Chinese right."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return "\ufeff" + text.getvalue()
