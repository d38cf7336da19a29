"""A synthetic Yuechi season of any size.

The law of scale: the cities people go to, the dates a city is offered, the trains, the coaches, the minibuses and the
escorts all grow with the number of people, so that a season of 60 and one of 390,000 are both plausible. Coaches
are counted from the demand drawn: just enough for the busiest day if all were full, which they cannot be.
"""

from __future__ import annotations

import numpy as np

from scheduler.errors import UsageError
from scheduler.example import county
from scheduler.example.dates import SEASON_DATES
from scheduler.example.description import SyntheticSeason, problem_of
from scheduler.example.supply import feeder, fleet, trains
from scheduler.example.surroundings import distances, escorts, places
from scheduler.example.travellers import Wishes
from scheduler.i18n import _, ngettext
from scheduler.problem import Problem
from scheduler.settings import Direction, History, Settings

MAX_PEOPLE = 1_000_000
PEOPLE_PER_CITY = 50
"""One more city for each so many people, up to all of them."""
ESCORTS_PER_COACH = 0.8

_NAMES: dict[Direction, str] = {
    "to_work": "岳池县2027年春节返岗（合成数据）",
    "to_home": "岳池县2027年春节返乡（合成数据）",
}


def synthetic_problem(people: int, seed: int, direction: Direction = "to_work") -> Problem:
    """Return the problem of a synthetic season, made in memory: what loading its written files would give.

    Parameters
    ----------
    people : int
        How many people ask to travel, at least 1.
    seed : int
        Same seed, same season.

    Raises
    ------
    UsageError
        When `people` is out of range.
    """
    return problem_of(synthetic_season(people, seed, direction))


def synthetic_season(people: int, seed: int, direction: Direction = "to_work") -> SyntheticSeason:
    """Return the neutral description of a synthetic season; see `synthetic_problem`."""
    if not 1 <= people <= MAX_PEOPLE:
        raise UsageError(
            ngettext("{people} person cannot be made up", "{people} people cannot be made up", people).format(
                people=people
            ),
            "--people",
            _("give a number from 1 to {most}").format(most=MAX_PEOPLE),
        )
    rng = np.random.default_rng([seed, people, direction == "to_home"])
    first, last = SEASON_DATES[direction]
    settings = Settings(
        name=_NAMES[direction],
        direction=direction,
        home=county.COUNTY_CODE,
        first_date=first,
        last_date=last,
        history=History(people_per_run=county.PEOPLE_PER_RUN),
    )
    cities = county.CITIES[: min(max(people // PEOPLE_PER_CITY, 2), len(county.CITIES))]
    codes = {city.code for city in cities}
    blocks = tuple(trains(rng, people, direction, cities))
    wishes = Wishes(rng, people, settings, cities, blocks)
    sheets = tuple(wishes.sheets())
    vehicle_types = fleet(settings, sheets, sum(block.seats for block in blocks))
    coaches = sum(row.count for each in vehicle_types for row in each.rows)
    return SyntheticSeason(
        settings=settings,
        sheets=sheets,
        places=places({sheet.township for sheet in sheets}, codes, blocks),
        vehicle_types=vehicle_types,
        feeder_types=(feeder(people, first, last),),
        trains=blocks,
        distances=tuple(distances(direction, codes)),
        escorts=tuple(escorts(rng, round(ESCORTS_PER_COACH * coaches), first, last)),
    )
