"""Rebuild township_spots.csv.gz of scheduler/places/data from GeoNames (see PROVENANCE.md there).

python -m tools.build_township_spots CITIES500_JSON
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import math
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from scipy.spatial import cKDTree

from scheduler.places.divisions import DATA_DIR, all_divisions, reach_km
from scheduler.places.names import normalise
from scheduler.places.townships import township_stem
from scheduler.units import great_circle_km

Spot = tuple[float, float]  # lat, lon in degrees
Pair = tuple[int, str]  # id of a GeoNames place, code of a township

# FIPS 10-4, which GeoNames files provinces under -> the first two digits of GB/T 2260.
PROVINCES = {
    "01": "34", "02": "33", "03": "36", "04": "32", "05": "22", "06": "63", "07": "35", "08": "23", "09": "41",
    "10": "13", "11": "43", "12": "42", "13": "65", "14": "54", "15": "62", "16": "45", "18": "52", "19": "21",
    "20": "15", "21": "64", "22": "11", "23": "31", "24": "14", "25": "37", "26": "61", "28": "12", "29": "53",
    "30": "44", "31": "46", "32": "51", "33": "50",
}  # fmt: skip
# Of so many sure townships and seats nearest to a place one must be of its county; beyond half the reach, two.
NEIGHBOURS = 5
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2,}")

# 岳池县: written for this project, a few km off at worst. They win over GeoNames.
BY_HAND: dict[str, Spot] = {
    "511621001": (30.548, 106.449), "511621002": (30.532, 106.433), "511621101": (30.595, 106.461),
    "511621102": (30.508, 106.501), "511621103": (30.621, 106.402), "511621104": (30.648, 106.521),
    "511621105": (30.665, 106.433), "511621106": (30.592, 106.351), "511621107": (30.642, 106.305),
    "511621108": (30.705, 106.472), "511621109": (30.554, 106.392), "511621110": (30.579, 106.564),
    "511621111": (30.47, 106.552), "511621112": (30.445, 106.428), "511621113": (30.498, 106.36),
    "511621114": (30.468, 106.273), "511621115": (30.381, 106.682), "511621116": (30.337, 106.606),
    "511621117": (30.393, 106.579), "511621118": (30.422, 106.503), "511621119": (30.406, 106.372),
    "511621121": (30.529, 106.241), "511621122": (30.433, 106.623), "511621123": (30.36, 106.524),
    "511621124": (30.276, 106.655), "511621212": (30.586, 106.202), "511621216": (30.298, 106.57),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A populated place of GeoNames: the first two digits of its province, where it lies, its Chinese names."""

    province: str
    spot: Spot
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Town:
    """A township: its name and the county (or city without counties) it belongs to."""

    name: str
    county: str


def read_places(cities: Path) -> dict[int, Place]:
    """Return the places of China that have a Chinese name, by id."""
    found = {}
    for row in json.loads(cities.read_text(encoding="utf-8")).values():
        names = frozenset(normalise(name) for name in row["alternatenames"] if _CHINESE.fullmatch(name))
        if row["countrycode"] == "CN" and row["admin1code"] in PROVINCES and names:
            spot = row["latitude"], row["longitude"]
            found[int(row["geonameid"])] = Place(PROVINCES[row["admin1code"]], spot, names)
    return found


def read_towns() -> dict[str, Town]:
    """Return the built-in townships by code."""
    known, found = all_divisions(), {}
    for line in gzip.decompress((DATA_DIR / "townships.csv.gz").read_bytes()).decode().splitlines():
        code, _, name = line.partition(",")
        found[code] = Town(normalise(name), code[:6] if code[:6] in known else code[:4] + "00")
    return found


