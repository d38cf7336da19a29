"""The division a mistyped destination most likely means."""

from __future__ import annotations

from functools import cache

from scheduler.places.divisions import Division, all_divisions, city_of, is_within
from scheduler.places.slips import likeness

_SUFFIXES = "市县区州盟旗省"
_LONGEST_STEM = 6


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
    """Return the code of the division whose name `text` starts with, mistyped; None when nothing is likely.

    Parameters
    ----------
    text : str
        Normalised text that names no place.
    context : str or None
        The province or city that stands before it.

    Notes
    -----
    Strict, because a wrong proposal costs more than none: the best must be better than the second, and without
    context a text with an address behind only proposes cities.
    """
    ranked: dict[str, tuple[int, ...]] = {}
    for stem, suffix, tail in _heads(text):
        for each in _alike(stem):
            if context is not None and (each.code == context or not is_within(each.code, context)):
                continue
            if tail and not suffix and context is None and each.level == "county":
                continue
            rank = likeness(stem, each.short_name)
            if rank is None or (rank == 3 and tail):
                continue
            wrong_suffix = int(bool(suffix) and not each.name.endswith(suffix))
            order = (rank, wrong_suffix, int(bool(tail)), int(each.level == "county"))
            ranked[each.code] = min(order, ranked.get(each.code, order))
    best = sorted(ranked, key=lambda code: ranked[code])
    best = [code for code in best if not any(other != code and is_within(code, other) for other in best[:1])]
    if not best or (len(best) > 1 and ranked[best[1]] == ranked[best[0]]):
        return None
    return best[0] if city_of(best[0]) or context is None else None


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
