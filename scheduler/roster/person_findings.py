"""Findings about single cells of a person's row, in words: corrections, odd characters, names, unreadable cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache

from scheduler.i18n import _
from scheduler.mask import mask_phone
from scheduler.places import division
from scheduler.roster.cells import Cleaned
from scheduler.roster.dates import DateReader
from scheduler.roster.names import is_damaged_name, is_garbled, is_no_name, may_be_a_place, several_people
from scheduler.tabular.issues import Issue
from scheduler.tabular.sheets.unreadable_cells import why_unreadable
from scheduler.tabular.sheets.workbook import Value, text_of
from scheduler.tabular.tables.headings import Row
from scheduler.text_cells import INVISIBLE

Report = Callable[..., Issue]
"""Makes an issue of a row: code, field, details."""

_PLANNED_BY = frozenset(
    ("name", "id_number", "township", "destination", "date", "earliest", "latest", "mode", "group", "priority")
)
_MANY_CANDIDATES = 30
_DIGIT = re.compile(r"\d")
_LONE_CHARACTER = re.compile(r"(?:^|\s)[\u4e00-\u9fff](?=\s|$)")
_FULL_WIDTH = re.compile("[０-９Ａ-Ｚａ-ｚ]")


def split_unreadable(row: Row) -> tuple[Row, dict[str, tuple[str, str]]]:
    """Return a row without its unreadable cells, and these with what is wrong and the cure, by field."""
    unreadable = {name: why for name, value in row.values.items() if (why := why_unreadable(value))}
    if not unreadable:
        return row, unreadable
    values = {name: value for name, value in row.values.items() if name not in unreadable}
    return replace(row, values=values, filled=row.filled - unreadable.keys()), unreadable


def unreadable_cells(report: Report, row: Row, unreadable: Mapping[str, tuple[str, str]]) -> list[Issue]:
    """Return a finding for each unreadable cell: an error where the plan depends on it, else a warning."""
    found = [
        report("R219" if name in _PLANNED_BY else "R220", name, value=row.text(name), message=message, cure=cure)
        for name, (message, cure) in unreadable.items()
    ]
    for heading, text in row.notes.items():
        if why := why_unreadable(text):
            found.append(report("R220", "", value=f"{heading}: {text}", message=why[0], cure=why[1]))
    return found


def corrected(report: Report, name: str, before: str, after: str) -> Issue:
    """Return the note that a cell was corrected (R217)."""
    shown = INVISIBLE.sub("␣", re.sub(r"\s", "␣", before))
    message = _("corrected: {before} is read as {after}").format(before=shown, after=after)
    return report("R217", name, value=before, message=message)


@lru_cache(maxsize=4096)
def is_sloppy(value: Value) -> bool:
    """Tell whether a destination carries stray spaces (深 圳, not 广东 深圳) or full-width letters."""
    if not isinstance(value, str):
        return False
    found = _LONE_CHARACTER.search(value) or _FULL_WIDTH.search(value) or INVISIBLE.search(value)
    return value != value.strip() or found is not None


def odd_characters(report: Report, name: str, row: Row, cleaned: Cleaned) -> list[Issue]:
    """Return the warning about characters that no standard assigns, or a text read in a wrong encoding (R210)."""
    if cleaned.odd:
        codes = " ".join(each if each.isascii() else f"U+{ord(each):04X}" for each in cleaned.odd)
        message = _("a character that no standard assigns: {codes}").format(codes=codes)
        return [report("R210", name, value=row.text(name), message=message)]
    shown = row.text(name) if cleaned.changed else cleaned.text
    return [_damaged(report, name, row)] if is_garbled(shown) else []


def doubtful_name(report: Report, row: Row, cleaned: Cleaned, is_place: Callable[[str], bool]) -> list[Issue]:
    """Return the warning about a name cell that does not hold one person's name, if there is one.

    Parameters
    ----------
    is_place : callable
        Tells whether a text is the name of a place.
    """
    value = row.values.get("name", "")
    if isinstance(value, str) and several_people(unicodedata.normalize("NFKC", value)):
        return [report("R213", "name", value=row.text("name"))]
    if cleaned.odd or is_garbled(row.text("name")):
        return []  # said before
    if is_damaged_name(cleaned.text):
        return [_damaged(report, "name", row)]
    if cleaned.text and (is_no_name(cleaned.text) or (may_be_a_place(cleaned.text) and is_place(cleaned.text))):
        return [report("R214", "name", value=row.text("name"))]
    return []


def _damaged(report: Report, name: str, row: Row) -> Issue:
    message = _("the text is damaged: characters were lost or read in a wrong encoding")
    return report("R210", name, value=row.text(name), message=message, cure=_("write it again as it should be"))


def same_birth(value: Value, birth: date, dates: DateReader) -> bool:
    """Tell whether a birth cell agrees with a birth date as far as it says anything: year, month, day."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 1900 <= value < 2100:
        year, _point, month = f"{value:.2f}".partition(".")
        return int(year) == birth.year and int(month) in (0, birth.month, birth.month * 10)
    text = text_of(value)
    if not text:
        return True
    if month_only := re.fullmatch(r"((?:19|20)\d\d)(?:[-/.年]?(\d{1,2})月?)?", text):
        return int(month_only[1]) == birth.year and int(month_only[2] or birth.month) == birth.month
    wish = dates.read(value)
    return wish.day is None or wish.day == birth


def masked_phone(text: str) -> str:
    """Return a phone cell masked, or as it stands when it holds no number that would need it (户主)."""
    return mask_phone(text) if len(_DIGIT.findall(text)) > 4 else text


def full_name(code: str) -> str:
    """Return the full name of a division, its code when it has none."""
    found = division(code)
    return found.full_name if found else code


def listed(names: Iterable[str]) -> str:
    """Return names in one piece, the first of very many."""
    named = list(names)
    more = _(" and {count} more").format(count=len(named) - _MANY_CANDIDATES) if len(named) > _MANY_CANDIDATES else ""
    return "、".join(named[:_MANY_CANDIDATES]) + more
