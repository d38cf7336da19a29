"""Parameters of the solver from a TOML file: the sections are the fields of `SolveParams`, and so on inwards.

    whole_limit_s = 60

    [search]
    block_people = 300

    [search.mip]
    spare_services = 20

What a file does not name keeps its default. A name nobody knows, or a value of another kind, is refused in one line.
"""

from __future__ import annotations

import dataclasses
import difflib
import math
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scheduler.errors import UsageError
from scheduler.i18n import _
from scheduler.solver.params import SolveParams

MOST = 1_000_000_000
"""No parameter is more, so that none is too large for the arithmetic."""

DIVISORS = frozenset({"zone_people_per_s", "loss_fen", "far_km", "seats", "turns_a_program", "kind_half_life_s"})
"""Parameters that something is divided by."""


def load_params(path: Path) -> SolveParams:
    """Read parameters of the solver from a TOML file.

    Parameters
    ----------
    path : Path
        The file; its keys are the fields of `SolveParams`, a section for each that has fields of its own.

    Returns
    -------
    SolveParams
        Those of the file; all others have their defaults.

    Raises
    ------
    UsageError
        When the file cannot be read, is not TOML, or names a parameter or a value that there is not.
    """
    try:
        table = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(_("cannot be read: {reason}").format(reason=reason), str(path)) from None
    except UnicodeDecodeError:
        raise UsageError(_("the file is not text"), str(path), _("save it as UTF-8 text")) from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(_("not TOML: {reason}").format(reason=error), str(path), _("write key = value")) from None
    except RecursionError:
        raise UsageError(_("brackets within brackets without end"), str(path), _("delete them")) from None
    params: SolveParams = _changed(SolveParams(), table, (), path)
    return params


def _changed(params: Any, table: Mapping[str, Any], section: tuple[str, ...], path: Path) -> Any:
    """Return parameters, a mapping, a NamedTuple or a dataclass, with what a section says."""
    present = _fields(params)
    changes: dict[str, Any] = {}
    for key, value in table.items():
        where = f"{path}, {'.'.join((*section, key))}"
        if key not in present:
            near = difflib.get_close_matches(key, present, 1)
            cure = _("write {key}, or delete it").format(key=near[0]) if near else _("delete it")
            raise UsageError(_("there is no such parameter"), where, cure)
        default = present[key]
        if not _is_section(default):
            changes[key] = _value(key, default, value, where)
        elif isinstance(value, dict):
            changes[key] = _changed(default, value, (*section, key), path)
        else:
            name = ".".join((*section, key))
            raise UsageError(_("not a section"), where, _("write a line [{section}]").format(section=name))
    if isinstance(params, Mapping):
        return {**params, **changes}
    if isinstance(params, tuple):
        return type(params)(**{**present, **changes})
    return dataclasses.replace(params, **changes)


def _is_section(default: object) -> bool:
    return dataclasses.is_dataclass(default) or isinstance(default, Mapping) or hasattr(default, "_fields")


def _fields(params: Any) -> Mapping[str, Any]:
    """Return the parameters of a section by name."""
    if isinstance(params, Mapping):
        return params
    names = params._fields if hasattr(params, "_fields") else [each.name for each in dataclasses.fields(params)]
    return {name: getattr(params, name) for name in names}


def _value(key: str, default: Any, value: Any, where: str) -> Any:
    """Return a value of the same kind as the default."""
    if isinstance(default, tuple):
        if not isinstance(value, list) or not value:
            raise UsageError(_("not a list of numbers: {value}").format(value=value), where, _("write [0.5, 1.0]"))
        return tuple(_value(key, default[0], each, where) for each in value)
    whole = isinstance(default, int)
    least: float = -MOST if default < 0 else 1 if whole and key in DIVISORS else 0
    right = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
    if not right or not math.isfinite(value) or not least <= value <= MOST or (key in DIVISORS and value == 0):
        kind = _("a whole number") if whole else _("a number")
        cure = _("write {kind} from {least} to {most}, such as {default}").format(
            kind=kind, least=int(least), most=MOST, default=default
        )
        raise UsageError(_("cannot be {value}").format(value=value), where, cure)
    return value if whole else float(value)
