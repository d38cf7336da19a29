"""`scheduler settle`: what carriers are paid and employers may claim, from who really rode."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.cli.common import (
    db_option,
    example_text,
    json_option,
    language_option,
    now_option,
    print_json,
    season_argument,
    who_option,
)
from scheduler.cli.exporting import exporting, purpose_option
from scheduler.cli.help import Command
from scheduler.cli.outputs import refuse_over_season
from scheduler.i18n import _, count_text, ngettext

if TYPE_CHECKING:
    from scheduler.cli.exporting import Export
    from scheduler.day.settlement import SettledSeason
    from scheduler.reports.formats.document import Imprint, Sheet
    from scheduler.settings import Settings


@click.command(
    "settle",
    cls=Command,
    help=_("Settle SEASON: per carrier what it is paid, per employer its claim on people who boarded, who rode by key.")
    + example_text("scheduler settle demo -o demo/settle"),
)
@season_argument
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="DIR", required=True, help=_("Folder to write into.")
)
@purpose_option
@now_option
@who_option
@db_option
@json_option
@language_option
def settle(season: Path, output: Path, purpose: str, now: datetime, who: str, db: str | None, as_json: bool) -> None:
    """Settle a season."""
    from scheduler.day.settlement import settle_season
    from scheduler.reports.formats.document import Imprint, Taken
    from scheduler.season.ledger.ledger import open_ledger
    from scheduler.season.life.standing_season import read_season
    from scheduler.season.plans import read_plan

    refuse_over_season(season, folders=(output,))
    with open_ledger(season, db, create=False) as ledger:
        standing = read_season(season, ledger)
        problem = standing.loaded.problem
        found = settle_season(problem, read_plan(season), standing.events, now)
    figures = _as_json(found)
    with exporting(season, db, command="settle", who=who, purpose=purpose) as export:
        settings = problem.settings
        taken = Taken(who, now, export.number)
        imprint = Imprint(settings.office, settings.duty_phone, printed=now.date(), taken=taken)
        _write(output, settings, figures, found, imprint, export)
    if as_json:
        print_json(figures)
        return
    form = _("To pay carriers: {paid} yuan; claims of employers: {claimed} yuan; {people} rode.")
    paid = sum(each.to_pay_fen for each in found.carriers) / 100
    claimed = sum(each["claim"] for each in figures["claims"]) / 100
    click.echo(
        form.format(
            paid=f"{paid:,.2f}",
            claimed=f"{claimed:,.2f}",
            people=count_text("{n} person", "{n} people", len(found.rode)),
        )
    )
    if found.unnamed:
        form = ngettext(
            "{n} person did not come and is not named ({runs}): riders and claims count them.",
            "{n} people did not come and are not named ({runs}): riders and claims count them.",
            sum(found.unnamed.values()),
        )
        runs = _(", ").join(list(found.unnamed)[:5]) + ("…" if len(found.unnamed) > 5 else "")
        click.echo(form.format(n=sum(found.unnamed.values()), runs=runs))
        click.echo(_("Name them: scheduler report SEASON RUN --headcount N --absent PERSON"))
    if waiting := sum(not each.is_due for each in found.carriers):
        click.echo(
            ngettext(
                "{n} run has not left yet: it is settled once it has.",
                "{n} runs have not left yet: they are settled once they have.",
                waiting,
            ).format(n=waiting)
        )
    click.echo(
        ngettext("{n} file written to {path}", "{n} files written to {path}", len(export.files)).format(
            n=len(export.files), path=output
        )
    )


def _as_json(found: SettledSeason) -> dict[str, Any]:
    """Return the settlement by name; money in fen."""
    return {
        "carriers": [
            {"operator": each.operator, "run": each.run, "date": each.date.isoformat(), "route": each.route}
            | {"plate": each.plate, "price": each.price_fen, "planned": each.planned, "boarded": each.boarded}
            | {"km": each.path_km, "deduction": each.deduction_fen, "due": each.is_due, "to_pay": each.to_pay_fen}
            for each in found.carriers
        ],
        "claims": [
            {"employer": each.employer, "run": each.run, "date": each.date.isoformat(), "people": each.people}
            | {"boarded": each.boarded, "price": each.price_fen, "claim": each.claim_fen, "unnamed": each.unnamed}
            for each in found.claims
        ],
        "rode": len(found.rode),
        "unnamed": dict(found.unnamed),
    }


def _write(
    output: Path, settings: Settings, figures: Mapping[str, Any], found: SettledSeason, imprint: Imprint, export: Export
) -> None:
    from scheduler.files import PersonalFile, write_whole
    from scheduler.reports.formats.fonts import Font
    from scheduler.reports.formats.pdf import write_pdf
    from scheduler.reports.formats.xlsx import write_workbook
    from scheduler.reports.settlement import carrier_sheet, claim_sheet, rules_text
    from scheduler.text_cells import csv_text

    output.mkdir(parents=True, exist_ok=True)
    claims = partial(claim_sheet, rules=rules_text(settings.settlement))
    name_of = {"carrier": _("the carrier"), "employer": _("the employer")}
    for name, reader, key, lines, sheet in (
        (_("carriers"), "carrier", "operator", figures["carriers"], carrier_sheet),
        (_("claims"), "employer", "employer", figures["claims"], claims),
    ):
        if lines:
            sheets, foot = _sheets(settings.name, key, lines, sheet), replace(imprint, reader=name_of[reader])
            for path in (output / f"{name}.xlsx", output / f"{name}.pdf"):
                if path.suffix == ".pdf":
                    write_pdf(path, sheets, Font(), foot)
                else:
                    write_workbook(path, sheets, foot)
                export.add(PersonalFile(path, reader, "none", 0))
    rows = [(each.person, each.run, each.date.isoformat()) for each in found.rode]
    path = output / f"{_('who rode')}.csv"
    write_whole(path, csv_text([("key", "run", "date"), *rows]))
    export.add(PersonalFile(path, "auditor", "none", len(rows)))


def _sheets(
    season: str,
    key: str,
    lines: Sequence[Mapping[str, Any]],
    sheet: Callable[[str, str, list[Mapping[str, Any]]], Sheet],
) -> list[Sheet]:
    ordered = sorted(lines, key=lambda each: str(each[key]))
    return [sheet(name, season, list(group)) for name, group in groupby(ordered, key=lambda each: str(each[key]))]
