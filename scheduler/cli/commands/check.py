"""`scheduler check`: every problem of the rosters and tables, and what the townships get back to mend."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.cli.answers.plan_summary import without_stop_text
from scheduler.cli.common import (
    console,
    db_option,
    example_text,
    json_option,
    language_option,
    open_option,
    open_page,
    plain,
    print_json,
    season_argument,
    who_option,
)
from scheduler.cli.exporting import exporting, purpose_option
from scheduler.cli.help import Command, display_width
from scheduler.cli.next_steps import after_check, print_steps
from scheduler.cli.outputs import refuse_over_season
from scheduler.errors import UsageError
from scheduler.i18n import _, count_text, ngettext

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from scheduler.check.summary import FileCount
    from scheduler.cli.exporting import Export
    from scheduler.season.load import Intake
    from scheduler.tabular.issues import Issue

FILES_SHOWN = 30
PAGE = "check.html"
"""In the season folder: the page that --open alone writes."""
FULL_LIMIT = 20
SCREEN_COLUMNS, SCREEN_LINES = 80, 23
"""The first screen, less the line for the next command; the rest comes with --full."""
KINDS_FIRST, FILES_FIRST = 8, 3
STEP_LINES = 3
STYLES = {"error": "red", "warning": "yellow", "info": "dim"}


@click.command(
    "check",
    cls=Command,
    help=_("List every problem of SEASON's rosters and tables: file, sheet, cell, what is wrong, what to do.")
    + "\n\n"
    + _("Exit code 1 when there is an error: its row is set aside. A row with a warning or an info is planned.")
    + example_text("scheduler check demo", "scheduler check demo --annotate back --merged county.xlsx"),
)
@season_argument
@click.option(
    "--annotate",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help=_("Write a copy of each workbook with the cells to mend marked and explained."),
)
@click.option(
    "--merged",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=_("Write the clean county roster to this .csv or .xlsx file, with full ID numbers."),
)
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help=_("Write the summary as one page to print or send, without personal data."),
)
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    metavar="N",
    default=None,
    help=_("How many issues to show one by one (default: as many as the screen holds; 20 with --full)."),
)
@click.option("--full", is_flag=True, help=_("Print all files, kinds and more issues, not only the first screen."))
@open_option
@purpose_option
@who_option
@db_option
@json_option
@language_option
def check(
    season: Path,
    annotate: Path | None,
    merged: Path | None,
    html: Path | None,
    limit: int | None,
    full: bool,
    opens: bool,
    purpose: str,
    who: str,
    db: str | None,
    as_json: bool,
) -> int:
    """Check a season."""
    from scheduler.season.keyed import load_to_check

    if opens and html is None:
        html = season / PAGE
    refuse_over_season(season, files=(merged, html), copies=annotate)
    _refuse_name(merged)
    with _progress_bar(_("Reading rosters"), as_json) as progress:
        intake = load_to_check(season, progress, db)
    written: list[str] = []
    if annotate is not None or merged is not None:
        with exporting(season, db, command="check", who=who, purpose=purpose, create=True) as export:
            written += _write_people(intake, season, annotate, merged, as_json, export)
    if html is not None:
        written.append(_write_page(intake, html))
    if opens and html is not None:
        open_page(html)
    if as_json:
        print_json(
            {
                "people": intake.people,
                "fit": intake.fit,
                "set_aside": intake.set_aside,
                "issues": [issue.as_json() for issue in intake.issues],
            }
        )
    else:
        if full or limit is not None:
            _print(intake, FULL_LIMIT if limit is None else limit)
        else:
            _print_brief(intake)
        for line in written:
            console().print(line, markup=False, soft_wrap=True)
        can_plan = bool(intake.fit)
        print_steps(after_check(season, has_errors=bool(intake.errors), can_plan=can_plan, is_annotated=bool(annotate)))
    return 1 if intake.errors else 0


def _refuse_name(merged: Path | None) -> None:
    if merged is not None and merged.suffix.lower() not in (".csv", ".xlsx"):
        raise UsageError(_("the county roster is a .csv or an .xlsx file"), str(merged), _("name it so"))


def _write_people(
    intake: Intake, season: Path, annotate: Path | None, merged: Path | None, quiet: bool, export: Export
) -> Iterator[str]:
    """Write what was asked for with people in it; yield a line about each."""
    from scheduler.files import PersonalFile

    if annotate is not None:
        from scheduler.check.annotate import write_annotated
        from scheduler.check.summary import by_file

        people = {each.file: each.fit + each.set_aside for each in by_file(intake.issues, intake.problem)}

        def copied(file: str, path: Path) -> None:
            export.add(PersonalFile(path, "township", "full", people.get(file, 0)))

        with _progress_bar(_("Marking workbooks"), quiet) as progress:
            paths = write_annotated(season, intake.issues, annotate, progress, copied)
        yield ngettext(
            "{n} workbook with its cells marked, with full ID numbers: {path}",
            "{n} workbooks with their cells marked, with full ID numbers: {path}",
            len(paths),
        ).format(n=len(paths), path=annotate)
    if merged is not None:
        from scheduler.check.county_roster import write_merged

        count = write_merged(intake.problem.parties, merged)
        export.add(PersonalFile(merged, "bureau", "full", count))
        yield ngettext(
            "County roster of {n} person, with full ID numbers: {path}",
            "County roster of {n} people, with full ID numbers: {path}",
            count,
        ).format(n=count, path=merged)
        if merged.suffix.lower() == ".csv":
            yield _("Excel rounds long numbers when it opens a .csv; to work on it in Excel, write an .xlsx.")


def _write_page(intake: Intake, html: Path) -> str:
    from datetime import date

    from scheduler.check.page import check_page
    from scheduler.files import write_whole

    write_whole(html, check_page(intake.issues, intake.problem, _figures(intake), date.today()))
    return _("Summary page, without personal data: {path}").format(path=html)


def _figures(intake: Intake) -> dict[str, int]:
    severities = [issue.severity for issue in intake.issues]
    return {
        _("People in the rosters"): intake.people,
        _("Can be planned"): intake.fit,
        _("Set aside"): intake.set_aside,
        _("Duplicates dropped"): intake.duplicates,
        _("Errors"): severities.count("error"),
        _("Warnings"): severities.count("warning"),
    }


@contextmanager
def _progress_bar(title: str, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """Show the files read on a terminal; drawn only when a file is done, so that no second thread runs."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    bar = Progress(*columns, console=console(stderr=True), transient=True, auto_refresh=False)
    with bar:
        task = bar.add_task(title, total=None)

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)
            bar.refresh()

        yield show


