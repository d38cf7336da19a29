"""The layout of single documents: order, parties, counts, pages, long and short runs."""

from __future__ import annotations

import datetime as dt
import io
import lzma
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest
import segno
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter
from pypdf import PdfReader

from scheduler.itinerary import minibus_days
from scheduler.plan import Feeder, FeederStop
from scheduler.problem import Party, Place
from scheduler.reports.book import Book
from scheduler.reports.formats.document import Column, Sheet, Table, printable
from scheduler.reports.formats.fonts import FONT_DIR, MAIN_FONT, MISSING, RARE_FONTS, Font
from scheduler.reports.formats.pdf import render, write_pdf
from scheduler.reports.formats.qr import qr_rectangles
from scheduler.reports.formats.xlsx import write_workbook
from scheduler.reports.manifests import feeder_sheets, home_lists, lists
from scheduler.reports.manifests.crew import group_leader, leaders
from scheduler.reports.manifests.day_book import day_passengers
from scheduler.reports.manifests.messages import message
from scheduler.reports.manifests.run_pack import handovers, passenger_list, report_table, title_block
from scheduler.reports.visibility import View
from scheduler.settings import Direction
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
)

ESCORT = View("escort")
FONT = Font()


def book_of(*parties: Party, home: tuple[str, ...] = (GUXIAN,)) -> Book:
    asked = problem(*parties)
    return Book(asked, plan_for(asked, (Service(FIRST, home), asked.parties)))


def table_of(sheet: Sheet, number: int = 0) -> Table:
    return [block for block in sheet.blocks if isinstance(block, Table)][number]


def pages(sheets: list[Sheet], folder: Path) -> list[str]:
    write_pdf(folder / "x.pdf", sheets, FONT)
    return [page.extract_text() for page in PdfReader(folder / "x.pdf").pages]


def test_people_stand_in_boarding_order_with_their_parties() -> None:
    late = party(2, origin="罗渡镇")
    early = party(3)
    alone = party(1)
    book = book_of(late, early, alone, home=(GUXIAN, LUODU))
    run = book.runs[0]
    first_stop = run.places("board")[0]
    rows = table_of(passenger_list(book, run, ESCORT)).rows
    marks = [row[5] for row in rows]
    boards = [str(row[0]).split()[0] for row in rows]
    assert boards == sorted(boards, key=lambda place: place != first_stop)
    assert marks in ([3, "", "", 1, 2, ""], [1, 3, "", "", 2, ""])
    # The seat is the only number of a row.
    seats = {passenger.person: passenger.seat for passenger in run.passengers}
    names = {person.name: person.key for one in (late, early, alone) for person in one.people}
    assert [row[3] for row in rows] == [seats[names[str(row[4])]] for row in rows]


def test_counts_at_each_stop_add_up() -> None:
    book = book_of(party(2), party(3, origin="罗渡镇"), home=(GUXIAN, LUODU))
    rows = table_of(passenger_list(book, book.runs[0], ESCORT), 1).rows
    assert {row[3] for row in rows if "上车" in str(row[3])} == {"上车 3 人", "上车 2 人"}
    assert rows[1][4] == 5
    assert rows[-1][3:5] == ("下车 5 人", 0)


def test_two_hourly_reports_stand_between_departure_and_arrival() -> None:
    book = book_of(party(20))
    run = book.runs[0]
    rows = report_table(book, run).rows
    assert run.stops[0].depart is not None
    assert run.stops[-1].arrive is not None
    rests = [stop.arrive for stop in run.stops if stop.kind == "rest" and stop.arrive]
    begin, end = run.stops[0].depart, run.stops[-1].arrive
    due = [begin + dt.timedelta(hours=2 * n) for n in range(1, 40) if begin + dt.timedelta(hours=2 * n) < end]
    # One due in the first minutes of a rest is that of the rest's own line.
    lines = [
        moment for moment in due if not any(dt.timedelta() <= moment - r < dt.timedelta(minutes=20) for r in rests)
    ]
    assert 0 < len(lines) < len(due)
    assert sum(row[3] == "两小时报告" for row in rows) == len(lines)
    assert [row[3] for row in rows if "休息" in str(row[3])] == [f"停车休息（休{n}）" for n in range(1, len(rests) + 1)]
    assert next(row[4] for row in rows if row[3] == "两小时报告") == 20


