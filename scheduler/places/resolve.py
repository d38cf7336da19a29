"""Destination text -> division: what people write in a roster, read the way a clerk would read it.

A text is parsed from its start as province, city, county, each optional, each in any of its names; what stands behind
(town, street, employer, house number) is an address and ignored. The parse that explains most characters wins. Only
when nothing stands at the start is the text searched for a city or for a full county name further on. A slip of the
pen is proposed, never applied.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from scheduler.places import words
from scheduler.places.divisions import Division, all_divisions, children, city_of, is_within
from scheduler.places.gazetteer import Gazetteer, Kind, Meaning
from scheduler.places.names import normalise
from scheduler.places.propose import propose
from scheduler.places.townships import counties_with_township, township_stem

Status = Literal["found", "unknown", "ambiguous", "province", "empty"]

_LONGEST = 80  # characters read of one text
# Names that are told to the user when understood.
_ODD = frozenset({Kind.ALIAS, Kind.TOWN, Kind.SHORT_TOWN, Kind.OTHER, Kind.OLD_SUFFIX})
_RANK = {"province": 0, "city": 1, "county": 2}


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a destination text means.

    Attributes
    ----------
    status : {"found", "unknown", "ambiguous", "province", "empty"}
        "province": only a province was recognised.
    code : str or None
        The finest division recognised when found; the province with "province".
    candidates : tuple of str
        Codes of the divisions meant when ambiguous; the cities of the province with "province".
    proposal : str or None
        Code of a likely typing slip; never to be applied silently. With "found" it is only a hint: the city is
        clear, the county behind it looks mistyped.
    corrected : str or None
        Full name of what was understood, when the text used an alias, an old name or an old suffix.
    """

    status: Status
    code: str | None = None
    candidates: tuple[str, ...] = ()
    proposal: str | None = None
    corrected: str | None = None


@dataclass(frozen=True, slots=True)
class _Parse:
    """One reading of the start of a text: up to `end` it names `code`."""

    code: str
    end: int
    kind: Kind  # the weakest name used
    last: Kind  # how the finest part was named
    parts: int


