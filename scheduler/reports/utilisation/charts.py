"""Charts as SVG, drawn by hand: no library, no script, readable in greyscale and by a screen reader.

Every function returns markup whose text is escaped. A shade tells a value by its lightness alone, and the value stands
beside it or in the table behind the chart. The narrow charts are drawn 400 units wide, so that they need no
scaling down on a phone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape as html_escape

from scheduler.mask import without_ids
from scheduler.reports.formats.document import percent, short_day

INK, SOFT, RULE, PAPER = "#1b2a3a", "#5b6b7b", "#c4ccd4", "#ffffff"
DARK, LIGHT = "#24476b", "#a9c1da"
NARROW, WIDE = 400, 1000
FONT_EM = 12.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A horizontal bar: label, value, and the text beside it."""

    label: str
    value: float
    text: str


def _svg(width: float, height: float, title: str, body: Sequence[str], description: str = "") -> str:
    label = escape(f"{title}. {description}" if description else title)
    return f'<svg viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="{label}">' + "".join(body) + "</svg>"


def escape(text: str) -> str:
    """Return text as markup, without the ID numbers that a table may have in a name: the page is for everybody."""
    return html_escape(without_ids(text))


def _text(x: float, y: float, text: str, anchor: str = "start", size: float = FONT_EM, fill: str = INK) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size:g}" fill="{fill}">{escape(text)}</text>'
    )


def _rect(x: float, y: float, width: float, height: float, fill: str, tip: str = "", stroke: str = "none") -> str:
    inside = f"<title>{escape(tip)}</title>" if tip else ""
    return (
        f'<rect x="{x:.2f}" y="{y:.2f}" width="{max(width, 0):.2f}" height="{max(height, 0):.2f}" fill="{fill}" '
        f'stroke="{stroke}">{inside}</rect>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, stroke: str = RULE, width: float = 1, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{stroke}" '
        f'stroke-width="{width:g}"{dashes}/>'
    )


def shade(share: float) -> tuple[str, str]:
    """Return the fill for a share of 0 to 1, light to dark, and the ink that is legible on it."""
    share = min(1.0, max(0.0, share))
    low, high = (238, 243, 248), (28, 62, 96)
    mix = [round(a + (b - a) * share) for a, b in zip(low, high, strict=True)]
    return f"#{mix[0]:02x}{mix[1]:02x}{mix[2]:02x}", (PAPER if share > 0.45 else INK)


def bars(title: str, rows: Sequence[Bar]) -> str:
    """Return horizontal bars, their labels above them."""
    top = max((row.value for row in rows), default=0.0) or 1.0
    room, step = NARROW - 62.0, 32.0
    body = []
    for i, row in enumerate(rows):
        y = i * step
        width = room * row.value / top
        body.append(_text(0, y + 11, row.label))
        body.append(_rect(0, y + 15, width, 11, DARK, f"{row.label} {row.text}"))
        body.append(_text(width + 4, y + 25, row.text, fill=SOFT))
    return _svg(NARROW, max(len(rows) * step, step), title, body, "; ".join(f"{r.label} {r.text}" for r in rows))


def columns_by_step(title: str, rows: Sequence[Bar]) -> str:
    """Return upright bars for a short ordered scale, such as days of shift."""
    height, base = 150.0, 128.0
    top = max((row.value for row in rows), default=0.0) or 1.0
    step = NARROW / max(1, len(rows))
    width = min(40.0, step * 0.7)
    body = [_line(0, base, NARROW, base, SOFT)]
    for i, row in enumerate(rows):
        x = i * step + step / 2
        tall = 100.0 * row.value / top
        body.append(_rect(x - width / 2, base - tall, width, tall, DARK, f"{row.label} {row.text}"))
        body.append(_text(x, base - tall - 4, row.text, "middle", 11, SOFT))
        body.append(_text(x, base + 15, row.label, "middle", 11))
    return _svg(NARROW, height, title, body, "; ".join(f"{r.label} {r.text}" for r in rows))


