"""Write the files of a plan into a folder, spread over processes where there are many."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Generator
from concurrent.futures import wait
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from scheduler.files import write_whole
from scheduler.i18n import Language, _, language, set_language
from scheduler.mask import without_ids
from scheduler.plan import Plan
from scheduler.problem import Problem
from scheduler.processes import Pool, packed_call
from scheduler.reports.book import Book
from scheduler.reports.formats.fonts import Font
from scheduler.reports.manifests.guide import guide_text
from scheduler.reports.manifests.jobs import Job, Jobs
from scheduler.reports.manifests.messages import messages_csv, without_phone
from scheduler.reports.visibility import IdChoice, View

FEW_JOBS = 60
FINISH_S = 2.0
"""Files begun have so long to be finished when no others are begun any more."""

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
        Files in the folders of the lists that are not part of this plan.
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
    """Write every file of a plan below a folder.

    Parameters
    ----------
    problem : Problem
        What the plan is of.
    plan : Plan
        A verified one.
    out : Path
        The folder, which is made where it is missing.
    ids : {"masked", "full", "none"}
        How much of an ID number those readers get who may see it.
    workers : int
        Most processes to write with; few files are written in this one.
    on_progress : callable, optional
        Told (files done, files in all) after each file.

    Returns
    -------
    Written
        How many files, and what fell short.

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
    missing: set[str] = set()
    with closing(_write_jobs(book, ids, out, jobs, workers)) as written:
        for done, lost in enumerate(written, 1):
            missing |= lost
            if on_progress is not None:
                on_progress(done, total)
    texts = out / _("messages") / f"{_('messages')}.csv"
    write_whole(texts, messages_csv(book, View("message", ids, problem.settings.policy.id_mask)))
    guide = out / f"{_('who gets what')}.txt"
    write_whole(guide, without_ids(guide_text(book, ids)))
    if on_progress is not None:
        on_progress(total, total)
    paths = {out / job.path for job in jobs} | {texts, guide}
    return Written(total, _where_missing(book, missing), without_phone(book), _older(out, paths))


def _write_job(job: Job, out: Path, font: Font) -> set[str]:
    """Write a file and return the characters that no font had so far."""
    path = out / job.path
    if path.suffix == ".pdf":
        from scheduler.reports.formats.pdf import write_pdf

        write_pdf(path, job.sheets(), font)
    else:
        from scheduler.reports.formats.xlsx import write_workbook

        write_workbook(path, job.sheets())
    return font.missing


def _write_jobs(book: Book, ids: IdChoice, out: Path, jobs: list[Job], workers: int) -> Generator[set[str], None, None]:
    workers = min(workers, os.cpu_count() or 1)
    if workers < 2 or len(jobs) < FEW_JOBS:
        font = Font()
        for job in jobs:
            yield _write_job(job, out, font)
        return
    begin = packed_call(_start_worker, book.problem, book.plan, ids, out, language())
    with Pool(workers, begin) as pool:
        futures = [pool.submit(_work, number) for number in range(len(jobs))]
        try:
            for future in futures:
                yield future.result()
        finally:
            # When one cannot be written, or on Ctrl-C: files begun may be finished, others are not begun.
            for future in futures:
                future.cancel()
            wait([future for future in futures if future.running()], FINISH_S)


_worker: tuple[list[Job], Path, Font]
"""What a worker process writes: the jobs, the output folder, the font."""


def _start_worker(problem: Problem, plan: Plan, ids: IdChoice, out: Path, lang: Language) -> None:
    global _worker
    set_language(lang)
    _worker = (Jobs(Book(problem, plan), ids).all, out, Font())
    # The county stays as it is: the collector need not walk through it again and again.
    gc.freeze()


def _work(number: int) -> set[str]:
    jobs, out, font = _worker
    return _write_job(jobs[number], out, font)


def _where_missing(book: Book, missing: set[str]) -> tuple[tuple[str, str], ...]:
    places: list[tuple[str, str]] = []
    for ch in sorted(missing):
        refs = [r.person.ref for riders in book.riders.values() for r in riders if ch in r.person.name]
        places += [(ch, ref) for ref in refs] or [(ch, "")]
    return tuple(places)


def _older(out: Path, written: set[Path]) -> int:
    # Beside these folders lies what is not ours: `out` may be the season folder itself.
    folders = {path.parent for path in written} - {out}
    return sum(path.is_file() and path not in written for folder in folders for path in folder.glob("[!.]*"))
