"""ID numbers that a file shows masked in another way than the season's lists: laid together, both reveal more."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from scheduler.i18n import _, ngettext
from scheduler.mask import IdMask, mask_id
from scheduler.tabular.issues import Issue, issue

_HIDING = r"*×●•○□■#"
_MASKED = re.compile(rf"(\d{{0,17}})(?:[{_HIDING}]{{2,}}|X{{3,}}(?=\d))(\d{{0,16}}[\dX]?)", re.ASCII)
_SAMPLE = "110105194912310021"


@dataclass(frozen=True, slots=True)
class IdCell:
    """A cell that may hold an ID number: its text, and where it stands."""

    text: str
    file: str
    sheet: str
    row: int
    column: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What a masked number shows: its first and its last characters."""

    head: str
    tail: str

    def is_of(self, id_number: str) -> bool:
        """Tell whether it may be this number."""
        return id_number.startswith(self.head) and id_number.endswith(self.tail)


def report_other_masks(cells: Iterable[IdCell], id_mask: IdMask, issues: list[Issue]) -> None:
    """Add a warning (R308) for each sheet and mask whose ID numbers show other characters than `id_mask` does.

    Parameters
    ----------
    cells : iterable of IdCell
        Of one file.
    id_mask : {"tail4", "head6tail4"}
        The season's.
    issues : list of Issue
        Grows.
    """
    ours = _lengths(shown_of(mask_id(_SAMPLE, id_mask)))
    found: dict[tuple[str, tuple[int, int]], list[IdCell]] = {}
    for cell in cells:
        shown = shown_of(cell.text)
        if shown is not None and _lengths(shown) != ours:
            found.setdefault((cell.sheet, _lengths(shown)), []).append(cell)
    for (_sheet, lengths), rows in found.items():
        first = rows[0]
        form = ngettext(
            "{n} ID number of this sheet shows {theirs}; on the season's lists they show {ours}",
            "{n} ID numbers of this sheet show {theirs}; on the season's lists they show {ours}",
            len(rows),
        )
        message = form.format(n=len(rows), theirs=_in_words(*lengths), ours=_in_words(*ours))
        issues.append(issue("R308", first.file, sheet=first.sheet, row=first.row, column=first.column, message=message))


def shown_of(text: str) -> Shown | None:
    """Return what a masked number shows; None when the text is no masked number."""
    cleaned = re.sub(r"[\s'\-]", "", unicodedata.normalize("NFKC", text)).upper()
    match = _MASKED.fullmatch(cleaned)
    return None if match is None else Shown(match[1], match[2])


def _lengths(shown: Shown | None) -> tuple[int, int]:
    return (len(shown.head), len(shown.tail)) if shown else (0, 0)


def _in_words(head: int, tail: int) -> str:
    if not head + tail:
        return _("nothing")
    if not head:
        return _("the last {tail}").format(tail=tail)
    if not tail:
        return _("the first {head}").format(head=head)
    return _("the first {head} and the last {tail}").format(head=head, tail=tail)
