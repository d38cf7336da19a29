"""What a synthetic season says, before any spelling: the one source of both its files and its problem."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from scheduler.example import county
from scheduler.example.layouts import TownshipForm
from scheduler.example.people import sex_of
from scheduler.keys import SALT_BYTES, with_keys
from scheduler.places.divisions import Division, city_of, division
from scheduler.problem import Escort, Leg, Mode, Party, Person, Place, Problem, Train, VehicleType
from scheduler.settings import Settings

SYNTHETIC_SHA256 = "0" * 64
SYNTHETIC_SALT = bytes(SALT_BYTES)
"""No secret: nobody has the ID numbers of a synthetic season."""


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
    layout: TownshipForm
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


def problem_of(season: SyntheticSeason, *, csv: bool = False) -> Problem:
    """Return the problem a season describes; `csv` tells how the rosters' files are called."""
    parties = tuple(party for sheet in season.sheets for party in _parties(season.settings, sheet, csv))
    places = {place.name: place for place in season.places}
    for code in sorted({party.destination for party in parties}):
        stop = city(code)
        places.setdefault(stop.full_name, Place(stop.full_name, "division", stop.lat, stop.lon, division=stop.code))
    return Problem(
        settings=season.settings,
        parties=with_keys(sorted(parties, key=_file_order), SYNTHETIC_SALT),
        places=places,
        vehicle_types=season.vehicle_types,
        trains=season.trains,
        distances={(a, b): leg for a, b, leg in season.distances if a in places and b in places},
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
                sex=sex_of(row.id_number),
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
            work_stop=city(row.destination).full_name,
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


def city(code: str) -> Division:
    """Return the city that a division is, or lies in."""
    found = division(city_of(code) or code)
    assert found is not None, f"the built-in divisions lack {code}"
    return found
