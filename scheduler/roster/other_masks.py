"""ID numbers that a roster shows masked in another way than the season's lists: laid together, both reveal more."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from scheduler.i18n import _
from scheduler.mask import IdMask, mask_id
from scheduler.tabular.issues import Issue, issue
from scheduler.tabular.tables.headings import Row, SheetTable

_HIDING = r"*×●•○□■#"
_MASKED = re.compile(rf"(\d{{0,17}})(?:[{_HIDING}]{{2,}}|X{{3,}}(?=\d))(\d{{0,16}}[\dX]?)", re.ASCII)
_SAMPLE = "110105194912310021"


@dataclass(frozen=True, slots=True)
class _Shown:
    head: int
    tail: int


def report_other_masks(tables: Sequence[SheetTable], id_mask: IdMask, issues: list[Issue]) -> None:
    """Add a warning (R308) for each sheet and mask whose ID numbers show other characters than `id_mask` does.

    Parameters
    ----------
    tables : sequence of SheetTable
        Of one file.
    id_mask : {"tail4", "head6tail4"}
        The season's.
    issues : list of Issue
        Grows.
    """
    ours = _shown(mask_id(_SAMPLE, id_mask))
    found: dict[tuple[str, _Shown], list[tuple[SheetTable, Row]]] = {}
    for table in tables:
        for row in table.rows:
            value = row.values.get("id_number", "")
            shown = _shown(value) if isinstance(value, str) else None
            if shown is not None and shown != ours:
                found.setdefault((table.sheet, shown), []).append((table, row))
    for (_sheet, shown), rows in found.items():
        table, row = rows[0]
        form = _("{n} ID numbers of this sheet show {theirs}; on the season's lists they show {ours}")
        message = form.format(n=len(rows), theirs=_in_words(shown), ours=_in_words(ours))
        column = table.letter("id_number")
        issues.append(issue("R308", table.file, sheet=table.sheet, row=row.number, column=column, message=message))


def _shown(text: str) -> _Shown | None:
    """Return how much of a masked number is shown; None when the text is no masked number."""
    cleaned = re.sub(r"[\s'\-]", "", unicodedata.normalize("NFKC", text)).upper()
    match = _MASKED.fullmatch(cleaned)
    return None if match is None else _Shown(len(match[1]), len(match[2]))


def _in_words(shown: _Shown | None) -> str:
    if shown is None or not shown.head + shown.tail:
        return _("nothing")
    if not shown.head:
        return _("the last {tail}").format(tail=shown.tail)
    if not shown.tail:
        return _("the first {head}").format(head=shown.head)
    return _("the first {head} and the last {tail}").format(head=shown.head, tail=shown.tail)
