"""Every way a division is called: official, short, colloquial, old, and towns that stand for their city."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

from scheduler.places.divisions import DATA_DIR, all_divisions, city_of
from scheduler.places.names import normalise
from scheduler.places.townships import township_stem, townships

# Cities without counties, whose towns people give instead of the city: 东莞, 中山.
CITIES_OF_TOWNS = ("441900", "442000")
# A county becomes a city, a city a district: the suffixes a name may have had before its present one.
_OLD_SUFFIXES = {"区": "县市", "市": "县"}


class Kind(IntEnum):
    """How a name belongs to its division; the lower, the better."""

    ALIAS = 0  # the season's own
    OFFICIAL = 1  # 深圳市, 恩施州
    SHORT = 2  # 深圳
    TOWN = 3  # 虎门镇
    SHORT_TOWN = 4  # 虎门
    OTHER = 5  # 襄樊, 大亚湾: data/other_names.csv
    OLD_SUFFIX = 6  # 增城市, now 增城区


_DERIVED = frozenset({Kind.SHORT_TOWN, Kind.OLD_SUFFIX})


@dataclass(frozen=True, slots=True)
class Meaning:
    """One meaning of a name."""

    code: str
    kind: Kind
    within: str = ""  # understood only behind this division: 高新区 in 苏州


class Gazetteer:
    """Names and their meanings, looked up from the start of a text.

    Parameters
    ----------
    aliases : mapping of str to str
        The season's own names of two characters and more, text -> division code; they come before all others.

    Raises
    ------
    ValueError
        When an alias names a code that is no division (whoever read it has to check).
    """

    def __init__(self, aliases: Mapping[str, str]) -> None:
        self._entries: dict[str, list[Meaning]] = {name: list(found) for name, found in _built_in().items()}
        for alias, code in aliases.items():
            if code not in all_divisions():
                raise ValueError(f"alias {alias!r}: no division {code!r}")
            if len(name := normalise(alias)) > 1:
                self._entries[name] = [Meaning(code, Kind.ALIAS), *self._entries.get(name, [])]
        lengths: dict[str, set[int]] = {}
        for name in self._entries:
            lengths.setdefault(name[:2], set()).add(len(name))
        self._lengths = {head: sorted(found, reverse=True) for head, found in lengths.items()}

    def exactly(self, name: str) -> list[Meaning]:
        """Return the meanings of a whole normalised name."""
        return self._entries.get(name, [])

    def at(self, text: str, start: int) -> list[tuple[int, list[Meaning]]]:
        """Return (end, meanings) of every name that stands in `text` at `start`, the longest first."""
        found = []
        for length in self._lengths.get(text[start : start + 2], ()):
            end = start + length
            if end <= len(text) and (entries := self._entries.get(text[start:end])):
                found.append((end, entries))
        return found


@cache
def _built_in() -> dict[str, list[Meaning]]:
    names: dict[str, list[Meaning]] = {}

    def add(name: str, entry: Meaning) -> None:
        entries = names.setdefault(name, [])
        if all(entry.code != other.code or entry.within != other.within for other in entries):
            entries.append(entry)

    everything = list(all_divisions().values())
    for each in everything:
        add(each.name, Meaning(each.code, Kind.OFFICIAL))
    for each in everything:
        for tail, short_tail in (("自治州", "州"), ("自治县", "县"), ("自治旗", "旗")):
            if each.name.endswith(tail):
                add(each.short_name + short_tail, Meaning(each.code, Kind.OFFICIAL))
                add(each.short_name + tail, Meaning(each.code, Kind.OFFICIAL))
        add(each.short_name, Meaning(each.code, Kind.SHORT))
    official = set(names)
    for each in everything:
        stem = each.short_name.removesuffix("县")
        if each.level == "county" and len(stem) > 1:
            for suffix in _OLD_SUFFIXES.get(each.name[-1], ""):
                if stem + suffix not in official:
                    add(stem + suffix, Meaning(each.code, Kind.OLD_SUFFIX))
    for city in CITIES_OF_TOWNS:
        for town in townships(city):
            add(town.name, Meaning(city, Kind.TOWN))
            add(township_stem(town.name), Meaning(city, Kind.SHORT_TOWN))
    with (DATA_DIR / "other_names.csv").open(encoding="utf-8", newline="") as file:
        others = list(csv.DictReader(file))
    for row in others:
        # What stands in the file decides over what was derived: 通州市 was in Jiangsu, not in Beijing.
        kept = [entry for entry in names.get(row["name"], []) if entry.kind not in _DERIVED]
        names[row["name"]] = kept
    for row in others:
        for code in row["codes"].split():
            kind = Kind.SHORT if row["kind"] == "colloquial" else Kind.OTHER
            add(row["name"], Meaning(code, kind, row["within"]))
            if row["kind"] == "old" and len(row["name"]) > 2:
                # Without its suffix an old name is only understood behind its city: 北京宣武.
                add(row["name"][:-1], Meaning(code, Kind.OTHER, row["within"] or city_of(code) or ""))
    return names
