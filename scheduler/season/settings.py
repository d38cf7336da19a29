"""season.toml -> Settings, with every problem of the file named by its key and line.

What makes a season unplannable stops here (`SeasonError`): no folder, no file, a file that is not TOML, one of the
five needed keys missing or meaningless. A slip in a section is collected as a `KeyProblem` beside the default that
stands in for it, so that `check` can list every slip at once; `plan` must not run on such a default.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError

from scheduler.errors import SeasonError, UsageError
from scheduler.i18n import _
from scheduler.places.counties import NotACountyError, county_of
from scheduler.season.advice import no_season
from scheduler.season.folder import SETTINGS, SeasonFolder
from scheduler.settings import CoachRules, History, Policy, Settings, Settlement, direction_of

NEEDED = ("name", "direction", "home", "first_date", "last_date")
OF_THE_OFFICE = ("office", "duty_phone", "signature")
"""Keys beside the needed ones, above the sections: what stands on every page and in every message."""
SECTIONS: Mapping[str, type[BaseModel]] = {
    "policy": Policy,
    "coach_rules": CoachRules,
    "history": History,
    "settlement": Settlement,
}
MAX_BYTES = 1_000_000
MAX_DAYS = 366
_EXAMPLES = {
    "gift_pack": "矿泉水",
    "note_columns": "晕车",
    "feeder_earliest": "05:30",
    "office": "岳池县就业服务管理局",
    "duty_phone": "0826-5222233",
    "signature": "岳池就业",
}
"""What to write where the default is empty."""


@dataclass(frozen=True, slots=True)
class KeyProblem:
    """A key of season.toml that cannot be used: `row` is its line (None when not found), `value` what stands there."""

    key: str
    row: int | None
    value: str
    message: str
    cure: str


def read_settings(folder: Path) -> tuple[Settings, tuple[KeyProblem, ...]]:
    """Read SEASON/season.toml.

    Returns
    -------
    settings : Settings
        Keys that have a problem hold their defaults.
    problems : tuple of KeyProblem
        Unknown keys, and values that cannot be used but those of the five needed keys, in the order of the file.

    Raises
    ------
    SeasonError
        When the folder or the file cannot be read, is not TOML, or one of the five needed keys cannot be used.
    """
    text = _read_text(folder)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(error, text) from None
    except RecursionError:
        raise SeasonError(_("brackets within brackets without end"), SETTINGS, _("delete them")) from None
    rows = _rows_of_keys(text)
    needed = _needed(table, rows)
    problems = _unknown_keys(table, rows)
    of_the_office = _of_the_office(table, rows, problems)
    sections: dict[str, Any] = {}
    for section, model in SECTIONS.items():
        values = table.get(section, {})
        if not isinstance(values, dict):
            expected = _("a section of its own: a line [{section}], the keys below it").format(section=section)
            problems.append(KeyProblem(section, rows.get(("", section)), _shown(values), _("not a section"), expected))
            values = {}
        sections[section], found = _section(section, model, values, rows)
        problems += found
    problems.sort(key=lambda problem: problem.row or 0)
    return Settings(**needed, **of_the_office, **sections), tuple(problems)


def changed_settings(settings: Settings, changes: Mapping[str, Any]) -> Settings:
    """Return settings with some keys of [policy] and [coach_rules] otherwise.

    Parameters
    ----------
    settings : Settings
    changes : mapping
        By key, alone (min_load) or with its section (policy.min_load); values as TOML has them.

    Raises
    ------
    UsageError
        Naming the first key that is unknown, or whose value cannot be used.
    """
    for name, value in changes.items():
        given, _dot, key = name.rpartition(".")
        section = next((each for each, model in SECTIONS.items() if key in model.model_fields), None)
        if section is None or given not in ("", section):
            known = tuple(key for model in SECTIONS.values() for key in model.model_fields)
            raise UsageError(_("unknown key"), name, _nearest(key, known))
        before = getattr(settings, section)
        after, problems = _section(section, SECTIONS[section], before.model_dump() | {key: value}, {})
        if problems:
            raise UsageError(problems[0].message, problems[0].key, problems[0].cure)
        settings = settings.model_copy(update={section: after})
    return settings


def _read_text(folder: Path) -> str:
    path = SeasonFolder(folder).settings
    if not folder.is_dir():
        raise no_season(folder)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SeasonError(
                _("the file is too large to be a season.toml"), str(path), _("delete it, and write it anew")
            )
        data = path.read_bytes()
    except FileNotFoundError:
        raise no_season(folder) from None
    except OSError as error:
        reason = error.strerror or str(error)
        message = _("cannot be read: {reason}").format(reason=reason)
        raise SeasonError(message, str(path), _("check the file and the folder's permissions")) from None
    # TOML is UTF-8 by definition; an old Notepad writes the Chinese code page all the same.
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SeasonError(_("the file is not text"), str(path), _("save it as UTF-8 text"))


def _syntax_error(error: tomllib.TOMLDecodeError, text: str) -> SeasonError:
    """Name the line and column, and the two slips that Chinese keyboards make likely."""
    found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    lines = text.splitlines()
    row = int(found[1]) if found else len(lines)
    line = lines[row - 1] if 0 < row <= len(lines) else ""
    where = SETTINGS + ", " + _("line {row}").format(row=row)
    reason = str(error).partition(" (at ")[0]
    cure = _('write key = value, with text and dates as in: name = "岳池县返岗", first_date = 2027-02-10')
    if re.search(r"[“”‘’＂]", line):
        cure = _('use straight quotation marks " instead of Chinese ones')
    elif re.search(r"[＝，：［］【】]", line):
        cure = _("type = , : [ ] in half width")
    return SeasonError(_("not valid TOML: {reason}").format(reason=reason), where, cure)


def _rows_of_keys(text: str) -> dict[tuple[str, str], int]:
    """Return the line of each (section, key), by a plain look at the lines; sections themselves as ("", section)."""
    rows: dict[tuple[str, str], int] = {}
    section = ""
    for row, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[+\s*([^\[\]]+?)\s*\]", line):
            section = header[1].strip("\"'")
            rows.setdefault(("", section), row)
        elif key := re.match(r"\s*([^=#\s]+)\s*=", line):
            rows.setdefault((section, key[1].strip("\"'")), row)
    return rows


# The five needed keys ----------------------------------------------------------------------------------------------


def _needed(table: Mapping[str, Any], rows: Mapping[tuple[str, str], int]) -> dict[str, Any]:
    for key in NEEDED:
        if key not in table:
            raise SeasonError(_("the key {key} is missing").format(key=key), SETTINGS, _cure_of_needed(key))
    values: dict[str, Any] = {key: table[key] for key in NEEDED}

    def refuse(key: str, message: str, cure: str = "") -> SeasonError:
        row = rows.get(("", key))
        where = ", ".join([SETTINGS, *([_("line {row}").format(row=row)] if row else []), key])
        return SeasonError(message, where, cure or _cure_of_needed(key))

    if isinstance(values["home"], int) and not isinstance(values["home"], bool):
        values["home"] = f"{values['home']:06d}"
    if isinstance(values["home"], str):
        try:
            values["home"] = county_of(values["home"])
        except NotACountyError as error:
            raise refuse("home", str(error), error.cure) from None
    if isinstance(values["direction"], str):
        values["direction"] = direction_of(values["direction"]) or values["direction"]
    for key in ("first_date", "last_date"):
        if isinstance(values[key], datetime):
            values[key] = values[key].date()
        elif isinstance(values[key], str):
            try:
                values[key] = date.fromisoformat(values[key].strip())
            except ValueError:
                raise refuse(key, _("{value} is not a date").format(value=_shown(values[key]))) from None
        elif not isinstance(values[key], date):
            raise refuse(key, _("{value} is not a date").format(value=_shown(values[key])))
    try:
        Settings(**values | {"last_date": values["first_date"]})
    except ValidationError as error:
        key = str(error.errors()[0]["loc"][0])
        raise refuse(key, _("{value} cannot be used").format(value=_shown(table[key]))) from None
    first, last = values["first_date"], values["last_date"]
    if first > last:
        message = _("first_date {first} is after last_date {last}").format(first=first, last=last)
        raise refuse("first_date", message, _("swap them, or mend the year"))
    if (last - first).days > MAX_DAYS:
        message = _("first_date {first} and last_date {last} are more than a year apart").format(first=first, last=last)
        raise refuse("last_date", message, _("a season is the weeks around one Spring Festival: mend the year"))
    return values


def _cure_of_needed(key: str) -> str:
    return {
        "name": _('write the season\'s name, 1 to 100 characters, as in: name = "岳池县2027年春节返岗"'),
        "direction": _('write direction = "to_work" (back to work) or direction = "to_home" (home for the festival)'),
        "home": _('write the six-digit code of the county, as in: home = "511621"'),
        "first_date": _("write the first day of travel, as in: first_date = 2027-02-10"),
        "last_date": _("write the last day of travel, as in: last_date = 2027-02-28"),
    }[key]


# What stands on every page ----------------------------------------------------------------------------------------


def _of_the_office(
    table: Mapping[str, Any], rows: Mapping[tuple[str, str], int], problems: list[KeyProblem]
) -> dict[str, str]:
    """Return the office's keys that can be used; the others are problems. A number is a telephone without dashes."""
    found: dict[str, str] = {}
    for key in OF_THE_OFFICE:
        value = table.get(key, "")
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        most = max(each.max_length for each in Settings.model_fields[key].metadata if hasattr(each, "max_length"))
        if isinstance(value, str) and len(value) <= most and value.isprintable():
            found[key] = value.strip()
        else:
            form = _("write one line of at most {n} characters, as in: {example}")
            cure = form.format(n=most, example=_toml(key, ""))
            message = _("{value} cannot be used").format(value=_shown(value))
            problems.append(KeyProblem(key, rows.get(("", key)), _shown(value), message, cure))
    return found


