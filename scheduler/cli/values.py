"""Values as people write them on a command line: 2%, 返岗, 岳池; a date in any of its forms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

import click

from scheduler.cli.common import Number
from scheduler.i18n import _

if TYPE_CHECKING:
    from scheduler.settings import Direction

T = TypeVar("T")


class Share(Number):
    """A part of a whole, 0 to 1, also written as a percentage."""

    def __init__(self) -> None:
        super().__init__(0, 1)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the share: 0.02 for 0.02, 2%, 2％."""
        if isinstance(value, str) and (found := re.fullmatch(r"([\d.]+)\s*%", unicodedata.normalize("NFKC", value))):
            with suppress(ValueError):  # such as 1.2.3%
                value = float(found[1]) / 100
        return super().convert(value, param, ctx)


def read_direction(text: str) -> Direction:
    """Return the direction that a word means: to_work, 返岗, to_home, 返乡."""
    from scheduler.settings import direction_of

    found = direction_of(text)
    if found is None:
        raise click.BadParameter(_("{value} is no direction: to_work (返岗) or to_home (返乡)").format(value=text))
    return found


def read_county(text: str) -> str:
    """Return the code of a county, given by its six-digit code or its name."""
    from scheduler.places.counties import NotACountyError, county_of

    try:
        return county_of(text)
    except NotACountyError as error:
        raise click.BadParameter(f"{error} -> {error.cure}") from None


def read_day(text: str) -> date:
    """Return a day as people write it: 2027-02-01, 2027/2/1, 2027.2.1, 20270201, 2027年2月1日."""
    plain = unicodedata.normalize("NFKC", text).strip()
    dashed = re.fullmatch(r"(\d{4})[-/.年](\d\d?)[-/.月](\d\d?)日?", plain)
    parts = dashed or re.fullmatch(r"(\d{4})(\d\d)(\d\d)", plain)
    if parts is not None:
        with suppress(ValueError):  # such as 2027-02-30
            return date(*map(int, parts.groups()))
    raise click.BadParameter(_("{value} is not a date, such as 2027-02-15").format(value=text))


def reading(read: Callable[[str], T]) -> Callable[[click.Context, click.Parameter, str | None], T | None]:
    """Return the callback of an option whose text is read so; None stays None."""

    def callback(_context: click.Context, _parameter: click.Parameter, value: str | None) -> T | None:
        return None if value is None else read(value)

    return callback
