"""Money, rounding, distance: the program reckons in whole fen, people write yuan; the earth is a sphere."""

from __future__ import annotations

import math

FEN_PER_YUAN = 100
EARTH_RADIUS_KM = 6371.0


def round_half_up(value: float) -> int:
    """Round to the nearest integer, halves up; a hair below a half (decimals in binary) counts as a half."""
    return math.floor(value + 0.5 + 1e-7)


def great_circle_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Return the haversine distance in km between two points in degrees, on a sphere of EARTH_RADIUS_KM."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half_dphi, half_dlambda = (phi2 - phi1) / 2, math.radians(lon2 - lon1) / 2
    chord = math.sin(half_dphi) ** 2 + math.cos(phi1) * math.cos(phi2) * math.sin(half_dlambda) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(chord)))
