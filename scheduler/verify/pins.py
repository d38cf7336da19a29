"""What the dispatcher has decided, held against the plan pin by pin.

Runs that are not changed any more are as they are: a pin about their riders, or against the runs themselves, came too
late for this plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from scheduler.i18n import _
from scheduler.pinned import PinIndex
from scheduler.pins import Pin
from scheduler.plan import Passenger, Plan, Run
from scheduler.problem import Party, Problem
from scheduler.verify.boarding import seat_number
from scheduler.verify.context import Case
from scheduler.verify.violation import Violation, violation

Riders = list[tuple[Run, Passenger]]


def pins(case: Case) -> Iterator[Violation]:
    """Check every pin; one about somebody who is not in the rosters asks nothing."""
    if not case.problem.pins:
        return
    held = _Pins(case)
    for pin in case.problem.pins:
        yield from held.check(pin)


def unheld(problem: Problem, plan: Plan, frozen: Sequence[Run] = ()) -> dict[Pin, str]:
    """Return the pins that a plan does not hold, each with the code of its first violation."""
    held = _Pins(Case(problem, plan, (run.id for run in frozen)))
    found = {pin: next((each.code for each in held.check(pin)), "") for pin in problem.pins}
    return {pin: code for pin, code in found.items() if code}


class _Pins:
    """The riders of each party, by its people of the rosters, whatever party the plan says they are of."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.pinned = PinIndex(case.problem)
        self.riders: dict[str, Riders] = {}
        for run, passenger in case.plan.passengers():
            party = self.pinned.party_of.get(passenger.person)
            if party is not None:
                self.riders.setdefault(party.id, []).append((run, passenger))
        self.rules: dict[str, Callable[[Pin, Riders], Iterator[Violation]]] = {
            "run": self._run,
            "date": self._date,
            "board": self._board,
            "mode": self._mode,
            "leave": self._leave,
        }

    def check(self, pin: Pin) -> Iterator[Violation]:
        """Yield what of a pin the plan does not hold."""
        if pin.kind in ("open", "closed"):
            yield from self._open(pin) if pin.kind == "open" else self._closed(pin)
            return
        parties = self.pinned.parties(pin)
        if not parties or any(run.id in self.case.frozen for each in parties for run, _rider in self._of(each)):
            return
        if pin.kind == "together":
            yield from self._together(pin, parties)
        elif pin.kind == "apart":
            yield from self._apart(pin, parties)
        else:
            yield from self.rules[pin.kind](pin, self._of(parties[0]))

    def _of(self, party: Party) -> Riders:
        return self.riders.get(party.id, [])

    def _runs(self, party: Party) -> list[str]:
        return sorted({run.id for run, _rider in self._of(party)})

    def _together(self, pin: Pin, parties: tuple[Party, ...]) -> Iterator[Violation]:
        runs = [self._runs(party) for party in parties]
        if any(each != runs[0] for each in runs):
            yield violation("V601", _where(pin), _("one run for both"), " / ".join(map(_listed, runs)))

    def _apart(self, pin: Pin, parties: tuple[Party, ...]) -> Iterator[Violation]:
        common = set(self._runs(parties[0])).intersection(*(self._runs(party) for party in parties[1:]))
        if common:
            yield violation("V602", _where(pin), _("no run for both"), _listed(sorted(common)))

    def _run(self, pin: Pin, riders: Riders) -> Iterator[Violation]:
        own = [rider for run, rider in riders if self.pinned.is_run(pin, run) and rider.person == pin.person]
        if not own or not all(self.pinned.is_run(pin, run) for run, _rider in riders):
            actual = _listed(sorted({run.id for run, _rider in riders}))
            yield violation("V603", _where(pin), pin.run, actual)
        elif pin.seat and not _is_seat(own[0].seat, pin.seat):
            yield violation("V603", _where(pin), f"{pin.run} {pin.seat}", f"{pin.run} {own[0].seat or '-'}")

    def _date(self, pin: Pin, riders: Riders) -> Iterator[Violation]:
        for run in _first(riders, lambda run, _rider: run.date != pin.date):
            yield violation("V604", _where(pin), pin.date, f"{run[0].date} {run[0].id}")

    def _board(self, pin: Pin, riders: Riders) -> Iterator[Violation]:
        for run, rider in _first(riders, lambda _run, rider: rider.board != pin.board):
            yield violation("V605", _where(pin), pin.board, f"{rider.board} {run.id}")

    def _mode(self, pin: Pin, riders: Riders) -> Iterator[Violation]:
        for run, _rider in _first(riders, lambda run, _rider: run.mode != pin.mode):
            yield violation("V606", _where(pin), pin.mode, f"{run.mode} {run.id}")

    def _leave(self, pin: Pin, riders: Riders) -> Iterator[Violation]:
        for run, _rider in riders[:1]:
            yield violation("V607", _where(pin), _("unserved"), run.id)

    def _open(self, pin: Pin) -> Iterator[Violation]:
        if not any(self.pinned.agrees(pin, run) for run in self.case.plan.runs):
            yield violation("V608", _where(pin), _asked(pin), _("no such run"))

    def _closed(self, pin: Pin) -> Iterator[Violation]:
        runs = [
            run.id for run in self.case.plan.runs if run.id not in self.case.frozen and self.pinned.agrees(pin, run)
        ]
        if runs:
            yield violation("V609", _where(pin), _("no run: {what}").format(what=_asked(pin)), " ".join(runs))


def _first(riders: Riders, is_wrong: Callable[[Run, Passenger], bool]) -> Riders:
    """Return the first rider of whom something is wrong, if there is one: of a party one is enough."""
    return next(([(run, rider)] for run, rider in riders if is_wrong(run, rider)), [])


def _is_seat(label: str | None, asked: str) -> bool:
    """Tell whether a seat label is the one asked for: plain numbers by their value, others as they stand."""
    return label == asked or (seat_number(label) is not None and seat_number(label) == seat_number(asked))


def _where(pin: Pin) -> str:
    return " ".join(part for part in (pin.ref, pin.person) if part) or pin.kind


def _listed(runs: list[str]) -> str:
    return " ".join(runs) or _("unserved")


def _asked(pin: Pin) -> str:
    """Return what a pin about runs says, the columns that are filled."""
    columns = (pin.run, pin.date, pin.board, pin.destination, pin.vehicle_type)
    return " ".join(str(column) for column in columns if column)
