"""What the dispatcher has decided: a plan obeys each pin, or there is no plan.

A pin about a person binds the whole party of that person, since a party rides one run. What each kind asks of a plan:

- ``together``, ``apart``: the parties of `person` and `with_` ride the same run, or no two of them the same.
- ``run``: the party rides the run of that id (of the plan that stands, or of a train), `person` in `seat` where given.
- ``date``, ``board``, ``mode``: if the party rides, then on that date, from that place, by that mode.
- ``leave``: the party is not served.
- ``open``: at least one run goes that agrees with every column that is filled: a run's id, or a date with a
  destination, a boarding place or a vehicle type.
- ``closed``: no run goes that agrees with every column that is filled. Which coach of a plan has which id is nothing
  that a later plan keeps to where the coach does not go, so the reader puts the date, vehicle type and first work stop
  of a coach run in the place of its id.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

PinKind = Literal["together", "apart", "run", "date", "board", "leave", "mode", "open", "closed"]


@dataclass(frozen=True, slots=True)
class Pin:
    """One decision, a row of pins.csv.

    Attributes
    ----------
    kind : str
        What is asked, see the module.
    person, with_ : str
        Keys of people (`scheduler.keys`); empty where the kind needs none.
    run : str
        Id of a run of the plan that stands; of a train its number, whether or not the plan that stands uses it: what
        a train's run is called depends on who rides it.
    date : date or None
        Of the departure; of a run named by `run` it is that run's, filled in by the reader.
    board : str
        Name of a place.
    destination : str
        GB/T 2260 code: runs that stop there, or in a division inside it, at the work end.
    vehicle_type : str
        Its name, of whatever operator.
    mode : {"", "coach", "train"}
        What a ``mode`` pin asks for.
    seat : str
        Of `person` on the pinned run; empty: any.
    reason : str
        As the dispatcher wrote it.
    ref : str
        file!sheet!row, where the row stands.
    """

    kind: PinKind
    person: str = ""
    with_: str = ""
    run: str = ""
    date: dt.date | None = None
    board: str = ""
    destination: str = ""
    vehicle_type: str = ""
    mode: Literal["", "coach", "train"] = ""
    seat: str = ""
    reason: str = ""
    ref: str = ""
