"""What one coach more is worth by type and date, as a picture: one SVG file that opens in any browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from scheduler.reports.utilisation.charts import INK, PAPER, SOFT, escape, shade
from scheduler.units import FEN_PER_YUAN

FONT = "'Noto Sans SC','Microsoft YaHei','PingFang SC','Source Han Sans SC',sans-serif"
LEFT, TOP, CELL_W, CELL_H = 190, 64, 52, 30


def value_map(
    title: str, note: str, days: Sequence[date], names: Sequence[str], values_fen: Mapping[tuple[str, date], int]
) -> str:
    """Return the SVG: a row a type, a column a date, each cell its yuan and the darker the more.

    Parameters
    ----------
    title, note : str
        Above the map.
    days : sequence of date
    names : sequence of str
        Of the types, as they are in `values_fen`.
    values_fen : mapping
        By name and date; nothing and 0 leave the cell empty.
    """
    width, height = max(700, LEFT + CELL_W * len(days) + 10), TOP + CELL_H * (len(names) + 1) + 10
    most = max(values_fen.values(), default=0) or 1
    body = [
        f'<rect width="{width}" height="{height}" fill="{PAPER}"/>',
        _text(10, 24, title, "start", 16, INK),
        _text(10, 44, note, "start", 12, SOFT),
    ]
    for column, day in enumerate(days):
        body.append(_text(LEFT + (column + 0.5) * CELL_W, TOP + 18, f"{day.month}-{day.day}", "middle", 12, SOFT))
    for row, name in enumerate(names):
        y = TOP + CELL_H * (row + 1)
        body.append(_text(LEFT - 8, y + 19, name, "end", 13, INK))
        for column, day in enumerate(days):
            fen = values_fen.get((name, day), 0)
            fill, ink = shade(fen / most) if fen else (PAPER, INK)
            x, yuan = LEFT + column * CELL_W, round(fen / FEN_PER_YUAN)
            body.append(
                f'<rect x="{x}" y="{y}" width="{CELL_W - 2}" height="{CELL_H - 2}" fill="{fill}" stroke="#e6eaee">'
                f"<title>{escape(name)} {day}: {yuan:,}</title></rect>"
            )
            if yuan:
                body.append(_text(x + CELL_W / 2 - 1, y + 19, f"{yuan:,}", "middle", 11, ink))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'font-family="{FONT}" role="img" aria-label="{escape(title)}">' + "".join(body) + "</svg>\n"
    )


def _text(x: float, y: float, text: str, anchor: str, size: int, fill: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" font-size="{size}" fill="{fill}">{escape(text)}</text>'
