"""Door to door: legal driving times, the duties of a run, and the feeders that bring people to it."""

from scheduler.itinerary.breaches import Breach, breaches
from scheduler.itinerary.timetable import timetable

__all__ = ["Breach", "breaches", "timetable"]
