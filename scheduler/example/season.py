"""A synthetic Yuechi season: one neutral description, from which the files and the problem are both made.

The law of scale: the cities people go to, the dates a city is offered, the trains, the coaches, the minibuses and the
escorts all grow with the number of people, so that a season of 60 and one of 390,000 are both plausible. Coaches
are counted from the demand drawn: a little fewer than the peak would hold if everyone left on the preferred date.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from scheduler.errors import UsageError
from scheduler.example import county
from scheduler.example.layouts import Layout, layout_of
from scheduler.example.people import draw_births, draw_names, number_ids, number_phones
from scheduler.i18n import _
from scheduler.places.divisions import Division, children, division
from scheduler.problem import (
    FEN_PER_YUAN,
    Direction,
    Escort,
    FleetRow,
    Leg,
    Mode,
    Party,
    Person,
    Place,
    Problem,
    Settings,
    Train,
    TrainStop,
    VehicleType,
    great_circle_km,
    round_half_up,
)

SPRING_FESTIVAL = date(2027, 2, 6)
MAX_PEOPLE = 1_000_000

_DATE_WEIGHTS: dict[Direction, tuple[int, ...]] = {
    # to_work: 正月初六 (February 11) to 正月二十, highest at 初八 and 十六; to_home: 腊月十七 (January 24) to 除夕
    "to_work": (2, 4, 9, 8, 7, 6, 6, 7, 8, 9, 10, 8, 5, 3, 2),
    "to_home": (2, 3, 4, 5, 7, 8, 10, 10, 9, 8, 6, 3, 2),
}
_FIRST_PREFERRED: dict[Direction, date] = {"to_work": date(2027, 2, 11), "to_home": date(2027, 1, 24)}
_SEASON_DATES: dict[Direction, tuple[date, date]] = {
    "to_work": (date(2027, 2, 10), date(2027, 2, 28)),
    "to_home": (date(2027, 1, 20), date(2027, 2, 5)),
}
_NAMES: dict[Direction, str] = {
    "to_work": "岳池县2027年春节返岗（合成数据）",
    "to_home": "岳池县2027年春节返乡（合成数据）",
}

PARTY_SIZE_SHARES = (0.62, 0.22, 0.08, 0.05, 0.02, 0.01)
PEOPLE_PER_CITY = 50
"""One more city for each so many people, up to all of them."""
PEOPLE_PER_CITY_DATE = 25
"""One more date offered to a city for each so many of its people, up to all of them."""
TRAIN_SHARE = 0.09
TRAIN_SEATS = 200
PEOPLE_PER_COACH = 44
SCARCITY = 0.97
"""Coaches over those that the peak would hold if everyone left when preferred, spread over the window."""
SYNTHETIC_SHA256 = "0" * 64


@dataclass(frozen=True, slots=True)
class Traveller:
    """One row of a roster, before any spelling. Fields the township's form does not have are empty."""

    name: str
    id_number: str
    birth: date
    phone: str
    village: str
    destination: str
    employer: str
    preferred: date | None
    earliest: date | None
    latest: date | None
    mode: Mode
    group: int | None
    priority: int
    emergency_contact: str = ""
    emergency_phone: str = ""
    luggage: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class TownshipSheet:
    """The list of one township, in its own layout. People of one group stand together."""

    township: str
    layout: Layout
    rows: tuple[Traveller, ...]

    def ref(self, index: int, csv: bool = False) -> str:
        """Return file!sheet!row of a row, as Excel shows it; CSV files have no sheet."""
        row = self.layout.first_row + index
        return f"roster/{self.township}.csv!!{row}" if csv else f"roster/{self.township}.xlsx!{self.layout.sheet}!{row}"


