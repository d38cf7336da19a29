"""Who sits where: seat numbers of a coach, so that everybody of a party sits in consecutive ones."""

from __future__ import annotations

from collections.abc import Sequence

from scheduler.plan import Passenger


def number_seats(passengers: Sequence[Passenger], stops: Sequence[str]) -> tuple[Passenger, ...]:
    """Return the passengers in boarding order with seats "1", "2", ...

    Parameters
    ----------
    passengers : sequence of Passenger
        The people of a party stand together.
    stops : sequence of str
        Every stop of the run in order of travel.

    Notes
    -----
    The order is by boarding stop, then by alighting stop; a party goes by its first member's. So those who
    board together fill the coach from the front, and the driver finds those who leave together side by side.
    """
    at = {place: i for i, place in enumerate(stops)}
    parties: dict[str, list[Passenger]] = {}
    for passenger in passengers:
        parties.setdefault(passenger.party, []).append(passenger)
    ordered = sorted(parties.values(), key=lambda party: (at[party[0].board], at[party[0].alight]))
    people = [passenger for party in ordered for passenger in party]
    return tuple(each.model_copy(update={"seat": str(seat)}) for seat, each in enumerate(people, 1))
