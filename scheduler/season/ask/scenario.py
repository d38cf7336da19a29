"""A season with some things otherwise: what `whatif` plans beside the season as it is. Nothing is stored.

Settings are changed before the season is read, for they decide windows and parties; coaches, trains and wishes after,
in the problem. A change that makes no sense is a `UsageError`: what, where it was asked, what would be right.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, get_args

from scheduler.errors import UsageError
from scheduler.evaluate import Evaluator
from scheduler.i18n import _, count_text, ngettext
from scheduler.problem import FleetRow, Mode, Party, Problem, Train, VehicleType
from scheduler.season.ask.find_person import one_person
from scheduler.season.ask.fleet_changes import fewer, least_available
from scheduler.season.ask.hubs import with_closed_hub, with_open_hub
from scheduler.season.settings import changed_settings
from scheduler.settings import Settings

WISHES = ("earliest", "latest", "date", "mode")
"""The fields of a party that can be otherwise."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is otherwise, each as it was written on the command line.

    Attributes
    ----------
    label : str
        How people name the scenario.
    settings : tuple of str
        key=value, the key of season.toml with or without its section.
    coaches : tuple of str
        TYPE[/OPERATOR]:N[@DATE]; N may be below 0.
    trains : tuple of str
        Trains that do not run: TRAIN[@DATE].
    seats : tuple of str
        Seats more on a train: TRAIN:N[@DATE]; N may be below 0.
    wishes : tuple of str
        PERSON:field=value, for the whole party of that person.
    opened, closed : tuple of str
        Boarding points that people of other townships may use too; hubs that they may not use.
    """

    label: str
    settings: tuple[str, ...] = ()
    coaches: tuple[str, ...] = ()
    trains: tuple[str, ...] = ()
    seats: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()

    def change_settings(self, settings: Settings) -> Settings:
        """Return the settings of the scenario."""
        changes: dict[str, Any] = {}
        for text in self.settings:
            key, equals, value = text.partition("=")
            if not equals or not key.strip():
                raise UsageError(
                    _("{text} is no key=value").format(text=text),
                    "--set",
                    _("write it as in: {example}").format(example="--set min_load=25"),
                )
            changes[key.strip()] = _toml_value(value.strip())
        return changed_settings(settings, changes)

    def change_problem(self, problem: Problem) -> Problem:
        """Return the problem of the scenario; its settings are changed already."""
        for text in self.coaches:
            problem = _with_coaches(problem, text)
        for text in self.trains:
            problem = _without_train(problem, text)
        for text in self.seats:
            problem = _with_seats(problem, text)
        for text in self.wishes:
            problem = _with_wish(problem, text)
        for text in self.opened:
            problem = with_open_hub(problem, text)
        for text in self.closed:
            problem = with_closed_hub(problem, text)
        return problem


@dataclass
class ScenarioArguments:
    """Options in the order of the command line -> scenarios: `--label` begins another one.

    What stands before the first label makes a scenario of its own.
    """

    found: list[Scenario] = field(default_factory=list)

    def take(self, option: str, value: str) -> None:
        """Take one option and its value; `option` is "label" or a list of Scenario."""
        if option == "label":
            self.found.append(Scenario(value))
            return
        if not self.found:
            self.found.append(Scenario(""))
        changed: dict[str, Any] = {option: (*getattr(self.found[-1], option), value)}
        self.found[-1] = replace(self.found[-1], **changed)

    def scenarios(self) -> tuple[Scenario, ...]:
        """Return the scenarios, each with a label of its own."""
        named = (scenario if scenario.label else replace(scenario, label=_("what if")) for scenario in self.found)
        return tuple(named)


def _toml_value(text: str) -> Any:
    """Return what season.toml would hold: TOML where it is TOML, else the text itself."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


# Coaches -----------------------------------------------------------------------------------------------------------


