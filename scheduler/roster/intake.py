"""A season's rosters, whole: every file read, every finding collected, people in parties."""

from __future__ import annotations

import gc
import os
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from scheduler.i18n import Language, _, language, set_language
from scheduler.places import division, work_stop_of
from scheduler.problem import Party, SetAside
from scheduler.processes import LostProcessError, Pool, packed_call
from scheduler.roster.duplicates import drop_duplicates, report_shared_phones
from scheduler.roster.fields import roster_headings
from scheduler.roster.leftovers import find_leftovers, report_leftovers
from scheduler.roster.other_masks import IdCell, report_other_masks
from scheduler.roster.parties import form_parties
from scheduler.roster.row_reader import Lookups, RosterEntry, RowReader
from scheduler.roster.stated import Stated, find_stated
from scheduler.tabular.issues import Issue, issue
from scheduler.tabular.sheets.workbook import SheetCells, column_letter, list_files, read_sheets
from scheduler.tabular.tables.blocks import find_tables
from scheduler.tabular.tables.headings import SheetTable

_WORTH_A_POOL_BYTES = 3_000_000
_MOST_WORKERS = 4  # each may take some 400 MB for a sheet that reaches far
_STRANGE_RATIO = 30  # rosters unfold to some ten times their size
_PATIENCE_S = 60.0
_MOST_BYTES_APART = 2 << 30

Progress = Callable[[int, int], None]
"""Called with how many files are read, and how many there are."""


@dataclass(frozen=True, slots=True)
class Roster:
    """What a season's rosters hold.

    Attributes
    ----------
    parties : tuple of Party
        The people who can be planned, in the order of path, sheet, row of each party's first member.
    set_aside : tuple of SetAside
        The rows with errors.
    issues : tuple of Issue
        Every finding, in the order of path, sheet, row, column.
    people : int
        Rows that hold a person: those fit, those set aside and the duplicates dropped.
    dropped : int
        Duplicates that were dropped.
    """

    parties: tuple[Party, ...]
    set_aside: tuple[SetAside, ...]
    issues: tuple[Issue, ...]
    people: int
    dropped: int

    @property
    def fit(self) -> int:
        """How many people can be planned."""
        return sum(party.size for party in self.parties)


@dataclass(slots=True)
class FileResult:
    """What one file holds; `sheets` in the order of the workbook, `stated` the numbers of people written on them."""

    file: str
    sheets: list[str] = field(default_factory=list)
    entries: list[RosterEntry] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    stated: list[Stated] = field(default_factory=list)


def read_roster(
    folder: Path, lookups: Lookups, stop_names: Mapping[str, str] | None = None, progress: Progress | None = None
) -> Roster:
    """Read every roster file of a season.

    Parameters
    ----------
    folder : Path
        The season's folder of rosters; issues name its files by their path from the season.
    lookups : Lookups
        What the season knows beside its rosters.
    stop_names : mapping of division code to place name
        The places that stand for a division under a name of their own; else it is the division's full name.
    progress : Progress, optional
    """
    files = list(list_files(folder, folder.parent))
    with _no_cycle_search():
        results = list(_read_files(files, lookups, progress)) or [_no_file(folder.name)]
        return combine(results, lookups, stop_names or {})


