"""What people write for their county: 岳池, 四川岳池县, 511621."""

from __future__ import annotations

import unicodedata

from scheduler.i18n import _
from scheduler.places.divisions import children, division
from scheduler.places.resolve import Resolver

COUNTIES_NAMED = 8


class NotACountyError(ValueError):
    """A text names no county, or several: `str` says what it is, `cure` what to write."""

    def __init__(self, what: str, cure: str) -> None:
        super().__init__(what)
        self.cure = cure


def county_of(text: str) -> str:
    """Return the six-digit code of the one county (or city without counties) that a text names.

    Raises
    ------
    NotACountyError
        When it names none, or several.
    """
    word = "".join(unicodedata.normalize("NFKC", text).split())
    if word.isdecimal():
        codes: tuple[str, ...] = (word,) if division(word) else ()
    else:
        found = Resolver().resolve(word)
        codes = found.candidates if found.status == "ambiguous" else (found.code,) if found.code else ()
    if len(codes) == 1 and _is_county(codes[0]):
        return codes[0]
    what = _("{text} is not a county of the built-in divisions")
    below = [each for code in codes for each in ((code,) if _is_county(code) else children(code))]
    counties = [each for each in below if _is_county(each)]
    if not counties:
        raise NotACountyError(what.format(text=text), _("write its six-digit code or its name, as in: 511621, 岳池"))
    if len(counties) > 1 and len(codes) > 1:
        what = _("several counties are called {text}")
    named = _(", ").join(f"{_full_name(each)} {each}" for each in counties[:COUNTIES_NAMED])
    more = " …" if len(counties) > COUNTIES_NAMED else ""
    raise NotACountyError(what.format(text=text), _("write the code of one: {counties}").format(counties=named + more))


def _is_county(code: str) -> bool:
    here = division(code)
    return here is not None and here.level != "province" and not children(code)


def _full_name(code: str) -> str:
    here = division(code)
    return here.full_name if here else code