@dataclass(frozen=True, slots=True)
class SyntheticSeason:
    """Everything a season folder says. Places are those of places.csv; divisions are built in."""

    settings: Settings
    sheets: tuple[TownshipSheet, ...]
    places: tuple[Place, ...]
    vehicle_types: tuple[VehicleType, ...]
    feeder_types: tuple[VehicleType, ...]
    trains: tuple[Train, ...]
    distances: tuple[tuple[str, str, Leg], ...]
    escorts: tuple[Escort, ...]


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
            _("{people} people cannot be made up").format(people=people),
            "--people",
            _("give a number from 1 to {most}").format(most=MAX_PEOPLE),
        )
    rng = np.random.default_rng([seed, people, direction == "to_home"])
    first, last = _SEASON_DATES[direction]
    settings = Settings(
        name=_NAMES[direction], direction=direction, home=county.COUNTY_CODE, first_date=first, last_date=last
    )
    cities = county.CITIES[: min(max(people // PEOPLE_PER_CITY, 2), len(county.CITIES))]
    trains = tuple(_trains(rng, people, direction, cities))
    wishes = _Wishes(rng, people, settings, cities, trains)
    sheets = tuple(wishes.sheets())
    vehicle_types = _fleet(settings, sheets, sum(train.seats for train in trains))
    coaches = sum(row.count for each in vehicle_types for row in each.rows)
    return SyntheticSeason(
        settings=settings,
        sheets=sheets,
        places=_places(),
        vehicle_types=vehicle_types,
        feeder_types=(_feeder(people, first, last),),
        trains=trains,
        distances=tuple(_distances(direction)),
        escorts=tuple(_escorts(rng, round(0.8 * coaches), first, last)),
    )


def problem_of(season: SyntheticSeason, *, csv: bool = False) -> Problem:
    """Return the problem a season describes; `csv` tells how the rosters' files are called."""
    parties = tuple(party for sheet in season.sheets for party in _parties(season.settings, sheet, csv))
    codes = {party.destination for party in parties} | {place.division for place in season.places if place.division}
    stops = {_city(code).full_name: _city(code) for code in sorted(codes)}
    divisions = {name: Place(name, "division", each.lat, each.lon, division=each.code) for name, each in stops.items()}
    return Problem(
        settings=season.settings,
        parties=tuple(sorted(parties, key=_file_order)),
        places={place.name: place for place in season.places} | divisions,
        vehicle_types=season.vehicle_types,
        trains=season.trains,
        distances={(origin, target): leg for origin, target, leg in season.distances},
        feeder_types=season.feeder_types,
        escorts=season.escorts,
        inputs_sha256=SYNTHETIC_SHA256,
    )


def _file_order(party: Party) -> tuple[str, int]:
    file, _sheet, row = party.people[0].ref.split("!")
    return file, int(row)


def _parties(settings: Settings, sheet: TownshipSheet, csv: bool) -> Iterator[Party]:
    listed = {name for name, *_rest in county.EMPLOYERS}
    groups: dict[int, list[tuple[str, Traveller]]] = {}
    for index, row in enumerate(sheet.rows):
        groups.setdefault(-index if row.group is None else row.group, []).append((sheet.ref(index, csv), row))
    for members in groups.values():
        people = tuple(
            Person(
                ref=ref,
                name=row.name,
                id_number=row.id_number,
                township=sheet.township,
                birth=row.birth,
                sex="女",
                phone=row.phone,
                village=row.village,
                employer=row.employer,
                employer_stop=row.employer if row.employer in listed else None,
                priority=row.priority,
                emergency_contact=row.emergency_contact,
                emergency_phone=row.emergency_phone,
                luggage=row.luggage,
                note=row.note,
            )
            for ref, row in members
        )
        ref, row = members[0]
        earliest, latest = window(settings, row)
        yield Party(
            id=ref,
            people=people,
            origin=sheet.township,
            destination=row.destination,
            work_stop=_city(row.destination).full_name,
            earliest=earliest,
            latest=latest,
            preferred=row.preferred,
            mode=row.mode,
        )


def window(settings: Settings, row: Traveller) -> tuple[date, date]:
    """Return the first and last date a traveller accepts, inside the season."""
    if row.earliest is not None and row.latest is not None:
        return row.earliest, row.latest
    assert row.preferred is not None
    slack = timedelta(days=settings.policy.flexible_days)
    return max(row.preferred - slack, settings.first_date), min(row.preferred + slack, settings.last_date)


def _city(code: str) -> Division:
    here = division(code)
    while here is not None and here.level == "county" and here.parent is not None:
        here = division(here.parent)
    assert here is not None, f"the built-in divisions lack {code}"
    return here


# Who asks for what ---------------------------------------------------------------------------------------------------


class _Wishes:
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
        self.first = _FIRST_PREFERRED[settings.direction]
        self.weights = np.array(_DATE_WEIGHTS[settings.direction], float)
        self.train_dates = _train_dates(trains)
        self.train_seats = sum(train.seats for train in trains) * 0.6  # some seats stay for those who take any mode

    def sheets(self) -> Iterator[TownshipSheet]:
        """Yield the townships' lists, in the order of the county's townships."""
        rng = self.rng
        sizes = self._sizes()
        parties = len(sizes)
        townships = self._townships(parties)
        cities = rng.choice(len(self.cities), parties, p=_shares([city.weight for city in self.cities]))
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
            layout = layout_of(name)
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
        shares = _shares([size * s for (*_place, size), s in zip(county.TOWNSHIPS, scatter, strict=False)])
        drawn = self.rng.choice(used, parties, p=shares)
        if parties >= used:
            drawn[self.rng.choice(parties, used, replace=False)] = np.arange(used)  # every township sends someone
        return drawn

    def _dates(self, cities: np.ndarray, sizes: np.ndarray) -> np.ndarray:
        """Return each party's date as days after the first; a small city is offered few dates."""
        days = np.zeros(len(cities), int)
        for index in range(len(self.cities)):
            of_city = np.flatnonzero(cities == index)
            offered = max(1, min(len(self.weights), round(float(sizes[of_city].sum()) / PEOPLE_PER_CITY_DATE)))
            open_dates = self.rng.choice(len(self.weights), offered, replace=False, p=_shares(self.weights))
            days[of_city] = self.rng.choice(open_dates, len(of_city), p=_shares(self.weights[open_dates]))
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
        layout: Layout,
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


def _shares(weights: Sequence[float] | np.ndarray) -> np.ndarray:
    array = np.asarray(weights, float)
    return np.asarray(array / array.sum())


# What can carry them -------------------------------------------------------------------------------------------------


def _train_dates(trains: tuple[Train, ...]) -> dict[str, set[date]]:
    """Return the dates of the trains that serve each city."""
    stations = {name: code for line in county.TRAIN_LINES for name, code, *_rest in line.work}
    found: dict[str, set[date]] = {}
    for train in trains:
        for stop in train.stops:
            if stop.place in stations:
                found.setdefault(stations[stop.place], set()).add(train.date)
    return found


def _trains(
    rng: np.random.Generator, people: int, direction: Direction, cities: tuple[county.City, ...]
) -> Iterator[Train]:
    """Yield the seat blocks: a share of the people, on the lines and dates where most of them travel."""
    seats = max(12, min(TRAIN_SEATS, people // 10))
    count = max(1, round(TRAIN_SHARE * people / seats))
    weight = {city.code: city.weight for city in cities}
    shares = _shares([sum(weight.get(code, 0) for _name, code, *_rest in line.work) for line in county.TRAIN_LINES])
    per_line = np.zeros(len(shares), int)
    for _block in range(count):
        per_line[np.argmax(shares / (per_line + 1))] += 1
    dates = _shares(_DATE_WEIGHTS[direction])
    for line, blocks in zip(county.TRAIN_LINES, per_line, strict=True):
        running = np.zeros(len(dates))
        for block in range(int(blocks)):
            # The next block goes where the line is thinnest against the wish; ties are broken by the seed.
            day = int(np.argmax(dates * (block + 1) - running + rng.random(len(dates)) * 1e-3))
            running[day] += 1
            turn = int(running[day]) - 1
            yield _train(line, turn, _FIRST_PREFERRED[direction] + timedelta(days=day), seats, direction)


def _train(line: county.TrainLine, turn: int, day: date, seats: int, direction: Direction) -> Train:
    """Return a seat block; in to_home the line runs backwards, with one fare to the county."""
    leaves = 8 * 60 + 47 * (turn % 12) + 10 * line.number
    hours = line.work[-1][2]
    stops: list[TrainStop] = []
    if direction == "to_work":
        for index, name in enumerate(line.home):
            at = leaves - 35 * (len(line.home) - 1 - index)
            stops.append(TrainStop(name, at - 5 if index else None, at, None, True))
        for name, _code, ride_h, fare, *_at in line.work:
            at = leaves + round(ride_h * 60)
            stops.append(TrainStop(name, at, None if ride_h == hours else at + 6, fare * FEN_PER_YUAN, False))
    else:
        for name, _code, ride_h, *_rest in reversed(line.work):
            at = leaves + round((hours - ride_h) * 60)
            stops.append(TrainStop(name, None if ride_h == hours else at - 6, at, None, True))
        fare = round(sum(row[3] for row in line.work) / len(line.work))
        for index, name in enumerate(reversed(line.home)):
            at = leaves + round(hours * 60) + 35 * index
            end = index == len(line.home) - 1
            stops.append(TrainStop(name, at, None if end else at + 5, fare * FEN_PER_YUAN, False))
    number = 900 + 2 * (line.number * 40 + turn) - (direction == "to_home")
    return Train(
        train=f"L{number}",
        date=day,
        seats=seats,
        stops=tuple(stops),
        fixed_cost_fen=60 * seats * FEN_PER_YUAN,
        min_load=seats // 2,
    )


def _fleet(settings: Settings, sheets: tuple[TownshipSheet, ...], train_seats: int) -> tuple[VehicleType, ...]:
    """Return the coaches: SCARCITY times those the busiest day would hold, by operator and type.

    The third operator lists every coach by its plate, and has none in the first two days and the last two.
    """
    total = max(2, math.ceil(SCARCITY * _peak_held(settings, sheets, train_seats)))
    first, last = settings.first_date, settings.last_date
    types: list[VehicleType] = []
    for (operator, price), part in zip(county.OPERATORS, (0.5, 0.3, 0.2), strict=True):
        for vehicle_type, seats, fixed, per_km, share in county.COACH_TYPES:
            count = round_half_up(total * part * share)
            if operator == county.OPERATORS[0][0] and seats == 49:
                count = max(count, 2)
            if not count:
                continue
            if operator == county.OPERATORS[-1][0]:
                span = first + timedelta(days=2), last - timedelta(days=2)
                serial = sum(len(each.rows) for each in types if each.rows[0].plate)
                rows = tuple(FleetRow(1, *span, plate=f"川XI{serial + i:04d}") for i in range(count))
            else:
                rows = (FleetRow(count, first, last),)
            fixed_fen, km_fen = fixed * price * FEN_PER_YUAN, per_km * price * FEN_PER_YUAN
            types.append(
                VehicleType(vehicle_type, operator, seats, round_half_up(fixed_fen), round_half_up(km_fen), rows)
            )
    return tuple(types)


def _peak_held(settings: Settings, sheets: tuple[TownshipSheet, ...], train_seats: int) -> float:
    """Return how many coaches the busiest day would hold with everyone spread evenly over the window."""
    per_day = settings.policy.turnaround_km_per_day
    days_out: dict[str, int] = {}
    held = np.zeros(len(settings.days) + 60)
    people = sum(len(sheet.rows) for sheet in sheets)
    by_coach = max(0.0, 1 - train_seats / people)
    for sheet in sheets:
        for row in sheet.rows:
            city = _city(row.destination)
            if city.code not in days_out:
                km = great_circle_km(*county.SEAT, city.lat, city.lon) * settings.policy.road_factor
                days_out[city.code] = math.ceil(2 * km / per_day) + 1
            earliest, latest = window(settings, row)
            dates = (latest - earliest).days + 1
            start = (earliest - settings.first_date).days
            for offset in range(dates):
                held[start + offset : start + offset + days_out[city.code]] += 1 / dates
    return float(held.max()) * by_coach / PEOPLE_PER_COACH


def _feeder(people: int, first: date, last: date) -> VehicleType:
    vehicle_type, seats, fixed, per_km = county.FEEDER_TYPE
    count = 2 + people // 1000
    return VehicleType(
        vehicle_type,
        county.OPERATORS[0][0],
        seats,
        fixed * FEN_PER_YUAN,
        round_half_up(per_km * FEN_PER_YUAN),
        (FleetRow(count, first, last),),
    )


def _escorts(rng: np.random.Generator, count: int, first: date, last: date) -> Iterator[Escort]:
    """Yield staff; one in five can go only in one half of the season."""
    names = draw_names(rng, count)
    phones = [f"1740{9_999_999 - turn:07d}" for turn in range(count)]
    middle = first + (last - first) / 2
    for turn, (name, phone) in enumerate(zip(names, phones, strict=True)):
        unit = county.FIELD_STAFF_UNITS[turn % len(county.FIELD_STAFF_UNITS)]
        start = middle if turn % 10 == 3 else first
        end = middle if turn % 10 == 7 else last
        yield Escort(name, phone, unit, start, end)


# Where it all is -----------------------------------------------------------------------------------------------------


def _places() -> tuple[Place, ...]:
    """Return the rows of places.csv: township stops, hubs, stations at both ends, employers."""
    stops = [Place(stop_name(name), "stop", lat, lon, township=name) for name, lat, lon, _size in county.TOWNSHIPS]
    hubs = [Place(name, "hub", lat, lon, township=township) for name, township, lat, lon, _alias in county.HUBS]
    home = [Place(name, "station", lat, lon, township=township) for name, township, lat, lon in county.HOME_STATIONS]
    work = [
        Place(name, "station", lat, lon, division=code)
        for line in county.TRAIN_LINES
        for name, code, _hours, _fare, lat, lon in line.work
    ]
    employers = []
    for name, code, dlat, dlon in county.EMPLOYERS:
        city = _city(code)
        lat, lon = round(city.lat + dlat, 4), round(city.lon + dlon, 4)
        employers.append(Place(name, "employer", lat, lon, division=code, contact="示例联系人", phone="17409990000"))
    return (*stops, *hubs, *home, *work, *employers)


def stop_name(township: str) -> str:
    """Return the name of a township's own stop."""
    return f"{township}上车点"


def _distances(direction: Direction) -> Iterator[tuple[str, str, Leg]]:
    """Yield the road km between the county town's hub and the corridor cities, in the season's direction."""
    hub = county.HUBS[0][0]
    for code, km in county.CORRIDORS:
        ends = (hub, _city(code).full_name)
        origin, target = ends if direction == "to_work" else ends[::-1]
        yield origin, target, Leg(float(km))
