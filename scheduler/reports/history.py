"""Seasons side by side, from their plans, and who came of those who had a seat; as figures and as one offline page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from scheduler.i18n import _, language
from scheduler.mask import without_ids
from scheduler.plan import Plan
from scheduler.problem import Problem
from scheduler.reports.formats.document import percent
from scheduler.reports.money import money
from scheduler.reports.utilisation.charts import Bar, bars

GROUPS_SHOWN = 40


def season_line(problem: Problem, plan: Plan) -> dict[str, Any]:
    """Return the figures of one season; shares and means are None where nobody travelled.

    `people_a_run` and `load_factor` are of all runs, `cost_a_head` is what is
    paid in yuan for each person with a seat: vehicles, fares, minibuses.
    """
    runs, people = len(plan.runs), sum(run.load for run in plan.runs)
    seats, a_head_yuan = sum(run.seats for run in plan.runs), money(problem, plan).a_head_yuan
    return {
        "season": plan.season,
        "runs": runs,
        "people": people,
        "people_a_run": round(people / runs, 2) if runs else None,
        "load_factor": round(people / seats, 4) if seats else None,
        "cost_a_head": None if a_head_yuan is None else round(a_head_yuan, 2),
    }


@dataclass(frozen=True, slots=True)
class _Part:
    """A section of the page: charts as markup by their titles, and a table."""

    title: str
    lead: str
    charts: tuple[tuple[str, Any], ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_advice: bool = False


def history_page(figures: Mapping[str, Any], advice: str, today: date) -> str:
    """Return the figures of `history --json` as one offline page with charts.

    Parameters
    ----------
    figures : mapping
        What `history --json` prints.
    advice : str
        How many seats to keep free, in words; empty where nobody can say.
    today : date
        Stands on the page.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    parts = [_seasons(figures["seasons"])]
    if advice:
        parts.append(_Part(_("Seats to keep free for late comers"), advice, (), (), (), is_advice=True))
    for key, title in (("by_township", _("Who came, by township")), ("by_destination", _("Who came, by destination"))):
        if figures[key]:
            parts.append(_shows(title, figures[key]))
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    lang = "zh-CN" if language() == "zh" else "en"
    template = environment.get_template("history.html.j2")
    return template.render(lang=lang, title=_("Seasons side by side"), today=today.isoformat(), parts=parts)


def _seasons(lines: Sequence[Mapping[str, Any]]) -> _Part:
    names = [without_ids(str(line["season"])) for line in lines]
    wanted = (
        (_("People"), "people", "{:,.0f}"),
        (_("Runs"), "runs", "{:,.0f}"),
        (_("People a run"), "people_a_run", "{:,.1f}"),
        (_("Load factor"), "load_factor", "{:.1%}"),
        (_("To pay a head (yuan)"), "cost_a_head", "{:,.0f}"),
    )
    charts, columns = [], []
    for title, key, form in wanted:
        values = [line[key] for line in lines]
        texts = ["-" if value is None else form.format(value) for value in values]
        drawn = [Bar(n, v or 0.0, t) for n, v, t in zip(names, values, texts, strict=True)]
        charts.append((title, _markup(bars(title, drawn))))
        columns.append(texts)
    heads = (_("Season"), *(title for title, _key, _form in wanted))
    return _Part(_("Seasons"), "", tuple(charts), heads, tuple(zip(names, *columns, strict=True)))


def _shows(title: str, groups: Mapping[str, Mapping[str, Any]]) -> _Part:
    named = [(without_ids(name), each) for name, each in groups.items()]
    drawn = [Bar(name, each["share"], percent(each["share"])) for name, each in named[:GROUPS_SHOWN]]
    rows = tuple((n, f"{e['planned']:,}", f"{e['came']:,}", percent(e["share"])) for n, e in named)
    heads = ("", _("Had a seat"), _("Came"), _("Share"))
    half = (len(drawn) + 1) // 2
    charts = tuple(("", _markup(bars(title, each))) for each in (drawn[:half], drawn[half:]) if each)
    lead = _("Of people with a seat on runs that left.")
    return _Part(title, lead, charts, heads, rows)


def _markup(svg: str) -> Any:
    """Return a drawn chart as markup: its texts are escaped already."""
    from markupsafe import Markup

    return Markup(svg)
