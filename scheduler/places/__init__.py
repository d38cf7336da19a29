"""Places: the built-in divisions of China, their townships, and what a destination or township text means."""

from scheduler.places.divisions import (
    Division,
    children,
    city_of,
    division,
    is_within,
    work_stop_of,
)
from scheduler.places.names import short_name
from scheduler.places.resolve import Resolution, Resolver
from scheduler.places.townships import Township, TownshipResolution, TownshipResolver, townships

__all__ = [
    "Division",
    "Resolution",
    "Resolver",
    "Township",
    "TownshipResolution",
    "TownshipResolver",
    "children",
    "city_of",
    "division",
    "is_within",
    "short_name",
    "townships",
    "work_stop_of",
]
