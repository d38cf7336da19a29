"""Townships: the built-in list of a county, and township text -> the one canonical name."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from scheduler.places.divisions import DATA_DIR, all_divisions, children
from scheduler.places.names import normalise
from scheduler.places.slips import likeness

_KIND = re.compile(r"(?<=..)(?:街道办事处|街道办|街道|民族乡|镇|乡)$")
_OFFICE = re.compile(
    r"(?<=..)(?:人民政府|政府|党委|便民服务中心|社会保障所|社保所|劳保所|劳务合作社|劳务专业合作社|服务站|公所|场镇|境内|本地)$"
)


@dataclass(frozen=True, slots=True)
class Township:
    """A township-level division: nine digits of the statistical code, official name, its seat where we have it.

    The seat is good for distances between towns (a few km off at worst), not for navigation.
    """

    code: str
    name: str
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class TownshipResolution:
    """What a township text means.

    Attributes
    ----------
    status : {"found", "unknown", "ambiguous", "empty"}
    name : str or None
        The canonical name when found.
    candidates : tuple of str
        The names meant, when ambiguous.
    proposal : str or None
        The name of a likely typing slip, when unknown; never to be applied silently.
    """

    status: Literal["found", "unknown", "ambiguous", "empty"]
    name: str | None = None
    candidates: tuple[str, ...] = ()
    proposal: str | None = None


def _lines(file: str) -> list[str]:
    return gzip.decompress((DATA_DIR / file).read_bytes()).decode().splitlines()


def _spots(prefix: str) -> Mapping[str, tuple[float, float]]:
    rows = (line.split(",") for line in _lines("township_spots.csv.gz") if line.startswith(prefix))
    return {code: (float(lat), float(lon)) for code, lat, lon in rows}


@cache
def townships(county_code: str) -> tuple[Township, ...]:
    """Return the built-in townships of a county (or of a city without counties); empty when there are none."""
    here = all_divisions().get(county_code)
    if here is None or here.level == "province" or children(county_code):
        return ()
    # The source files the towns of 嘉峪关 under 620201, a county we do not keep.
    prefix = county_code if here.level == "county" else county_code[:4]
    spots = _spots(prefix)
    rows = (line.split(",") for line in _lines("townships.csv.gz") if line.startswith(prefix))
    return tuple(Township(code, name, *spots.get(code, (None, None))) for code, name in rows)


@cache
def counties_with_township() -> Mapping[str, frozenset[str]]:
    """Return the codes of the counties that have a township of a name, by its full name."""
    found: dict[str, set[str]] = {}
    for line in _lines("townships.csv.gz"):
        code, _, name = line.partition(",")
        county = code[:6] if code[:6] in all_divisions() else code[:4] + "00"
        found.setdefault(name, set()).add(county)
    return {name: frozenset(counties) for name, counties in found.items()}


def township_stem(name: str) -> str:
    """Return a township's name without its suffix: 顾县镇 -> 顾县, 九龙街道 -> 九龙."""
    return _KIND.sub("", name)


class TownshipResolver:
    """Township text -> the canonical name.

    Parameters
    ----------
    known : iterable of str
        The township names the season uses (from its places); they come first.
    county_code : str
        The home county; its built-in townships are known too.
    """

    def __init__(self, known: Iterable[str], county_code: str) -> None:
        own = {key: name.strip() for name in known if (key := normalise(name))}
        built_in = {normalise(town.name): town.name for town in townships(county_code)}
        # The canonical name by each way to write it. A built-in township the season writes otherwise (顾县 for 顾县镇,
        # 九龙镇 for 九龙街道) is the season's.
        self._names = dict(own)
        own_stems, built_in_stems = _by_stem(own), _by_stem(built_in)
        for key, name in built_in.items():
            stem = township_stem(key)
            same = own_stems.get(stem, [])
            renamed = len(same) == 1 and len(built_in_stems[stem]) == 1
            self._names.setdefault(key, own[same[0]] if renamed else name)
        self._stems = _by_stem(self._names)
        self._above = _prefixes(county_code)
        self._cached = lru_cache(maxsize=4096)(self._resolve)

    def resolve(self, text: str) -> TownshipResolution:
        """Return what `text` means; never raises."""
        return self._cached(text)

    def _resolve(self, text: str) -> TownshipResolution:
        whole = normalise(text)
        if not whole:
            return TownshipResolution("empty")
        if name := self._names.get(whole):
            return TownshipResolution("found", name)
        forms = [whole, *(whole.removeprefix(above) for above in self._above if whole.startswith(above))]
        forms = [form for form in dict.fromkeys(forms) if form]
        for form in forms:
            for bare in dict.fromkeys([form, _OFFICE.sub("", form)]):
                if bare in self._names:
                    return TownshipResolution("found", self._names[bare])
                if found := self._of_stem(bare):
                    return found
        for form in forms:
            names = self._at_start(form)
            if len(names) > 1:
                return TownshipResolution("ambiguous", candidates=tuple(names))
            if names:
                return TownshipResolution("found", names[0])
        return TownshipResolution("unknown", proposal=self._proposal(min(forms, key=len)))

    def _of_stem(self, text: str) -> TownshipResolution | None:
        names = list(dict.fromkeys(self._names[key] for key in self._stems.get(township_stem(text), [])))
        if not names:
            return None
        if len(names) > 1:
            return TownshipResolution("ambiguous", candidates=tuple(names))
        return TownshipResolution("found", names[0])

    def _at_start(self, text: str) -> list[str]:
        """Return the township whose full name `text` starts with (顾县镇柏树村), and others named behind it."""
        full = [key for key in self._names if key != township_stem(key)]
        first = max((key for key in full if text.startswith(key)), key=len, default=None)
        if first is None:
            return []
        rest = text[len(first) :]
        return list(dict.fromkeys(self._names[key] for key in [first, *(key for key in full if key in rest)]))

    def _proposal(self, text: str) -> str | None:
        """Return the township most like `text`, when none is as like."""
        stem = township_stem(text)
        best: dict[str, int] = {}
        for key, name in self._names.items():
            rank = likeness(stem, township_stem(key))
            if rank is not None:
                best[name] = min(rank, best.get(name, rank))
        nearest = [name for name in best if best[name] == min(best.values())]
        return nearest[0] if len(nearest) == 1 else None


def _by_stem(names: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(township_stem(name), []).append(name)
    return found


def _prefixes(county_code: str) -> list[str]:
    """Return the ways to write what lies above a township, 四川省广安市岳池县 to 岳池, the longest first."""
    ways = [""]
    code: str | None = county_code
    while code is not None and (here := all_divisions().get(code)):
        ways += [name + way for way in ways for name in (here.name, here.short_name)]
        code = here.parent
    # Every way holds the names in order; a county may be left out (广安市顾县镇).
    return sorted({way for way in ways if way}, key=len, reverse=True)