# The sections --------------------------------------------------------------------------------------------------------


def _unknown_keys(table: Mapping[str, Any], rows: Mapping[tuple[str, str], int]) -> list[KeyProblem]:
    known = (*NEEDED, *OF_THE_OFFICE, *SECTIONS)
    problems = []
    for key in table:
        if key in known:
            continue
        home = next((name for name, model in SECTIONS.items() if key in model.model_fields), None)
        cure = _("it belongs below the line [{section}]").format(section=home) if home else _nearest(key, known)
        problems.append(KeyProblem(key, rows.get(("", key)), _shown(table[key]), _("unknown key"), cure))
    return problems


def _section(
    section: str, model: type[BaseModel], values: dict[str, Any], rows: Mapping[tuple[str, str], int]
) -> tuple[BaseModel, list[KeyProblem]]:
    """Return the section from the keys that can be used, and a problem for each of the others."""
    bad: dict[str, tuple[str, str]] = {}
    for key, value in values.items():
        if key not in model.model_fields:
            other = next((name for name, each in SECTIONS.items() if key in each.model_fields), None)
            moved = _("it belongs below the line [{section}]").format(section=other) if other else ""
            if key in OF_THE_OFFICE:
                moved = _("it belongs above the first line in brackets")
            bad[key] = _("unknown key"), moved or _nearest(key, tuple(model.model_fields))
        elif not _plain(value, model.model_fields[key].annotation):
            bad[key] = _("{value} cannot be used").format(value=_shown(value)), _range_of(model, key)
    try:
        model(**{key: value for key, value in values.items() if key not in bad})
    except ValidationError as error:
        for each in error.errors():
            key = str(each["loc"][0])
            bad.setdefault(key, (_("{value} cannot be used").format(value=_shown(values[key])), _range_of(model, key)))
    problems = [
        KeyProblem(f"{section}.{key}", rows.get((section, key)), _shown(values[key]), message, cure)
        for key, (message, cure) in bad.items()
    ]
    return model(**{key: value for key, value in values.items() if key not in bad}), problems