# The summary -------------------------------------------------------------------------------------------------------


def _print(intake: Intake, limit: int) -> None:
    out = console()
    out.print(plain(_headline(intake), "bold"), soft_wrap=True)
    if not intake.people:
        line = _("There are no people in the rosters yet: fill in the workbooks in the folder roster.")
        out.print(line, soft_wrap=True)
    if text := without_stop_text(intake.problem):
        out.print(plain(text, "bold yellow"), soft_wrap=True)
    if intake.issues:
        _print_files(out, intake)
        _print_codes(out, intake)
        _print_issues(out, intake.issues, limit)
    elif intake.people:
        out.print(_("No problem was found."))


def _print_brief(intake: Intake) -> None:
    """Print what fits one screen: the kinds of findings, the worst files, the first issues."""
    from scheduler.check.summary import by_file, worst_first

    out = console()
    out.print(plain(_headline(intake), "bold"), soft_wrap=True)
    if not intake.people:
        line = _("There are no people in the rosters yet: fill in the workbooks in the folder roster.")
        out.print(line, soft_wrap=True)
    if not intake.issues:
        if intake.people:
            out.print(_("No problem was found."))
        return
    without_stop = filter(None, [without_stop_text(intake.problem)])
    counted = [
        *(plain(text, "bold yellow") for text in without_stop),
        *_kind_lines(intake.issues),
        *_file_lines(by_file(intake.issues, intake.problem)),
    ]
    for text in counted:
        out.print(text, soft_wrap=True)
    room = SCREEN_LINES - STEP_LINES - sum(_screen_lines(text.plain) for text in counted) - 2
    issues, shown = worst_first(intake.issues), 0
    for each in issues:
        told = _issue_line(each)
        room -= _screen_lines(told.plain)
        if shown and room < 1:
            break
        out.print(told, soft_wrap=True)
        shown += 1
    if len(issues) > shown:
        out.print(_("and {n} more: --full shows more").format(n=f"{len(issues) - shown:,}"), soft_wrap=True)


