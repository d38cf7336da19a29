"""Nobody is driven past a stop for nothing: at every stop of a coach somebody boards or alights.

People board where it is cheapest for them. Where that leaves a stop idle, somebody is asked to come to it, if it is
open to anybody aboard: the least of what this costs is a minimum over who calls at which stop, at most four an end.
Dropping an idle stop is another matter: where distances are no metric the coach without it may be dearer, or no legal
one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TypeVar

Stop = TypeVar("Stop", int, str)


def cheapest_callers(
    stops: Sequence[Stop], crowds: Sequence[tuple[Mapping[Stop, int], int]]
) -> tuple[int, tuple[tuple[int, Stop], ...]] | None:
    """Return what it costs more that no stop is idle, and (crowd, stop) for each; None when some stop must be.

    Parameters
    ----------
    stops : sequence
        Of one end.
    crowds : sequence
        People alike: the stops open to them with what each costs one of them more than the cheapest, and their number.
    """
    freely = _free_callers(stops, crowds)
    if freely is not None:
        return 0, freely
    bits = {stop: 1 << i for i, stop in enumerate(stops)}
    best: dict[int, tuple[int, tuple[tuple[int, Stop], ...]]] = {0: (0, ())}
    for number, (open_to, people) in enumerate(crowds):
        own = [stop for stop in stops if stop in open_to]
        after = dict(best)
        for size in range(1, min(len(own), people) + 1):
            for chosen in combinations(own, size):
                mask, fen = sum(bits[stop] for stop in chosen), sum(open_to[stop] for stop in chosen)
                callers = tuple((number, stop) for stop in chosen)
                for met, (cost, before) in best.items():
                    now = after.get(met | mask)
                    if not met & mask and (now is None or cost + fen < now[0]):
                        after[met | mask] = cost + fen, before + callers
        best = after
    return best.get((1 << len(stops)) - 1)


def _free_callers(
    stops: Sequence[Stop], crowds: Sequence[tuple[Mapping[Stop, int], int]]
) -> tuple[tuple[int, Stop], ...] | None:
    """Return callers who pay nothing more, stop by stop; None when they are not found so easily."""
    rest = [people for _open_to, people in crowds]
    callers = []
    for stop in stops:
        able = [i for i, (open_to, _people) in enumerate(crowds) if open_to.get(stop) == 0 and rest[i] > 0]
        if not able:
            return None
        # Whoever has the fewest free stops: others may be wanted elsewhere.
        chosen = min(able, key=lambda i: sum(fen == 0 for fen in crowds[i][0].values()))
        rest[chosen] -= 1
        callers.append((chosen, stop))
    return tuple(callers)


def calling(stops: Sequence[str], people: Sequence[Mapping[str, int]], parties: Sequence[str]) -> list[str]:
    """Return each person's stop, of those open to them with their fen: the first of the cheapest, but none is idle.

    Parameters
    ----------
    stops : sequence of str
        Of one end; `cheapest_callers` finds some for them all.
    people, parties : sequence
        The stops open to each person, and the party, which stays together where that costs nothing.
    """
    chosen = [min(choices, key=lambda stop: choices[stop]) for choices in people]
    if set(chosen) == set(stops):
        return chosen
    crowds: dict[tuple[tuple[str, int], ...], list[int]] = {}
    for i, choices in enumerate(people):
        crowds.setdefault(tuple(choices.items()), []).append(i)
    costs = [{stop: fen - min(dict(key).values()) for stop, fen in key} for key in crowds]
    members = list(crowds.values())
    found = cheapest_callers(stops, list(zip(costs, map(len, members), strict=True)))
    assert found is not None, "a stop is idle"
    callers: dict[int, str] = {}
    for crowd, stop in found[1]:
        free = [i for i in members[crowd] if i not in callers]
        callers[next((i for i in free if chosen[i] == stop), free[0])] = stop
    for i, stop in callers.items():
        chosen[i] = stop
        for j, choices in enumerate(people):
            together = parties[j] == parties[i] and j not in callers and choices == people[i]
            if together and choices[stop] == min(choices.values()):
                chosen[j] = stop
    return chosen