def test_a_run_without_times_has_no_reports_and_still_a_timetable() -> None:
    book = book_of(party(2))
    run = book.runs[0]
    bare = run.model_copy(
        update={"stops": tuple(s.model_copy(update={"arrive": None, "depart": None}) for s in run.stops)}
    )
    again = Book(book.problem, book.plan.model_copy(update={"runs": (bare,)}))
    rows = report_table(again, bare).rows
    assert rows[0][0] == ""
    assert not any(row[3] == "两小时报告" for row in rows)


def test_leaders_are_named_with_their_phones() -> None:
    first, second = party(2), party(2)
    asked = problem(first, second)
    plan = plan_for(asked, (Service(), [first]), (Service(), [second]))
    runs = (
        plan.runs[0].model_copy(update={"leader": first.people[0].key, "deputy": first.people[1].key}),
        plan.runs[1].model_copy(update={"leader": second.people[0].key}),
    )
    book = Book(asked, plan.model_copy(update={"runs": runs}))
    lines = dict(leaders(book, runs[0]))
    assert lines["车长"] == f"{first.people[0].name} 13800000000"
    assert lines["副车长"].startswith(first.people[1].name)
    assert group_leader(book, runs[1]) == f"{first.people[0].name} 13800000000，乘 R1（2车）"


def test_the_title_block_has_a_line_for_the_plate_and_each_driver() -> None:
    book = book_of(party(20))
    pairs = title_block(book, book.runs[0]).pairs
    facts = dict(pairs)
    assert len(facts) == len(pairs)
    assert [facts[f"驾驶员{n}"] for n in (1, 2, 3)] == ["", "", ""]
    for label in ("班次", "日期", "车牌", "承运企业", "起点", "终点", "发车时间", "到达时间"):
        assert label in facts
    assert facts["人数／座位"] == "20 / 45"


def test_everybody_is_ticked_at_boarding_after_each_rest_and_at_the_end() -> None:
    book = book_of(party(20))
    run = book.runs[0]
    sheet = passenger_list(book, run, ESCORT)
    rests = [stop for stop in run.stops if stop.kind == "rest"]
    riders = table_of(sheet)
    assert [column.heading for column in riders.columns if column.heading[0] in "上下休"][1:] == [
        "上车",
        *(f"休{n}" for n in range(1, len(rests) + 1)),
        "下车",
    ]
    assert all(row.count("□") == len(rests) + 2 for row in riders.rows)


def test_many_rests_turn_the_page() -> None:
    book = book_of(party(1))
    run = book.runs[0]
    rest = next(stop for stop in run.stops if stop.kind == "rest")
    far = run.model_copy(update={"stops": (run.stops[0], *[rest] * 12, run.stops[-1])})
    assert not passenger_list(book, run, ESCORT).landscape
    assert passenger_list(Book(book.problem, book.plan.model_copy(update={"runs": (far,)})), far, ESCORT).landscape


def test_the_duty_room_finds_everybody_of_a_day_in_one_table(tmp_path: Path) -> None:
    one = party(2)
    one = replace(
        one, people=tuple(replace(p, emergency_contact="李四", emergency_phone="13900000009") for p in one.people)
    )
    book = book_of(one, party(3))
    sheet = day_passengers(book, list(book.runs), View("bureau"))
    assert len(table_of(sheet).rows) == 5
    assert "李四 13900000009" in table_of(sheet).rows[0]
    write_workbook(tmp_path / "x.xlsx", [sheet])
    written = openpyxl.load_workbook(tmp_path / "x.xlsx").active
    assert written is not None
    assert written.auto_filter.ref == f"A3:{get_column_letter(written.max_column)}8"
    assert written.freeze_panes == "A4"


