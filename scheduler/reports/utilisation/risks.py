"""What may yet go wrong with a plan, in sentences that a bureau's head can act on; each only where it holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time

from scheduler.i18n import ngettext
from scheduler.itinerary import FeederSummary
from scheduler.reports.book import Book
from scheduler.reports.formats.document import joined, short_day
from scheduler.reports.utilisation.figures import TypeUse

FEW = 2
"""A run with so many people more than it needs is closed by a family that cancels."""
EARLY = time(6, 0)
DAYS_NAMED = 5


def risks(book: Book, fleet: tuple[TypeUse, ...], feeders: FeederSummary | None) -> list[str]:
    """Return the risks of a plan, the gravest first."""
    makers = (_rows(book), _minibuses(feeders), _leaders(book), _thin_runs(book), _full_days(book, fleet), _early(book))
    return [text for maker in makers for text in maker]


def _rows(book: Book) -> Iterator[str]:
    if rows := len(book.plan.set_aside):
        yield ngettext(
            "{n} row of the lists holds an error and is not planned: mend it, plan again.",
            "{n} rows of the lists hold errors and are not planned: mend them, plan again.",
            rows,
        ).format(n=f"{rows:,}")


def _minibuses(feeders: FeederSummary | None) -> Iterator[str]:
    if feeders and feeders.left_people:
        text = ngettext(
            "{n} person has no minibus between their township and the hub: charter more, or tell them to come.",
            "{n} people have no minibus between their township and the hub: charter more, or tell them to come.",
            feeders.left_people,
        )
        yield text.format(n=f"{feeders.left_people:,}")


def _leaders(book: Book) -> Iterator[str]:
    alone = [run for run in book.runs if not run.escorts and run.leader is None]
    if alone:
        yield ngettext(
            "{n} run has neither an escort nor a coach leader.",
            "{n} runs have neither an escort nor a coach leader.",
            len(alone),
        ).format(n=len(alone))


def _thin_runs(book: Book) -> Iterator[str]:
    least = book.problem.settings.policy.min_load
    thin = [run for run in book.runs if run.mode == "coach" and run.load <= least + FEW]
    if thin:
        text = ngettext(
            "{n} coach run has hardly the {least} people that a run needs: a few cancellations close it.",
            "{n} coach runs have hardly the {least} people that a run needs: a few cancellations close them.",
            len(thin),
        )
        yield text.format(n=len(thin), least=least)


def _full_days(book: Book, fleet: tuple[TypeUse, ...]) -> Iterator[str]:
    """Days on which every coach is away: one that breaks down cannot be replaced."""
    days = book.problem.settings.days
    full = [
        short_day(day)
        for number, day in enumerate(days)
        if any(use.held[number] for use in fleet) and all(use.held[number] >= use.available[number] for use in fleet)
    ]
    if full:
        named = joined(full[:DAYS_NAMED])
        text = ngettext(
            "On {n} day every coach is on the road, none is there for a breakdown: {days}",
            "On {n} days every coach is on the road, none is there for a breakdown: {days}",
            len(full),
        )
        yield text.format(n=len(full), days=named + (" …" if len(full) > DAYS_NAMED else ""))


def _early(book: Book) -> Iterator[str]:
    people = sum(
        len(stop.refs)
        for feeder in book.plan.feeders
        for stop in feeder.stops
        if stop.kind == "board" and stop.depart is not None and stop.depart.time() < EARLY
    )
    if people and book.to_work:
        yield ngettext(
            "{n} person has to be at the minibus before 06:00.",
            "{n} people have to be at their minibus before 06:00.",
            people,
        ).format(n=f"{people:,}")
