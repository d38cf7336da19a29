"""`scheduler status`: how every run stands now, what is overdue, whom to phone."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
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
    print_json,
    season_argument,
)
from scheduler.cli.help import Command
from scheduler.i18n import _, ngettext

if TYPE_CHECKING:
    from rich.console import RenderableType

    from scheduler.day.status import RunStatus
    from scheduler.season.life.standing_season import StandingSeason

WATCH_S = 30
SHOWN = 3
"""So many runs are named in a line below the table."""
ARRIVED_SHOWN = timedelta(days=2)
"""Who has not signed for people who came longer ago is counted, and listed with --all."""


@click.command(
    "status",
    cls=Command,
    help=_("Show how every run of SEASON stands: told, due, on its way, overdue, arrived; and whom to phone.")
    + "\n\n"
    + _("Exit code 1 while anything is overdue.")
    + example_text("scheduler status demo", "scheduler status demo --watch"),
)
@season_argument
@click.option("--watch", is_flag=True, help=_("Show it anew every half minute, until Ctrl-C."))
@click.option("--all", "all_runs", is_flag=True, help=_("Show runs of other days too."))
@now_option
@db_option
@json_option
@language_option
def status(season: Path, watch: bool, all_runs: bool, now: datetime, db: str | None, as_json: bool) -> int:
    """Show the runs."""
    standing = _read(season, db, None)
    figures, found = _status(season, standing, now)
    if not watch:
        if as_json:
            print_json(figures)
        else:
            console().print(_screen(figures, found, now, all_runs))
        return 1 if figures["overdue"] else 0
    from rich.live import Live

    begin, first = datetime.now(), now
    with Live(console=console(), screen=False, auto_refresh=False) as live:
        try:
            while True:
                live.update(_screen(figures, found, now, all_runs), refresh=True)
                time.sleep(WATCH_S)
                now = first + (datetime.now() - begin)
                standing = _read(season, db, standing)
                figures, found = _status(season, standing, now)
        except KeyboardInterrupt:
            return 1 if figures["overdue"] else 0


def _read(season: Path, db: str | None, standing: StandingSeason | None) -> StandingSeason:
    """Read the season; the rosters, which take seconds, only where a file is another one than when it was read."""
    from scheduler.season.ledger.ledger import open_ledger
    from scheduler.season.life.standing_season import read_season, stand
    from scheduler.season.load import inputs_sha256

    with open_ledger(season, db, create=False) as ledger:
        if standing is not None and standing.loaded.problem.inputs_sha256 == inputs_sha256(season):
            return stand(standing.loaded, ledger.events())
        return read_season(season, ledger)


def _status(season: Path, standing: StandingSeason, now: datetime) -> tuple[dict[str, Any], list[RunStatus]]:
    from scheduler.day.not_running import not_running
    from scheduler.day.status import not_reported, open_handover, overdue, status_of
    from scheduler.season.ledger import states
    from scheduler.season.plans import read_plan

    plan = read_plan(season)
    found = status_of(standing.problem, plan, standing.events, now)
    off = not_running(standing.problem, plan, standing.events, now)
    settings = standing.problem.settings
    kept_until = settings.last_date + timedelta(days=settings.policy.retention_days)
    figures = {
        "now": now.strftime("%Y-%m-%dT%H:%M"),
        "runs": [
            {
                "id": each.id,
                "state": each.state,
                "last_report": _minute(each.last_report),
                "next_report": _minute(each.next_report),
                "on_board": each.on_board,
                "absent": each.absent,
                "escort": each.escort,
                "phone": each.phone,
            }
            for each in found
        ],
        "overdue": overdue(found),
        "not_reported": not_reported(found),
        "not_running": [asdict(each) for each in off.values()],
        "unreached": len(states.unreached(standing.events)),
        "waiting": sum(len(entry.persons) for entry in plan.unserved),
        "open_handover": open_handover(found),
        "erase_due": now.date() > kept_until and not any(e.data.kind == "erased" for e in standing.events),
    }
    return figures, found


def _minute(moment: datetime | None) -> str | None:
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M")


def _screen(figures: dict[str, Any], found: Sequence[RunStatus], now: datetime, all_runs: bool) -> RenderableType:
    from rich.console import Group
    from rich.table import Table

    today = [
        each
        for each in found
        if all_runs
        or (each.state in ("due", "departed", "overdue") and not each.is_given_up and not each.not_running)
        or (each.state == "arrived" and each.last_report is not None and now - each.last_report < ARRIVED_SHOWN)
        or (each.departs is not None and each.departs.date() == now.date())
    ]
    order = {"overdue": 0, "due": 1, "departed": 2, "told": 3, "planned": 4, "arrived": 5, "handed_over": 6}
    today.sort(key=lambda each: (order[each.state], each.next_report or datetime.max, each.id))
    table = Table(title=_("Runs at {now}").format(now=f"{now:%Y-%m-%d %H:%M}"), title_justify="left")
    table.add_column(_("Run"), no_wrap=True)
    table.add_column(_("State"), no_wrap=True)
    table.add_column(_("On board"), justify="right")
    table.add_column(_("Last heard"), overflow="fold")  # the day above the time where there is no room beside it
    table.add_column(_("Next due"), overflow="fold")
    table.add_column(_("Phone"), no_wrap=True)  # a number in two pieces is dialled wrong
    for each in today:
        style = "bold red" if each.state == "overdue" else "yellow" if each.state == "due" else ""
        counted = "" if each.on_board is None else str(each.on_board) + (f" (-{each.absent})" if each.absent else "")
        who = " ".join(filter(None, (each.escort, each.phone)))
        cells = (_clock(each.last_report, now), _clock(each.next_report, now))
        table.add_row(plain(each.id), _state(each), counted, *cells, plain(who), style=style)
    counts = _("overdue {overdue} · not reached {unreached} · waiting {waiting} · not signed for {open}").format(
        overdue=len(figures["overdue"]),
        unreached=figures["unreached"],
        waiting=figures["waiting"],
        open=len(figures["open_handover"]),
    )
    lines: list[RenderableType] = [table if today else plain(_("No run today.")), plain(counts)]
    if forgotten := figures["not_reported"]:
        form = ngettext(
            "{n} run is long over and was not reported to its end ({runs}): it counts as overdue no more. Record "
            "it late: scheduler depart or arrive SEASON RUN --headcount N --at T",
            "{n} runs are long over and were not reported to their end ({runs}): they count as overdue no more. Record "
            "them late: scheduler depart or arrive SEASON RUN --headcount N --at T",
            len(forgotten),
        )
        lines.append(plain(form.format(n=len(forgotten), runs=_some(forgotten))))
    lines.extend(map(plain, _not_running(figures["not_running"])))
    if figures["erase_due"]:
        lines.append(plain(_("The personal data of this season are due for erasing: scheduler erase SEASON"), "bold"))
    return Group(*lines)


def _clock(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return ""
    return f"{moment:%H:%M}" if moment.date() == now.date() else f"{moment:%m-%d %H:%M}"


def _state(run: RunStatus) -> str:
    return _("not running") if run.not_running else state_text(run.state)


def _not_running(off: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield what to say of the runs that do not take place: a line for each reason."""
    for why in ("cancelled", "train_cancelled", "nobody_came", "replaced"):
        those = [each for each in off if each["why"] == why]
        if those:
            runs, people = [each["run"] for each in those], sum(each["people"] for each in those)
            yield _off_form(why, len(those), people).format(n=len(those), runs=_some(runs), people=people)


