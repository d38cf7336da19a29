"""Hubs opened and closed: who else may board (alight) at a boarding point of the home end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from scheduler.errors import UsageError
from scheduler.evaluate import with_hub
from scheduler.i18n import _
from scheduler.problem import Place, Problem, is_work_end


def with_open_hub(problem: Problem, name: str) -> Problem:
    """Return the problem with a boarding point as a hub; townships with rows in access stay at those."""
    return with_hub(problem, _found(problem, name, "stop", "--open-hub").name)


def with_closed_hub(problem: Problem, name: str) -> Problem:
    """Return the problem in which only people of the hub's own township board there: nobody, where it has none."""
    closed = replace(_found(problem, name, "hub", "--close-hub"), kind="stop")
    return replace(problem, places={**problem.places, closed.name: closed})


def _found(problem: Problem, name: str, kind: str, option: str) -> Place:
    """Return the boarding point of a kind that a name, or its township's, means."""
    here = [place for place in problem.places.values() if place.kind in ("stop", "hub") and not is_work_end(place)]
    wanted = name.strip()
    meant = [place for place in here if place.name == wanted] or [each for each in here if each.township == wanted]
    right = [place for place in meant if place.kind == kind]
    if len(right) == 1:
        return right[0]
    choices = [place.name for place in (right or here) if place.kind == kind]
    if meant and not right:
        form = _("{name} is a hub already") if kind == "stop" else _("{name} is no hub")
        raise UsageError(form.format(name=meant[0].name), option, _cure(kind, choices))
    if right:
        raise UsageError(_("{name} has several boarding points").format(name=wanted), option, _cure(kind, choices))
    raise UsageError(_("there is no boarding point {name}").format(name=wanted), option, _cure(kind, choices))


def _cure(kind: str, names: Sequence[str]) -> str:
    listed = ", ".join(names) or "-"
    if kind == "hub":
        return _("the season has the hubs: {names}").format(names=listed)
    return _("boarding points that are no hubs: {names}").format(names=listed)
