"""What is told on the telephone of a seat, or of none: plain words, no key, no figure of other people."""

from __future__ import annotations

from collections.abc import Sequence

from scheduler.alternatives.ways import Alternative
from scheduler.i18n import _
from scheduler.plan import Passenger, Run, Unserved
from scheduler.problem import Party
from scheduler.reports.formats.document import public_day, sentences
from scheduler.reports.reasons_in_words import clerk_reason, person_remedy

MOST_OFFERS = 3


def of_rider(party: Party, run: Run, rider: Passenger, others: Sequence[Alternative]) -> str:
    """Return what a rider is told: which run, why that day, what else would be free."""
    departs = run.departure(rider.board)
    form = _("You ride {run} on {day}: it leaves {board} at {time}, you get off at {alight}.")
    said = [
        form.format(
            run=run.id,
            day=public_day(run.date),
            board=rider.board,
            time=f"{departs:%H:%M}" if departs else _("a time still to be told"),
            alight=rider.alight,
        )
    ]
    free = _free(others)
    if party.preferred is None:
        said.append(_("That is within the days you gave."))
    elif run.date == party.preferred:
        said.append(_("That is the day you asked for."))
    elif any(each.day == party.preferred for each in free):
        said.append(_("You asked for {day}.").format(day=public_day(party.preferred)))
    else:
        said.append(
            _("On {day}, the day you asked for, there is no seat for you.").format(day=public_day(party.preferred))
        )
    return sentences([*said, _offers(free)])


def of_waiting(party: Party, entry: Unserved | None, others: Sequence[Alternative]) -> str:
    """Return what somebody without a seat is told: why, what helps, what is free now."""
    if entry is None:
        said = [_("You are not in this plan yet: the next one takes you in.")]
    else:
        form = _("So far there is no seat for you: {reason}. What helps: {remedy}.")
        said = [form.format(reason=clerk_reason(entry), remedy=person_remedy(entry))]
    free = _free(others)
    return sentences([*said, *([_offers(free)] if free else [])])


def of_set_aside(reasons: Sequence[str], cure: str) -> str:
    """Return what somebody is told whose row could not be planned."""
    form = _("Your registration could not be planned: {reason}. It has to be put right first: {cure}.")
    return form.format(reason="; ".join(reasons), cure=cure)


def _free(others: Sequence[Alternative]) -> list[Alternative]:
    """Return what can be offered: a seat that neither anybody else has nor a coach would have to stop for."""
    return [each for each in others if each.rule is None and not each.displaces and not each.adds]


def _offers(free: Sequence[Alternative]) -> str:
    if not free:
        return _("No other seat is free for you at present.")
    ways = dict.fromkeys((each.day, each.board) for each in free)
    form = _("{day} from {board}")
    listed = _("; ").join(form.format(day=public_day(day), board=board) for day, board in list(ways)[:MOST_OFFERS])
    return _("Also possible: {ways}.").format(ways=listed)