@contextmanager
def _no_cycle_search() -> Iterator[None]:
    """Keep Python from searching millions of plain values for cycles over and over: it more than doubles the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _no_file(folder: str) -> FileResult:
    cure = _("put the townships' lists (.xlsx, .xls, .ods, .et, .csv) into the folder {folder}").format(folder=folder)
    return FileResult(folder, issues=[issue("R101", folder, message=_("there is no roster file"), cure=cure)])


def combine(results: Sequence[FileResult], lookups: Lookups, stop_names: Mapping[str, str]) -> Roster:
    """Look across all files: people listed twice, shared phones, parties."""
    issues = [each for result in results for each in result.issues]
    entries, dropped = drop_duplicates((entry for result in results for entry in result.entries), issues)
    report_shared_phones(entries, issues)
    once = Counter(entry.file for entry in entries if entry.codes != ("R303",))
    for result in results:
        twice = len(result.entries) - once[result.file]
        issues += [stated.issue for stated in result.stated if not stated.fits(twice)]

    def stop_name(code: str) -> str:
        stop = work_stop_of(code, lookups.settings.policy.work_level) or code
        found = division(stop)
        return stop_names.get(stop) or (found.full_name if found else stop)

    parties = form_parties(entries, lookups.settings, stop_name, issues)
    return Roster(
        parties=tuple(parties),
        set_aside=tuple(SetAside(entry.ref, entry.codes) for entry in entries if entry.codes),
        issues=tuple(_sorted(issues, results)),
        people=len(entries) + dropped,
        dropped=dropped,
    )


def _sorted(issues: list[Issue], results: Sequence[FileResult]) -> list[Issue]:
    place = {(result.file, ""): (number, -1) for number, result in enumerate(results)}
    for number, result in enumerate(results):
        place |= {(result.file, name): (number, index) for index, name in enumerate(result.sheets)}

    def key(each: Issue) -> tuple[tuple[int, int], int, int, str, str]:
        at = place.get((each.file, each.sheet)) or place.get((each.file, ""), (len(results), 0))
        return at, each.row or 0, len(each.column), each.column, each.code

    return sorted(issues, key=key)


def _read_file(reader: RowReader, path: Path, file: str, lookups: Lookups) -> FileResult:
    result = FileResult(file)
    sheets = read_sheets(path, file, result.issues)
    if not any(found.code == "R101" for found in result.issues):
        tables = find_tables(sheets, file, roster_headings(lookups.settings.direction), result.issues)
        read_entries(reader, tables, result)
        _hold_against_sheets(sheets, tables, result)
        report_other_masks(_id_cells(tables), lookups.settings.policy.id_mask, result.issues)
    return result


def _id_cells(tables: Sequence[SheetTable]) -> Iterator[IdCell]:
    for table in tables:
        for row in table.rows:
            value = row.values.get("id_number", "")
            if isinstance(value, str):  # a number masks nothing
                yield IdCell(value, table.file, table.sheet, row.number, table.letter("id_number"))


def _hold_against_sheets(sheets: Sequence[SheetCells], tables: Sequence[SheetTable], result: FileResult) -> None:
    """Hold what was read of a file against its sheets: who stands outside the tables, how many people they state.

    Whoever can be made out outside the tables counts as a person set aside.
    """
    result.sheets = [sheet.name for sheet in sheets]
    known = {entry.id_number for entry in result.entries}
    taken = Counter(f"{result.file}!{entry.sheet}!{entry.row}" for entry in result.entries)
    in_file = len(result.entries)
    for sheet in sheets:
        own = [table for table in tables if table.sheet == sheet.name]
        found = find_leftovers(sheet, own, known)
        report_leftovers(result.file, found, result.issues)
        result.stated += find_stated(sheet, own, in_file)
        for each in found:
            if each.sure:
                ref = f"{result.file}!{sheet.name}!{each.row}"
                if taken[ref]:  # the row holds other people too
                    ref = f"{result.file}!{sheet.name}!{column_letter(each.column)}{each.row}"
                taken[ref] += 1
                if taken[ref] > 1:
                    ref = f"{ref}/{taken[ref]}"
                result.entries.append(RosterEntry(ref, result.file, sheet.name, each.row, {}, ("R104",)))
    order = {name: number for number, name in enumerate(result.sheets)}
    result.entries.sort(key=lambda entry: (order[entry.sheet], entry.row))


def read_entries(reader: RowReader, tables: Iterable[SheetTable], result: FileResult) -> None:
    """Read the rows of a file's tables into its result."""
    for table in tables:
        result.sheets.append(table.sheet)
        letters = {name: table.letter(name) for name in table.columns}
        start = len(result.entries)
        for row in table.rows:
            entry = reader.read(table, row, letters, result.issues)
            if entry is not None:
                table.people.add(row.number)
                if row.broken:
                    entry.codes = tuple(sorted({*entry.codes, "R106"}))
                    result.issues.append(entry.issue("R106", "name", message=row.broken))
                result.entries.append(entry)
        if table.beside:  # its rows hold other people too, whom the row number alone names
            column = column_letter(min(table.headed))
            for entry in result.entries[start:]:
                entry.ref = f"{entry.file}!{entry.sheet}!{column}{entry.row}"


