"""Townships: the built-in list of a county, and township text -> the one canonical name."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable
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
    """A township-level division: nine digits of the statistical code, official name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class TownshipResolution:
    """What a township text means.

    Attributes
    ----------
    status : {"found", "unknown", "ambiguous", "empty"}
    name : str or None
        The canonical name when found.
    form : {"exact", "short", "long"} or None
        "short": the suffix is missing or an old one (顾县, 顾县乡); "long": more stands around it (岳池县顾县镇).
    candidates : tuple of str
        The names meant, when ambiguous.
    proposal : str or None
        The name of a likely typing slip, when unknown; never to be applied silently.
    """

    status: Literal["found", "unknown", "ambiguous", "empty"]
    name: str | None = None
    form: Literal["exact", "short", "long"] | None = None
    candidates: tuple[str, ...] = ()
    proposal: str | None = None


@cache
def townships(county_code: str) -> tuple[Township, ...]:
    """Return the built-in townships of a county (or of a city without counties); empty when there are none."""
    here = all_divisions().get(county_code)
    if here is None or here.level == "province" or children(county_code):
        return ()
    # The source files the towns of 嘉峪关 under 620201, a county we do not keep.
    prefix = county_code if here.level == "county" else county_code[:4]
    lines = gzip.decompress((DATA_DIR / "townships.csv.gz").read_bytes()).decode().splitlines()
    rows = (line.split(",") for line in lines if line.startswith(prefix))
    return tuple(Township(code, name) for code, name in rows)


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
        self._names: dict[str, str] = {}  # normalised -> canonical
        for name in [*known, *(town.name for town in townships(county_code))]:
            key = normalise(name)
            if key:
                self._names.setdefault(key, name.strip())
        self._drop_doubles()
        self._stems: dict[str, list[str]] = {}
        for key in self._names:
            self._stems.setdefault(township_stem(key), []).append(key)
        self._above = _prefixes(county_code)
        self._cached = lru_cache(maxsize=4096)(self._resolve)

    def resolve(self, text: str) -> TownshipResolution:
        """Return what `text` means; never raises."""
        return self._cached(text)

    def _drop_doubles(self) -> None:
        """Let a name the season writes short (顾县) stand for the built-in one (顾县镇), unless both are used."""
        by_stem: dict[str, list[str]] = {}
        for key in self._names:
            by_stem.setdefault(township_stem(key), []).append(key)
        for stem, keys in by_stem.items():
            if stem in self._names and len(keys) == 2:
                longer = next(key for key in keys if key != stem)
                self._names[longer] = self._names[stem]

    def _resolve(self, text: str) -> TownshipResolution:
        whole = normalise(text)
        if not whole:
            return TownshipResolution("empty")
        if whole in self._names:
            return TownshipResolution("found", self._names[whole], "exact")
        forms = [whole, *(whole.removeprefix(above) for above in self._above if whole.startswith(above))]
        forms = [form for form in dict.fromkeys(forms) if form]
        for form in forms:
            for bare in dict.fromkeys([form, _OFFICE.sub("", form)]):
                if bare in self._names:
                    return TownshipResolution("found", self._names[bare], "long")
                if found := self._by_stem(bare, "short" if bare == whole else "long"):
                    return found
        for form in forms:
            if key := self._at_start(form):
                return TownshipResolution("found", self._names[key], "long")
        return TownshipResolution("unknown", proposal=self._proposal(forms[-1]))

    def _by_stem(self, text: str, form: Literal["short", "long"]) -> TownshipResolution | None:
        names = list(dict.fromkeys(self._names[key] for key in self._stems.get(township_stem(text), [])))
        if not names:
            return None
        if len(names) > 1:
            return TownshipResolution("ambiguous", candidates=tuple(names))
        return TownshipResolution("found", names[0], form)

    def _at_start(self, text: str) -> str | None:
        """Return the township whose full name `text` starts with, as in 顾县镇柏树村: the longest one."""
        starts = [key for key in self._names if key != township_stem(key) and text.startswith(key)]
        return max(starts, key=len, default=None)

    def _proposal(self, text: str) -> str | None:
        stem = township_stem(text)
        scored = sorted((rank, key) for key in self._names if (rank := likeness(stem, township_stem(key))) is not None)
        if not scored or (len(scored) > 1 and scored[0][0] == scored[1][0]):
            return None
        return self._names[scored[0][1]]


def _prefixes(county_code: str) -> list[str]:
    """Return the ways to write what lies above a township, 四川省广安市岳池县 to 岳池, the longest first."""
    ways = [""]
    code: str | None = county_code
    while code is not None and (here := all_divisions().get(code)):
        ways += [name + way for way in ways for name in (here.name, here.short_name)]
        code = here.parent
    # Every way holds the names in order; a county may be left out (广安市顾县镇).
    return sorted({way for way in ways if way}, key=len, reverse=True)
