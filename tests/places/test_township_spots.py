"""Coordinates of townships: those built in are plausible, and a place is taken for a township only without doubt."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scheduler.places import Township, division, reach_km, townships
from scheduler.units import great_circle_km
from tools.build_township_spots import BY_HAND, Place, Town, match, read_towns

EAST, WEST = "510001", "510002"
SEATS = {EAST: (30.0, 106.5), WEST: (30.0, 106.0)}


def _located(county: str) -> Iterator[Township]:
    return (town for town in townships(county) if town.lat is not None)


@pytest.mark.parametrize("county", ["511621", "500101", "421127", "410102", "150784", "654326", "441900"])
def test_what_is_built_in_lies_in_its_county(county: str) -> None:
    seat = division(county)
    assert seat is not None
    assert list(_located(county))
    for town in _located(county):
        assert town.lat is not None
        assert town.lon is not None
        assert great_circle_km(town.lat, town.lon, seat.lat, seat.lon) <= reach_km(county), town


def test_counties_with_all_some_and_no_coordinates() -> None:
    found = {county: (len(list(_located(county))), len(townships(county))) for county in ("500151", "500101", "410104")}
    assert found == {"500151": (28, 28), "500101": (49, 52), "410104": (0, 14)}


def test_what_was_written_by_hand_wins() -> None:
    assert {town.code: (town.lat, town.lon) for town in townships("511621")} == BY_HAND


def test_a_town_of_a_city_without_counties_belongs_to_the_city() -> None:
    assert read_towns()["620201001"].county == "620200"


def _match(places: dict[int, tuple[float, float, str]], towns: dict[str, str], province: str = "51") -> dict[str, int]:
    found = match(
        {number: Place(province, (lat, lon), frozenset(names.split())) for number, (lat, lon, names) in places.items()},
        {code: Town(name, code[:6]) for code, name in towns.items()},
        SEATS,
    )
    return {code: number for number, code in found}


def test_a_place_is_a_township_by_its_whole_name_or_without_the_suffix() -> None:
    places = {1: (30.1, 106.5, "顾县 顾县乡"), 2: (30.0, 106.6, "九龙镇")}
    assert _match(places, {EAST + "100": "顾县镇", EAST + "101": "九龙街道"}) == {EAST + "100": 1, EAST + "101": 2}


@pytest.mark.parametrize(
    ("place", "province"),
    [
        ((30.1, 106.5, "顾县镇"), "50"),  # another province
        ((31.5, 106.5, "顾县镇"), "51"),  # beyond reach
        ((30.1, 106.5, "顾县村"), "51"),  # a village
    ],
)
def test_what_does_not_agree_is_no_township(place: tuple[float, float, str], province: str) -> None:
    assert _match({1: place}, {EAST + "100": "顾县镇"}, province) == {}


def test_two_places_of_one_name_are_left_out() -> None:
    assert _match({1: (30.1, 106.5, "兴隆"), 2: (29.9, 106.6, "兴隆")}, {EAST + "100": "兴隆镇"}) == {}


def test_namesakes_in_two_counties_are_told_by_their_neighbours_or_left_out() -> None:
    # Around the place there are four townships of the east, and no seat nearer than the fifth neighbour.
    around = {number: (30.0 + number / 100, 106.3, f"东{'甲乙丙丁'[number - 1]}镇") for number in (1, 2, 3, 4)}
    towns = {f"{EAST}10{number}": name for number, (_lat, _lon, name) in around.items()}
    towns |= {EAST + "200": "兴隆镇", WEST + "200": "兴隆镇"}
    assert _match(around | {5: (30.02, 106.31, "兴隆镇")}, towns)[EAST + "200"] == 5
    # Alone between both seats it could be either.
    assert _match({5: (30.02, 106.31, "兴隆镇")}, towns) == {}


def test_of_two_namesakes_in_one_county_the_whole_name_decides() -> None:
    towns = {EAST + "100": "新场镇", EAST + "200": "新场乡"}
    assert _match({1: (30.1, 106.5, "新场 新场乡")}, towns) == {EAST + "200": 1}
    assert _match({1: (30.1, 106.5, "新场")}, towns) == {}


def test_far_from_the_seat_one_neighbour_is_not_enough() -> None:
    near_west = {number: (30.6 + number / 100, 106.0, f"西{'甲乙丙丁'[number - 1]}镇") for number in (1, 2, 3, 4)}
    towns = {f"{WEST}10{number}": name for number, (_lat, _lon, name) in near_west.items()} | {EAST + "200": "兴隆镇"}
    assert EAST + "200" not in _match(near_west | {5: (30.65, 106.0, "兴隆镇")}, towns)
