"""Linked classes, and services that pins open or close: what no class can know of itself.

A party under such a pin is a class of its own. Classes are in **groups** that ride the same run or none does; some
groups must ride, some never ride the same run. How many of these limits a solution breaks is counted, so that one which
breaks fewer always wins.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from scheduler.problem import Problem
from scheduler.solver.model.pins.asked import PinnedWishes, RunPattern

TrainWay = tuple[int, int, int]
"""A train, and the stops where one boards and alights."""


@dataclass(frozen=True)
class ServicePattern:
    """The services, and ways to ride trains, that agree with a pin: a `RunPattern` by numbers.

    Attributes
    ----------
    day : int or None
        None: any.
    homes : frozenset of int or None
        Of which a coach must meet one; None: any.
    works : tuple of frozenset of int
        Of each of which a coach must meet one.
    vehicles : frozenset of int
        The vehicle types that may agree.
    boards, ends : frozenset of (int, int, int)
        A train agrees when somebody rides it in one of the first ways, and somebody in one of the second.
    run : str
        The id that the run is given, if any.
    """

    day: int | None
    homes: frozenset[int] | None
    works: tuple[frozenset[int], ...]
    vehicles: frozenset[int]
    boards: frozenset[TrainWay]
    ends: frozenset[TrainWay]
    run: str = ""

    def has_coach(self, day: int, homes: Collection[int], works: Collection[int], vehicle: int) -> bool:
        """Tell whether a coach agrees."""
        return (
            self.day in (None, day)
            and vehicle in self.vehicles
            and (self.homes is None or not self.homes.isdisjoint(homes))
            and all(not need.isdisjoint(works) for need in self.works)
        )

    def has_train(self, ways: Collection[TrainWay]) -> bool:
        """Tell whether a train agrees that people ride in these ways."""
        return not self.boards.isdisjoint(ways) and not self.ends.isdisjoint(ways)


@dataclass(frozen=True)
class Links:
    """What pins link, by class.

    Attributes
    ----------
    groups : tuple of tuple of int
        Each linked class is in one, which `group_of` says.
    forced : frozenset of int
        Groups that must ride.
    apart : mapping of int to frozenset of int
        By group: those that never ride the same run.
    run_of : mapping of int to str
        By group: the id that its run is given.
    opens, closed : tuple of ServicePattern
        Of which one must go; that must not.
    """

    groups: tuple[tuple[int, ...], ...] = ()
    forced: frozenset[int] = frozenset()
    apart: Mapping[int, frozenset[int]] = field(default_factory=dict)
    run_of: Mapping[int, str] = field(default_factory=dict)
    opens: tuple[ServicePattern, ...] = ()
    closed: tuple[ServicePattern, ...] = ()
    group_of: Mapping[int, int] = field(default_factory=dict)

    @cached_property
    def loose(self) -> frozenset[int]:
        """Groups of one class that need not ride: all that is asked is whom they do not ride with."""
        return frozenset(n for n, group in enumerate(self.groups) if len(group) == 1 and n not in self.forced)

    @cached_property
    def tight(self) -> frozenset[int]:
        """The other groups."""
        return frozenset(range(len(self.groups))) - self.loose

    @property
    def bind(self) -> bool:
        """Whether anything here is more than a closed coach."""
        return bool(self.groups or self.opens or self.shut)

    @property
    def shut(self) -> frozenset[TrainWay]:
        """Ways that a pin may close, which depends on what others ride: the search does without them."""
        return frozenset(way for each in self.closed if each.ends for way in each.boards)

    @property
    def is_vague(self) -> bool:
        """Whether a train may agree because of what two people ride together: programs leave that out."""
        return any(each.boards - each.ends and each.ends - each.boards for each in (*self.opens, *self.closed))

    def of(self, classes: Iterable[int]) -> set[int]:
        """Return the groups of some classes."""
        return {self.group_of[k] for k in classes if k in self.group_of}

    def minds(self, group: int, aboard: Iterable[int]) -> bool:
        """Tell whether a group is kept apart from somebody of some classes."""
        return not self.apart.get(group, frozenset()).isdisjoint(self.of(aboard))

    def is_closed(self, day: int, homes: Collection[int], works: Collection[int], vehicle: int) -> bool:
        """Tell whether a coach must not go."""
        return any(each.has_coach(day, homes, works, vehicle) for each in self.closed)

    def broken_by(self, riders: Sequence[Collection[int]], left: Collection[int]) -> int:
        """Return how many links the classes aboard each run, and those left behind, break."""
        where: dict[int, set[int]] = {}
        for number, aboard in [*enumerate(riders), (-1, left)]:
            for k in aboard:
                if k in self.group_of:
                    where.setdefault(self.group_of[k], set()).add(number)
        broken = sum(len(runs) - 1 for runs in where.values())
        broken += sum(-1 in where.get(group, ()) for group in self.forced)
        for group, others in self.apart.items():
            aboard_of = where.get(group, set()) - {-1}
            broken += sum(len(aboard_of & where.get(other, set())) for other in others if other > group)
        return broken


NO_LINKS = Links()


def links_of(
    problem: Problem,
    pinned: PinnedWishes,
    class_of: Mapping[str, int],
    homes: Mapping[str, int],
    works: Mapping[str, int],
    ways: Callable[[RunPattern], tuple[frozenset[TrainWay], frozenset[TrainWay]]],
) -> Links:
    """Return the links of pinned parties, whose classes are given.

    `homes`, `works` number the stops of coaches; `ways` gives the ways to ride trains by which one boards where a pin
    asks, and by which one goes there.
    """
    groups = tuple(tuple(class_of[party] for party in group) for group in pinned.groups)
    group_of = {k: number for number, group in enumerate(groups) for k in group}
    run_of = {group_of[class_of[party]]: run for party, run in pinned.run_of.items()}
    apart: dict[int, frozenset[int]] = {}
    for pair in pinned.apart:
        a, b = (group_of[class_of[party]] for party in pair)
        apart[a] = apart.get(a, frozenset()) | {b}
        apart[b] = apart.get(b, frozenset()) | {a}
    opens, closed = (
        tuple(_pattern(problem, each, homes, works, ways(each)) for each in patterns)
        for patterns in (pinned.opens, pinned.closed)
    )
    return Links(
        groups=groups,
        forced=frozenset(run_of),
        apart=apart,
        run_of=run_of,
        opens=opens,
        closed=closed,
        group_of=group_of,
    )


def _pattern(
    problem: Problem,
    asked: RunPattern,
    homes: Mapping[str, int],
    works: Mapping[str, int],
    ways: tuple[frozenset[TrainWay], frozenset[TrainWay]],
) -> ServicePattern:
    first_date, to_work = problem.settings.first_date, problem.settings.direction == "to_work"
    needs = []
    if asked.destination:
        needs.append(frozenset(i for name, i in works.items() if asked.lies_there(problem, name)))
    if asked.stops:
        needs.append(frozenset(works[name] for name in asked.stops if name in works))
    needs += [frozenset(works[name] for name in (each,) if name in works) for each in sorted(asked.all_stops)]
    numbers = homes if to_work else works
    board = frozenset(numbers[name] for name in (asked.board,) if name in numbers)
    if asked.board and not to_work:
        needs.append(board)
    coaches = asked.mode != "train" and asked.train is None
    kinds = (v for v, each in enumerate(problem.vehicle_types) if asked.vehicle_type in ("", each.vehicle_type))
    return ServicePattern(
        day=(asked.day - first_date).days if asked.day is not None else None,
        homes=board if asked.board and to_work else None,
        works=tuple(needs),
        vehicles=frozenset(kinds) if coaches else frozenset(),
        boards=ways[0],
        ends=ways[1],
        run=asked.run,
    )
