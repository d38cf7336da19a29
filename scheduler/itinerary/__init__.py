"""Door to door: legal driving times, the duties of a run, and the feeders that bring people to it."""

from scheduler.itinerary.breaches import Breach, breaches
from scheduler.itinerary.duty import (
    GroupLeader,
    Report,
    TicketBatch,
    days_away,
    group_leaders,
    group_tickets,
    report_times,
    work_end,
)
from scheduler.itinerary.feeder import FeederSummary, Left, feeder_summary
from scheduler.itinerary.feeder_breaches import feeder_breaches
from scheduler.itinerary.minibuses import MinibusDay, minibus_days
from scheduler.itinerary.timetable import timetable

__all__ = [
    "Breach",
    "FeederSummary",
    "GroupLeader",
    "Left",
    "MinibusDay",
    "Report",
    "TicketBatch",
    "breaches",
    "days_away",
    "feeder_breaches",
    "feeder_summary",
    "group_leaders",
    "group_tickets",
    "minibus_days",
    "report_times",
    "timetable",
    "work_end",
]