def test_a_party_is_one_cell_in_a_workbook(tmp_path: Path) -> None:
    book = book_of(party(3), party(1), party(2))
    write_workbook(tmp_path / "x.xlsx", [passenger_list(book, book.runs[0], ESCORT)])
    written = openpyxl.load_workbook(tmp_path / "x.xlsx").active
    assert written is not None
    upright = [r for r in written.merged_cells.ranges if r.max_row > r.min_row]
    assert sorted(r.size["rows"] for r in upright) == [2, 3]
    assert {r.min_col for r in upright} == {6}


def test_a_party_that_goes_over_a_page_is_named_on_both(tmp_path: Path) -> None:
    rows = tuple((n, 60 if n == 0 else "") for n in range(60))
    table = Table((Column("n", 10), Column("p", 10, joined=True)), rows)
    texts = pages([Sheet("t", "t", (table,))], tmp_path)
    assert len(texts) == 2
    assert all("60" in text.split() for text in texts)


def test_sheets_that_are_handed_out_alone_count_their_own_pages(tmp_path: Path) -> None:
    book = book_of(party(1))
    one = lists.carrier_list(book, book.runs[0], View("carrier"))
    texts = pages([one, one], tmp_path)
    assert all("第 1 页 共 1 页" in " ".join(text.split()) for text in texts)


def test_handover_sheets_are_one_a_place_and_listed_employer() -> None:
    gate = "电子厂东门"
    workers = party(2)
    workers = replace(workers, people=tuple(replace(p, employer="电子厂", employer_stop=gate) for p in workers.people))
    asked = problem(workers, party(3))
    places = dict(asked.places) | {gate: Place(gate, "employer", 22.6, 114.0, division="440306", contact="刘经理")}
    asked = replace(asked, places=places, distances={})
    book = Book(asked, plan_for(asked, (Service(FIRST, (GUXIAN,), (SHENZHEN, gate)), asked.parties)))
    sheets = handovers(book, book.runs[0], ESCORT)
    assert sorted(len(table_of(sheet).rows) for sheet in sheets) == [2, 3]
    [own] = [sheet for sheet in sheets if "刘经理" in str(sheet.blocks[0])]
    assert "电子厂" in str(own.blocks[0])


@pytest.mark.parametrize(("direction", "word"), [("to_work", "返岗通知"), ("to_home", "返乡通知")])
def test_messages_name_the_way(direction: Direction, word: str) -> None:
    asked = problem(party(1), direction=direction)
    book = Book(asked, plan_for(asked, (Service(), asked.parties)))
    rider = book.riders["R1"][0]
    text = message(book, rider, View("message"))
    assert text.startswith(word)
    assert rider.board in text
    assert len(text) <= 70


def test_who_takes_a_feeder_is_told_where_it_stops() -> None:
    asked = problem(party(1))
    plan = plan_for(asked, (Service(FIRST, (HUB,)), asked.parties))
    ref = asked.parties[0].people[0].ref
    early = dt.datetime(2027, 2, 10, 6, 40)
    stops = (
        FeederStop(place=GUXIAN, kind="board", arrive=early, depart=early, refs=(ref,)),
        FeederStop(place=HUB, kind="alight", refs=(ref,)),
    )
    feeder = Feeder(id="F1", serves="R1", vehicle_type="中巴", stops=stops)
    book = Book(asked, plan.model_copy(update={"feeders": (feeder,)}))
    text = message(book, book.riders["R1"][0], View("message"))
    assert "2月10日（正月初五）06:40到顾县" in text
    assert "接驳车F1" in text
    assert "R1" in text
    assert len(text) <= 70
    rows = table_of(home_lists.township_list(book, "顾县镇", book.riders["R1"], View("township"))).rows
    assert rows[0][:4] == ("2月10日（正月初五）", "06:40", GUXIAN, "接驳车 F1")
    [day] = minibus_days(asked, book.plan.feeders)
    sheet = feeder_sheets.minibus_sheet(book, day, View("feeder"))
    assert str(table_of(sheet).rows).count(asked.parties[0].people[0].name) == 1
    assert asked.parties[0].people[0].id_number not in str(sheet)