def _plain(value: object, annotation: object) -> bool:
    """Refuse what pydantic would bend into shape: true for a number."""
    return annotation is bool or not isinstance(value, bool)


def _range_of(model: type[BaseModel], key: str) -> str:
    """Say in words what a key takes, from the model's own limits."""
    info = model.model_fields[key]
    if get_origin(info.annotation) is Literal:
        return _("write one of: {choices}").format(choices=", ".join(f'"{each}"' for each in get_args(info.annotation)))
    if info.annotation is bool:
        return _("write true or false")
    if info.annotation not in (int, float):
        return _("write it as in: {example}").format(example=_toml(key, info.default))
    limits = {name: getattr(each, name) for each in info.metadata for name in ("ge", "gt", "le") if hasattr(each, name)}
    number = _("a whole number") if info.annotation is int else _("a number")
    low = limits.get("ge", limits.get("gt"))
    form = {
        ("ge", "le"): _("{number} from {low} to {high}"),
        ("gt", "le"): _("{number} above {low}, at most {high}"),
        ("ge",): _("{number}, at least {low}"),
        ("gt",): _("{number} above {low}"),
    }[tuple(limits)]
    words = form.format(number=number, low=low, high=limits.get("le"))
    return _("write {words} (without the key: {default})").format(words=words, default=info.default)


def _nearest(key: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(key.lower(), known, n=1, cutoff=0.6)
    if close:
        return _("did you mean {key}? otherwise delete the line").format(key=close[0])
    return _("delete the line; known keys: {keys}").format(keys=", ".join(known))


def _toml(key: str, value: object) -> str:
    if isinstance(value, tuple):
        shown = "[" + ", ".join(f'"{each}"' for each in value or (_EXAMPLES[key],)) + "]"
        return f"{key} = {shown}"
    return f'{key} = "{value or _EXAMPLES[key]}"'


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 60 else text[:59] + "…"
