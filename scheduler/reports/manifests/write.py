"""Write the files of a plan into a folder, spread over processes where there are many."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Collection, Generator
from concurrent.futures import wait
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from scheduler.files import PersonalFile, write_whole
from scheduler.i18n import Language, _, language, set_language
from scheduler.mask import without_ids
from scheduler.plan import Plan
from scheduler.problem import Problem
from scheduler.processes import Pool, packed_call
from scheduler.reports.book import Book
from scheduler.reports.formats.document import Imprint, Taken
from scheduler.reports.formats.fonts import Font
from scheduler.reports.manifests.guide import Extra, guide_text, reader_text
from scheduler.reports.manifests.jobs import Job, Jobs
from scheduler.reports.manifests.messages import messages
from scheduler.reports.visibility import IdChoice, View, level_text
from scheduler.text_cells import csv_rows

FEW_JOBS = 60
FINISH_S = 2.0
"""Files begun have so long to be finished when no others are begun any more."""

OnProgress = Callable[[int, int], None]
OnFile = Callable[[PersonalFile], None]


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
        People who get no message: nobody of their party has a mobile number.
    older : tuple of Path
        Files in the folders of the lists that are not part of this plan.
    """

    files: int
    without_glyph: tuple[tuple[str, str], ...]
    without_phone: int
    older: tuple[Path, ...]


def write_all(
    problem: Problem,
    plan: Plan,
    out: Path,
    ids: IdChoice = "masked",
    workers: int = 2,
    on_progress: OnProgress | None = None,
    plan_number: str = "",
    printed: date | None = None,
    taken: Taken | None = None,
    on_file: OnFile | None = None,
    extras: Collection[Extra] = (),
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
    plan_number : str
        What the plan is called; it stands on every page and in the QR codes.
    printed : date, optional
        Stands on every page; today without it.
    taken : Taken, optional
        Who takes the files out: stands on every page beside for whom it is.
    on_file : callable, optional
        Told each file with people in it, once it stands; also of those that stand when another one cannot be written.
    extras : collection of {"labels", "charter", "cards"}
        Stickers, charter filings, emergency cards are written, too.

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
    jobs = Jobs(book, ids, extras).all
    settings = problem.settings
    imprint = Imprint(settings.office, settings.duty_phone, plan_number, printed or date.today(), taken=taken)
    tell = on_file or (lambda _file: None)
    texts = messages(book, View("message", ids, settings.policy.id_mask))
    folder = out / _("messages")
    every_text = {
        folder / f"{_('messages')}.csv": texts.riders,
        folder / f"{_('messages to those without a seat')}.csv": texts.left,
        folder / f"{_('numbers that take no message')}.csv": texts.no_mobile,
    }
    message_files = {path: text for path, text in every_text.items() if text}
    total = len(jobs) + len(message_files) + 1
    missing: set[str] = set()
    with closing(_write_jobs(book, ids, imprint, out, jobs, workers, tell, extras)) as written:
        for done, lost in enumerate(written, 1):
            missing |= lost
            if on_progress is not None:
                on_progress(done, total)
    for path, text in message_files.items():
        write_whole(path, text)
        tell(PersonalFile(path, "message", level_text(View("message", ids).id_level), csv_rows(text) - 1))
    guide = out / f"{_('who gets what')}.txt"
    write_whole(guide, without_ids(guide_text(book, ids, imprint.edition(), extras)))
    if on_progress is not None:
        on_progress(total, total)
    paths = {out / job.path for job in jobs} | {*message_files, guide}
    return Written(total, _where_missing(book, missing), texts.without_mobile, _older(out, paths))


def _write_job(job: Job, out: Path, font: Font, imprint: Imprint) -> set[str]:
    """Write a file and return the characters that no font had so far."""
    path = out / job.path
    imprint = replace(imprint, reader=reader_text(job.view.reader))
    if job.draw is not None:
        write_whole(path, job.draw(font))
    elif path.suffix == ".pdf":
        from scheduler.reports.formats.pdf import write_pdf

        write_pdf(path, job.sheets(), font, imprint)
    else:
        from scheduler.reports.formats.xlsx import write_workbook

        write_workbook(path, job.sheets(), imprint)
    return font.missing


def _personal(job: Job, out: Path) -> PersonalFile:
    return PersonalFile(out / job.path, job.view.reader, level_text(job.view.id_level), job.people)


def _write_jobs(
    book: Book,
    ids: IdChoice,
    imprint: Imprint,
    out: Path,
    jobs: list[Job],
    workers: int,
    tell: OnFile,
    extras: Collection[Extra],
) -> Generator[set[str], None, None]:
    workers = min(workers, os.cpu_count() or 1)
    if workers < 2 or len(jobs) < FEW_JOBS:
        font = Font()
        for job in jobs:
            lost = _write_job(job, out, font, imprint)
            tell(_personal(job, out))
            yield lost
        return
    begin = packed_call(_start_worker, book.problem, book.plan, ids, imprint, out, language(), extras)
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
            for job, future in zip(jobs, futures, strict=False):
                if future.done() and not future.cancelled() and future.exception() is None:
                    tell(_personal(job, out))


_worker: tuple[list[Job], Path, Font, Imprint]
"""What a worker process writes: the jobs, the output folder, the font, what stands at the foot of every page."""


def _start_worker(
    problem: Problem, plan: Plan, ids: IdChoice, imprint: Imprint, out: Path, lang: Language, extras: Collection[Extra]
) -> None:
    global _worker
    set_language(lang)
    _worker = (Jobs(Book(problem, plan), ids, extras).all, out, Font(), imprint)
    # The county stays as it is: the collector need not walk through it again and again.
    gc.freeze()


def _work(number: int) -> set[str]:
    jobs, out, font, imprint = _worker
    return _write_job(jobs[number], out, font, imprint)


def _where_missing(book: Book, missing: set[str]) -> tuple[tuple[str, str], ...]:
    places: list[tuple[str, str]] = []
    for ch in sorted(missing):
        refs = [r.person.ref for riders in book.riders.values() for r in riders if ch in r.person.name]
        places += [(ch, ref) for ref in refs] or [(ch, "")]
    return tuple(places)


def _older(out: Path, written: set[Path]) -> tuple[Path, ...]:
    # Beside these folders lies what is not ours: `out` may be the season folder itself.
    folders = {path.parent for path in written} - {out}
    found = (path for folder in sorted(folders) for path in sorted(folder.glob("[!.]*")))
    return tuple(path for path in found if path.is_file() and path not in written)
