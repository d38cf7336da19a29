"""Public benchmark files read as planning problems: our problem holds each of theirs as a special case.

vsbpp (variable-sized bin packing, Monaci): an item is a party of that size, a bin type a vehicle type; one date, no
kilometres, no crew rules, min_load 1. bpp (OR-Library bin packing): the same with one bin type of cost 1.
sscflp (single-source capacitated facility location): a facility is a train that leaves once from a station of its own,
its fixed cost the train's; a customer is a party of `demand` people from a township of its own, and the cost of the
whole assignment is shared out among them as the cost of access to the station.

**Scale.** A unit of cost of the file is `unit_fen` fen. vsbpp and bpp are exact. In sscflp a person's share is rounded
down to a fen, so a plan's fen are short of its true cost by less than a fen for each person; with `unit_fen` at least
the sum of the demands that is less than one unit. Rounding down keeps the bound valid, and with integer costs a plan
that is optimal in fen is optimal: true(x) < fen(x)/unit + 1 <= fen(y)/unit + 1 <= true(y) + 1 for every plan y.
What is reported is the true cost of the plan's assignment, by `original_objective`.

Everybody must be served in these sets: leaving one person costs more than serving any party, so it never pays.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Literal

from scheduler.errors import UsageError
from scheduler.i18n import _
from scheduler.plan import Plan, Run
from scheduler.problem import AccessRow, FleetRow, Leg, Party, Person, Place, Problem, Train, TrainStop, VehicleType
from scheduler.settings import CoachRules, Policy, Settings

SetName = Literal["vsbpp", "sscflp", "bpp"]

DAY = date(2027, 2, 15)
HOME, WORK, TOWNSHIP = "home", "work", "township"
WORK_CODE = "440300"
EXACT_UNIT_FEN = 100
MOST_UNSERVED_FEN = 100_000_000  # the policy's limit


@dataclass(frozen=True)
class PublicInstance:
    """One file (bpp: one of its problems) as a Problem.

    Attributes
    ----------
    unit_fen : int
        Fen that stand for one unit of the file's costs.
    run_cost : mapping of str to float
        Cost of a run in the file's units, by vehicle type or train.
    assignment_cost : mapping of (party, train) to float
        Cost of a party on a train in the file's units; empty where there is none.
    integer : bool
        All costs of the file are whole numbers, so a bound may be rounded up.
    known : float or None
        Optimum or best known cost, where the set gives it.
    """

    name: str
    problem: Problem
    unit_fen: int
    run_cost: Mapping[str, float]
    assignment_cost: Mapping[tuple[str, str], float] = field(default_factory=dict)
    integer: bool = True
    known: float | None = None

    def bound(self, bound_fen: int | None) -> float | None:
        """Return a proven bound in the file's units."""
        if bound_fen is None:
            return None
        bound = bound_fen / self.unit_fen
        return float(math.ceil(bound - 1e-9)) if self.integer else bound


def original_objective(instance: PublicInstance, plan: Plan) -> float | None:
    """Return what a plan costs in the file's own units, from its assignment alone; None when a party is left out."""
    if plan.unserved:
        return None
    terms: list[float] = []
    for run in plan.runs:
        terms.append(instance.run_cost[_resource(run)])
        parties = {passenger.party for passenger in run.passengers}
        terms += [instance.assignment_cost.get((party, _resource(run)), 0.0) for party in parties]
    return math.fsum(terms)  # in no order, and yet the same each time


def _resource(run: Run) -> str:
    return run.vehicle_type or run.train or ""


def read_set(name: SetName, folder: Path) -> Iterator[PublicInstance]:
    """Yield the instances of a folder (or of one file), in natural order of the file names.

    Raises
    ------
    UsageError
        When the folder does not exist, holds no instance, or a file is not of the set.
    """
    paths = [folder] if folder.is_file() else sorted(folder.glob("*.txt"), key=_natural) if folder.is_dir() else []
    paths = [path for path in paths if not path.stem.endswith("_optima") and not path.name.startswith(".")]
    if not paths:
        raise UsageError(_("holds no instance file (*.txt)"), str(folder), _("name the folder of the set's files"))
    for path in paths:
        try:
            words = path.read_text(encoding="utf-8").split()
            yield from _READERS[name](path, words)
        except (OSError, InvalidOperation, ValueError, IndexError) as error:
            raise UsageError(
                _("is not a file of the set {name}: {reason}").format(name=name, reason=error),
                str(path),
                _("name the folder of the set's files"),
            ) from error


