"""A plan's riders beside the rosters as they are today."""

from dataclasses import replace

from scheduler.reports.book import Book
from tests.builders import FIRST, HUB, Service, party, plan_for, problem


def test_riders_without_seat_numbers_keep_their_order_when_their_parties_are_read_anew() -> None:
    """A party's id is that of who stands first in the rosters: files put together in another order change it."""
    parties = tuple(party(2) for _ in range(4))
    asked = problem(*parties)
    plan = plan_for(asked, (Service(FIRST, (HUB,)), parties))
    [run] = plan.runs
    unnumbered = [rider.model_copy(update={"seat": None}) for rider in run.passengers]
    plan = plan.model_copy(update={"runs": (run.model_copy(update={"passengers": tuple(unnumbered)}),)})
    today = replace(asked, parties=tuple(replace(each, id=f"{9 - i}") for i, each in enumerate(parties)))
    before, after = ([rider.person.key for rider in Book(each, plan).riders[run.id]] for each in (asked, today))
    assert before == after
