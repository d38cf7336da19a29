"""The questions of `init` on a terminal, one by one; Enter takes what stands in brackets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar, cast

import click

from scheduler.cli.values import read_county, read_day, read_direction
from scheduler.i18n import _, ngettext
from scheduler.settings import Direction

T = TypeVar("T")
Spot = tuple[float, float]
"""Latitude and longitude, degrees."""


@dataclass
class Answers:
    """What a new season is made from; None: not said yet. `values` are keys of season.toml, `spots` of townships."""

    direction: Direction | None = None
    home: str | None = None
    name: str | None = None
    first_date: date | None = None
    last_date: date | None = None
    values: dict[str, object] = field(default_factory=dict)
    spots: dict[str, Spot] = field(default_factory=dict)


def ask_direction_and_home(answers: Answers, direction: Direction, home: str) -> None:
    """Ask for what all else follows from, unless it is said."""
    if answers.direction is None:
        words = {"to_work": _("to_work"), "to_home": _("to_home")}
        question = _("Direction: to_work (back to work) or to_home (home)")
        answers.direction = _asked(question, words[direction], read_direction)
    if answers.home is None:
        answers.home = _asked(_("County, by name or six-digit code"), home, read_county)


def ask_name_and_dates(answers: Answers, name: str, first: date, last: date) -> None:
    """Ask for the first and last day, and the name."""
    if answers.first_date is None:
        answers.first_date = _asked(_("First day of travel"), first, read_day)
    if answers.last_date is None:
        answers.last_date = _asked(_("Last day of travel"), max(last, answers.first_date), read_day)
    if answers.name is None:
        answers.name = _asked(_("Name of the season"), name, str.strip)


def ask_office(answers: Answers) -> None:
    """Ask what stands on every page and in messages; each may be left for later."""
    questions = {
        "office": _("Office that issues the lists, as printed on every page; Enter: later"),
        "duty_phone": _("Duty telephone, printed on every page and in messages; Enter: later"),
        "signature": _("Signature of messages, such as the office's short name; Enter: later"),
    }
    for key, question in questions.items():
        answers.values[key] = click.prompt(question, default="", show_default=False, value_proc=str.strip)


def ask_policy(answers: Answers, defaults: Mapping[str, Any]) -> None:
    """Ask for the few settings that differ from county to county."""
    questions = {
        "min_load": (_("People that a coach run needs at least"), _number(click.IntRange(1, 10_000))),
        "depart_at": (_("Coaches depart at"), _read_times),
        "budget": (_("Budget for vehicles and fares in yuan, 0: none"), _number(click.FloatRange(0))),
        "people_per_run": (_("People a coach run in earlier years, 0: unknown"), _number(click.FloatRange(0, 1000))),
    }
    for key, (question, kind) in questions.items():
        answers.values[key] = _asked(question, defaults[key], kind)


def ask_spots(answers: Answers, towns: Sequence[str], seat: Spot, reach_km: int) -> None:
    """Ask for the townships whose coordinates nobody has told yet; each may be left for later.

    What lies farther than `reach_km` from the county's seat is a slip.
    """
    if not towns:
        return
    click.echo(
        ngettext(
            "The coordinates of {n} township are not built in.",
            "The coordinates of {n} townships are not built in.",
            len(towns),
        ).format(n=len(towns))
    )
    if not click.confirm(_("Enter them now, one by one?"), default=False):
        return
    click.echo(_("Latitude and longitude as a map shows them, such as 30.544, 106.446; Enter: later."))
    for town in towns:
        spot = click.prompt(town, default="", show_default=False, value_proc=lambda text: _spot(text, seat, reach_km))
        if spot:
            answers.spots[town] = spot


def _number(kind: click.IntRange | click.FloatRange) -> Callable[[str], Any]:
    return lambda text: kind.convert(cast(Any, text), None, None)


def _read_times(text: str) -> tuple[str, ...]:
    """Return times of the day, HH:MM, of one or several."""
    found = [each for each in re.split(r"[\s,、]+", unicodedata.normalize("NFKC", text)) if each]
    times = tuple(each.zfill(5) for each in found)
    if not times or not all(re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", each) for each in times):
        raise click.BadParameter(_("{value} is not a time, such as 08:00").format(value=text))
    return times


def _asked(question: str, default: object, read: Callable[[str], T]) -> T:
    """Ask until the answer can be read."""
    shown = ", ".join(default) if isinstance(default, tuple) else str(default)
    answer: T = click.prompt(question, default=shown, value_proc=read)
    return answer


def _spot(text: str, seat: Spot, reach_km: int) -> Spot | None:
    """Read latitude and longitude, in either order, for no place of China could be meant the other way round."""
    from scheduler.units import great_circle_km

    if not text.strip():
        return None
    numbers = [float(each) for each in re.findall(r"\d+(?:\.\d+)?", unicodedata.normalize("NFKC", text))]
    if len(numbers) != 2:
        raise click.BadParameter(_("write two numbers, such as 30.544, 106.446"))
    lat, lon = sorted(numbers)
    if lat > 90 or lon > 180 or great_circle_km(lat, lon, *seat) > reach_km:
        far = _("that lies more than {km} km from the county's seat {lat}, {lon}")
        raise click.BadParameter(far.format(km=reach_km, lat=seat[0], lon=seat[1]))
    return lat, lon
