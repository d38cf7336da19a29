"""The division that an unknown destination most likely means: a slip of the pen, or a town known by its own name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from scheduler.places.divisions import Division, all_divisions, city_of, is_within
from scheduler.places.slips import likeness
from scheduler.places.townships import counties_with_township

_SUFFIXES = "市县区州盟旗省"
_LONGEST_STEM = 6
_TOWN = re.compile(r".{2,4}?(?:镇|街道)")


@cache
def _by_shape() -> dict[tuple[int, int, str], list[Division]]:
    """Return divisions by (length of the short name, position, character), so that few need comparing."""
    found: dict[tuple[int, int, str], list[Division]] = {}
    for each in all_divisions().values():
        stem = each.short_name
        if len(stem) <= _LONGEST_STEM:
            for position, character in enumerate(stem):
                found.setdefault((len(stem), position, character), []).append(each)
    return found


def propose(text: str, context: str | None) -> str | None:
    """Return the code of the division that `text` most likely means; None when nothing is likely.

    Parameters
    ----------
    text : str
        Normalised text that names no place.
    context : str or None
        The province or city that stands before it.

    Notes
    -----
    Strict, because a wrong proposal costs more than none: the best must be better than the second, and without
    context a text with an address behind only proposes cities. The name of a real town is no slip: 盛泽 is a town of
    吴江区, not 深泽县.
    """
    slip = _slip(text, context)
    if slip and (context is not None or slip.rank == 0):
        return slip.code
    counties = _counties_of_town(text, context)
    if counties:
        return counties[0] if len(counties) == 1 else None
    return slip.code if slip else None


def _counties_of_town(text: str, context: str | None) -> list[str]:
    """Return the counties that have the town which `text` is (织里: only a 镇), or starts with (柳市镇新光工业区)."""
    start = _TOWN.match(text)
    counties = counties_with_township().get(start.group() if start else text + "镇", frozenset())
    return sorted(code for code in counties if context is None or is_within(code, context))


@dataclass(frozen=True, slots=True)
class _Slip:
    code: str
    rank: int


def _slip(text: str, context: str | None) -> _Slip | None:
    """Return the division whose name `text` starts with, mistyped."""
    ranked: dict[str, tuple[int, ...]] = {}
    for stem, suffix, tail in _heads(text):
        for each in _alike(stem):
            if context is not None and (each.code == context or not is_within(each.code, context)):
                continue
            # The right name with a wrong suffix (博白市) is a slip like any other.
            rank = 1 if suffix and stem == each.short_name else likeness(stem, each.short_name)
            wrong_suffix = int(bool(suffix) and not each.name.endswith(suffix))
            if rank is None or rank + wrong_suffix > _loosest(each, suffix, tail, context):
                continue
            order = (rank, wrong_suffix, int(bool(tail)), int(each.level == "county"))
            ranked[each.code] = min(order, ranked.get(each.code, order))
    best = sorted(ranked, key=lambda code: ranked[code])
    # A city and its county of the same name are no rivals.
    best = [code for code in best if code == best[0] or not is_within(code, best[0])]
    if not best or (len(best) > 1 and ranked[best[1]] == ranked[best[0]]):
        return None
    return _Slip(best[0], ranked[best[0]][0]) if city_of(best[0]) or context is None else None


def _loosest(each: Division, suffix: str, tail: str, context: str | None) -> int:
    """Return the weakest likeness that is enough, the less text speaks for the division."""
    if context is None and each.level == "county" and not suffix:
        return -1 if tail else 3
    return 4 if tail else 5


def _heads(text: str) -> list[tuple[str, str, str]]:
    """Return (stem, suffix, rest) of the ways the start of `text` could be a name."""
    heads = []
    for length in range(2, min(len(text), _LONGEST_STEM) + 1):
        stem, behind = text[:length], text[length:]
        heads.append((stem, "", behind))
        if behind[:1] and behind[0] in _SUFFIXES:
            heads.append((stem, behind[0], behind[1:]))
    return heads


def _alike(stem: str) -> list[Division]:
    """Return the divisions that share enough with `stem` to be compared."""
    index = _by_shape()
    lengths = {len(stem)} if len(stem) < 3 else {len(stem) - 1, len(stem), len(stem) + 1}
    found = {
        each.code: each
        for length in lengths
        for position in range(length)
        for shift in (-1, 0, 1)
        if 0 <= position + shift < len(stem) and (shift == 0 or len(stem) >= 3)
        for each in index.get((length, position, stem[position + shift]), ())
    }
    return list(found.values())
