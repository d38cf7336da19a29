"""Write the files of a plan into a folder, spread over processes where there are many."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from scheduler.files import write_whole
from scheduler.i18n import Language, _, language, set_language
from scheduler.plan import Plan
from scheduler.problem import Problem
from scheduler.reports import lists
from scheduler.reports.fonts import JobFont, build_job_font
from scheduler.reports.guide import guide_text
from scheduler.reports.jobs import Job, Jobs
from scheduler.reports.people import Book
from scheduler.reports.readers import IdChoice, View

FEW_JOBS = 60
CHUNK = 8
OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Written:
    """What was written.

    Attributes
    ----------
    files : int
        How many files.
    without_glyph : tuple of (character, ref)
        Characters no font has, with the roster row they stand in ("" when they are not in a person's name); the PDFs
        show 〓 for them, workbooks and CSV are not affected.
    without_phone : int
        Riders who get no message.
    older : int
        Files in the output's folders that are not part of this plan.
    """

    files: int
    without_glyph: tuple[tuple[str, str], ...]
    without_phone: int
    older: int


def write_all(
    problem: Problem,
    plan: Plan,
    out: Path,
    ids: IdChoice = "masked",
    workers: int = 2,
    on_progress: OnProgress | None = None,
) -> Written:
    """Write every file of a plan below `out`; `on_progress` is told (files done, files in all).

    Raises
    ------
    OutputError
        When a file cannot be written; those before it stand whole.
    PlanError
        When the plan and the rosters disagree.
    """
    book = Book(problem, plan)
    jobs = Jobs(book, ids).all
    total = len(jobs) + 2
    done = 0
    with tempfile.TemporaryDirectory(prefix="scheduler-font-") as folder:
        font = build_job_font(_characters(jobs), Path(folder) / "job.ttf")
        for _path in _write_jobs(problem, plan, ids, out, jobs, font, workers):
            done += 1
            if on_progress is not None:
                on_progress(done, total)
    texts = out / _("messages") / f"{_('messages')}.csv"
    write_whole(texts, lists.messages_csv(book, View("message", ids)))
    guide = out / f"{_('who gets what')}.txt"
    write_whole(guide, guide_text(book, ids))
    if on_progress is not None:
        on_progress(total, total)
    paths = {out / job.path for job in jobs} | {texts, guide}
    return Written(total, _where_missing(book, font), lists.without_phone(book), _older(out, paths))


def _characters(jobs: list[Job]) -> set[str]:
    from scheduler.reports.pdf import characters

    found: set[str] = set()
    for job in jobs:
        if job.path.suffix == ".pdf":
            for sheet in job.sheets():
                found |= characters(sheet)
    return found


def _write_job(job: Job, out: Path, font: JobFont) -> Path:
    path = out / job.path
    if path.suffix == ".pdf":
        from scheduler.reports.pdf import write_pdf

        write_pdf(path, job.sheets(), font)
    else:
        from scheduler.reports.xlsx import write_workbook

        write_workbook(path, job.sheets())
    return path


def _write_jobs(
    problem: Problem, plan: Plan, ids: IdChoice, out: Path, jobs: list[Job], font: JobFont, workers: int
) -> Iterator[Path]:
    workers = min(workers, os.cpu_count() or 1)
    if workers < 2 or len(jobs) < FEW_JOBS:
        for job in jobs:
            yield _write_job(job, out, font)
        return
    start = (problem, plan, ids, out, font, language())
    # Spawned, not forked: a progress display runs a thread, and a fork beside threads may hang.
    context = get_context("spawn")
    with _cancelling(ProcessPoolExecutor(workers, context, _start_worker, start)) as pool:
        yield from pool.map(_work, range(len(jobs)), chunksize=CHUNK)


@contextmanager
def _cancelling(pool: ProcessPoolExecutor) -> Iterator[ProcessPoolExecutor]:
    """Leave without waiting for files not begun when one cannot be written, or on Ctrl-C."""
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


_worker: tuple[list[Job], Path, JobFont]
"""What a worker process writes: the jobs, the output folder, the font."""


def _start_worker(problem: Problem, plan: Plan, ids: IdChoice, out: Path, font: JobFont, lang: Language) -> None:
    global _worker
    # Ctrl-C is for the process that waits; it lets the files begun be finished and cancels the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    set_language(lang)
    jobs = Jobs(Book(problem, plan), ids).all
    _worker = (jobs, out, font)


def _work(index: int) -> Path:
    jobs, out, font = _worker
    return _write_job(jobs[index], out, font)


def _where_missing(book: Book, font: JobFont) -> tuple[tuple[str, str], ...]:
    places: list[tuple[str, str]] = []
    for ch in sorted(font.missing):
        refs = [r.person.ref for riders in book.riders.values() for r in riders if ch in r.person.name]
        places += [(ch, ref) for ref in refs] or [(ch, "")]
    return tuple(places)


def _older(out: Path, written: set[Path]) -> int:
    folders = {path.parent for path in written}
    return sum(path.is_file() and path not in written for folder in folders for path in folder.glob("[!.]*"))