class Resolver:
    """Destination text -> division, with a cache.

    Parameters
    ----------
    aliases : mapping of str to str
        The season's own names (places file), of two characters and more: text -> division code. They come before
        all built-in names.

    Raises
    ------
    ValueError
        When an alias names a code that is no division.
    """

    def __init__(self, aliases: Mapping[str, str] | None = None) -> None:
        self._names = Gazetteer(aliases or {})
        self._cached = lru_cache(maxsize=65536)(self._resolve)

    def resolve(self, text: str) -> Resolution:
        """Return what `text` means; never raises."""
        return self._cached(text)

    def _resolve(self, raw: str) -> Resolution:
        text = normalise(raw[: 2 * _LONGEST])[:_LONGEST]
        if not text:
            return Resolution("empty")
        if text in all_divisions():
            return self._of_codes([text], corrected=True)
        result = self._of_text(text)
        if result.code and result.status == "found" and (others := self._also_named(raw, result.code)):
            return Resolution("ambiguous", candidates=tuple(dict.fromkeys([result.code, *others])))
        return result

    # --- one text ------------------------------------------------------------------------------------------------

    def _of_text(self, text: str) -> Resolution:
        if self._aliased(text) and (result := self._from_start(text)):
            return self._onward(text, result)  # the season's word goes before what we know of the language
        trimmed = words.TRAIL.sub("", words.NO_PLACES.sub("", text))
        if trimmed in words.NO_NAMES:
            return Resolution("unknown")
        bare = words.LEAD.sub("", trimmed)
        for form in dict.fromkeys([trimmed, bare]):
            if len(form) > 1 and (result := self._from_start(form)):
                return self._onward(form, result)
        for start in range(1, len(bare) - 1):
            if result := self._further_on(bare, start, None):
                return result
        return Resolution("unknown", proposal=propose(trimmed, None) or propose(bare, None))

    def _aliased(self, text: str) -> bool:
        """Tell whether a name of the season stands at the start."""
        return any(entry.kind is Kind.ALIAS for _end, entries in self._names.at(text, 0) for entry in entries)

    def _from_start(self, text: str) -> Resolution | None:
        """Read `text` from its start; None when no place stands there."""
        parses = list(self._walk(text, 0, None))
        if not parses:
            return None
        end = max(parse.end for parse in parses)
        best = [parse for parse in parses if parse.end == end]
        kind = min(parse.kind for parse in best)
        if kind >= Kind.OTHER or kind is Kind.ALIAS:
            best = [parse for parse in best if parse.kind is kind]
        else:
            best = [parse for parse in best if parse.kind < Kind.OTHER]
            if any(parse.kind is Kind.OFFICIAL for parse in best):
                best = [parse for parse in best if parse.kind is Kind.OFFICIAL]
        codes = _coarsest(best)
        rest = text[end:]
        if len(codes) > 1:
            codes = _named_behind(codes, rest) or codes
        if text[:end] in words.PLAIN_WORDS and kind is not Kind.ALIAS:
            codes = list(dict.fromkeys([*codes, *(entry.code for entry in self._names.exactly(text[:end]))]))
            return Resolution("ambiguous", candidates=tuple(codes))
        if len(codes) > 1:
            return Resolution("ambiguous", candidates=tuple(codes))
        here = all_divisions()[codes[0]]
        if here.level == "province" and rest:
            return self._in_province(here, rest)
        if here.level == "city" and (second := self._second_city(here.code, rest)):
            return Resolution("ambiguous", candidates=(here.code, second))
        result = self._of_codes(codes, corrected=best[0].kind in _ODD)
        if here.level == "city" and rest and children(here.code) and (like := words.COUNTY_LIKE.match(rest)):
            result = replace(result, proposal=propose(like.group(), here.code))
        return result

    def _in_province(self, province: Division, rest: str) -> Resolution:
        """Understand what stands behind a province that is neither its city nor its county."""
        for start in range(1, len(rest) - 1):
            if result := self._further_on(rest, start, province.code):
                return result
        if slip := propose(rest, province.code):
            return Resolution("unknown", proposal=slip)
        return self._of_codes([province.code])

    def _further_on(self, text: str, start: int, context: str | None) -> Resolution | None:
        """Read a place that begins at `start`: a city, or a county by its full name (behind its province, by any)."""
        found = [
            parse
            for parse in self._walk(text, start, context)
            if parse.parts > 1
            or parse.last <= Kind.OFFICIAL
            or (parse.last is Kind.SHORT and (context or all_divisions()[parse.code].level != "county"))
        ]
        if not found:
            return None
        end = max(parse.end for parse in found)
        if end - start < 2:
            return None
        codes = _coarsest([parse for parse in found if parse.end == end])
        return self._of_codes(codes)

    def _second_city(self, city: str, rest: str) -> str | None:
        """Return another city named right behind one: 苏州上海, 广州市深圳市. But 福州南通镇 is an address."""
        for end, entries in self._names.at(rest, 0):
            for entry in entries:
                clear = entry.kind is Kind.OFFICIAL or (entry.kind is Kind.SHORT and end == len(rest))
                other = all_divisions()[entry.code]
                elsewhere = other.level == "city" and other.code != city
                if clear and elsewhere and not _is_town_in(rest[:end], other.code, city):
                    return other.code
        return None

    def _onward(self, text: str, result: Resolution) -> Resolution:
        """Take the second place of 岳池到深圳."""
        onward = words.ONWARD.search(text)
        there = self._from_start(onward["there"]) if onward else None
        return there if there and there.status in ("found", "ambiguous") else result

    def _also_named(self, raw: str, code: str) -> list[str]:
        """Return other divisions that parts of the text name, as in 深圳/东莞: two wishes in one cell."""
        there = re.split(r"前往|到|去", unicodedata.normalize("NFKC", raw[:_LONGEST]))[-1]
        parts = [part for part in re.split(r"[\W_]+|或者|或", there) if part]
        found = []
        for part in parts if len(parts) > 1 else ():
            other = self._place_named(words.LEAD.sub("", normalise(part)))
            if other is None or is_within(other, code) or is_within(code, other):
                continue
            if not _is_town_in(part, other, code):
                found.append(other)
        return found

    def _place_named(self, part: str) -> str | None:
        """Return the division that a part of a text clearly names; a province only when it is all of the part."""
        result = self._from_start(part)
        if result is None or (result.status == "province" and not self._names.exactly(part)):
            return None
        return result.code

    def _of_codes(self, codes: list[str], corrected: bool = False) -> Resolution:
        """Return the resolution of the codes meant, at least one."""
        if len(codes) > 1:
            return Resolution("ambiguous", candidates=tuple(codes))
        here = all_divisions()[codes[0]]
        if here.level == "province":
            return Resolution("province", here.code, candidates=children(here.code))
        return Resolution("found", here.code, corrected=here.full_name if corrected else None)

    # --- parsing -------------------------------------------------------------------------------------------------

    def _walk(self, text: str, start: int, context: str | None) -> Iterator[_Parse]:
        """Yield every reading of province, city, county from `start` on, below `context` when given."""
        for filler in words.FILLERS if context else ():
            if text.startswith(filler, start):
                start += len(filler)
                break
        for end, entries in self._names.at(text, start):
            for entry in _fitting(entries, context):
                deeper = list(self._walk(text, end, entry.code))
                for parse in deeper:
                    yield replace(parse, kind=max(entry.kind, parse.kind), parts=parse.parts + 1)
                if not deeper and not self._doubtful(text, start, end, entry, context):
                    yield _Parse(entry.code, end, entry.kind, entry.kind, 1)

    def _doubtful(self, text: str, start: int, end: int, entry: Meaning, context: str | None) -> bool:
        """Tell whether a name without suffix is part of something else: a road, a village, a firm."""
        if entry.kind not in (Kind.SHORT, Kind.SHORT_TOWN) or end == len(text):
            return False
        level = all_divisions()[entry.code].level
        if words.ROAD.match(text, end) and (context is None or level == "county"):
            return True
        if context is not None:
            return False
        if words.SETTLEMENT.match(text, end) or entry.kind is Kind.SHORT_TOWN:
            return True
        if level == "county" and words.WRONG_SUFFIX.match(text, end):
            return True
        return text[start:end] in words.FIRM_WORDS


