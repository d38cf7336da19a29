"""The two timetables of docs/itinerary.md, English and Chinese, are what the program makes of those runs today."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from scheduler.evaluate import Evaluator
from scheduler.itinerary import breaches, report_times, timetable
from scheduler.plan import Passenger, Run, Stop
from scheduler.problem import Problem
from scheduler.season.network import read_network
from scheduler.season.settings import read_settings
from scheduler.tabular.issues import Issue

ROOT = Path(__file__).parents[2]
KINDS = {"上车": "board", "下车": "alight", "休息": "rest"}
STOP = re.compile(r"  (\d\d:\d\d)(?:\+1)?\s+(\d\d:\d\d)(?:\+1)?\s+(\S+)\s+(\S+)\s*(\d*)")


@pytest.fixture(scope="module")
def roads() -> Problem:
    """Return the example county without its people: places and distances."""
    settings, _slips = read_settings(ROOT / "examples" / "yuechi")
    issues: list[Issue] = []
    network = read_network(ROOT / "examples" / "yuechi", settings, issues)
    ends = {end for pair in network.distances for end in pair} | {"贵州省遵义市"}
    places = dict(network.places) | {place.name: place for end in ends if (place := network.find(end)) is not None}
    return Problem(settings=settings, parties=(), places=places, distances=network.distances)


@pytest.mark.parametrize("name", ["docs/itinerary.md", "docs/zh/itinerary.md"])
def test_the_timetables_are_those_of_today(roads: Problem, name: str) -> None:
    blocks = re.findall(r"^C\d{4}-.*\n(?:  .*\n)+", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    assert len(blocks) == 2
    for block in blocks:
        head, *lines, reports = block.splitlines()
        printed = [STOP.match(line) for line in lines]
        rows = [
            (*match.groups()[:2], KINDS.get(match[3], match[3]), match[4], int(match[5] or 0))
            for match in printed
            if match
        ]
        assert len(rows) == len(lines)
        run = _run(head, rows)
        stops = timetable(Evaluator(roads), run)
        assert stops is not None
        made = [(f"{stop.arrive:%H:%M}", f"{stop.depart:%H:%M}", stop.kind, stop.place) for stop in stops]
        assert made == [row[:4] for row in rows]
        timed = run.model_copy(update={"stops": stops})
        assert breaches(roads, timed) == []
        said = re.findall(r"\d\d:\d\d", reports)
        assert said == [f"{report.minute:%H:%M}" for report in report_times(roads.settings.coach_rules, timed)]
        evaluator = Evaluator(roads)
        assert f"{evaluator.run_path(run).path_km:,.1f} km" in head
        assert evaluator.drivers(evaluator.run_path(run)) == run.drivers


def _run(head: str, rows: list[tuple[str, str, str, str, int]]) -> Run:
    """Return the run of a printed timetable, without its times."""
    day = date(2027, int(head[1:3]), int(head[3:5]))
    boards = [place for _a, _d, kind, place, people in rows if kind == "board" for _each in range(people)]
    alights = [place for _a, _d, kind, place, people in rows if kind == "alight" for _each in range(people)]
    people = tuple(
        Passenger(person=str(i), ref=str(i), party=str(i), seat=None, board=board, alight=alight)
        for i, (board, alight) in enumerate(zip(boards, alights, strict=True))
    )
    drivers = re.search(r"(\d) drivers?|驾驶员 (\d) 名", head)
    assert drivers is not None
    stops = tuple(
        Stop.model_validate({"place": place, "kind": kind}) for _a, _d, kind, place, _n in rows if kind != "rest"
    )
    return Run(
        id=head.split()[0],
        mode="coach",
        date=day,
        seats=59,
        drivers=int(drivers[1] or drivers[2]),
        stops=stops,
        passengers=people,
    )
