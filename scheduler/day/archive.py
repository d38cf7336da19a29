"""A season in one file without names, ID numbers and telephones, that can be verified and compared for ever.

It holds what was asked, the plan and what became of its seats. People are new random keys, which lead nowhere; rows,
villages, birthdays, employers, notes, contacts, names and telephones of staff are gone, and every text passes the
mask, for people write numbers into any cell.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from scheduler.day.who_came import RunShow
from scheduler.errors import InputError, UsageError
from scheduler.files import reason_of, write_whole
from scheduler.i18n import _
from scheduler.mask import mask_text
from scheduler.plan import Plan, Run
from scheduler.problem import Leg, Person, Problem

ARCHIVE_SCHEMA = 1
KIND = "scheduler archive"
_KEY = re.compile(r"(?<![0-9a-f])[0-9a-f]{16}(?![0-9a-f])")
_DIGEST = re.compile(r"[0-9a-f]{16}|[0-9a-f]{64}")
_PROBLEM, _RUNS, _SHOWS = TypeAdapter(Problem), TypeAdapter(tuple[Run, ...]), TypeAdapter(tuple[RunShow, ...])


@dataclass(frozen=True, slots=True)
class Archive:
    """A season that is over: the problem, the plan, the runs that it could not change, what became of the seats."""

    problem: Problem
    plan: Plan
    frozen: tuple[Run, ...]
    shows: tuple[RunShow, ...]


def write_archive(path: Path, season: Archive) -> None:
    """Write a season to a file, without anybody in it.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    clear = _Clearing(season)
    problem = clear.problem(season.problem)
    content = {
        "archive": KIND,
        "schema": ARCHIVE_SCHEMA,
        "problem": _PROBLEM.dump_python(replace(problem, distances={}), mode="json"),
        "distances": [[*ends, leg.km, leg.minutes] for ends, leg in problem.distances.items()],
        "plan": json.loads(season.plan.to_json()),
        "frozen": _RUNS.dump_python(season.frozen, mode="json"),
        "shows": _SHOWS.dump_python(season.shows, mode="json"),
    }
    write_whole(path, json.dumps(_mapped(content, clear.text), ensure_ascii=False, separators=(",", ":")))


def is_archive(path: Path) -> bool:
    """Tell whether a path may be an archive: a file, where a season is a folder."""
    return path.is_file()


def read_archive(path: Path) -> Archive:
    """Read what `write_archive` wrote.

    Raises
    ------
    UsageError
        When it cannot be read.
    InputError
        When it is no archive, or of a newer program.
    """
    cure = _("name a season folder, or a file that scheduler history --archive wrote")
    try:
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise UsageError(_("cannot be read: {reason}").format(reason=reason_of(error)), str(path), cure) from error
    except ValueError:
        content = None
    if not isinstance(content, dict) or content.get("archive") != KIND:
        raise InputError(_("is no archive of a season"), str(path), cure)
    if content.get("schema") != ARCHIVE_SCHEMA:
        what = _("is an archive of schema {found}; this program knows schema {known}")
        found = content.get("schema")
        raise InputError(what.format(found=found, known=ARCHIVE_SCHEMA), str(path), _("use the program that made it"))
    try:
        distances = {(start, end): Leg(km, minutes) for start, end, km, minutes in content["distances"]}
        problem = _PROBLEM.validate_python(content["problem"])
        return Archive(
            replace(problem, distances=distances),
            Plan.from_json(json.dumps(content["plan"]).encode()),
            _RUNS.validate_json(json.dumps(content["frozen"])),
            _SHOWS.validate_json(json.dumps(content["shows"])),
        )
    except (KeyError, TypeError, ValueError, ValidationError) as error:
        raise InputError(_("is not a whole archive: it was changed or cut"), str(path), cure) from error


class _Clearing:
    """What stands for what: new keys for keys, numbers for rows, and for the names of staff."""

    def __init__(self, season: Archive) -> None:
        problem, plan = season.problem, season.plan
        people = [person for party in problem.parties for person in party.people]
        keys = {person.key for person in people} | {passenger.person for _run, passenger in plan.passengers()}
        keys |= {key for entry in plan.unserved for key in entry.persons} | {told.person for told in plan.told}
        self.keys = {key: secrets.token_hex(8) for key in keys if key}
        refs = [person.ref for person in people] + [each.ref for each in problem.set_aside]
        refs += [passenger.ref for _run, passenger in plan.passengers()]
        refs += [ref for entry in plan.unserved for ref in entry.refs] + [each.ref for each in plan.set_aside]
        self.whole = {ref: f"row {number}" for number, ref in enumerate(dict.fromkeys(refs), 1)}
        staff = [escort.name for escort in problem.escorts] + [name for run in plan.runs for name in run.escorts]
        self.whole |= {name: f"escort {number}" for number, name in enumerate(dict.fromkeys(staff), 1)}

    def problem(self, problem: Problem) -> Problem:
        """Return the problem without what nobody needs to hold a plan against it."""

        def nobody(person: Person) -> Person:
            bare = Person(person.ref, "", "", person.township, priority=person.priority, key=person.key)
            return replace(bare, employer_stop=person.employer_stop)

        parties = tuple(replace(party, people=tuple(map(nobody, party.people))) for party in problem.parties)
        places = {name: replace(place, contact="", phone="") for name, place in problem.places.items()}
        escorts = tuple(replace(escort, phone="") for escort in problem.escorts)
        pins = tuple(replace(pin, reason="", ref="") for pin in problem.pins)
        settings = problem.settings.model_copy(update={"duty_phone": ""})
        return replace(problem, settings=settings, parties=parties, places=places, escorts=escorts, pins=pins)

    def text(self, text: str) -> str:
        """Return what stands for a text."""
        if text in self.whole:
            return self.whole[text]
        text = _KEY.sub(lambda found: self.keys.get(found[0], found[0]), text)
        return text if _DIGEST.fullmatch(text) else mask_text(text)


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """Return a JSON value with every text changed, names of fields and places too."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {change(key): _mapped(each, change) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_mapped(each, change) for each in value]
    return value
