"""Who looks after the people on the way: escorts from the staff, else a coach leader and a deputy among them.

Escorts. Days are what matters: an escort on a run is away from its first to its last day (a coach's, as
`itinerary.days_away` says; a train's way there and back), and runs with the same days are alike, as is staff available
on the same days. So the program counts:

    x[c, k]   escorts of availability c on slots of the kind k = (days, is it a coach, is it the run's first escort)

    sum over c of x[c, k] <= slots of kind k                    for each k
    sum over k that cover day d of x[c, k] <= people in c       for each c and day d
    x[c, k] = 0 where c is not available on a season day of k

and maximises, in this order, coaches with an escort, trains with one, further escorts; then the evenness between
availabilities (the largest number of duties a person). Within one availability the day limits suffice to name people:
slots are intervals of days, and intervals that overlap at most n times can be given to n people in order of their
first day. Each goes to who, being free, has had the fewest days so far.

Of runs that stood before, escorts, leader and deputy stay, unless fewer runs would have an escort so: their names stand
on lists that are printed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from scheduler.evaluate import Evaluator
from scheduler.itinerary import days_away
from scheduler.plan import Passenger, Run
from scheduler.problem import Party, Person, Problem

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, IntVar, LinearExprT

_Key = TypeVar("_Key")
LEADER_AGES = range(18, 61)
DETERMINISTIC_LIMIT = 10.0
"""Work limit of each goal of the count (CP-SAT's deterministic seconds): hundreds of staff need a tenth of one."""


class _Slot(NamedTuple):
    """One escort's place on runs of one kind: the season days away (ordinals), the run's mode, first or further."""

    first: int
    last: int
    is_coach: bool
    is_first: bool


def assign(problem: Problem, runs: Iterable[Run], before: Iterable[Run] = ()) -> tuple[Run, ...]:
    """Return the runs with escorts; a run that gets none has a leader and a deputy instead where anybody can be.

    Parameters
    ----------
    problem : Problem
        Its escorts.csv and coach_rules.escorts_per_run (0: no escorts at all).
    runs : iterable of Run
        With their stops and passengers. Escorts, leader and deputy they already have are replaced.
    before : iterable of Run
        Of the plan that stands, with who looks after them: a run of the same id keeps them where that can be.

    Returns
    -------
    tuple of Run
        In the same order. Rows of escorts.csv with one name are one person, available in each row's days.
    """
    runs = tuple(runs)
    stood = {run.id: run for run in before}
    escorts = _escorts(problem, runs, stood)
    people = {person.key: (party, person) for party in problem.parties for person in party.people}
    crewed = []
    for number, run in enumerate(runs):
        names = tuple(escorts.get(number, ()))
        leader, deputy = (None, None) if names else leaders(run, people, stood.get(run.id))
        crewed.append(run.model_copy(update={"escorts": names, "leader": leader, "deputy": deputy}))
    return tuple(crewed)


def _escorts(problem: Problem, runs: Sequence[Run], stood: Mapping[str, Run]) -> dict[int, list[str]]:
    """Return the names for each run, by its position."""
    per_run = problem.settings.coach_rules.escorts_per_run
    available = _available(problem)
    if not per_run or not available or not runs:
        return {}
    evaluator = Evaluator(problem)
    spans = [escort_days(evaluator, run) for run in runs]
    kept, free = _kept(runs, spans, available, per_run, stood)
    if not kept:
        return _anew(runs, spans, available, per_run, kept)
    keeping = _anew(runs, spans, free, per_run, kept)
    if sum(map(len, keeping.values())) == per_run * len(runs):
        return keeping
    fresh = _anew(runs, spans, available, per_run, {})
    return max(keeping, fresh, key=lambda each: _worth(runs, each))  # of equals the first


def _worth(runs: Sequence[Run], assigned: Mapping[int, list[str]]) -> tuple[int, int, int]:
    """Return how many coaches and trains have an escort, and how many escorts ride."""
    coaches = sum(bool(names) and runs[number].mode == "coach" for number, names in assigned.items())
    some = sum(map(bool, assigned.values()))
    return coaches, some - coaches, sum(map(len, assigned.values()))


def _kept(
    runs: Sequence[Run],
    spans: Sequence[tuple[int, int]],
    available: Mapping[str, frozenset[int]],
    per_run: int,
    stood: Mapping[str, Run],
) -> tuple[dict[int, list[str]], dict[str, frozenset[int]]]:
    """Return the escorts of runs that had all they may before and can have still, and when the staff is free then."""
    free, kept = dict(available), {}
    for number, (run, (first, last)) in enumerate(zip(runs, spans, strict=True)):
        days = frozenset(range(first, last + 1))
        names = list(dict.fromkeys(stood[run.id].escorts)) if run.id in stood else []
        if len(names) == per_run and all(days <= free.get(name, frozenset()) for name in names):
            kept[number] = names
            for name in names:
                free[name] -= days
    return kept, free


def _anew(
    runs: Sequence[Run],
    spans: Sequence[tuple[int, int]],
    available: Mapping[str, frozenset[int]],
    per_run: int,
    kept: Mapping[int, list[str]],
) -> dict[int, list[str]]:
    """Return the escorts that are kept, and others for what they leave, by the program above."""
    waiting: dict[_Slot, list[int]] = defaultdict(list)
    # Of runs that are alike the fullest come first.
    for number in sorted(range(len(runs)), key=lambda number: (-runs[number].load, runs[number].id)):
        first, last = spans[number]
        for further in range(0 if number in kept else per_run):
            waiting[_Slot(first, last, runs[number].mode == "coach", further == 0)].append(number)
    assigned: dict[int, list[str]] = defaultdict(list, {number: list(names) for number, names in kept.items()})
    if not waiting:
        return assigned
    staff: dict[frozenset[int], list[str]] = defaultdict(list)
    for name, days in available.items():
        staff[days].append(name)
    counts = _counts({slot: len(numbers) for slot, numbers in waiting.items()}, staff)
    worked = Counter(dict.fromkeys(available, 0))
    for number, names in kept.items():
        worked.update(dict.fromkeys(names, spans[number][1] - spans[number][0] + 1))
    free_from: dict[str, int] = dict.fromkeys(available, 0)
    for (days, slot), count in sorted(counts.items(), key=lambda item: (item[0][1], sorted(item[0][0]))):
        for _each in range(count):
            number = waiting[slot].pop(0)
            name = min((n for n in staff[days] if free_from[n] <= slot.first), key=lambda n: (worked[n], n))
            worked[name] += slot.last - slot.first + 1
            free_from[name] = slot.last + 1
            assigned[number].append(name)
    return assigned


def _available(problem: Problem) -> dict[str, frozenset[int]]:
    """Return the season days (ordinals) on which each member of staff can be away."""
    days: dict[str, set[int]] = {}
    season = range(problem.settings.first_date.toordinal(), problem.settings.last_date.toordinal() + 1)
    for escort in problem.escorts:
        own = range(escort.first.toordinal(), escort.last.toordinal() + 1)
        days.setdefault(escort.name, set()).update(day for day in season if day in own)
    return {name: frozenset(own) for name, own in days.items()}


def escort_days(evaluator: Evaluator, run: Run) -> tuple[int, int]:
    """Return the first and the last season day (ordinals) on which an escort of a run is away.

    On a train: the days to the end of the line, then as many back (to_home: out first, then with the train).
    """
    if run.mode == "coach":
        first, last = days_away(evaluator, run)
    else:
        train = evaluator.trains[run.train or "", run.date]
        minutes = max((stop.arrive_min or 0 for stop in train.stops), default=0)
        way = timedelta(days=minutes // (24 * 60))
        first, last = (run.date, run.date + 2 * way) if evaluator.to_work else (run.date - way, run.date + way)
    season = evaluator.problem.settings
    return max(first, season.first_date).toordinal(), max(min(last, season.last_date), run.date).toordinal()


def _counts(slots: dict[_Slot, int], staff: dict[frozenset[int], list[str]]) -> dict[tuple[frozenset[int], _Slot], int]:
    """Solve the program above: how many of each availability take slots of each kind."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    taken = {
        (days, slot): model.new_int_var(0, min(number, len(names)) if _covers(days, slot) else 0, "")
        for days, names in staff.items()
        for slot, number in slots.items()
    }
    for slot, number in slots.items():
        model.add(sum(taken[days, slot] for days in staff) <= number)
        if not slot.is_first:
            # A further escort only where there is a first one; kinds alike but for that serve the same runs.
            further = sum(taken[days, slot] for days in staff)
            per_run = -(-number // slots[slot._replace(is_first=True)])
            model.add(further <= per_run * sum(taken[days, slot._replace(is_first=True)] for days in staff))
    for days, names in staff.items():
        for day in sorted({slot.first for slot in slots}):  # the most are away on some first day
            model.add(sum(taken[days, slot] for slot in slots if slot.first <= day <= slot.last) <= len(names))
    most = model.new_int_var(0, sum(slots.values()), "duties of one person, at most")
    for days, names in staff.items():
        model.add(sum(taken[days, slot] for slot in slots) <= most * len(names))
    with_escort = [
        [count for (_days, slot), count in taken.items() if slot.is_first and slot.is_coach == is_coach]
        for is_coach in (True, False)
    ]
    with_further = [count for (_days, slot), count in taken.items() if not slot.is_first]
    goals = [sum(counts) for counts in (*with_escort, with_further) if counts]
    return {key: count for key, count in _best(model, taken, [*goals, -most]).items() if count}


def _best(model: CpModel, variables: Mapping[_Key, IntVar], goals: Iterable[LinearExprT]) -> dict[_Key, int]:
    """Return what maximises each goal in turn, keeping what those before it have.

    One goal of them all, weighted, took hundreds of times as long where there are staff enough (214 places, 114 people:
    11 s and not proven; in turn 0.03 s).
    """
    from ortools.sat.python import cp_model

    found = dict.fromkeys(variables, 0)
    for goal in goals:
        model.clear_hints()  # type: ignore[no-untyped-call]
        for key, variable in variables.items():
            model.add_hint(variable, found[key])
        model.maximize(goal)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        # Else Ctrl-C would kill the program afterwards: CP-SAT does not put back the handler it replaces.
        solver.parameters.catch_sigint_signal = False
        solver.parameters.max_deterministic_time = DETERMINISTIC_LIMIT
        if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise AssertionError("no escorts at all is a solution")
        found = {key: solver.value(variable) for key, variable in variables.items()}
        model.add(goal >= round(solver.objective_value))
    return found


def _covers(days: frozenset[int], slot: _Slot) -> bool:
    return all(day in days for day in range(slot.first, slot.last + 1))


def leaders(
    run: Run, people: dict[str, tuple[Party, Person]], before: Run | None = None
) -> tuple[str | None, str | None]:
    """Return the keys of a coach leader and a deputy among a run's passengers, None where nobody can be.

    Those of the run that stood before stay. They are 18 to 60 years old on the day, have a phone, and are not the only
    adult of a party with children. Who rides the whole way comes first, then who stands first on the roster; men and
    women alike. The deputy is of another party and the other sex where that can be.
    """
    order = [stop.place for stop in run.stops if stop.kind != "rest"]
    able = sorted(
        (passenger for passenger in run.passengers if _can_lead(people[passenger.person], run.date)),
        key=lambda passenger: (order.index(passenger.board) - order.index(passenger.alight), passenger.ref),
    )
    if not able:
        return None, None
    had = (before.leader, before.deputy) if before is not None else (None, None)
    leader = next((each for each in able if each.person == had[0]), able[0])
    able.remove(leader)

    def closeness(other: Passenger) -> tuple[bool, bool, bool]:
        same_sex = people[other.person][1].sex == people[leader.person][1].sex
        return other.person != had[1], other.party == leader.party, same_sex

    deputy = min(able, key=closeness, default=None)
    return leader.person, deputy.person if deputy else None


def _can_lead(who: tuple[Party, Person], day: date) -> bool:
    party, person = who
    if not person.phone or _age(person, day) not in LEADER_AGES:
        return False
    adults = [each for each in party.people if _age(each, day) >= LEADER_AGES.start]
    return len(adults) > 1 or len(adults) == party.size


def _age(person: Person, day: date) -> int:
    """Return the age on a day; -1 when the birth date is unknown."""
    if person.birth is None:
        return -1
    birth = person.birth
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
