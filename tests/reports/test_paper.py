"""Every page names issuer, plan and count; workbooks have an index, filters, margins; how many pages there are."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader

from scheduler.itinerary import MinibusDay
from scheduler.plan import Feeder, FeederStop
from scheduler.problem import Party
from scheduler.reports.book import Book
from scheduler.reports.formats.document import Imprint, Sheet, Table, columns, lunar_text, public_day
from scheduler.reports.formats.fonts import Font
from scheduler.reports.formats.pdf import render
from scheduler.reports.formats.xlsx import write_workbook
from scheduler.reports.manifests import arrivals, feeder_sheets, lists
from scheduler.reports.manifests.jobs import Jobs
from scheduler.reports.manifests.run_pack import handovers, passenger_list
from scheduler.reports.manifests.write import write_all
from scheduler.reports.visibility import View
from tests.builders import (
    DONGGUAN,
    FIRST,
    GUXIAN,
    HUB,
    LUODU,
    SHENZHEN,
    STATION,
    Service,
    party,
    plan_for,
    problem,
    train,
    vehicle,
)
from tests.reports_season import season

FONT = Font()
IMPRINT = Imprint("岳池县就业局", "0826-5222233", "7", dt.date(2027, 2, 8))


def pages(sheets: list[Sheet], imprint: Imprint = IMPRINT) -> list[str]:
    reader = PdfReader(io.BytesIO(render(sheets, FONT, imprint)))
    return ["".join(page.extract_text().split()) for page in reader.pages]


def book_of(*parties: Party, service: Service | None = None) -> Book:
    asked = problem(*parties, vehicle_types=(vehicle(rated_seats=57),))
    chosen = service or Service(FIRST, (GUXIAN,), vehicle=("57座", "岳运"))
    return Book(asked, plan_for(asked, (chosen, asked.parties)))


def test_every_page_of_every_file_names_issuer_phone_plan_and_day(tmp_path: Path) -> None:
    asked, plan = season()
    settings = asked.settings.model_copy(update={"office": "岳池县就业局", "duty_phone": "0826-5222233"})
    asked = replace(asked, settings=settings)
    write_all(asked, plan, tmp_path, workers=1, plan_number="7", printed=dt.date(2027, 2, 8))
    seen = 0
    for path in tmp_path.rglob("*.pdf"):
        for page in PdfReader(path).pages:
            text = "".join(page.extract_text().split())
            for part in ("岳池县就业局", "值班电话0826-5222233", "方案7", "2027-02-08打印"):
                assert part in text, (path, part)
            assert re.search(r"第\d+页共\d+页", text), path
            seen += 1
    assert seen > 10
    for path in tmp_path.rglob("*.xlsx"):
        for sheet in openpyxl.load_workbook(path):
            foot = f"{sheet.oddFooter.left.text} {sheet.oddFooter.center.text} {sheet.oddFooter.right.text}"
            for part in ("岳池县就业局", "0826-5222233", "方案 7", "&P", "&D"):
                assert part in foot, (path, part)
            assert sheet.page_margins.left >= 0.7, path
    assert "方案 7　2027-02-08 打印" in (tmp_path / "发放说明.txt").read_text(encoding="utf-8")


def test_without_settings_a_page_has_its_count_alone() -> None:
    book = book_of(party(1))
    [text] = pages([lists.carrier_list(book, book.runs[0], View("carrier"))], Imprint())
    assert "第1页共1页" in text
    assert "值班电话" not in text
    assert "方案" not in text


def test_a_qr_says_run_plan_and_duty_phone() -> None:
    assert IMPRINT.code("C0215-深圳-01").split("\n") == ["C0215-深圳-01", "方案 7", "值班电话 0826-5222233"]
    assert Imprint().code("C0215-深圳-01") == "C0215-深圳-01"


@pytest.mark.parametrize("people", [1, 20, 45, 50])
def test_a_coach_needs_three_pages(people: int) -> None:
    book = book_of(*(party(1) for _ in range(people)))
    run = book.runs[0]
    sheets = [passenger_list(book, run, View("escort")), *handovers(book, run, View("escort"))]
    assert len(pages(sheets)) <= 3
    assert len(pages([lists.carrier_list(book, run, View("carrier", "full"))])) == 1


def test_a_stop_is_named_once_and_everybody_stands_on_paper() -> None:
    book = book_of(
        *(party(2) for _ in range(6)),
        *(party(1, origin="罗渡镇") for _ in range(5)),
        service=Service(FIRST, (GUXIAN, LUODU), vehicle=("57座", "岳运")),
    )
    sheet = passenger_list(book, book.runs[0], View("escort"))
    whole = "".join(pages([sheet]))
    assert whole.count(f"上车点：{GUXIAN}") == whole.count(f"上车点：{LUODU}") == 1
    for one in book.problem.parties:
        for person in one.people:
            assert whole.count(person.name) == 1, person.name


def test_a_page_that_goes_on_says_which_group(tmp_path: Path) -> None:
    spec = columns(("n", 10), ("名", 30, "left"), groups=(("站", 20), ("时", 20, True)), abreast=2)
    rows = (*(("甲", "08:00", n, f"人{n}") for n in range(220)), ("乙", "09:00", 0, "末"))
    sheet = Sheet("t", "t", (Table(spec, rows, abreast=2, searched=True),))
    texts = pages([sheet])
    assert len(texts) == 3
    assert "站：甲08:00220人" in texts[0]
    assert "（续）" in texts[1]
    assert "站：甲08:00" in texts[1]
    assert "站：乙09:001人" in texts[2]
    write_workbook(tmp_path / "x.xlsx", [sheet])
    written = openpyxl.load_workbook(tmp_path / "x.xlsx").active
    assert written is not None
    assert [cell.value for cell in written[2]] == ["站", "时", "n", "名"]
    assert [cell.value for cell in written[223]] == ["乙", "09:00", 0, "末"]
    assert written.auto_filter.ref == "A2:D223"
    assert written.freeze_panes == "A3"


def minibus_of(people: int, number: int) -> tuple[Book, MinibusDay]:
    asked = problem(*(party(1) for _ in range(people)), feeder_types=(vehicle(number=9, vehicle_type="中巴"),))
    plan = plan_for(asked, (Service(FIRST, (HUB,)), asked.parties))
    refs = tuple(passenger.ref for passenger in plan.runs[0].passengers)
    early, late = dt.datetime(2027, 2, 10, 6, 40), dt.datetime(2027, 2, 10, 7, 30)
    stops = (
        FeederStop(place=GUXIAN, kind="board", arrive=early, depart=early, refs=refs),
        FeederStop(place=HUB, kind="alight", arrive=late, depart=late, refs=refs),
    )
    feeder = Feeder(id="F1", serves="R1", vehicle_type="中巴", stops=stops)
    return Book(asked, plan.model_copy(update={"feeders": (feeder,)})), MinibusDay(FIRST, "中巴", number, (feeder,))


def test_two_short_minibus_sheets_share_a_page_each_with_its_own_foot() -> None:
    sheets = []
    for number, people in enumerate((5, 12, 40, 3, 60, 3), 1):
        book, day = minibus_of(people, number)
        sheets.append(feeder_sheets.minibus_sheet(book, day, View("feeder")))
    texts = pages(sheets)
    # Two on the first, the short one below the longer, whose page it fits on; nothing beside one that fills a page.
    assert [[number for number in range(1, 7) if f"中巴{number}号车" in text] for text in texts] == [
        [1, 2],
        [3, 4],
        [5],
        [6],
    ]
    assert [text.count("第1页共1页") for text in texts] == [2, 2, 1, 1]


def test_a_workbook_of_many_sheets_opens_with_links_to_them(tmp_path: Path) -> None:
    asked, plan = season()
    runs = [run.model_copy(update={"id": f"C'{n}-深圳"}) for n, run in enumerate([plan.runs[0]] * 4)]
    book = Book(asked, plan.model_copy(update={"runs": (runs[0],)}))
    each = [lists.carrier_list(book, book.runs[0], View("carrier")) for _ in range(4)]
    each = [replace(sheet, tab=run.id) for sheet, run in zip(each, runs, strict=True)]
    write_workbook(tmp_path / "x.xlsx", each)
    written = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert written.sheetnames == ["目录", *(run.id for run in runs)]
    index = written["目录"]
    links = [cell.hyperlink for row in index.iter_rows() for cell in row if cell.hyperlink]
    assert [link.location for link in links] == ["'" + run.id.replace("'", "''") + "'!A1" for run in runs]
    assert all(link.target is None for link in links)
    assert [index[link.ref].value for link in links] == [run.id for run in runs]
    write_workbook(tmp_path / "y.xlsx", each[:2])
    assert openpyxl.load_workbook(tmp_path / "y.xlsx").sheetnames == ["C'0-深圳", "C'1-深圳"]


def test_employers_that_places_do_not_know_share_no_sheet() -> None:
    parties = []
    for n, employer in enumerate(("甲厂", "乙厂", "甲厂", "")):
        one = party(1)
        who = replace(one.people[0], employer=employer, name=f"工{n}", phone=f"1380000000{n}")
        parties.append(replace(one, people=(who,)))
    book = book_of(*parties)
    [job] = [j for j in Jobs(book, "masked").all if j.view.reader == "employer" and j.path.suffix == ".xlsx"]
    sheets = {sheet.tab: str(sheet.blocks) for sheet in job.sheets()}
    assert set(sheets) == {"甲厂", "乙厂"}
    assert "13800000000" in sheets["甲厂"]
    assert "13800000002" in sheets["甲厂"]
    assert "13800000001" not in sheets["甲厂"]
    assert "13800000003" not in "".join(sheets.values())


def test_stations_read_by_day_of_arrival_with_plate_and_hour() -> None:
    early, late = party(1), party(1)
    asked = problem(early, late)
    plan = plan_for(asked, (Service(FIRST + dt.timedelta(days=1)), [late]), (Service(FIRST), [early]))
    runs = tuple(run.model_copy(update={"plate": f"川X{n}"}) for n, run in enumerate(plan.runs))
    book = Book(asked, plan.model_copy(update={"runs": runs}))
    riders = [rider for each in book.riders.values() for rider in each]
    sheet = arrivals.arrival_list(book, "名单", SHENZHEN, riders, View("station"))
    [table] = [block for block in sheet.blocks if isinstance(block, Table)]
    assert [row[0] for row in table.rows] == ["2027年2月11日（周四，正月初六）", "2027年2月12日（周五，正月初七）"]
    assert [row[4] for row in table.rows] == ["川X1", "川X0"]
    assert all(re.fullmatch(r"\d\d:\d\d", str(row[1])) for row in table.rows)


def test_a_train_is_listed_by_station_and_carriage() -> None:
    riders = [party(1, origin="罗渡镇", destination="441900", work_stop=DONGGUAN) for _ in range(6)]
    asked = problem(*riders, trains=(train(),))
    plan = plan_for(asked, (Service(FIRST, (STATION,), (DONGGUAN,), train="K586"), riders))
    [run] = plan.runs
    seats = ("03车02A", "11车01F", "03车01A", "4车5", None, "11车01A")
    passengers = tuple(p.model_copy(update={"seat": seat}) for p, seat in zip(run.passengers, seats, strict=True))
    book = Book(asked, plan.model_copy(update={"runs": (run.model_copy(update={"passengers": passengers}),)}))
    [table] = [b for b in lists.railway_list(book, book.runs[0], View("railway")).blocks if isinstance(b, Table)]
    assert [row[2] for row in table.rows] == ["", "3", "3", "4", "11", "11"]
    sheet = passenger_list(book, book.runs[0], View("escort"))
    on_board = next(block for block in sheet.blocks if isinstance(block, Table))
    assert "11 号车厢" in str(on_board.rows[-1][1])


def test_a_carrier_sees_all_its_runs_first() -> None:
    asked, plan = season()
    book = Book(asked, plan)
    [job] = [j for j in Jobs(book, "masked").all if j.view.reader == "carrier" and j.path.suffix == ".pdf"]
    overview, *each = job.sheets()
    [table] = overview.blocks
    assert isinstance(table, Table)
    assert [row[0] for row in table.rows] == [sheet.tab for sheet in each]


def test_who_leads_is_found_by_name() -> None:
    one, two = party(2), party(2)
    asked = problem(one, two)
    plan = plan_for(asked, (Service(), [one]), (Service(FIRST + dt.timedelta(days=2)), [two]))
    runs = tuple(run.model_copy(update={"escorts": ("周敏",)}) for run in plan.runs)
    runs = (runs[0], runs[1].model_copy(update={"escorts": ("周敏", "安琪")}))
    sheet = lists.staff_index(Book(asked, plan.model_copy(update={"runs": runs})))
    [table] = sheet.blocks
    assert isinstance(table, Table)
    assert [(row[0], row[2]) for row in table.rows] == [("安琪", 1), ("周敏", 2)]


def test_lunar_dates_stand_beside_the_others(english: None) -> None:
    assert public_day(dt.date(2027, 2, 15)) == "15 Feb"
    assert lunar_text(dt.date(2027, 2, 15)) == ""


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (dt.date(2027, 2, 6), "2月6日（正月初一）"),
        (dt.date(2027, 2, 15), "2月15日（正月初十）"),
        (dt.date(2026, 2, 16), "2月16日（腊月廿九）"),
        (dt.date(2025, 7, 25), "7月25日（闰六月初一）"),
    ],
)
def test_a_public_date_has_its_lunar_one(day: dt.date, text: str) -> None:
    assert public_day(day) == text
