"""The first screen of `scheduler plan`: 80 columns by 24 lines. What is missing, who rides, what is paid, what next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scheduler.cli.answers.plan_summary import amount, bound_rows, by_reason, print_rows, without_stop_text
from scheduler.cli.common import console, plain
from scheduler.cli.help import wrap
from scheduler.cli.next_steps import after_plan, command_line
from scheduler.i18n import _, ngettext

if TYPE_CHECKING:
    from rich.console import Console

    from scheduler.cli.next_steps import Step
    from scheduler.itinerary import FeederSummary
    from scheduler.plan import Plan
    from scheduler.reports.money import Money
    from scheduler.season.load import Intake

COLUMNS = 80
REASON_LINES = 3
"""For the reasons why people are left behind; --full has all of them."""
WORTH_MORE = 0.05
"""Above such a gap a longer search is proposed."""
NO_COACH = "U207"
NOTHING_TO_RIDE = "R402"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A plan as `plan` has made it, and all that is said of it."""

    season: Path
    intake: Intake
    plan: Plan
    money: Money
    feeders: FeederSummary | None
    seconds: float
    time_limit_s: float

    @property
    def left_people(self) -> int:
        """How many are left behind."""
        return sum(len(entry.refs) for entry in self.plan.unserved)

    def steps(self) -> list[Step]:
        """Return what to do next."""
        return after_plan(self.season, has_errors=bool(self.intake.unread or self.plan.set_aside))

    def wants_time(self) -> bool:
        """Tell whether a longer search may well find a better plan."""
        gap = self.plan.gap
        return gap is not None and gap > WORTH_MORE and self.seconds >= self.time_limit_s / 2


def print_missing(outcome: Outcome) -> None:
    """Say first what the plan is without: rows that could not be read, vehicles that are not there."""
    out = console()
    rows = len(outcome.plan.set_aside)
    if rows:
        check = command_line("check", outcome.season)
        form = ngettext(
            "{n} of {rows} rows of people could not be read and is not planned: {command}",
            "{n} of {rows} rows of people could not be read and are not planned: {command}",
            rows,
        )
        text = form.format(n=f"{rows:,}", rows=f"{outcome.intake.people:,}", command=check)
        out.print(plain(text, "bold red"), soft_wrap=True)
    missing = [*filter(None, [without_stop_text(outcome.intake.problem)]), *_missing_vehicles(outcome)]
    for text in missing:
        out.print(plain(text, "bold yellow"), soft_wrap=True)
    has_nothing_to_ride = any(each.code == NOTHING_TO_RIDE for each in outcome.intake.issues)
    if not rows and not missing and not outcome.intake.unread and not has_nothing_to_ride:
        out.print(_("Every row of people could be read, and nobody lacks a vehicle."))


def _missing_vehicles(outcome: Outcome) -> Iterator[str]:
    no_coach = sum(len(entry.refs) for entry in outcome.plan.unserved if entry.code == NO_COACH)
    if no_coach:
        yield ngettext(
            "Coaches are missing: no coach is free for {n} person.",
            "Coaches are missing: no coach is free for {n} people.",
            no_coach,
        ).format(n=f"{no_coach:,}")
    if outcome.feeders and outcome.feeders.left_people:
        form = ngettext(
            "Minibuses are missing: {n} person has none between their township and the hub.",
            "Minibuses are missing: {n} people have none between their township and the hub.",
            outcome.feeders.left_people,
        )
        yield form.format(n=f"{outcome.feeders.left_people:,}")


def print_brief(outcome: Outcome) -> None:
    """Print who rides, what is paid, what is proven, and the main reasons why people are left behind."""
    out = console()
    print_rows(outcome.plan.season, [_rows(outcome)])
    if outcome.plan.unserved:
        _print_reasons(out, outcome)


def _rows(outcome: Outcome) -> Iterator[tuple[str, str]]:
    plan, money = outcome.plan, outcome.money
    served, left = money.people, outcome.left_people
    yield _("People with a seat"), f"{served:,} / {served + left:,} ({served / (served + left):.1%})"
    coaches = [run for run in plan.runs if run.mode == "coach"]
    yield _("Coach runs / trains"), f"{len(coaches):,} / {len(plan.runs) - len(coaches):,}"
    if coaches:
        seats, riders = sum(run.seats for run in coaches), sum(run.load for run in coaches)
        yield _("Coach load factor"), f"{riders / seats:.1%}"
    paid = amount(money.paid_fen)
    if money.a_head_yuan is not None:
        paid = _("{paid} ({yuan} a head)").format(paid=paid, yuan=f"{money.a_head_yuan:,.0f}")
    yield _("To pay: vehicles, fares, minibuses"), paid
    yield _("Only to compare, nobody pays it"), amount(money.compared_fen)
    yield from bound_rows(plan, _("{gap} (search longer: --time-limit)") if outcome.wants_time() else "{gap}")
    yield _("Verified"), _("every rule and every cost, {seconds:.0f} s").format(seconds=outcome.seconds)


def _print_reasons(out: Console, outcome: Outcome) -> None:
    """Print the reasons that most people have, as many as there is room for, each whole."""
    heading = ngettext(
        "Why {n} person is left behind:", "Why {n} people are left behind, most first:", outcome.left_people
    ).format(n=f"{outcome.left_people:,}")
    out.print(heading, style="bold")
    room, shown = REASON_LINES, 0
    reasons = by_reason(outcome.plan)
    for (_code, reason, remedy), people in reasons:
        lines = wrap(f"{reason} -> {remedy}", COLUMNS - 8)
        if shown and len(lines) > room:
            break
        for number, line in enumerate(lines):
            count = f"{people:>6,}" if not number else ""
            out.print(plain(f"{count:6}  {line}"), soft_wrap=True)
        room, shown = room - len(lines), shown + 1
    if len(reasons) > shown:
        out.print(plain("        " + _("{n} more with --full").format(n=len(reasons) - shown)))
