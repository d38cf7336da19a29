"""`scheduler record`: files that come back, read in: replies, SMS results, day workbooks, changes, messages."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.cli.common import (
    console,
    db_option,
    example_text,
    json_option,
    language_option,
    now_option,
    plain,
    print_issues,
    print_json,
    season_argument,
    who_option,
)
from scheduler.cli.help import Command
from scheduler.i18n import _

if TYPE_CHECKING:
    from scheduler.tabular.issues import Issue


@click.command(
    "record",
    cls=Command,
    help=_(
        "Read in files that come back to SEASON: ticked packs, replies, SMS results, edited day workbooks, changes, "
        "messages."
    )
    + "\n\n"
    + _(
        "A file is known by its headings; a .txt file holds one-line messages, such as: C0216-深圳-03 51 2. "
        "The same file recorded twice adds nothing."
    )
    + "\n\n"
    + _("Exit code 1 when a row cannot be used: the others are recorded.")
    + example_text(
        "scheduler record demo 回复.xlsx 短信结果.csv",
        "scheduler record demo 群消息.txt",
        "scheduler record demo C0216-深圳-03.xlsx",
    ),
)
@season_argument
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@now_option
@who_option
@db_option
@json_option
@language_option
def record(season: Path, files: tuple[Path, ...], now: datetime, who: str, db: str | None, as_json: bool) -> int:
    """Record files."""
    import hashlib

    from scheduler.day.returned.files import ReturnedFiles
    from scheduler.errors import InputError
    from scheduler.season.ledger.ledger import open_ledger
    from scheduler.season.life.changes_file import is_changes_file
    from scheduler.season.life.record_changes import record_changes
    from scheduler.season.life.standing_season import read_season
    from scheduler.season.pins.writing import write_pins
    from scheduler.season.plans import read_plan

    told: list[dict[str, Any]] = []
    issues: list[Issue] = []
    with open_ledger(season, db, create=False) as ledger:
        plan = read_plan(season)
        for file in files:
            if not file.is_file():
                raise InputError(_("there is no such file"), str(file), _("check the name of the file"))
            standing = read_season(season, ledger)
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            row: dict[str, Any] = {"file": file.name, "kind": "known", "recorded": 0, "by_kind": {}}
            if ledger.is_recorded(digest):
                pass
            elif is_changes_file(file):
                before = ledger.last[0]
                issues += record_changes(ledger, standing, plan, file, who, now)
                row |= {"kind": "changes", "recorded": ledger.last[0] - before}
            else:
                returned = ReturnedFiles(standing.problem, standing.loaded.problem, plan, standing.events, now, season)
                kind, entries = returned.read(file)
                issues += returned.issues
                if returned.added or returned.lifted:
                    # Before the ledger: whoever is interrupted between the two records the file once more.
                    write_pins(season, returned.added, returned.lifted)
                number = ledger.append(entries, who=who, source_sha256=digest)
                counts = Counter(entry.data.kind for entry in entries)
                row |= {"kind": kind, "recorded": number, "by_kind": dict(counts)}
            told.append(row)
    if as_json:
        print_json({"files": told, "issues": [each.as_json() for each in issues]})
    else:
        print_issues(issues)
        for row in told:
            console().print(plain(f"{row['file']}: {_said(row)}"), soft_wrap=True)
    return 1 if any(each.severity == "error" for each in issues) else 0


def _said(row: dict[str, Any]) -> str:
    if row["kind"] == "known":
        return _("recorded before, nothing new")
    what = {
        "changes": _("changes"),
        "replies": _("replies"),
        "sms": _("SMS results"),
        "day": _("decisions of a day workbook"),
        "messages": _("messages"),
        "check_sheets": _("ticked sheets of runs"),
        "unknown": _("nothing known"),
    }[row["kind"]]
    return _("{what}, {n} recorded").format(what=what, n=row["recorded"])