def _natural(path: Path) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", path.name)]


# Bin packing ---------------------------------------------------------------------------------------------------------


def _read_vsbpp(path: Path, words: list[str]) -> Iterator[PublicInstance]:
    items, types = int(words[0]), int(words[1])
    # The rest of the first line differs between files; the capacities and costs stand on the second.
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = [float(word) for word in lines[1].split()]
    if len(pairs) != 2 * types:
        raise ValueError(_("the second line should hold {n} numbers").format(n=2 * types))
    sizes = [int(word) for line in lines[2:] for word in line.split()]
    yield _packing(path.stem, _expect(sizes, items), list(zip(map(int, pairs[::2]), pairs[1::2], strict=True)), None)


def _read_bpp(path: Path, words: list[str]) -> Iterator[PublicInstance]:
    # The count of problems (missing in lone ones, too high in excerpts); then name, capacity, items, optimum, sizes.
    start = at = 1 if words[0].isdigit() else 0
    while at < len(words):
        name, capacity, items, optimum = words[at], Decimal(words[at + 1]), int(words[at + 2]), float(words[at + 3])
        sizes = [Decimal(word) for word in words[at + 4 : at + 4 + items]]
        if len(sizes) < items and at > start:
            return  # the head of a longer file, cut off inside its last problem
        # The triplet files have one decimal: whole numbers in tenths.
        scale = 10 ** max(0, *(-int(number.as_tuple().exponent) for number in (capacity, *sizes)))
        whole = _expect([int(size * scale) for size in sizes], items)
        yield _packing(name, whole, [(int(capacity * scale), 1.0)], optimum)
        at += 4 + items


def _expect(sizes: list[int], items: int) -> list[int]:
    if len(sizes) < items or not all(size > 0 for size in sizes[:items]):
        raise ValueError(_("it should hold {n} sizes, each above zero").format(n=items))
    return sizes[:items]


def _packing(name: str, sizes: list[int], bins: list[tuple[int, float]], known: float | None) -> PublicInstance:
    types = tuple(
        VehicleType(
            vehicle_type=f"bin {turn}",
            operator="-",
            rated_seats=capacity,
            fixed_cost_fen=round(cost * EXACT_UNIT_FEN),
            cost_per_km_fen=0.0,
            rows=(FleetRow(len(sizes), DAY, DAY),),
        )
        for turn, (capacity, cost) in enumerate(bins)
    )
    dearest = max(cost for _capacity, cost in bins)
    problem = Problem(
        settings=_settings(name, unserved_yuan=2 * dearest + 1),
        parties=tuple(_party(f"item {turn}", size, TOWNSHIP, "coach") for turn, size in enumerate(sizes)),
        places={
            HOME: Place(HOME, "stop", township=TOWNSHIP),
            WORK: Place(WORK, "division", division=WORK_CODE),
        },
        vehicle_types=types,
        distances={(HOME, WORK): Leg(0.0, 0.0), (WORK, HOME): Leg(0.0, 0.0)},
    )
    costs = {each.vehicle_type: cost for each, (_capacity, cost) in zip(types, bins, strict=True)}
    return PublicInstance(name, problem, EXACT_UNIT_FEN, costs, integer=_whole(costs.values()), known=known)


# Facility location ---------------------------------------------------------------------------------------------------