def _fitting(entries: list[Meaning], context: str | None) -> list[Meaning]:
    """Return the meanings of a name that can stand behind `context`.

    The same city twice (深圳市深圳市) can; a town or zone of the place already named is an address; the second 吉林 of
    吉林吉林 is the city.
    """
    if context is None:
        return [entry for entry in entries if not entry.within]
    found = [
        entry
        for entry in entries
        if is_within(entry.code, context)
        and (not entry.within or is_within(context, entry.within))
        and (entry.code != context or entry.kind <= Kind.SHORT)
    ]
    if len(found) > 1 and all_divisions()[context].level == "province":
        found = [entry for entry in found if entry.code != context]
    return found


def _coarsest(parses: list[_Parse]) -> list[str]:
    """Return the codes of equal readings, without those that lie in another: 长沙 is the city, not its county 长沙县.

    A province comes before all of its name (吉林, 海南), a city before counties elsewhere (西安).
    """
    named = {parse.code: parse for parse in sorted(parses, key=lambda each: each.last)}
    kept = [code for code in named if not any(other != code and is_within(code, other) for other in named)]
    # A town or a zone that stands for its city (长安) weighs no more than a county.
    rank = {code: 2 if named[code].last > Kind.SHORT else _RANK[all_divisions()[code].level] for code in kept}
    top = min(kept, key=lambda code: rank[code])
    if rank[top] < 2 and all_divisions()[top].short_name not in words.NOT_THE_ONLY_ONE:
        return [code for code in kept if rank[code] == rank[top]]
    return kept


def _is_town_in(name: str, other: str, code: str) -> bool:
    """Tell whether `name`, which could be division `other`, is a township in the city of `code` instead.

    平湖 behind 深圳 is a street, not 平湖市; but 龙岗 is a district there.
    """
    city = city_of(code) or code
    if is_within(other, city):
        return False
    towns = (township_stem(name) + suffix for suffix in ("镇", "街道", "乡"))
    return any(is_within(county, city) for town in towns for county in counties_with_township().get(town, ()))


def _named_behind(codes: list[str], rest: str) -> list[str]:
    """Return those of `codes` whose city or province is named in the rest of the text: 朝阳区（北京）."""
    return [code for code in codes if any(each.short_name in rest for each in _above(code))]


def _above(code: str) -> Iterator[Division]:
    """Yield the divisions above one, the nearest first."""
    parent = all_divisions()[code].parent
    while parent is not None:
        yield all_divisions()[parent]
        parent = all_divisions()[parent].parent