def _read_files(files: Sequence[tuple[Path, str]], lookups: Lookups, progress: Progress | None) -> Iterator[FileResult]:
    """Yield what each file holds, in order; large seasons are read by several processes."""
    sizes = {file: path.lstat().st_size for path, file in files}
    workers = min(os.cpu_count() or 1, len(files), _MOST_WORKERS)
    if workers < 2 or sum(sizes.values()) < _WORTH_A_POOL_BYTES:
        reader = RowReader(lookups)
        for number, (path, file) in enumerate(files, 1):
            yield _read_apart(path, file, lookups) if _is_strange(path) else _read_file(reader, path, file, lookups)
            if progress:
                progress(number, len(files))
        return
    results = _read_together(files, sizes, workers, lookups, progress)
    for _path, file in files:
        yield results.get(file) or _brought_down(file)


def _is_strange(path: Path) -> bool:
    """Tell whether a workbook unfolds so far that only a process that may die should read it."""
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(part.file_size for part in archive.infolist()) > _STRANGE_RATIO * path.stat().st_size
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False  # no workbook, or one that reading will refuse


def _read_apart(path: Path, file: str, lookups: Lookups) -> FileResult:
    """Read a file in a process of its own, which may die or be ended."""
    with _pool(1, lookups) as pool:
        try:
            return pool.submit(_read_in_worker, path, file).result(_PATIENCE_S)
        except (LostProcessError, TimeoutError):
            return _brought_down(file)


def _read_together(
    files: Sequence[tuple[Path, str]],
    sizes: Mapping[str, int],
    workers: int,
    lookups: Lookups,
    progress: Progress | None,
) -> dict[str, FileResult]:
    """Read files by several processes, the largest first; one that brings its process down is left out."""
    done = 0

    def count(_future: Future[FileResult]) -> None:
        nonlocal done
        done += 1
        if progress:
            progress(done, len(files))

    results: dict[str, FileResult] = {}
    with _pool(workers, lookups) as pool:
        futures: dict[str, Future[FileResult]] = {}
        for path, file in sorted(files, key=lambda pair: -sizes[pair[1]]):
            futures[file] = pool.submit(_read_in_worker, path, file)
            futures[file].add_done_callback(count)
        for file, future in futures.items():
            with suppress(LostProcessError):
                results[file] = future.result()
    return results


def _brought_down(file: str) -> FileResult:
    return FileResult(file, issues=[issue("R101", file, message=_("reading the file brought the reader down"))])


def _pool(workers: int, lookups: Lookups) -> Pool:
    return Pool(workers, packed_call(_start_worker, lookups, language()))


_worker: tuple[RowReader, Lookups] | None = None


def _start_worker(lookups: Lookups, chosen: Language) -> None:
    global _worker
    with suppress(ImportError):  # Windows has no such limits
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES_APART, resource.getrlimit(resource.RLIMIT_AS)[1]))
    set_language(chosen)
    gc.disable()  # as in `_no_cycle_search`
    _worker = RowReader(lookups), lookups


def _read_in_worker(path: Path, file: str) -> FileResult:
    assert _worker is not None
    reader, lookups = _worker
    return _read_file(reader, path, file, lookups)