def test_a_round_is_of_the_day_it_is_driven() -> None:
    # A coach home arrives the day after its date; who is met then is on that day's list.
    asked = problem(party(1))
    plan = plan_for(asked, (Service(FIRST, (HUB,)), asked.parties))
    next_day = dt.datetime(2027, 2, 11, 9, 0)
    met = (FeederStop(place=HUB, kind="board", arrive=next_day, depart=next_day),)
    timed = Feeder(id="F1", serves="R1", vehicle_type="中巴", stops=met)
    untimed = timed.model_copy(update={"stops": (FeederStop(place=HUB, kind="board"),)})
    [first, last] = minibus_days(asked, [untimed, timed])
    assert (first.date, first.number, last.number) == (dt.date(2027, 2, 11), 1, 0)
    book = Book(asked, plan)
    assert feeder_sheets.minibus_sheet(book, last, View("feeder")).tab == "F1"


def test_one_passenger_and_a_whole_train(tmp_path: Path) -> None:
    single = book_of(party(1))
    assert len(pages([passenger_list(single, single.runs[0], ESCORT)], tmp_path)) == 1
    crowd = [party(7, destination="441900", work_stop=DONGGUAN, origin="罗渡镇") for _ in range(200)]
    asked = problem(*crowd, trains=(train(seats=1400),))
    book = Book(asked, plan_for(asked, (Service(FIRST, (STATION,), (DONGGUAN,), train="K586"), crowd)))
    texts = pages([lists.railway_list(book, book.runs[0], View("railway", "full"))], tmp_path)
    assert "共 " + str(len(texts)) + " 页" in texts[0]
    assert all("身份证号" in text for text in texts[:-1])
    whole = "".join(texts)
    assert all(person.name in whole for one in crowd for person in one.people)


def test_a_name_of_sixty_characters_is_wrapped_not_cut(tmp_path: Path) -> None:
    long = "阿" * 60
    one = party(1)
    one = replace(one, people=(replace(one.people[0], name=long),))
    book = book_of(one)
    [text] = pages([passenger_list(book, book.runs[0], ESCORT)], tmp_path)
    assert text.count("阿") == 60


def test_small_groups_get_no_group_ticket() -> None:
    few = party(3, destination="441900", work_stop=DONGGUAN, origin="罗渡镇")
    asked = problem(few, trains=(train(),))
    book = Book(asked, plan_for(asked, (Service(FIRST, (STATION,), (DONGGUAN,), train="K586"), [few])))
    sheet = lists.railway_list(book, book.runs[0], View("railway"))
    assert any("不足 5 人" in str(block) for block in sheet.blocks)


def test_township_list_tells_who_has_no_seat() -> None:
    asked = problem(party(1), party(2))
    book = Book(asked, plan_for(asked, (Service(), asked.parties[:1])))
    sheet = home_lists.township_list(book, "顾县镇", book.riders["R1"], View("township"))
    assert len(table_of(sheet, 1).rows) == 2


def test_the_font_knows_rare_names_and_marks_what_it_lacks() -> None:
    font = Font()
    assert font.shown("䶮㛃𠅤𬱖𪚥张😀\ue863") == f"䶮㛃𠅤𬱖𪚥张{MISSING}{MISSING}"
    assert font.missing == {"😀", "\ue863"}
    assert font.width_em("张䶮") == pytest.approx(2.0)


def vendored(name: str) -> TTFont:
    return TTFont(io.BytesIO(lzma.decompress((FONT_DIR / name).read_bytes())), lazy=True)


