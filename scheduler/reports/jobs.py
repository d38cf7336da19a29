"""Which files are written: one job a file, so that they can be counted, spread over processes, and fail by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath

from scheduler.i18n import _
from scheduler.plan import Run
from scheduler.reports.document import Sheet
from scheduler.reports.names import safe_name
from scheduler.reports.people import Book
from scheduler.reports.readers import IdChoice, View
from scheduler.reports.run_pack import day_index, passenger_list


@dataclass(frozen=True, slots=True)
class Job:
    """One file: its path below the output folder (the suffix is its kind), and its sheets, laid out when called."""

    path: PurePath
    sheets: Callable[[], list[Sheet]]


def jobs(book: Book, ids: IdChoice) -> Iterator[Job]:
    """Yield every file to write for a plan."""
    days: dict[str, list[Run]] = {}
    for run in book.runs:
        days.setdefault(run.date.isoformat(), []).append(run)
    view = View("bureau", ids)
    for day, runs in days.items():
        yield Job(PurePath(_("runs"), safe_name(day, ".xlsx")), partial(_day_workbook, book, runs, view))


def _day_workbook(book: Book, runs: list[Run], view: View) -> list[Sheet]:
    return [day_index(book, runs), *(passenger_list(book, run, view) for run in runs)]