def _with_coaches(problem: Problem, text: str) -> Problem:
    """Return the problem with coaches more or fewer of one type, the whole season or from a date on.

    With a date the coaches are there for runs of that date and later ones: `to_work` from that date on, `to_home` from
    when they must set out.
    """
    match = re.fullmatch(r"(?P<kind>.+?)[:：]\s*(?P<number>[+-]?\d{1,6})\s*(?:@\s*(?P<day>\S+))?\s*", text)
    if match is None:
        example = _("write it as in: {example}").format(example="--add-coaches 49座客车:2@2027-02-15")
        raise UsageError(_("{text} is no TYPE:N[@DATE]").format(text=text), "--add-coaches", example)
    settings = problem.settings
    first, last = settings.first_date, settings.last_date
    if match["day"]:
        day = _date(match["day"], "--add-coaches", settings)
        first, last = Evaluator(problem).days_for_runs_from(day)
    chosen = _vehicle_type(problem, match["kind"].strip())
    number = int(match["number"])
    if number >= 0:
        rows: tuple[FleetRow, ...] = (*chosen.rows, FleetRow(number, first, last))
    else:
        least = least_available(chosen, first, last)
        if least < -number:
            what = ngettext(
                "{type} has only {n} coach on some of these days",
                "{type} has only {n} coaches on some of these days",
                least,
            ).format(type=chosen.vehicle_type, n=least)
            raise UsageError(what, "--add-coaches", _("take away at most {n}").format(n=least))
        rows = fewer(chosen, -number, first, last)
    types = tuple(replace(each, rows=rows) if each.key == chosen.key else each for each in problem.vehicle_types)
    return replace(problem, vehicle_types=types)


def _vehicle_type(problem: Problem, name: str) -> VehicleType:
    kind, _slash, operator = name.partition("/")
    found = [
        each
        for each in problem.vehicle_types
        if each.vehicle_type == name or (each.vehicle_type == kind.strip() and each.operator == operator.strip())
    ]
    if len(found) == 1:
        return found[0]
    known = [f"{each.vehicle_type}/{each.operator}" if each.operator else each.vehicle_type for each in found]
    if found:
        cure = _("say whose: {types}").format(types=", ".join(known))
        raise UsageError(_("several operators have the vehicle type {name}").format(name=name), "--add-coaches", cure)
    types = ", ".join(dict.fromkeys(each.vehicle_type for each in problem.vehicle_types))
    cure = _("the fleet has: {types}").format(types=types or "-")
    raise UsageError(_("the fleet has no vehicle type {name}").format(name=name), "--add-coaches", cure)


# Trains ------------------------------------------------------------------------------------------------------------


def _without_train(problem: Problem, text: str) -> Problem:
    name, at, day_text = text.partition("@")
    gone = _trains(problem, name.strip(), day_text.strip() if at else None, "--drop-train")
    return replace(problem, trains=tuple(each for each in problem.trains if each not in gone))


def _with_seats(problem: Problem, text: str) -> Problem:
    """Return the problem with seats more or fewer on a train, on each of its dates or on one."""
    match = re.fullmatch(r"(?P<train>.+)[:：]\s*(?P<number>[+-]?\d{1,6})\s*(?:@\s*(?P<day>\S+))?\s*", text)
    if match is None:
        example = _("write it as in: {example}").format(example="--add-seats K586:20@2027-02-15")
        raise UsageError(_("{text} is no TRAIN:N[@DATE]").format(text=text), "--add-seats", example)
    number = int(match["number"])
    chosen = _trains(problem, match["train"].strip(), match["day"], "--add-seats")
    least = min(chosen, key=lambda each: each.seats - each.min_load)
    if least.seats + number < least.min_load:
        form = _("{train} has {seats}, and its min_load is {least}")
        what = form.format(
            train=least.train, seats=count_text("{n} seat", "{n} seats", least.seats), least=least.min_load
        )
        spare = least.seats - least.min_load
        cure = ngettext(
            "take away at most {n} seat, or leave the train out with --drop-train",
            "take away at most {n} seats, or leave the train out with --drop-train",
            spare,
        )
        raise UsageError(what, "--add-seats", cure.format(n=spare))
    trains = (replace(each, seats=each.seats + number) if each in chosen else each for each in problem.trains)
    return replace(problem, trains=tuple(trains))


