"""Who asks for what: parties with their township, destination, window and mode, and the people in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from scheduler.example import county
from scheduler.example.dates import DATE_WEIGHTS, FIRST_PREFERRED, shares
from scheduler.example.description import TownshipSheet, Traveller
from scheduler.example.layouts import TownshipForm, layout_of
from scheduler.example.people import draw_births, draw_names, number_ids, number_phones
from scheduler.places.divisions import children
from scheduler.problem import Mode, Train
from scheduler.settings import Settings

PARTY_SIZE_SHARES = (0.62, 0.22, 0.08, 0.05, 0.02, 0.01)
PEOPLE_PER_CITY_DATE = 25
"""One more date offered to a city for each so many of its people, up to all of them."""


class Wishes:
    """Draws the parties: sizes, townships, cities, dates, windows, modes; then their people."""

    def __init__(
        self,
        rng: np.random.Generator,
        people: int,
        settings: Settings,
        cities: tuple[county.City, ...],
        trains: tuple[Train, ...],
    ) -> None:
        self.rng = rng
        self.people = people
        self.settings = settings
        self.cities = cities
        self.first = FIRST_PREFERRED[settings.direction]
        self.weights = np.array(DATE_WEIGHTS[settings.direction], float)
        self.train_dates = _train_dates(trains)
        self.train_seats = sum(train.seats for train in trains) * 0.6  # some seats stay for those who take any mode

    def sheets(self) -> Iterator[TownshipSheet]:
        """Yield the townships' lists, in the order of the county's townships."""
        rng = self.rng
        sizes = self._sizes()
        parties = len(sizes)
        townships = self._townships(parties)
        cities = rng.choice(len(self.cities), parties, p=shares([city.weight for city in self.cities]))
        dates = self._dates(cities, sizes)
        wish = rng.random((parties, 4))
        spread = rng.integers(0, 7, (parties, 2))
        order = np.argsort(townships, kind="stable")
        births = draw_births(rng, self.people)
        numbers = zip(
            draw_names(rng, self.people), number_ids(births), births, number_phones(rng, self.people), strict=True
        )
        employers = self._employers()
        at = 0
        for index, (name, *_rest) in enumerate(county.TOWNSHIPS):
            layout = layout_of(name, self.settings.direction)
            rows: list[Traveller] = []
            group = 0
            while at < parties and townships[order[at]] == index:
                party = int(order[at])
                at += 1
                size = int(sizes[party])
                group += size > 1
                dated = self._window(int(dates[party]), wish[party, 0], spread[party], "earliest" in layout.fields)
                city = self.cities[cities[party]].code
                code = self._destination(city, wish[party, 1], int(spread[party, 0]))
                rows += self._rows(
                    layout,
                    [next(numbers) for _member in range(size)],
                    wish[party],
                    code,
                    employers.get(city, ()),
                    dated,
                    self._mode(city, dated, size, wish[party, 2]),
                    group if size > 1 else None,
                )
            if rows:
                yield TownshipSheet(name, layout, tuple(rows))

    def _sizes(self) -> np.ndarray:
        """Return party sizes that add up to the people, the last one cut short."""
        sizes = self.rng.choice(6, self.people, p=PARTY_SIZE_SHARES) + 1
        ends = np.cumsum(sizes)
        count = int(np.searchsorted(ends, self.people)) + 1
        sizes = sizes[:count].copy()
        sizes[-1] -= int(ends[count - 1]) - self.people
        return sizes

    def _townships(self, parties: int) -> np.ndarray:
        """Return a township index for each party; sizes are log-normal about the county's pattern."""
        used = len(county.TOWNSHIPS) if self.people >= 100 else max(1, self.people // 20)
        scatter = self.rng.lognormal(0.0, 0.35, used)
        pull = shares([size * s for (*_place, size), s in zip(county.TOWNSHIPS, scatter, strict=False)])
        drawn = self.rng.choice(used, parties, p=pull)
        if parties >= used:
            drawn[self.rng.choice(parties, used, replace=False)] = np.arange(used)  # every township sends someone
        return drawn

    def _dates(self, cities: np.ndarray, sizes: np.ndarray) -> np.ndarray:
        """Return each party's date as days after the first; a small city is offered few dates."""
        days = np.zeros(len(cities), int)
        for index in range(len(self.cities)):
            of_city = np.flatnonzero(cities == index)
            offered = max(1, min(len(self.weights), round(float(sizes[of_city].sum()) / PEOPLE_PER_CITY_DATE)))
            open_dates = self.rng.choice(len(self.weights), offered, replace=False, p=shares(self.weights))
            days[of_city] = self.rng.choice(open_dates, len(of_city), p=shares(self.weights[open_dates]))
        return days

    def _window(
        self, day: int, wish: float, spread: np.ndarray, columns: bool
    ) -> tuple[date | None, date | None, date | None]:
        """Return (preferred, earliest, latest) as the roster gives them; a window has 1 to 7 days."""
        preferred = self.first + timedelta(days=day)
        if not columns or wish < 0.50:
            return preferred, None, None
        if wish < 0.62:
            return preferred, preferred, preferred
        length = int(spread[1])
        before = min(int(spread[0]), length)
        earliest = max(preferred - timedelta(days=before), self.settings.first_date)
        latest = min(preferred + timedelta(days=length - before), self.settings.last_date)
        return (preferred if wish < 0.88 else None), earliest, latest

    def _destination(self, city: str, wish: float, turn: int) -> str:
        """Return the city's code, or that of one of its districts for three in ten."""
        districts = children(city)
        return districts[turn % len(districts)] if districts and wish < 0.30 else city

    def _mode(self, city: str, dated: tuple[date | None, date | None, date | None], size: int, wish: float) -> Mode:
        """Return coach for a quarter; train for some whom a train of the season would suit; else any."""
        if wish < 0.25:
            return "coach"
        if wish < 0.33 and self.train_seats >= size:
            preferred, earliest, latest = dated
            slack = timedelta(days=self.settings.policy.flexible_days)
            first = earliest or (preferred - slack if preferred else self.settings.first_date)
            last = latest or (preferred + slack if preferred else self.settings.last_date)
            if any(first <= day <= last for day in self.train_dates.get(city, ())):
                self.train_seats -= size
                return "train"
        return "any"

    def _employers(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for name, code, *_rest in county.EMPLOYERS:
            found[code] = (*found.get(code, ()), name)
        return found

    def _rows(
        self,
        layout: TownshipForm,
        members: list[tuple[str, str, date, str]],
        wish: np.ndarray,
        code: str,
        employers: tuple[str, ...],
        dated: tuple[date | None, date | None, date | None],
        mode: Mode,
        group: int | None,
    ) -> Iterator[Traveller]:
        employer = ""
        if "employer" in layout.fields and wish[3] < 0.25:
            employer = (
                employers[0]
                if employers and wish[3] < 0.05
                else ("电子厂", "建筑工地", "服装厂")[int(wish[3] * 99) % 3]
            )
        priority = 1
        if "priority" in layout.fields and wish[3] > 0.93:
            priority = 3 if wish[3] > 0.985 else 2
        names = [name for name, *_rest in members]
        village = county.VILLAGES[int(wish[1] * 9973) % len(county.VILLAGES)]
        for turn, (name, number, birth, phone) in enumerate(members):
            emergency = "emergency_contact" in layout.fields
            yield Traveller(
                name=name,
                id_number=number,
                birth=birth,
                phone=phone,
                village=village,
                destination=code,
                employer=employer,
                preferred=dated[0],
                earliest=dated[1],
                latest=dated[2],
                mode=mode,
                group=group,
                priority=priority,
                emergency_contact=names[turn - 1] if emergency and len(names) > 1 else "",
                emergency_phone=members[turn - 1][3] if emergency and len(names) > 1 else "",
                luggage=("1件", "2件", "")[int(wish[0] * 997) % 3] if "luggage" in layout.fields else "",
                note="晕车" if 0.5 < wish[3] < 0.51 else "",
            )


def _train_dates(trains: tuple[Train, ...]) -> dict[str, set[date]]:
    """Return the dates of the trains that serve each city."""
    stations = {name: code for line in county.TRAIN_LINES for name, code, *_rest in line.work}
    found: dict[str, set[date]] = {}
    for train in trains:
        for stop in train.stops:
            if stop.place in stations:
                found.setdefault(stations[stop.place], set()).add(train.date)
    return found