def seat_bars(title: str, rows: Sequence[tuple[str, int, int]]) -> str:
    """Return a bar of seats for each (label, people, seats), its part with people on it dark."""
    top = max((seats for _label, _people, seats in rows), default=0) or 1
    step = 32.0
    body = []
    for i, (label, people, seats) in enumerate(rows):
        y = i * step
        text = f"{people:,} / {seats:,}  {percent(people / seats if seats else 0.0)}"
        body.append(_text(0, y + 11, label))
        body.append(_text(NARROW, y + 11, text, "end", fill=SOFT))
        body.append(_rect(0, y + 15, NARROW * seats / top, 11, LIGHT, f"{label} {text}"))
        body.append(_rect(0, y + 15, NARROW * people / top, 11, DARK, f"{label} {text}"))
    told = "; ".join(f"{label} {people:,} / {seats:,}" for label, people, seats in rows)
    return _svg(NARROW, max(len(rows) * step, step), title, body, told)


Cells = dict[tuple[date, str], tuple[int, int]]
"""People and seats by date and destination."""


def heatmap(title: str, days: Sequence[date], names: Sequence[str], cells: Cells) -> str:
    """Return a date x destination map: each cell says its people, and is the darker the more they are."""
    left, top, cell_w, cell_h = 170.0, 26.0, 46.0, 24.0
    # A map of few days is not blown up to the width of the page.
    width, height = max(WIDE, left + cell_w * len(days)), top + cell_h * len(names) + 4
    body = [_text(left + (i + 0.5) * cell_w, 16, _numeric(day), "middle", 11, SOFT) for i, day in enumerate(days)]
    for r, name in enumerate(names):
        y = top + r * cell_h
        body.append(_text(left - 6, y + 16, name, "end"))
        spots = [(left + c * cell_w, y, cell_w - 2, cell_h - 2) for c in range(len(days))]
        body += _heat_cells(name, days, spots, cells)
    return _svg(width, height, title, body)


DAYS_A_LINE = 10
"""Of the map for a phone: so many cells side by side can be read."""