def namesakes(places: Mapping[int, Place], towns: Mapping[str, Town], seats: Mapping[str, Spot]) -> dict[Pair, int]:
    """Return every place and township of one province and one name (顾县 or 顾县镇), the county's seat within reach.

    With each stands how many of the place's neighbours must be of the township's county.
    """
    by_name: dict[tuple[str, str], list[str]] = defaultdict(list)
    for code, town in towns.items():
        by_name[code[:2], township_stem(town.name)].append(code)
    found = {}
    for place_id, place in places.items():
        for stem in {township_stem(name) for name in place.names}:
            for code in by_name.get((place.province, stem), ()):
                away_km = great_circle_km(*place.spot, *seats[towns[code].county])
                if away_km <= reach_km(code):
                    found[place_id, code] = 1 if away_km <= reach_km(code) / 2 else 2
    return found


def only(pairs: Iterable[Pair]) -> set[Pair]:
    """Return the pairs whose place has no other township and whose township no other place."""
    pairs = set(pairs)
    of_place: dict[int, int] = defaultdict(int)
    of_town: dict[str, int] = defaultdict(int)
    for place_id, code in pairs:
        of_place[place_id] += 1
        of_town[code] += 1
    return {(place_id, code) for place_id, code in pairs if of_place[place_id] == of_town[code] == 1}


def counties_around(
    sure: set[Pair], places: Mapping[int, Place], towns: Mapping[str, Town], seats: Mapping[str, Spot]
) -> dict[int, list[str]]:
    """Return the counties of what is nearest to each place: of sure townships and of seats, never of itself."""
    known = [(spot, county, 0) for county, spot in seats.items()]
    known += [(places[place_id].spot, towns[code].county, place_id) for place_id, code in sorted(sure)]
    nearest = min(NEIGHBOURS + 1, len(known))
    tree = cKDTree([_on_the_globe(spot) for spot, *_ in known])
    _distances, found = tree.query([_on_the_globe(place.spot) for place in places.values()], nearest)
    around = {}
    for place_id, indices in zip(places, found, strict=True):
        others = [known[index][1] for index in indices if known[index][2] != place_id]
        around[place_id] = others[:NEIGHBOURS]
    return around


def _on_the_globe(spot: Spot) -> tuple[float, float, float]:
    lat, lon = map(math.radians, spot)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def match(places: Mapping[int, Place], towns: Mapping[str, Town], seats: Mapping[str, Spot]) -> set[Pair]:
    """Return which place is which township, where there is no doubt."""
    named = namesakes(places, towns, seats)
    around = counties_around(only(named), places, towns, seats)
    near = {
        (place_id, code)
        for (place_id, code), needed in named.items()
        if around[place_id].count(towns[code].county) >= needed
    }
    found = only(near)
    # Of several namesakes in the same neighbourhood the one whose whole name is the same: 新场镇, not 新场乡.
    whole = only((place_id, code) for place_id, code in near if towns[code].name in places[place_id].names)
    places_found, towns_found = {place_id for place_id, _code in found}, {code for _id, code in found}
    return found | {pair for pair in whole if pair[0] not in places_found and pair[1] not in towns_found}


def write(spots: Mapping[str, Spot]) -> None:
    """Write township_spots.csv.gz: code, lat, lon."""
    text = io.StringIO()
    rows = ((code, f"{lat:.4f}", f"{lon:.4f}") for code, (lat, lon) in sorted(spots.items()))
    csv.writer(text, lineterminator="\n").writerows(rows)
    # mtime 0: the same source gives the same bytes.
    (DATA_DIR / "township_spots.csv.gz").write_bytes(gzip.compress(text.getvalue().encode(), 9, mtime=0))


def main(cities: Path) -> None:
    """Build the file and say how many townships of each province have coordinates."""
    places, towns = read_places(cities), read_towns()
    counties = [all_divisions()[code] for code in {town.county: None for town in towns.values()}]
    seats = {county.code: (county.lat, county.lon) for county in counties}
    spots = {code: places[place_id].spot for place_id, code in match(places, towns, seats)} | BY_HAND
    write(spots)
    for province in sorted({code[:2] for code in towns}):
        have, all_ = (sum(code.startswith(province) for code in each) for each in (spots, towns))
        print(f"| {all_divisions()[province + '0000'].name} | {have:,} | {all_:,} | {have / all_:.0%} |")
    print(f"| all | {len(spots):,} | {len(towns):,} | {len(spots) / len(towns):.0%} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