def _off_form(why: str, n: int, people: int) -> str:
    return {
        "cancelled": ngettext(
            "{n} run does not take place ({runs}): its people have all cancelled or declined",
            "{n} runs do not take place ({runs}): their people have all cancelled or declined",
            n,
        ),
        "train_cancelled": ngettext(
            "{n} run does not take place ({runs}): the train does not run",
            "{n} runs do not take place ({runs}): the train does not run",
            n,
        ),
        "nobody_came": ngettext(
            "{n} run left with nobody on board ({runs}): no report is waited for",
            "{n} runs left with nobody on board ({runs}): no report is waited for",
            n,
        ),
        "replaced": ngettext(
            "{people} person was told of runs that the plan has no more ({runs}), and of nothing else since: "
            "scheduler announce SEASON",
            "{people} people were told of runs that the plan has no more ({runs}), and of nothing else since: "
            "scheduler announce SEASON",
            people,
        ),
    }[why]


def _some(runs: Sequence[str]) -> str:
    """Return the first runs of a list that may be long."""
    return _(", ").join((*runs[:SHOWN], *(["…"] if len(runs) > SHOWN else [])))


def state_text(state: str) -> str:
    """Return a run's state in words."""
    return {
        "planned": _("planned"),
        "told": _("told"),
        "due": _("leaving"),
        "departed": _("on its way"),
        "overdue": _("overdue"),
        "arrived": _("arrived"),
        "handed_over": _("handed over"),
    }[state]
