"""The settlement as sheets to print and sign: one a carrier, one an employer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scheduler.i18n import _, ngettext
from scheduler.mask import without_ids
from scheduler.reports.formats.document import (
    LANDSCAPE_MM,
    Block,
    Cell,
    Sheet,
    Signatures,
    Table,
    Text,
    columns,
    percent,
    sentences,
    short_place,
)
from scheduler.settings import Settlement

_Lines = Sequence[Mapping[str, Any]]


def carrier_sheet(operator: str, season: str, lines: _Lines) -> Sheet:
    """Return what a carrier is paid, run by run, with totals; lines as `settle --json` has them."""
    heads = columns(
        (_("Run"), 34, "left"), (_("Date"), 22), (_("Route"), 50, "left"), (_("Plate"), 24), (_("Price (yuan)"), 24),
        (_("Planned"), 16), (_("Boarded"), 16), (_("Distance (km)"), 20), (_("Deduction (yuan)"), 24),
        (_("Amount due (yuan)"), 24), (_("Remark"), 38, "left"),
        width_mm=LANDSCAPE_MM,
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (
            each["run"],
            each["date"],
            " → ".join(map(short_place, each["route"].split("-"))),
            each["plate"],
            _yuan(each["price"]),
            each["planned"],
            each["boarded"],
            f"{each['km']:,.1f}",
            _yuan(each["deduction"]),
            _yuan(each["to_pay"]) if each["due"] else "",
            _remark(each),
        )
        for each in lines
    ]
    keys = ("price", "planned", "boarded", "km", "deduction", "to_pay")
    total = {key: sum(each[key] for each in lines) for key in keys}
    rows.append(
        (
            _("Total"),
            "",
            "",
            "",
            _yuan(total["price"]),
            total["planned"],
            total["boarded"],
            f"{total['km']:,.1f}",
            _yuan(total["deduction"]),
            _yuan(total["to_pay"]),
            "",
        )
    )
    title = without_ids(_("Settlement with {carrier}").format(carrier=operator or "-"))
    return _sheet(operator, title, season, Table(heads, tuple(rows)), _("Carrier (seal)"))


def _remark(line: Mapping[str, Any]) -> str:
    """Return why a run is not paid, or not yet."""
    if not line["due"]:
        return _("has not left yet, not settled")
    return _("no departure recorded: not paid") if line["deduction"] else ""


def claim_sheet(employer: str, season: str, lines: _Lines, rules: str = "") -> Sheet:
    """Return what an employer may claim, coach by coach, with the total, and the rules it was reckoned by."""
    heads = columns(
        (_("Run"), 34, "left"), (_("Date"), 22), (_("Own people who boarded"), 30), (_("All who boarded"), 30),
        (_("Price (yuan)"), 30), (_("Claim (yuan)"), 30), width_mm=LANDSCAPE_MM,
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (each["run"], each["date"], each["people"], each["boarded"], _yuan(each["price"]), _yuan(each["claim"]))
        for each in lines
    ]
    people, claim = sum(each["people"] for each in lines), sum(each["claim"] for each in lines)
    rows.append((_("Total"), "", people, "", "", _yuan(claim)))
    title = without_ids(_("Subsidy claim of {employer}").format(employer=employer))
    notes = sentences((rules, *map(_unnamed, lines)))
    return _sheet(employer, title, season, Table(heads, tuple(rows)), _("Employer (seal)"), notes)


def _unnamed(line: Mapping[str, Any]) -> str:
    """Return that some who did not come may be among those who are claimed for; empty where all are named."""
    if not line["unnamed"]:
        return ""
    form = ngettext(
        "{run}: {n} person on the list did not come and is not named, so the share is of {heads} people.",
        "{run}: {n} people on the list did not come and are not named, so the share is of {heads} people.",
        line["unnamed"],
    )
    return form.format(run=line["run"], n=line["unnamed"], heads=line["boarded"] + line["unnamed"])


def rules_text(rules: Settlement) -> str:
    """Return by which rules claims are reckoned."""
    form = ngettext(
        "Reckoned for coaches that carried {least} person or more: {share} of the price by the employer's heads, at "
        "most {most} yuan a coach.",
        "Reckoned for coaches that carried {least} people or more: {share} of the price by the employer's heads, at "
        "most {most} yuan a coach.",
        rules.min_boarded,
    )
    return form.format(least=rules.min_boarded, share=percent(rules.share), most=f"{rules.cap_per_coach:,.2f}")


def _sheet(tab: str, title: str, season: str, table: Table, partner: str, note: str = "") -> Sheet:
    signatures = Signatures((partner, _("Date signed"), _("Labour bureau (seal)"), _("Date signed")), per_line=4)
    blocks: tuple[Block, ...] = (table, *([Text(note)] if note else []), signatures)
    return Sheet(without_ids(tab) or "-", title, blocks, subtitle=without_ids(season), landscape=True, alone=True)


def _yuan(fen: int) -> str:
    return f"{fen / 100:,.2f}"
