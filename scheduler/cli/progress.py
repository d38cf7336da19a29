"""How far `plan` is, told every second from the first one on: a live picture on a terminal, else lines.

The search speaks only when it has found something, and on a new computer its proof is compiled for some seconds first;
so the clock here is its own. On a terminal rich draws four times a second; into a file or a pipe goes a line every
ten seconds, and one for the first plan.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

import click

from scheduler.cli.common import console, plain
from scheduler.i18n import _, ngettext
from scheduler.units import FEN_PER_YUAN

if TYPE_CHECKING:
    from rich.text import Text

    from scheduler.solver.result import Phase, Progress

BAR_COLUMNS = 24
LINE_EVERY_S = 10.0


class Teller:
    """What is known of a running search, and how it reads at this moment.

    Parameters
    ----------
    time_limit_s : float or None
        Seconds that the search may take; None where work is counted instead.
    """

    def __init__(self, time_limit_s: float | None) -> None:
        self._time_limit_s = time_limit_s
        self._started = time.monotonic()
        self._stage = ""
        self._progress: Progress | None = None
        self._first_bound_fen: int | None = None
        self.news: SimpleQueue[str | None] = SimpleQueue()
        """Lines that should not wait; None ends them."""

    def say(self, stage: str) -> None:
        """Name what is being done while there is no search yet."""
        self._stage = stage
        self._started = time.monotonic()

    def show(self, progress: Progress) -> None:
        """Take what the search tells."""
        before = self._progress
        if before is None:
            self._first_bound_fen = progress.bound_fen
        self._started = time.monotonic() - progress.elapsed_s
        self._progress = progress
        is_first_plan = progress.cost_fen is not None and (before is None or before.cost_fen is None)
        if before is None or is_first_plan or progress.phase == "done":
            self.news.put(self.line())

    def line(self) -> str:
        """Return all of it as one line."""
        progress = self._progress
        elapsed_s = time.monotonic() - self._started
        if progress is None:
            return _("{elapsed:5.0f} s  {stage}").format(elapsed=elapsed_s, stage=self._stage)
        return _line(progress if progress.phase == "done" else replace(progress, elapsed_s=elapsed_s))

    def picture(self) -> Text:
        """Return it as a few lines of at most 80 columns, with a bar for the time and one for what is proven."""
        progress = self._progress
        if progress is None:
            return plain(self.line())
        elapsed_s = time.monotonic() - self._started
        text = plain(f"{_phase(progress.phase)}  ")
        if self._time_limit_s:
            share = min(1.0, elapsed_s / self._time_limit_s)
            of = _("{elapsed:.0f} of {limit:.0f} s").format(elapsed=elapsed_s, limit=self._time_limit_s)
            text.append_text(plain(f"{_bar(share)} {of}"))
        else:
            text.append_text(plain(_("{elapsed:.0f} s").format(elapsed=elapsed_s)))
        text.append("\n")
        if progress.cost_fen is None:
            text.append_text(
                plain(
                    ngettext(
                        "Making the first plan for {people} person",
                        "Making the first plan for {people} people",
                        progress.people,
                    ).format(people=f"{progress.people:,}")
                )
            )
            return text
        text.append_text(plain(_figures(progress)))
        text.append("\n")
        text.append_text(plain(self._proof(progress)))
        text.append("\n")
        text.append_text(plain(_("Ctrl-C ends the search and keeps the best plan found so far.")))
        return text

    def _proof(self, progress: Progress) -> str:
        """Say how near the proof is; before it has begun, that it takes longer the first time."""
        if progress.gap is None or (progress.phase != "done" and progress.bound_fen == self._first_bound_fen):
            return _("Proof: getting ready (compiled once after installing, up to half a minute)")
        proven = _("Proof: {bar} no plan costs less than {bound}, gap {gap}")
        bound = f"{(progress.bound_fen or 0) / 100:,.0f}"
        return proven.format(bar=_bar(1 - progress.gap), bound=bound, gap=percent(progress.gap))


@contextmanager
def telling(quiet: bool, time_limit_s: float | None) -> Iterator[Teller]:
    """Show how far a search is for as long as the block runs, on stderr; nothing where `quiet`."""
    told = Teller(time_limit_s)
    if quiet:
        yield told
    elif sys.stderr.isatty():
        from rich.live import Live

        with Live(console=console(stderr=True), transient=True, refresh_per_second=4, get_renderable=told.picture):
            yield told
    else:
        teller = threading.Thread(target=_tell_lines, args=(told,), daemon=True)
        teller.start()
        try:
            yield told
        finally:
            told.news.put(None)
            teller.join()


def _tell_lines(told: Teller) -> None:
    """Print a line now and then until the search is over; one that is refused at once says nothing."""
    while True:
        try:
            line = told.news.get(timeout=LINE_EVERY_S)
        except Empty:
            line = told.line()
        if line is None:
            return
        with suppress(OSError, ValueError):  # nobody reads it any more, but somebody wants the plan
            click.echo(line, err=True)


def _bar(share: float) -> str:
    """Return a bar of characters that every console has."""
    full = round(BAR_COLUMNS * min(1.0, max(0.0, share)))
    return "[" + "#" * full + "-" * (BAR_COLUMNS - full) + "]"


def _figures(progress: Progress) -> str:
    form = ngettext(
        "Cost {cost} yuan, {runs} run, {served} of {people} people with a seat",
        "Cost {cost} yuan, {runs} runs, {served} of {people} people with a seat",
        progress.runs,
    )
    return form.format(
        cost=f"{(progress.cost_fen or 0) / 100:,.0f}",
        runs=f"{progress.runs:,}",
        served=f"{progress.served:,}",
        people=f"{progress.people:,}",
    )


def _line(progress: Progress) -> str:
    cost = f"{progress.cost_fen / 100:,.0f}" if progress.cost_fen is not None else "-"
    bound = f"{progress.bound_fen / 100:,.0f}" if progress.bound_fen is not None else "-"
    gap = percent(progress.gap) if progress.gap is not None else "-"
    return _(
        "{elapsed:5.0f} s  {phase}  cost {cost}  bound {bound}  gap {gap}  runs {runs}  people {served}/{people}"
    ).format(
        elapsed=progress.elapsed_s,
        phase=_phase(progress.phase),
        cost=cost,
        bound=bound,
        gap=gap,
        runs=progress.runs,
        served=progress.served,
        people=progress.people,
    )


def yuan(fen: int) -> str:
    """Return fen as whole yuan with thousands separators; below one yuan to the fen, for a little is not nothing."""
    return f"{fen / 100:,.2f}" if 0 < abs(fen) < FEN_PER_YUAN else f"{fen / 100:,.0f}"


def percent(gap: float) -> str:
    """Return a gap, never rounded down to none."""
    return "<0.01%" if 0 < gap < 0.0001 else f"{gap:.2%}"


def _phase(phase: Phase) -> str:
    return {"first_plan": _("first plan"), "search": _("search"), "done": _("done")}[phase]
