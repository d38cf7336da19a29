"""Values as people write them on a command line: 2%, 返岗, 岳池; a date in any of its forms."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from datetime import date
from typing import Any

import click

from scheduler.cli.common import Number
from scheduler.i18n import _


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


class DirectionName(click.ParamType):
    """The direction of a season: to_work, to_home, or a word that people have for it."""

    name = "direction"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """Return how the values stand in a help text."""
        return "[to_work|to_home]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return to_work or to_home."""
        from scheduler.season.wording import direction_of

        found = direction_of(str(value))
        if found is None:
            self.fail(_("{value} is no direction: to_work (返岗) or to_home (返乡)").format(value=value), param, ctx)
        return found


class CountyName(click.ParamType):
    """A county, by its six-digit code or its name."""

    name = "county"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the code."""
        from scheduler.season.wording import NotACountyError, county_of

        try:
            return county_of(str(value))
        except NotACountyError as error:
            self.fail(f"{error} -> {error.cure}", param, ctx)


class Day(click.ParamType):
    """A day as people write it: 2027-02-01, 2027/2/1, 2027.2.1, 20270201, 2027年2月1日."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the date."""
        if isinstance(value, date):
            return value
        text = unicodedata.normalize("NFKC", str(value)).strip()
        dashed = re.fullmatch(r"(\d{4})[-/.年](\d\d?)[-/.月](\d\d?)日?", text)
        parts = dashed or re.fullmatch(r"(\d{4})(\d\d)(\d\d)", text)
        if parts is not None:
            with suppress(ValueError):  # such as 2027-02-30
                return date(*map(int, parts.groups()))
        return self.fail(_("{value} is not a date, such as 2027-02-15").format(value=value), param, ctx)