def narrow_heatmap(title: str, days: Sequence[date], names: Sequence[str], cells: Cells) -> str:
    """Return the same map for a phone: below each destination its days, in lines of ten."""
    cell_w, cell_h, head = NARROW / DAYS_A_LINE, 34.0, 20.0
    lines = math.ceil(len(days) / DAYS_A_LINE)
    row_h = head + lines * cell_h + 6
    body = []
    for r, name in enumerate(names):
        y = r * row_h
        body.append(_text(0, y + 15, name, size=13))
        spots = []
        for c, day in enumerate(days):
            x, below = (c % DAYS_A_LINE) * cell_w, y + head + (c // DAYS_A_LINE) * cell_h
            body.append(_text(x + cell_w / 2 - 1, below + 9, _numeric(day), "middle", 9, SOFT))
            spots.append((x, below + 11, cell_w - 2, cell_h - 14))
        body += _heat_cells(name, days, spots, cells)
    return _svg(NARROW, row_h * len(names), title, body)


def _heat_cells(
    name: str, days: Sequence[date], spots: Sequence[tuple[float, float, float, float]], cells: Cells
) -> list[str]:
    most = max((people for people, _seats in cells.values()), default=1)
    body = []
    for day, (x, y, wide, high) in zip(days, spots, strict=True):
        people, seats = cells.get((day, name), (0, 0))
        if not people:
            body.append(_rect(x, y, wide, high, PAPER, stroke="#e6eaee"))
            continue
        fill, ink = shade(people / most)
        body.append(_rect(x, y, wide, high, fill, f"{name} {short_day(day)} {people} / {seats}"))
        body.append(_text(x + wide / 2, y + high / 2 + 4, str(people), "middle", 11, ink))
    return body


def _numeric(day: date) -> str:
    return f"{day.month}/{day.day}"


def fleet_use(title: str, days: Sequence[date], held: Sequence[int], available: Sequence[int]) -> str:
    """Return coaches held on each day as bars, and those available as a line above them."""
    height, base, tall, left = 130.0, 104.0, 84.0, 26.0
    top = max(*held, *available, 1)
    step = (NARROW - left) / max(1, len(days))
    body = [
        _text(left - 4, base - tall + 4, str(top), "end", 11, SOFT),
        _text(left - 4, base + 2, "0", "end", 11, SOFT),
    ]
    body.append(_line(left, base, NARROW, base, SOFT))
    every = max(1, math.ceil(len(days) / 7))
    for i, day in enumerate(days):
        x = left + i * step
        bar = tall * held[i] / top
        body.append(_rect(x + 1, base - bar, step - 2, bar, LIGHT, f"{short_day(day)} {held[i]} / {available[i]}"))
        y = base - tall * available[i] / top
        body.append(_line(x, y, x + step, y, INK, 2))
        if i % every == 0:
            body.append(_text(min(x + step / 2, NARROW - 14), base + 16, _numeric(day), "middle", 11, SOFT))
    return _svg(NARROW, height, title, body)


def corridors(
    title: str,
    home: tuple[str, float, float],
    ends: Sequence[tuple[str, float, float, int]],
    width: float = WIDE,
    side: float = 180.0,
) -> str:
    """Return a schematic map: lines from home to each (name, lat, lon, people), as wide as their people; no borders.

    A name that finds no room is left out, the largest destinations come first; `side` is the room left and right.
    """
    height, pad = 520.0, 46.0
    lats, lons = [home[1], *(e[1] for e in ends)], [home[2], *(e[2] for e in ends)]
    middle = math.cos(math.radians(sum(lats) / len(lats)))
    span_x = max((max(lons) - min(lons)) * middle, 0.5)
    span_y = max(max(lats) - min(lats), 0.5)
    scale = min((width - 2 * side) / span_x, (height - 2 * pad) / span_y)

    def spot(lat: float, lon: float) -> tuple[float, float]:
        return side + (lon - min(lons)) * middle * scale, pad + (max(lats) - lat) * scale

    height = 2 * pad + span_y * scale
    most = max((end[3] for end in ends), default=1)
    hx, hy = spot(home[1], home[2])
    body, taken = [], [(hx - 8, hy - 8, hx + 8, hy + 8)]
    placed = sorted(ends, key=lambda end: -end[3])
    spots = [spot(end[1], end[2]) for end in placed]
    for (x, y), end in reversed(list(zip(spots, placed, strict=True))):
        wide = max(1.0, 16.0 * end[3] / most)
        bend = (hx + x) / 2 + (y - hy) * 0.08, (hy + y) / 2 - (x - hx) * 0.08
        body.append(
            f'<path d="M{hx:.1f} {hy:.1f} Q{bend[0]:.1f} {bend[1]:.1f} {x:.1f} {y:.1f}" fill="none" stroke="{LIGHT}" '
            f'stroke-width="{wide:.1f}" stroke-linecap="round"><title>{escape(end[0])} {end[3]}</title></path>'
        )
    for x, y in spots:
        body.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{INK}"/>')
        taken.append((x - 4, y - 4, x + 4, y + 4))
    for (x, y), end in zip(spots, placed, strict=True):
        label = _free_label(f"{end[0]} {end[3]:,}", x, y, taken, width, height)
        if label:
            body.append(label)
    body.append(f'<rect x="{hx - 6:.1f}" y="{hy - 6:.1f}" width="12" height="12" fill="{INK}"/>')
    body.append(_text(hx, hy - 11, home[0], "middle", 15))
    return _svg(width, height, title, body)


_RINGS = (9.0, 26.0, 46.0, 68.0)
_DIRECTIONS = ((1, 0), (-1, 0), (0, -1), (0, 1), (0.8, 0.8), (-0.8, 0.8), (0.8, -0.8), (-0.8, -0.8))


def _free_label(
    text: str, x: float, y: float, taken: list[tuple[float, float, float, float]], width: float, height: float
) -> str:
    """Return a label near a point where it covers nothing, led to by a line when not beside it; else nothing."""
    wide = sum(1.0 if ord(ch) > 0x2E7F else 0.58 for ch in text) * 13
    for ring in _RINGS:
        for dx, dy in _DIRECTIONS:
            lx, ly = x + dx * ring, y + dy * (ring + 2) + 4
            anchor = "middle" if dx == 0 else ("start" if dx > 0 else "end")
            left = lx - (0 if dx > 0 else wide if dx < 0 else wide / 2)
            box = left, ly - 12, left + wide, ly + 4
            inside = box[0] >= 0 and box[2] <= width and box[1] >= 0 and box[3] <= height
            if not inside or any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken):
                continue
            taken.append(box)
            lead = _line(x, y, lx, ly - 4, SOFT, 0.7) if ring > _RINGS[0] else ""
            return lead + (
                f'<text x="{lx:.1f}" y="{ly:.1f}" text-anchor="{anchor}" font-size="13" fill="{INK}" '
                f'paint-order="stroke" stroke="#fff" stroke-width="3">{escape(text)}</text>'
            )
    return ""
