"""Door to door: legal driving times, the duties of a run, and the feeders that bring people to it. In reading order:

- `driving`: the earliest legal way along a path, under the rules of the road.
- `timetable`: a run's stops with their times, rests among them.
- `breaches`: what a stored timetable breaks, read without the code that made it.
- `duty`: what those in charge do and when: safety reports, group leaders, tickets, days away.
- `feeder`: who needs one, what a round takes, what they cost.
- `feeder_breaches`: what the feeders of a stored plan cannot keep.
- `minibuses`: which minibus drives which rounds of a day.
"""

from scheduler.itinerary.breaches import Breach, breaches
from scheduler.itinerary.duty import (
    GroupLeader,
    days_away,
    group_leaders,
    group_tickets,
    report_times,
)
from scheduler.itinerary.feeder import FeederSummary, Left, feeder_summary, feeders_fen
from scheduler.itinerary.feeder_breaches import feeder_breaches
from scheduler.itinerary.minibuses import MinibusDay, minibus_days
from scheduler.itinerary.timetable import timetable

__all__ = [
    "Breach",
    "FeederSummary",
    "GroupLeader",
    "Left",
    "MinibusDay",
    "breaches",
    "days_away",
    "feeder_breaches",
    "feeder_summary",
    "feeders_fen",
    "group_leaders",
    "group_tickets",
    "minibus_days",
    "report_times",
    "timetable",
]