def _kind_lines(issues: Sequence[Issue]) -> Iterator[Text]:
    """Yield a line for each kind of finding, errors first."""
    from scheduler.check.summary import by_code

    kinds = by_code(issues)
    for each in kinds[:KINDS_FIRST]:
        line = plain(f"{each.code} {each.count:>6,}  ", STYLES[each.severity])
        line.append_text(plain(each.meaning))
        yield line
    if len(kinds) > KINDS_FIRST:
        yield plain("             " + _("{n} more with --full").format(n=len(kinds) - KINDS_FIRST))


def _file_lines(counts: Sequence[FileCount]) -> Iterator[Text]:
    """Yield one line with the files that have most errors."""
    worst = [each for each in counts if each.errors]
    if not worst:
        return
    named = [f"{each.file.removeprefix('roster/')} {each.errors:,}" for each in worst[:FILES_FIRST]]
    files = _(", ").join(named)
    yield plain(
        ngettext("Errors in {n} file: {files}", "Errors in {n} files, most in: {files}", len(worst)).format(
            n=f"{len(worst):,}", files=files
        )
    )


def _screen_lines(text: str) -> int:
    return max(1, math.ceil(display_width(text) / SCREEN_COLUMNS))


def _headline(intake: Intake) -> str:
    return _("{name}: {people}, {fit} can be planned, {set_aside} set aside, {dropped}").format(
        name=intake.settings.name,
        people=count_text("{n} person", "{n} people", intake.people),
        fit=f"{intake.fit:,}",
        set_aside=f"{intake.set_aside:,}",
        dropped=count_text("{n} duplicate dropped", "{n} duplicates dropped", intake.duplicates),
    )


def _print_files(out: Console, intake: Intake) -> None:
    from scheduler.check.summary import by_file

    counts = by_file(intake.issues, intake.problem)
    table = _table(_("By file"))
    table.add_column(_("File"), overflow="fold")
    for title in (_("Can be planned"), _("Set aside"), _("Errors"), _("Warnings"), _("Infos")):
        table.add_column(title, justify="right")
    concerned = [each for each in counts if each.errors or each.warnings or each.infos]
    for each in concerned[:FILES_SHOWN]:
        row = (each.fit, each.set_aside, each.errors, each.warnings, each.infos)
        table.add_row(plain(each.file.removeprefix("roster/")), *(f"{number:,}" if number else "" for number in row))
    out.print(table)
    if len(concerned) > FILES_SHOWN:
        out.print(
            ngettext("and {n} more file", "and {n} more files", len(concerned) - FILES_SHOWN).format(
                n=len(concerned) - FILES_SHOWN
            )
        )
    if clean := len(counts) - len(concerned):
        out.print(ngettext("{n} file without any problem", "{n} files without any problem", clean).format(n=clean))


def _print_codes(out: Console, intake: Intake) -> None:
    from scheduler.check.summary import by_code

    names = {"error": _("error"), "warning": _("warning"), "info": _("info")}
    table = _table(_("By kind"))
    table.add_column(_("Code"), no_wrap=True)
    table.add_column(_("Severity"), no_wrap=True)
    table.add_column(_("Number"), justify="right", no_wrap=True)
    table.add_column(_("Meaning"), overflow="fold")
    for each in by_code(intake.issues):
        style = STYLES[each.severity]
        table.add_row(each.code, plain(names[each.severity], style), f"{each.count:,}", plain(each.meaning))
    out.print(table)


def _print_issues(out: Console, issues: Sequence[Issue], limit: int) -> None:
    from scheduler.check.summary import worst_first

    shown = worst_first(issues)[:limit]
    if shown:
        out.print()
        out.print(_("One by one, errors first:"), style="bold")
    for each in shown:
        out.print(_issue_line(each), soft_wrap=True)
    if len(issues) > len(shown):
        more = len(issues) - len(shown)
        out.print(
            _("and {n} more: --limit shows more, --json all, --annotate marks them in the workbooks").format(n=more)
        )


def _issue_line(each: Issue) -> Text:
    value = f"“{each.value}” " if each.value else ""
    line = plain(f"{each.code} ", STYLES[each.severity])
    line.append_text(plain(f"{each.where}: {value}{each.message}"))
    line.append_text(plain(f" -> {each.cure}", "green"))
    return line


def _table(title: str) -> Any:
    from rich.table import Table

    return Table(title=title, title_justify="left", title_style="bold")
