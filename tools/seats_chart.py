"""Draw a season's coaches, seat by seat, by hand and as planned: python tools/seats_chart.py SEASON PICTURE.svg.

Each coach run is a bar as high as its seats; the dark part is taken, the light part stays empty. Both plans are
verified first: a picture of a plan that breaks a rule would be no comparison.
"""

from __future__ import annotations

import sys
from pathlib import Path

from scheduler import load_season, read_plan, verify_plan
from scheduler.baselines.by_hand import plan_by_hand
from scheduler.files import write_whole
from scheduler.plan import Plan
from scheduler.reports.utilisation.loads import utilisation

WIDTH_PX, HEIGHT_PX, LEFT_PX, RIGHT_PX, TOP_PX, GAP_PX = 860, 400, 16, 16, 44, 64
"""Of the picture, its margins, and the space above the second row for its words."""

SEATS_SHOWN = 56
"""As high as a row is: the largest coach has 55 seats."""


def row(top_px: float, height_px: float, bar_px: float, title: str, plan: Plan) -> list[str]:
    """Return the bars of one plan, the fullest coach first, below a line of words."""
    coaches = [(run.load, run.seats) for run in plan.runs if run.mode == "coach"]
    coaches.sort(key=lambda coach: (coach[0] / coach[1], coach[1]), reverse=True)
    base_px = top_px + height_px
    parts = [
        f'<text x="{LEFT_PX}" y="{top_px - 10:.0f}" font-size="15">{title}</text>',
        f'<line x1="{LEFT_PX}" x2="{WIDTH_PX - RIGHT_PX}" y1="{base_px:.1f}" y2="{base_px:.1f}" stroke="#999"/>',
    ]
    for colour, figures in (
        ("#d9d9d9", [seats for _load, seats in coaches]),
        ("#1f4e79", [load for load, _ in coaches]),
    ):
        path = "".join(
            f"M{LEFT_PX + (i + 0.5) * bar_px:.2f} {base_px:.1f}v-{figure * height_px / SEATS_SHOWN:.1f}"
            for i, figure in enumerate(figures)
        )
        parts.append(f'<path d="{path}" stroke="{colour}" stroke-width="{bar_px * 0.8:.2f}" fill="none"/>')
    return parts


def words(name: str, plan: Plan, factor: float) -> str:
    """Return what a row shows, in figures."""
    people = sum(run.load for run in plan.runs)
    coaches = sum(run.mode == "coach" for run in plan.runs)
    return (
        f"{name}: {people:,} people have a seat 有座; {coaches} coaches 客车, {factor:.1%} of their seats taken 上座率"
    )


def svg(plans: list[tuple[str, Plan, float]]) -> str:
    """Return the picture: a row a plan, all to one scale."""
    most = max(sum(run.mode == "coach" for run in plan.runs) for _name, plan, _factor in plans)
    bar_px = (WIDTH_PX - LEFT_PX - RIGHT_PX) / most
    height_px = (HEIGHT_PX - TOP_PX - 28 - GAP_PX * (len(plans) - 1)) / len(plans)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH_PX} {HEIGHT_PX}" '
        'font-family="Noto Sans SC, Microsoft YaHei, sans-serif">',
        f'<rect width="{WIDTH_PX}" height="{HEIGHT_PX}" fill="#fff"/>',
    ]
    for i, (name, plan, factor) in enumerate(plans):
        parts += row(TOP_PX + i * (height_px + GAP_PX), height_px, bar_px, words(name, plan, factor), plan)
    note = "One bar a coach: dark seats are taken, light ones empty. 一条一辆车，深色有人，浅色空座。"
    parts.append(f'<text x="{LEFT_PX}" y="{HEIGHT_PX - 6}" font-size="12" fill="#555">{note}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def main(season: Path, picture: Path) -> None:
    """Read the season and its plan, plan it by hand, draw both."""
    problem = load_season(season).problem
    rows = []
    for name, plan in (("By hand 手工排班", plan_by_hand(problem)), ("This plan 本方案", read_plan(season))):
        violations = verify_plan(problem, plan)
        if violations:
            raise SystemExit(f"{name}: {violations[0].code} {violations[0].message}")
        rows.append((name, plan, utilisation(problem, plan).coaches.load_factor))
    write_whole(picture, svg(rows).encode("utf-8"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