def _read_sscflp(path: Path, words: list[str]) -> Iterator[PublicInstance]:
    facilities, customers = int(words[0]), int(words[1])
    numbers = [float(word) for word in words[2:]]
    if len(numbers) != 2 * facilities + customers + facilities * customers:
        raise ValueError(_("it should hold {n} numbers").format(n=len(numbers)))
    capacity = [int(number) for number in numbers[:facilities]]
    fixed = numbers[facilities : 2 * facilities]
    demand = [int(number) for number in numbers[2 * facilities : 2 * facilities + customers]]
    matrix = numbers[2 * facilities + customers :]
    costs = [matrix[j * facilities : (j + 1) * facilities] for j in range(customers)]
    if min(capacity) < 1 or min(demand) < 1:
        raise ValueError(_("capacities and demands should be above zero"))

    unit = _unit_fen(demand, fixed, costs)
    stations = [f"facility {i}" for i in range(facilities)]
    parties = [f"customer {j}" for j in range(customers)]
    trains = tuple(
        Train(
            train=stations[i],
            date=DAY,
            seats=capacity[i],
            stops=(TrainStop(stations[i], None, 0, None, True), TrainStop(WORK, 60, None, 0, False)),
            fixed_cost_fen=round(fixed[i] * unit),
        )
        for i in range(facilities)
    )
    problem = Problem(
        settings=_settings(path.stem, unserved_yuan=_unserved_fen(demand, fixed, costs, unit) / 100),
        parties=tuple(_party(name, size, name, "train") for name, size in zip(parties, demand, strict=True)),
        places={name: Place(name, "station") for name in stations}
        | {WORK: Place(WORK, "division", division=WORK_CODE)},
        trains=trains,
        access={
            name: tuple(
                AccessRow(station, math.floor(cost * unit / size + 1e-9))
                for station, cost in zip(stations, row, strict=True)
            )
            for name, size, row in zip(parties, demand, costs, strict=True)
        },
    )
    yield PublicInstance(
        name=path.stem,
        problem=problem,
        unit_fen=unit,
        run_cost=dict(zip(stations, fixed, strict=True)),
        assignment_cost={(parties[j], stations[i]): costs[j][i] for j in range(customers) for i in range(facilities)},
        integer=_whole(fixed) and _whole(cost for row in costs for cost in row),
        known=_optimum(path),
    )


def _unit_fen(demand: list[int], fixed: list[float], costs: list[list[float]]) -> int:
    """Return the fen of a unit: at least a fen for each person, unless the policy's limit on unserved says less."""
    unit = 10 ** math.ceil(math.log10(max(sum(demand), EXACT_UNIT_FEN)))
    while unit > 1 and _unserved_fen(demand, fixed, costs, unit) > MOST_UNSERVED_FEN:
        unit //= 10
    return int(unit)


def _unserved_fen(demand: list[int], fixed: list[float], costs: list[list[float]], unit: int) -> int:
    """Return a cost per person that makes leaving any party dearer than its dearest service."""
    dearest = max((max(row) + max(fixed)) / size for row, size in zip(costs, demand, strict=True))
    return math.ceil(dearest * unit) + 1


def _optimum(path: Path) -> float | None:
    """Return line i of <set>_optima.txt for the file <set>_p<i>.txt."""
    match = re.fullmatch(r"(.+)_p(\d+)", path.stem)
    if match is None:
        return None
    listed = path.with_name(f"{match[1]}_optima.txt")
    lines = listed.read_text(encoding="utf-8").split() if listed.is_file() else []
    index = int(match[2]) - 1
    return float(lines[index]) if index < len(lines) else None


def _whole(values: Iterable[float]) -> bool:
    return all(float(value).is_integer() for value in values)


# Shared --------------------------------------------------------------------------------------------------------------


def _settings(name: str, unserved_yuan: float) -> Settings:
    return Settings(
        name=name,
        direction="to_work",
        home="511621",
        first_date=DAY,
        last_date=DAY,
        policy=Policy(unserved_cost=unserved_yuan, min_load=1, stop_cost=0, flexible_days=0),
        coach_rules=CoachRules(crew_in_rated_seats=False, escorts_per_run=0),
    )


def _party(name: str, size: int, township: str, mode: Literal["coach", "train"]) -> Party:
    refs = [f"{name}!!{turn}" for turn in range(1, size + 1)]
    people = tuple(Person(ref, name, "", township, key=ref) for ref in refs)
    return Party(
        id=name,
        people=people,
        origin=township,
        destination=WORK_CODE,
        work_stop=WORK,
        earliest=DAY,
        latest=DAY,
        preferred=DAY,
        mode=mode,
    )


_READERS = {"vsbpp": _read_vsbpp, "sscflp": _read_sscflp, "bpp": _read_bpp}
