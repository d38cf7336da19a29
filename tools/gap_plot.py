"""Draw cost and bound over time, from `scheduler bench --json`: python tools/gap_plot.py BENCH.json PICTURE.svg."""

from __future__ import annotations

import json
import sys
from pathlib import Path

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 360, 64, 16, 36, 44
"""Of the picture and its margins, in pixels."""


def svg(result: dict) -> str:
    """Return the picture of one result: cost (full line), bound (dashed), and the final gap in words."""
    trace = [(at, cost / 1e8, bound / 1e8) for at, cost, bound in result["trace"] if cost and bound]
    end = max(at for at, _cost, _bound in trace)
    low, high = min(bound for _at, _cost, bound in trace), max(cost for _at, cost, _bound in trace)

    def x(at: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * at / end

    def y(value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low)

    def line(column: int, style: str) -> str:
        steps: list[str] = []
        for point in trace:
            if steps:
                steps.append(f"{x(point[0]):.1f},{steps[-1].split(',')[1]}")
            steps.append(f"{x(point[0]):.1f},{y(point[column]):.1f}")
        return f'<polyline points="{" ".join(steps)}" fill="none" stroke="#222" {style}/>'

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"',
        'font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="20">{result["name"]}: cost (full) and bound (dashed), million yuan; '
        f"gap at the end {result['gap']:.2%}</text>",
    ]
    for i in range(6):
        value, at = low + (high - low) * i / 5, end * i / 5
        grid = f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(value):.1f}" y2="{y(value):.1f}" stroke="#ddd"/>'
        label = f'<text x="{LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{value:.2f}</text>'
        tick = f'<text x="{x(at):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{at:.0f} s</text>'
        parts += [grid, label, tick]
    parts += [line(1, 'stroke-width="2"'), line(2, 'stroke-width="2" stroke-dasharray="5 4"'), "</svg>"]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    results = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    Path(sys.argv[2]).write_text(svg(results[0]), encoding="utf-8")