def _trains(problem: Problem, name: str, day_text: str | None, option: str) -> list[Train]:
    """Return the trains of a number, on all their dates or on one; a `UsageError` where there are none."""
    day = _date(day_text, option, problem.settings) if day_text is not None else None
    found = [each for each in problem.trains if each.train == name and day in (None, each.date)]
    if not found:
        known = ", ".join(dict.fromkeys(each.train for each in problem.trains))
        cure = _("the season has: {trains}").format(trains=known or "-")
        text = f"{name}@{day}" if day else name
        raise UsageError(_("there is no train {name}").format(name=text), option, cure)
    return found


# Wishes ------------------------------------------------------------------------------------------------------------


def _with_wish(problem: Problem, text: str) -> Problem:
    match = re.fullmatch(r"(?P<who>.+)[:：]\s*(?P<field>\w+)\s*[=＝]\s*(?P<value>.*?)\s*", text)
    if match is None or match["field"] not in WISHES:
        fields = ", ".join(WISHES)
        cure = _("write PERSON:field=value; fields: {fields}").format(fields=fields)
        raise UsageError(_("{text} is no wish").format(text=match["field"] if match else "?"), "--party", cure)
    person = one_person(problem, match["who"].strip(), "--party")
    party = next(each for each in problem.parties if person in each.people)
    changed = _CHANGES[match["field"]](party, match["value"], problem.settings)
    if changed.earliest > changed.latest:
        what = _("the window {first} to {last} is empty").format(first=changed.earliest, last=changed.latest)
        raise UsageError(what, "--party", _("change earliest or latest as well"))
    return replace(problem, parties=tuple(changed if each is party else each for each in problem.parties))


def _earliest(party: Party, value: str, settings: Settings) -> Party:
    return replace(party, earliest=_date(value, "--party", settings))


def _latest(party: Party, value: str, settings: Settings) -> Party:
    return replace(party, latest=_date(value, "--party", settings))


def _preferred(party: Party, value: str, settings: Settings) -> Party:
    """Return the party with another preferred date, its window as wide as flexible_days makes it."""
    day = _date(value, "--party", settings)
    days = settings.policy.flexible_days
    first = max(settings.first_date, date.fromordinal(day.toordinal() - days))
    last = min(settings.last_date, date.fromordinal(day.toordinal() + days))
    return replace(party, preferred=day, earliest=first, latest=last)


def _mode(party: Party, value: str, _settings: Settings) -> Party:
    mode = next((mode for mode in get_args(Mode) if value.lower() in (mode, _MODE_WORDS[mode])), None)
    if mode is None:
        cure = _("write one of: {choices}").format(choices=", ".join(get_args(Mode)))
        raise UsageError(_("{value} is no mode").format(value=value), "--party", cure)
    return replace(party, mode=mode)


_MODE_WORDS = {"coach": "汽车", "train": "火车", "any": "不限"}
_CHANGES: dict[str, Callable[[Party, str, Settings], Party]] = {
    "earliest": _earliest,
    "latest": _latest,
    "date": _preferred,
    "mode": _mode,
}


def _date(text: str, option: str, settings: Settings) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        example = _("write it as in: {example}").format(example=settings.first_date)
        raise UsageError(_("{text} is no date").format(text=text), option, example) from None
    if not settings.first_date <= day <= settings.last_date:
        form = _("the season is from {first} to {last}")
        cure = form.format(first=settings.first_date, last=settings.last_date)
        raise UsageError(_("{day} lies outside the season").format(day=day), option, cure)
    return day
