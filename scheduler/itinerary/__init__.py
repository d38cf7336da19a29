"""Door to door: legal driving times, the duties of a run, and the feeders that bring people to it."""

from scheduler.itinerary.breaches import Breach, breaches
from scheduler.itinerary.duty import (
    GroupLeader,
    Report,
    TicketBatch,
    group_leaders,
    group_tickets,
    report_times,
)
from scheduler.itinerary.timetable import timetable

__all__ = [
    "Breach",
    "GroupLeader",
    "Report",
    "TicketBatch",
    "breaches",
    "group_leaders",
    "group_tickets",
    "report_times",
    "timetable",
]
