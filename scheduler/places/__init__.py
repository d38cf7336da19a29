"""Places: the built-in divisions of China, their townships, and what a destination or township text means.

In reading order:

- `names`: how place names are built: normalised text, short forms.
- `words`: words around place names, and place names that are words.
- `slips`: how alike a typed name and a real one are, by sound and by shape.
- `divisions`: provinces, cities, counties (GB/T 2260), with coordinates.
- `townships`: those of a county, and township text -> the one canonical name.
- `gazetteer`: every way a division is called.
- `propose`: what an unknown destination most likely means.
- `resolve`: destination text -> division.
- `counties`: what people write for their county.
"""

from scheduler.places.divisions import (
    Division,
    children,
    city_of,
    division,
    is_within,
    reach_km,
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
    "reach_km",
    "short_name",
    "townships",
    "work_stop_of",
]
