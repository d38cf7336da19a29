"""The built-in divisions of China (GB/T 2260): provinces, cities, counties, with coordinates.

The tree is the one people write and travel by, not the one of the statistical code list: a municipality
(北京市, 上海市, 天津市, 重庆市), 香港 and 澳门 are cities without a province above them, counties directly under
a province (仙桃市, 石河子市) have that province as their parent, and grouping entries (市辖区) do not exist.
Data and provenance: ``data/PROVENANCE.md``.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, cast

from scheduler.places.names import short_name

DATA_DIR = Path(__file__).parent / "data"
Level = Literal["province", "city", "county"]
_REACH_KM, _REACH_WIDE_KM = 100, 250
# 内蒙古, 西藏, 甘肃, 青海, 新疆: counties as wide as a province elsewhere.
_WIDE_WEST = ("15", "54", "62", "63", "65")


@dataclass(frozen=True, slots=True)
class Division:
    """A province, a city (prefecture level or municipality) or a county-level division.

    Attributes
    ----------
    code : str
        Six digits of GB/T 2260.
    name : str
        Official name, 宝安区.
    full_name : str
        The path as people write it, unique in the country: 广东省深圳市宝安区, 湖北省仙桃市, 上海市浦东新区.
    short_name : str
        The name without its suffix, 宝安; not unique.
    level : {"province", "city", "county"}
        A municipality, 香港 and 澳门 are "city".
    parent : str or None
        Code of the division above, None at the top.
    lat, lon : float
        Seat of government, degrees; good for distances between towns (a few hundred metres off at best).
    """

    code: str
    name: str
    full_name: str
    short_name: str
    level: Level
    parent: str | None
    lat: float
    lon: float


@cache
def all_divisions() -> Mapping[str, Division]:
    """Return every division by its code, parents before their children."""
    divisions: dict[str, Division] = {}
    with (DATA_DIR / "divisions.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for code, name, level, parent, lat, lon in rows:
            above = divisions[parent].full_name if parent else ""
            divisions[code] = Division(
                code,
                name,
                above + name,
                short_name(name),
                cast(Level, level),
                parent or None,
                float(lat),
                float(lon),
            )
    return MappingProxyType(divisions)


@cache
def _children() -> Mapping[str | None, tuple[str, ...]]:
    found: dict[str | None, list[str]] = {}
    for code, each in all_divisions().items():
        found.setdefault(each.parent, []).append(code)
    return {parent: tuple(codes) for parent, codes in found.items()}


def division(code: str) -> Division | None:
    """Return the division of a six-digit code, None when there is none."""
    return all_divisions().get(code)


def children(code: str | None) -> tuple[str, ...]:
    """Return the codes right below a division; of None, the codes at the top (provinces and municipalities)."""
    return _children().get(code, ())


def reach_km(code: str) -> int:
    """Return how far at most anything of a county lies from its seat, as the crow flies."""
    return _REACH_WIDE_KM if code.startswith(_WIDE_WEST) else _REACH_KM


def is_within(code: str, ancestor: str) -> bool:
    """Tell whether `code` is `ancestor` or lies below it; False for unknown codes."""
    here: str | None = code if code in all_divisions() else None
    while here is not None and here != ancestor:
        here = all_divisions()[here].parent
    return here is not None


def city_of(code: str) -> str | None:
    """Return the prefecture-level work stop of a division.

    A city is its own, a county has its city (a district of a municipality the municipality), a county directly
    under a province stands for itself. None for a province and for unknown codes.
    """
    here = division(code)
    if here is None or here.level == "province":
        return None
    if here.level == "city" or here.parent is None:
        return code
    above = all_divisions()[here.parent]
    return above.code if above.level == "city" else code


def work_stop_of(code: str, level: Literal["city", "county"]) -> str | None:
    """Return the code where a coach stops for a destination: its city, or the finest known with level "county".

    With "county", a destination known only to the city keeps the city. None for a province and unknown codes.
    """
    city = city_of(code)
    return code if city is not None and level == "county" else city
