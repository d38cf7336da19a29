"""The day's report upward as sheets: the standard tables, or one row below the county's own headings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from scheduler.i18n import _, ngettext
from scheduler.mask import without_ids
from scheduler.reports.formats.document import LANDSCAPE_MM, Block, Sheet, Table, Text, columns, day_text


def standard_sheets(figures: Mapping[str, Any], season: str) -> tuple[Sheet, ...]:
    """Return the figures of `daily --json` as one sheet, without a name of anybody."""
    head = columns(
        ("", 40, "left"), (_("Runs planned"), 20), (_("Runs left"), 20), (_("Planned"), 20), (_("Travelled"), 20),
        (_("Did not come"), 20),
    )  # fmt: skip
    counted = (
        (_("Today"), figures["day"]),
        (_("So far"), figures["so_far"]),
        (_("Today by coach"), figures["by_mode"]["coach"]),
        (_("Today by train"), figures["by_mode"]["train"]),
    )
    rows = tuple(
        (
            label,
            each["planned"]["runs"],
            each["actual"]["runs"],
            each["planned"]["people"],
            each["actual"]["people"],
            each["actual"]["absent"],
        )
        for label, each in counted
    )
    kinds = (
        (_("Inside the province"), figures["in_province"]),
        (_("Other provinces"), figures["cross_province"]),
        (_("Priority people"), figures["priority"]),
    )
    blocks: list[Block] = [
        Text(without_ids(figures["text"])),
        Table(head, rows, _("Runs and people")),
        _both(_("People of the day"), kinds),
        _both(_("By destination"), tuple(figures["by_destination"].items())),
        _both(_("By township"), tuple(figures["by_township"].items())),
    ]
    if figures["unnamed"]:
        blocks.insert(2, Text(unnamed_text(figures["unnamed"])))
    if figures["incidents"]:
        heads = columns((_("Run"), 40, "left"), (_("At"), 30), (_("What happened"), 100, "left"))
        incidents = tuple(
            (each["run"], each["at"].replace("T", " "), without_ids(each["what"])) for each in figures["incidents"]
        )
        blocks.append(Table(heads, incidents, _("Incidents")))
    return (Sheet(_("Day"), _title(season), tuple(blocks), subtitle=day_text(date.fromisoformat(figures["date"]))),)


def unnamed_text(number: int) -> str:
    """Return what figures by group cannot know: who of them did not come."""
    form = ngettext(
        "{n} person did not come and is not named: figures by destination, township and kind count them as travelled.",
        "{n} people did not come and are not named: figures by destination, township and kind count them as travelled.",
        number,
    )
    return form.format(n=number)


def county_sheets(figures: Mapping[str, Any], season: str, cells: Sequence[tuple[str, int | str]]) -> tuple[Sheet, ...]:
    """Return one row of figures below the county's own headings, and the paragraph."""
    heads = columns(*((heading, 20.0) for heading, _value in cells), width_mm=LANDSCAPE_MM)
    row = tuple(without_ids(value) if isinstance(value, str) else value for _heading, value in cells)
    blocks = (Table(heads, (row,)), Text(without_ids(figures["text"])))
    return (
        Sheet(_("Day"), _title(season), blocks, subtitle=day_text(date.fromisoformat(figures["date"])), landscape=True),
    )


def _title(season: str) -> str:
    return without_ids(f"{season} {_('report of the day')}")


def _both(title: str, groups: Sequence[tuple[str, Mapping[str, int]]]) -> Table:
    heads = columns(("", 80, "left"), (_("Planned"), 20), (_("Travelled"), 20))
    return Table(heads, tuple((name, each["planned"], each["actual"]) for name, each in groups), title)
