"""Write the files of a plan into a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from scheduler.reports.jobs import jobs
from scheduler.reports.people import Book
from scheduler.reports.readers import IdChoice


def write_all(
    book: Book, out: Path, ids: IdChoice = "masked", on_progress: Callable[[int, int], None] | None = None
) -> list[Path]:
    """Write every file of a plan below `out`; `on_progress` is told (files done, files in all).

    Raises
    ------
    OutputError
        When a file cannot be written; those before it stand whole.
    """
    from scheduler.reports.xlsx import write_workbook

    todo = list(jobs(book, ids))
    paths = []
    for done, job in enumerate(todo, 1):
        path = out / job.path
        write_workbook(path, job.sheets())
        paths.append(path)
        if on_progress is not None:
            on_progress(done, len(todo))
    return paths
