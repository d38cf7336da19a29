"""What an announcement prints: which lists are new, and who must hear what, by run and by boarding stop."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from scheduler.files import write_whole
from scheduler.i18n import _
from scheduler.plan import Told
from scheduler.reports.book import Book
from scheduler.text_cells import csv_text

What = Literal["told", "changed", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Hearing:
    """Somebody who must be told something; `before` is what they knew, None the first time."""

    person: str
    what: What
    before: Told | None


@dataclass(frozen=True, slots=True)
class NewList:
    """The list of a run that replaces the one numbered `replaces` (0: it is the first)."""

    run: str
    number: int
    replaces: int


def write_announcement(
    folder: Path, book: Book, hearings: Sequence[Hearing], lists: Sequence[NewList], plan_number: int, now: dt.datetime
) -> int:
    """Write the notices below `folder`, and return how many files."""
    rows = [(_("run"), _("list"), _("replaces"), _("made"))]
    made = f"{now:%Y-%m-%d %H:%M}"
    rows += [(each.run, str(each.number), str(each.replaces or ""), made) for each in lists]
    write_whole(folder / f"{_('lists')}.csv", csv_text(rows))
    return 1
