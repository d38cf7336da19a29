"""What a new plan keeps of the one that stands, where it costs nothing: a run its id and plate, a rider the seat.

A new run is the old one with which it has most riders in common, of the same date, a train of the same number. Parties
that are interchangeable stay on the run that they were on. Ids of runs that are no more are given to nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from scheduler.plan import Passenger, Plan, Run
from scheduler.problem import Problem
from scheduler.solver.model.instance import Instance
from scheduler.solver.model.solution import Solution


class Keeping:
    """The plan that stands, as far as it may be kept."""

    def __init__(self, problem: Problem, instance: Instance, present: Plan | None) -> None:
        self.runs: tuple[Run, ...] = present.runs if present is not None else ()
        self.ids = {run.id for run in self.runs}
        self._problem, self._instance = problem, instance
        self._seat = {p.person: (number, p) for number, run in enumerate(self.runs) for p in run.passengers}
        self._run_of = [self._old_run(i) for i in range(len(problem.parties))]
        self._present: dict[int, Counter[int]] = {}
        """Parties by class on each run that stands."""
        for k, members in enumerate(instance.members):
            for i in members:
                if self._run_of[i] is not None:
                    self._present.setdefault(self._run_of[i] or 0, Counter())[k] += 1

    def _old_run(self, i: int) -> int | None:
        """Return the run that everybody of a party is on, by number."""
        numbers = {self._seat[p.key][0] if p.key in self._seat else -1 for p in self._problem.parties[i].people}
        number = numbers.pop()
        return number if not numbers and number >= 0 else None

    def matched(self, solution: Solution) -> tuple[dict[int, int], dict[int, int]]:
        """Return which run that stands each coach of a solution and each of its trains is, by number."""
        coaches = [(coach.day, dict(coach.load)) for coach in solution.coaches]
        first, trains = self._problem.settings.first_date, self._instance.trains
        size = self._instance.size.tolist()
        pairs: list[tuple[int, int, int]] = []
        by_train: dict[int, int] = {}
        for r, run in enumerate(self.runs):
            day, present = (run.date - first).days, self._present.get(r, Counter())
            if run.mode == "coach":
                for c, (date, load) in enumerate(coaches):
                    common = sum(min(n, present[k]) * size[k] for k, n in load.items()) if date == day else 0
                    if common:
                        pairs.append((-common, c, r))
            else:
                for t, block in enumerate(trains):
                    if (self._problem.trains[block.index].train, block.day) == (run.train, day):
                        by_train[t] = r
        by_coach: dict[int, int] = {}
        for _common, c, r in sorted(pairs):
            if c not in by_coach and r not in by_coach.values():
                by_coach[c] = r
        return by_coach, by_train

    def choose(self, waiting: list[int], number: int, run: int | None) -> list[int]:
        """Take parties of a class from those who wait: those on a run that stands first."""
        if run is not None:
            own = [i for i in waiting if self._run_of[i] == run][:number]
            for i in own:
                waiting.remove(i)
            return own
        return [waiting.pop() for _ in range(number)]

    def seated(self, run: Run, old: int | None) -> Run:
        """Return a coach run whose riders have the seats that they had on the run that stands, parties together."""
        if old is None or run.mode != "coach":
            return run
        parties: dict[str, list[Passenger]] = {}
        for passenger in run.passengers:
            parties.setdefault(passenger.party, []).append(passenger)
        seats: dict[str, list[int]] = {}
        for name, people in parties.items():
            before = [self._seat.get(p.person) for p in people]
            own = [s[1].seat or "" for s in before if s is not None and s[0] == old]
            kept = [int(seat) for seat in own if seat.isdecimal()]
            together = len(kept) == len(people) and max(kept) - min(kept) == len(kept) - 1 == len(set(kept)) - 1
            if together and min(kept) >= 1 and max(kept) <= run.seats:
                seats[name] = kept
        queue = sorted((name for name in parties if name not in seats), key=lambda name: -len(parties[name]))
        while queue:
            name = queue.pop(0)
            found = _window(seats, len(parties[name]), run.seats)
            if found is None:
                return run
            start, displaced = found
            for other in displaced:
                del seats[other]
            seats[name] = list(range(start, start + len(parties[name])))
            queue = sorted([*queue, *displaced], key=lambda each: -len(parties[each]))
        numbered = {name: iter(each) for name, each in seats.items()}
        riders = [p.model_copy(update={"seat": str(next(numbered[p.party]))}) for p in run.passengers]
        return run.model_copy(update={"passengers": tuple(sorted(riders, key=lambda p: int(p.seat or 0)))})


def _window(seats: dict[str, list[int]], size: int, last: int) -> tuple[int, list[str]] | None:
    """Return the first of so many seats in a row, and the smaller parties that must leave them: the fewest people."""
    holder = {seat: name for name, own in seats.items() for seat in own}
    best: tuple[int, int, list[str]] | None = None
    for start in range(1, last - size + 2):
        inside = (holder[seat] for seat in range(start, start + size) if seat in holder)
        names = list(dict.fromkeys(inside))
        people = sum(len(seats[name]) for name in names)
        if all(len(seats[name]) < size for name in names) and (best is None or people < best[0]):
            best = people, start, names
    return best[1:] if best is not None else None


def with_pinned_seats(run: Run, pinned: Mapping[str, tuple[str, str]], last: int) -> Run | None:
    """Return a coach run on which those sit where pins want them, parties together; None where that cannot be.

    Parameters
    ----------
    run : Run
        With seats.
    pinned : mapping of str to (str, str)
        By key of the person: a run, and the seat on it.
    last : int
        The last seat that the vehicle has.
    """
    labels = {p.person: pinned[p.person][1] for p in run.passengers if p.person in pinned}
    wanted = {key: int(label) for key, label in labels.items() if label.isdecimal()}
    if all(p.seat == str(wanted.get(p.person, p.seat)) for p in run.passengers):
        return run
    parties: dict[str, list[Passenger]] = {}
    for passenger in run.passengers:
        parties.setdefault(passenger.party, []).append(passenger)
    seats: dict[str, range] = {}
    order = sorted(parties, key=lambda name: (all(p.person not in wanted for p in parties[name]), -len(parties[name])))
    highest = max(run.seats, *wanted.values())
    if highest > last or not _seat_rest(order, parties, wanted, highest, seats):
        return None
    seat_of = dict(wanted)
    for name, own in seats.items():
        free = iter(seat for seat in own if seat not in wanted.values())
        seat_of |= {p.person: next(free) for p in parties[name] if p.person not in wanted}
    riders = (p.model_copy(update={"seat": str(seat_of[p.person])}) for p in run.passengers)
    return run.model_copy(update={"passengers": tuple(sorted(riders, key=lambda p: int(p.seat or 0)))})


def _seat_rest(
    names: Sequence[str],
    parties: Mapping[str, Sequence[Passenger]],
    wanted: Mapping[str, int],
    last: int,
    seats: dict[str, range],
) -> bool:
    """Give each of these parties seats in a row, those with pinned people first; tell whether that can be.

    Only pinned parties are tried at every place: the others take the first that is free, the largest first.
    """
    if not names:
        return True
    people, taken = parties[names[0]], {seat for own in seats.values() for seat in own}
    own = {wanted[p.person] for p in people if p.person in wanted}
    others = set(wanted.values()) - own
    for start in range(1, last - len(people) + 2):
        row = range(start, start + len(people))
        if own <= set(row) and taken.isdisjoint(row) and others.isdisjoint(row):
            seats[names[0]] = row
            if _seat_rest(names[1:], parties, wanted, last, seats):
                return True
            del seats[names[0]]
            if not own:
                return False
    return False


def with_ids(stems: Sequence[str], old: Sequence[str | None], used: set[str]) -> list[str]:
    """Return the ids of runs: the one that stands, else the stem with the next number that nobody has, or had."""
    known = used | {each for each in old if each is not None}
    serials: Counter[str] = Counter()
    names = []
    for stem, name in zip(stems, old, strict=True):
        while name is None:
            serials[stem] += 1
            made = f"{stem}-{serials[stem]:02d}"
            name = made if made not in known else None
        names.append(name)
    return names