def test_a_document_embeds_the_glyphs_it_prints_as_a_font_that_others_read() -> None:
    text = "张䶮𠅤𬱖 Ab"
    assert FONT.shown(text) == text
    made, original = TTFont(io.BytesIO(FONT.true_type(list(text)))), vendored(MAIN_FONT)
    assert made["maxp"].numGlyphs == 1 + len(text)
    for number, character in enumerate(text, 1):
        name = made.getGlyphName(number)
        assert made["hmtx"][name][0] == round(FONT.width_em(character) * 1000)
        if character in "张A":
            mine, theirs = made["glyf"][name], original["glyf"][original.getBestCmap()[ord(character)]]
            assert mine.getCoordinates(made["glyf"])[0] == theirs.getCoordinates(original["glyf"])[0]
    # The rare fonts are drawn on a coarser grid: theirs fill an em like the others.
    rare = made["glyf"][made.getGlyphName(3)]
    assert 700 < rare.xMax - rare.xMin <= 1010


@pytest.mark.parametrize("name", [MAIN_FONT, *RARE_FONTS])
def test_no_glyph_is_put_together_from_others(name: str) -> None:
    font = vendored(name)
    places, outlines = font["loca"], font.reader["glyf"]
    assert not any(outlines[start] & 0x80 for start, end in pairwise(places) if end > start)


def test_text_comes_out_of_a_pdf_as_it_was_put_in(tmp_path: Path) -> None:
    book = book_of(party(2))
    [text] = pages([passenger_list(book, book.runs[0], ESCORT)], tmp_path)
    assert all(person.name in text for one in book.problem.parties for person in one.people)
    assert printable("张\u202e三\n四") == "张三 四"


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=80), st.text(max_size=400))
def test_any_name_and_note_can_be_printed(name: str, note: str) -> None:
    one = party(1)
    one = replace(one, people=(replace(one.people[0], name=name, note=note),))
    book = book_of(one)
    sheet = passenger_list(book, book.runs[0], ESCORT)
    pdf = PdfReader(io.BytesIO(render([sheet], FONT)))
    text = "".join("".join(page.extract_text() for page in pdf.pages).split())
    expected = "".join(FONT.shown(printable(name)).split())
    assert expected in text
    assert len(pdf.pages) <= 2


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=80))
def test_any_name_makes_a_workbook_that_opens(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    one = party(1)
    one = replace(one, people=(replace(one.people[0], name=name),))
    book = book_of(one)
    path = tmp_path_factory.mktemp("book") / "x.xlsx"
    write_workbook(path, [passenger_list(book, book.runs[0], View("bureau"))])
    values = {cell.value for row in openpyxl.load_workbook(path).worksheets[0].iter_rows() for cell in row}
    assert (printable(name) or None) in values


def test_no_cell_holds_more_than_excel_takes(tmp_path: Path) -> None:
    one = party(1)
    one = replace(one, people=(replace(one.people[0], name="长" * 40_000),))
    book = book_of(one)
    write_workbook(tmp_path / "x.xlsx", [passenger_list(book, book.runs[0], ESCORT)])
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx").worksheets[0]
    assert max(len(str(cell.value)) for row in sheet.iter_rows() for cell in row) == 32_767


def test_a_qr_says_its_encoding() -> None:
    [plain, chinese] = [qr_rectangles(text, 17.0, 0, 0) for text in ("C0215-A-01", "C0215-深圳-01")]
    wanted = segno.make_qr("C0215-深圳-01", error="m", encoding="utf-8", eci=True)
    modules = sum(map(sum, wanted.matrix))
    side = 17.0 / len(wanted.matrix)
    assert sum(width for _x, _y, width, _height in chinese) / side == pytest.approx(modules)
    assert plain != chinese


def test_a_workbook_prints_on_a4(tmp_path: Path) -> None:
    book = book_of(*(party(1) for _ in range(45)))
    write_workbook(tmp_path / "x.xlsx", [passenger_list(book, book.runs[0], View("bureau"))])
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx").active
    assert sheet is not None
    assert sheet.page_setup.paperSize == 9
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows
    assert "&P" in str(sheet.oddFooter.center.text)


def test_hub_is_a_place_of_the_index() -> None:
    book = book_of(party(1), home=(HUB,))
    assert HUB in str(lists.staff_sheet(book).blocks)
