"""What `scheduler plan` says of a plan: what it is without, who rides, what it costs, why people are left behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scheduler.cli.common import console, plain
from scheduler.i18n import _

if TYPE_CHECKING:
    from datetime import date

    from rich.table import Table

    from scheduler.itinerary import FeederSummary
    from scheduler.plan import Plan
    from scheduler.problem import Problem
    from scheduler.season.load import Intake, Unread

UNREAD_SHOWN = 10


def print_plan(intake: Intake, result: Plan, seconds: float, path: Path, earlier: Path | None) -> None:
    """Print the summary of a plan, for people."""
    _print_unread(intake.unread)
    for found in intake.issues:
        if found.code == "R402":
            console().print(plain(f"{found.code} {found.file}: {found.message} -> {found.cure}"), soft_wrap=True)
    if not intake.problem.parties:
        click.echo(_nobody(intake))
    else:
        _print_summary(intake, result, seconds)
        out = console()
        out.print(_("Plan: {path}").format(path=path), soft_wrap=True, markup=False)
        if earlier:
            out.print(_("The earlier plan is kept: {path}").format(path=earlier), soft_wrap=True, markup=False)


def _print_unread(unread: tuple[Unread, ...]) -> None:
    """Say first what the plan is without: it may look whole, and a township be missing."""
    if not unread:
        return
    out = console()
    heading = _("Not everything could be read; the plan is without it (scheduler check says where and what to do):")
    out.print(plain(heading, "bold red"), soft_wrap=True)
    for each in unread[:UNREAD_SHOWN]:
        where = " ".join(filter(None, (each.file, each.sheet)))
        if each.rows:
            form = _("{where}: {n} rows, the first is row {row}: {message}")
            text = form.format(where=where, n=len(each.rows), row=each.rows[0], message=each.message)
        else:
            text = f"{where}: {each.message}"
        out.print(plain(f"  {each.code} {text}"), soft_wrap=True)
    if len(unread) > UNREAD_SHOWN:
        out.print(_("and {n} more").format(n=len(unread) - UNREAD_SHOWN))
    out.print()


def as_json(intake: Intake, result: Plan, seconds: float) -> dict[str, Any]:
    """Return the figures of a plan, for programs."""
    escorted, led, neither = _crews(result)
    feeders = _feeder_summary(intake.problem, result)
    return {
        "unread": [asdict(each) for each in intake.unread],
        "cost": result.cost.model_dump(),
        "bound": result.bound,
        "gap": result.gap,
        "runs": len(result.runs),
        "people": sum(run.load for run in result.runs),
        "unserved": sum(len(entry.refs) for entry in result.unserved),
        "set_aside": len(result.set_aside),
        "crews": {"escorted": escorted, "led": led, "neither": neither},
        "feeders": feeders
        and {
            "rounds": feeders.rounds,
            "km": feeders.km,
            "cost": feeders.cost_fen,
            "seats": feeders.seats,
            "carried": feeders.carried,
            "left": feeders.left_people,
            "early_rounds": feeders.early_rounds,
            "early_people": feeders.early_people,
            "earliest": feeders.earliest and f"{feeders.earliest:%H:%M}",
        },
        "seconds": round(seconds, 1),
    }


def _crews(result: Plan) -> tuple[int, int, int]:
    """Return how many runs have an escort, a coach leader instead, neither."""
    escorted = sum(bool(run.escorts) for run in result.runs)
    led = sum(not run.escorts and run.leader is not None for run in result.runs)
    return escorted, led, len(result.runs) - escorted - led


def _feeder_summary(problem: Problem, result: Plan) -> FeederSummary | None:
    """Return all feeders in figures, None where the fleet has none."""
    if not problem.feeder_types:
        return None
    from scheduler.itinerary import feeder_summary

    return feeder_summary(problem, result.runs, result.feeders)


def yuan(fen: int) -> str:
    """Return fen as whole yuan with thousands separators."""
    return f"{fen / 100:,.0f}"


def percent(gap: float) -> str:
    """Return a gap, never rounded down to none."""
    return "<0.01%" if 0 < gap < 0.0001 else f"{gap:.2%}"


def _amount(fen: int) -> str:
    return _("{amount} yuan").format(amount=yuan(fen))


def _nobody(intake: Intake) -> str:
    if intake.set_aside:
        text = _("Nobody can be planned: all {n} rows are set aside; scheduler check says why.")
        return text.format(n=f"{intake.set_aside:,}")
    return _("There are no people in the rosters yet: fill in the workbooks in the folder roster.")


def _print_summary(intake: Intake, result: Plan, seconds: float) -> None:
    from rich.table import Table

    table = Table(title=plain(result.season), show_header=False, title_justify="left", box=None, pad_edge=False)
    table.add_column(style="bold", overflow="fold")
    table.add_column(justify="right", overflow="fold")
    feeders = _feeder_summary(intake.problem, result)
    for rows in (_people_rows(result), cost_rows(result), _feeder_rows(feeders) if feeders else ()):
        for number, row in enumerate(rows):
            if not number and table.row_count:
                table.add_row()
            table.add_row(*row)
    table.add_row()
    table.add_row(_("Verified"), _("every rule and every cost"))
    table.add_row(_("Time"), _("{seconds:.0f} s").format(seconds=seconds))
    out = console()
    out.print(table)
    out.print()
    if result.unserved:
        out.print(_unserved_table(result))
        out.print()
    if feeders and feeders.left:
        out.print(_without_feeder_table(intake.problem, result, feeders))
        out.print()


def _people_rows(result: Plan) -> Iterator[tuple[str, str]]:
    served = sum(run.load for run in result.runs)
    left = sum(len(entry.refs) for entry in result.unserved)
    people = served + left
    yield _("People with a seat"), f"{served:,} / {people:,} ({served / people:.1%})"
    yield _("Left behind"), f"{left:,}"
    if result.set_aside:
        yield _("Rows set aside (scheduler check says why)"), f"{len(result.set_aside):,}"
    coaches = [run for run in result.runs if run.mode == "coach"]
    yield _("Coach runs"), f"{len(coaches):,}"
    yield _("Trains"), f"{len(result.runs) - len(coaches):,}"
    if coaches:
        seats, riders = sum(run.seats for run in coaches), sum(run.load for run in coaches)
        yield _("Coach load factor"), f"{riders / seats:.1%}"
        yield _("People a coach run"), f"{riders / len(coaches):.1f}"
    escorted, led, neither = _crews(result)
    yield _("Runs with an escort"), f"{escorted:,}"
    yield _("Runs with a coach leader instead"), f"{led:,}"
    if neither:
        yield _("Runs with neither: nobody on board can lead"), f"{neither:,}"


def cost_rows(result: Plan) -> Iterator[tuple[str, str]]:
    """Yield what the plan costs and what is proven of it, label and figure."""
    cost = result.cost
    yield _("Coaches and trains"), _amount(cost.runs)
    yield _("Train fares"), _amount(cost.seats)
    yield _("Date shifts"), _amount(cost.date_shift)
    yield _("Ways to the boarding points"), _amount(cost.access)
    yield _("People left behind"), _amount(cost.unserved)
    yield _("Total cost"), _amount(cost.total)
    if result.bound is None or result.gap is None:
        yield _("Proven: no plan costs less than"), _("not proven")
        return
    yield _("Proven: no plan costs less than"), _amount(result.bound)
    if result.bound == cost.total:
        yield _("Gap"), _("0 (proven optimal)")
        return
    yield _("Gap"), percent(result.gap)
    if 0 < cost.unserved < cost.total:
        yield (
            _("Gap over cost less the unserved part"),
            percent((cost.total - result.bound) / (cost.total - cost.unserved)),
        )


def _unserved_table(result: Plan) -> Table:
    from rich.table import Table

    people: Counter[tuple[str, str]] = Counter()
    said: dict[tuple[str, str], Counter[tuple[str, str]]] = {}
    for entry in result.unserved:
        key = str(entry.code), str(entry.proof)
        people[key] += len(entry.refs)
        said.setdefault(key, Counter())[entry.reason, entry.remedy] += len(entry.refs)
    table = Table(title=_("Why people are left behind"), title_justify="left")
    table.add_column(_("Code"), no_wrap=True)
    table.add_column(_("People"), justify="right")
    table.add_column(_("Reason"), overflow="fold")  # Chinese has no spaces to break at
    table.add_column(_("What would help"), overflow="fold")
    for key, count in people.most_common():
        ((reason, remedy), alike), *others = said[key].most_common()
        if others:  # the figures differ from party to party
            reason = _("{n} of them: {reason}").format(n=f"{alike:,}", reason=reason)
        table.add_row(key[0], f"{count:,}", plain(reason), plain(remedy))
    table.caption = _("The reason of each party stands in plan.json and on the list of its township.")
    table.caption_justify = "left"
    return table


def _feeder_rows(feeders: FeederSummary) -> Iterator[tuple[str, str]]:
    yield _("Beside the total: feeders"), _amount(feeders.cost_fen)
    km = _("{rounds} / {km} km").format(rounds=f"{feeders.rounds:,}", km=f"{feeders.km:,.0f}")
    yield _("Feeder rounds / their way"), km
    share = feeders.carried / feeders.seats if feeders.seats else 0
    if feeders.earliest is not None:
        early = _("{rounds} / {people}, the first at {time}").format(
            rounds=f"{feeders.early_rounds:,}", people=f"{feeders.early_people:,}", time=f"{feeders.earliest:%H:%M}"
        )
        yield _("Feeders before the night is over / their people"), early
    yield _("Feeder seats used"), f"{feeders.carried:,} / {feeders.seats:,} ({share:.1%})"
    yield _("People without a feeder"), f"{feeders.left_people:,}"


def _without_feeder_table(problem: Problem, result: Plan, feeders: FeederSummary) -> Table:
    """Return who has no feeder, by date and reason: they come to the hub (go home from it) on their own."""
    from rich.table import Table

    from scheduler.operations.feeders.plan import minibuses_short

    short = minibuses_short(problem, result.runs, result.feeders)
    people: Counter[tuple[date, str, str]] = Counter()
    for left in feeders.left:
        day, remedy = left.need.date, left.remedy
        if left.is_scarce:
            remedy = _("{n} more minibuses suffice").format(n=short[day])
        people[day, left.reason, remedy] += len(left.need.refs)
    table = Table(title=_("Who has no feeder between township and hub"), title_justify="left")
    if any(left.is_scarce for left in feeders.left):
        table.caption = _("Longer waits at the hub (feeder_max_wait_min) need fewer minibuses.")
        table.caption_justify = "left"
    table.add_column(_("Date"), no_wrap=True)
    table.add_column(_("People"), justify="right")
    table.add_column(_("Reason"), overflow="fold")
    table.add_column(_("What would help"), overflow="fold")
    for (day, reason, remedy), count in sorted(people.items()):
        table.add_row(day.isoformat(), f"{count:,}", reason, remedy)
    return table
