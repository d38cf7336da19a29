"""Why somebody has no seat or no minibus and what helps, in the words of who reads it.

A plan's own reasons and remedies are the dispatcher's: they name limits and settings. A clerk of a township can ask the
person and report to the county; the person can agree to another day or way, or make their own. Neither reads a key.
"""

from __future__ import annotations

from scheduler.i18n import _
from scheduler.itinerary import Left
from scheduler.plan import Unserved
from scheduler.problem import Party
from scheduler.reports.formats.document import joined, public_day, short_day


def wished_days(party: Party) -> str:
    """Return on which days a party could travel."""
    days = dict.fromkeys((party.earliest, party.latest))
    return "–".join(public_day(day) for day in days)


def clerk_reason(entry: Unserved) -> str:
    """Return why a party has no seat, for a township's clerk and the person."""
    if entry.proof == "open":
        return _("no seat has been found so far")
    if entry.code == "U204" and entry.proof == "no_option":
        return _("no train goes there on those days from where the person can board")
    return {
        "U201": _("no stop is registered for the township yet"),
        "U202": _("no coach or train of this season goes there on those days"),
        "U203": _("the group is larger than any vehicle"),
        "U204": _("the trains there are full, or too few people take them"),
        "U205": _("too few people go there on those days to open a coach"),
        "U206": _("a coach for so few people would be too dear"),
        "U207": _("the coaches there are full, and no other one is free on those days"),
        "U208": _("the season's money is spent"),
        "U209": _("no coach can get there within the rules for drivers on those days"),
        "U210": _("the county has decided so"),
    }.get(entry.code, _("no seat has been found so far"))


def clerk_remedy(entry: Unserved, party: Party) -> str:
    """Return what a clerk can do: ask the person what they would accept, report what the county must decide."""
    asks = [_("another day")]
    if party.mode != "any":
        asks.append(_("a train as well") if party.mode == "coach" else _("a coach as well"))
    if party.size > 1:
        asks.append(_("travelling in smaller groups"))
    asked = _("Ask whether they accept {ways}, and send the change to the county").format(ways=joined(asks))
    return {
        "U201": _("Ask the county to give the township a boarding point"),
        "U203": _("Ask who may travel apart, and send the smaller groups to the county"),
        "U208": _("Tell them that the county decides on more money; ask whether they go by themselves"),
        "U210": _("Ask the county why, and whether they may travel after all"),
    }.get(entry.code, asked)


def person_remedy(entry: Unserved) -> str:
    """Return what the person is told to do."""
    if entry.code in ("U201", "U208", "U209", "U210"):
        return _("you will be told when there is a seat")
    return _("tell us whether another day or way of travel suits you")


def head_remedy(entry: Unserved) -> str:
    """Return what the bureau can decide, for its head."""
    if entry.proof == "open":
        return _("Search longer")
    return {
        "U201": _("Give the township a boarding point"),
        "U202": _("Add a coach or train there, or ask the people whether another day suits them"),
        "U203": _("Ask who may travel apart"),
        "U204": _("Ask the railway for more seats or stops, or the people whether they take a coach"),
        "U205": _("Let a coach go with fewer people, or ask the people whether another day suits them"),
        "U206": _("Decide whether the bureau pays for it; else ask whether another day or way suits them"),
        "U207": _("Charter more coaches for those days, or ask the people whether another day suits them"),
        "U208": _("Decide on more money"),
        "U209": _("Ask the people whether another day or a train suits them"),
    }.get(entry.code, _("Search longer"))


def county_without_minibus(left: Left) -> str:
    """Return what the county can do for those whom no minibus fetches."""
    if not left.is_scarce:
        return left.remedy
    text = _("charter more minibuses for {date}, or let people wait longer at the hub")
    return text.format(date=short_day(left.need.date))


def clerk_without_minibus(left: Left) -> str:
    """Return what a clerk can do for those whom no minibus fetches."""
    if left.need.stop is None:
        return _("Ask the county to give the township a boarding point")
    return _("Ask the county for a minibus, or find who drives them; tell them the time")
