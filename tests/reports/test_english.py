"""In English, no Chinese but the data's own stands in any document."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader

from scheduler.plan import Feeder, FeederStop, Plan
from scheduler.problem import Place, Problem
from scheduler.reports.formats.document import km_text, labelled
from scheduler.reports.manifests.write import write_all
from scheduler.settings import Policy
from tests.builders import FIRST, Service, party, plan_for, problem, train, vehicle

CHINESE = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")


def latin_season() -> tuple[Problem, Plan]:
    """Return a season whose data are all in Latin letters: a coach, a train, a feeder round, someone left behind."""
    places = {
        "Village": Place("Village", "stop", 30.5, 106.5, township="Town"),
        "Station": Place("Station", "station", 30.5, 106.6),
        "City": Place("City", "division", 22.5, 114.0, division="440300"),
    }
    one = party(3, origin="Town", work_stop="City")
    minor = replace(one.people[0], birth=FIRST.replace(year=2015), employer="Works")
    one = replace(one, people=(minor, *one.people[1:]))
    by_train = party(2, origin="Town", work_stop="City")
    left = party(1, origin="Town", work_stop="City")
    rail = replace(
        train(),
        stops=tuple(replace(s, place=p) for s, p in zip(train().stops[::2], ("Station", "City"), strict=True)),
    )
    bus = vehicle(vehicle_type="Bus", operator="Carrier")
    renamed = tuple(
        replace(
            p,
            people=tuple(
                replace(q, name=f"Person {q.phone[-3:]}", ref="r.csv!!" + q.ref[-3:], sex="女") for q in p.people
            ),
        )
        for p in (one, by_train, left)
    )
    asked = problem(*renamed, places=places, distances={}, vehicle_types=(bus,), trains=(rail,))
    settings = asked.settings.model_copy(update={"name": "Season", "policy": Policy(min_load=1, gift_pack=("water",))})
    asked = replace(asked, settings=settings)
    plan = plan_for(
        asked,
        (Service(FIRST, ("Village",), ("City",), bus.key), renamed[:1]),
        (Service(FIRST, ("Station",), ("City",), train="K586"), renamed[1:2]),
    )
    stops = (
        FeederStop(place="Village", kind="board", refs=(renamed[1].people[0].ref,)),
        FeederStop(place="Station", kind="alight"),
    )
    plan = plan.model_copy(update={"feeders": (Feeder(id="F1", serves="R2", vehicle_type="Minibus", stops=stops),)})
    return asked, plan


@pytest.mark.usefixtures("english")
def test_english_documents_hold_no_chinese(tmp_path: Path) -> None:
    write_all(*latin_season(), tmp_path, "full", workers=1)
    for path in tmp_path.rglob("*"):
        assert not CHINESE.search(path.name)
        if path.suffix == ".pdf":
            text = "".join(page.extract_text() for page in PdfReader(path).pages)
        elif path.suffix == ".xlsx":
            book = openpyxl.load_workbook(path)
            text = "".join(str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value)
            text += "".join(str(sheet.oddFooter.center.text) + sheet.title for sheet in book)
        elif path.is_file():
            text = path.read_text(encoding="utf-8-sig")
        else:
            continue
        assert not CHINESE.search(text), (path, CHINESE.findall(text))


@pytest.mark.usefixtures("english")
def test_a_label_stands_apart_from_its_value_and_a_distance_from_its_unit() -> None:
    assert labelled("Boards at") + "Station" == "Boards at: Station"
    assert km_text(1527.25) == "1,527.2 km"


def test_a_distance_has_a_chinese_unit_on_a_chinese_paper() -> None:
    assert [km_text(km) for km in (0, 70.04, 1527.2)] == ["0.0 公里", "70.0 公里", "1,527.2 公里"]
