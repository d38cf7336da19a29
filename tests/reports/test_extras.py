"""Stickers, charter filings, emergency cards, and the day's files in one zip."""

from __future__ import annotations

import io
import stat
import sys
import zipfile
from pathlib import Path

import pytest
from pypdf import PdfReader

from scheduler.errors import UsageError
from scheduler.evaluate import Evaluator
from scheduler.reports.book import Book
from scheduler.reports.day_pack import write_pack
from scheduler.reports.formats.fonts import Font
from scheduler.reports.formats.pdf import render
from scheduler.reports.labels import ACROSS, DOWN, labels_pdf
from scheduler.reports.manifests.coach_papers import charter_filing, emergency_card
from scheduler.reports.manifests.guide import Extra, guide_text
from scheduler.reports.manifests.write import write_all
from tests.builders import FIRST, GUXIAN, Service, party, plan_for, problem, train, vehicle
from tests.day.test_commands import PEOPLE, planned, run  # noqa: F401
from tests.reports_season import season
from tests.season_folders import person

FONT = Font()


def text_of(page: object) -> str:
    return "".join(page.extract_text().split())  # type: ignore[attr-defined]


# Stickers ------------------------------------------------------------------------------------------------------------


def test_five_thousand_stickers_each_with_its_seat_and_nobody() -> None:
    """100 coaches of 50: three sheets each, in the order of the seats."""
    parties = [party(50) for _number in range(100)]
    asked = problem(*parties, vehicle_types=(vehicle(rated_seats=57, number=200),))
    services = [(Service(FIRST, (GUXIAN,), vehicle=("57座", "岳运")), [one]) for one in parties]
    book = Book(asked, plan_for(asked, *services))
    reader = PdfReader(io.BytesIO(labels_pdf(book, book.runs, FONT)))
    sheets = -(-50 // (ACROSS * DOWN))
    assert len(reader.pages) == 100 * sheets
    first, last = text_of(reader.pages[0]), text_of(reader.pages[sheets - 1])
    run_ = book.runs[0]
    assert first.count(run_.id) >= ACROSS * DOWN
    assert [f"{seat}号座" in first for seat in (1, 24, 25)] == [True, True, False]
    assert ("49号座" in last, "50号座" in last) == (True, True)
    names = {rider.person.name for rider in book.riders[run_.id] if rider.person.name}
    numbers = {rider.person.id_number for rider in book.riders[run_.id]}
    for page in reader.pages[:sheets]:
        text = text_of(page)
        assert "深圳市" in text
        assert not any(number in text for number in (*numbers, *names) if len(number) > 1)


def test_where_the_railway_gives_the_seats_a_label_says_where_to_get_off() -> None:
    asked = problem(party(3, mode="train"), trains=(train(),))
    plan = plan_for(asked, (Service(FIRST, train="K586"), asked.parties))
    [only] = plan.runs
    riders = tuple(each.model_copy(update={"seat": None}) for each in only.passengers)
    plan = plan.model_copy(update={"runs": (only.model_copy(update={"passengers": riders}),)})
    book = Book(asked, plan)
    text = text_of(PdfReader(io.BytesIO(labels_pdf(book, book.runs, FONT))).pages[0])
    assert (text.count("座位以车票为准"), "号座" in text) == (3, False)


def test_a_long_name_stays_on_its_label() -> None:
    asked = problem(party(1), vehicle_types=(vehicle(),))
    plan = plan_for(asked, (Service(FIRST, (GUXIAN,)), asked.parties))
    [only] = plan.runs
    long = "新疆维吾尔自治区巴音郭楞蒙古自治州和静县巴音布鲁克镇直达第一百二十三号专车"
    plan = plan.model_copy(update={"runs": (only.model_copy(update={"id": long}),)})
    book = Book(asked, plan)
    page = PdfReader(io.BytesIO(labels_pdf(book, book.runs, FONT))).pages[0]
    found: list[float] = []
    page.extract_text(visitor_text=lambda text, _cm, tm, _font, _size: found.append(tm[4]) if text.strip() else None)
    assert min(found) >= 5 * 72 / 25.4 - 1  # inside the first label's margin


# Papers --------------------------------------------------------------------------------------------------------------


def test_the_filing_names_what_the_charter_plate_has_and_every_paper() -> None:
    asked, plan = season()
    book = Book(asked, plan)
    coach = next(run_ for run_ in book.runs if run_.mode == "coach")
    text = "".join(text_of(page) for page in PdfReader(io.BytesIO(render([charter_filing(book, coach)], FONT))).pages)
    for part in ("起讫地", "车牌", "承运企业", "企业签发人", "驾驶员1", "主要途经地", "有效期", "岳运"):
        assert part in text, part
    for part in ("营运证", "从业资格证", "行驶证", "驾驶证", "包车标志牌", "乘客名单"):
        assert part in text, part
    first, last = Evaluator(asked).days_held(coach.date, round((coach.path_km or 0) * 1000))
    assert last > first
    for day in (first, last):
        assert f"{day.year}年{day.month}月{day.day}日" in text
    assert not any(rider.person.name in text for rider in book.riders[coach.id] if len(rider.person.name) > 2)


def test_the_card_says_whom_to_phone() -> None:
    asked, plan = season()
    book = Book(asked, plan)
    for run_ in book.runs:
        text = "".join(
            text_of(page) for page in PdfReader(io.BytesIO(render([emergency_card(book, run_)], FONT))).pages
        )
        for part in ("110", "12122", "119", "120", "值班电话", "清点人数"):
            assert part in text
        assert ("车牌" in text) == (run_.mode == "coach")


@pytest.mark.parametrize("asked", [(), ("labels",), ("charter", "cards")])
def test_the_note_of_who_gets_what_names_them(asked: tuple[Extra, ...]) -> None:
    text = guide_text(Book(*season()), "masked", extras=asked)
    named = {"labels": "贴签", "charter": "包车备案", "cards": "应急卡"}
    assert {extra for extra, folder in named.items() if f"- {folder}：" in text} == set(asked)


def test_extras_are_written_when_they_are_asked_for(tmp_path: Path) -> None:
    asked, plan = season()
    plain = write_all(asked, plan, tmp_path / "plain", workers=1)
    rich = write_all(asked, plan, tmp_path / "rich", workers=1, extras=("labels", "charter", "cards"))
    more = {path.relative_to(tmp_path / "rich").as_posix() for path in (tmp_path / "rich").rglob("*") if path.is_file()}
    more -= {path.relative_to(tmp_path / "plain").as_posix() for path in (tmp_path / "plain").rglob("*")}
    assert {name.split("/")[0] for name in more} == {"贴签", "包车备案", "应急卡"}
    assert rich.files - plain.files == len(more)


# The day's files in one zip ------------------------------------------------------------------------------------------


def test_a_day_in_one_zip(planned: tuple[Path, object], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    folder, _coach = planned
    target = tmp_path / "pack" / "2月12日.zip"
    assert run("manifests", folder, "--day", "2027-02-12", "--zip", target, "--with", "cards", "--workers", 1) == 0
    assert "没有密码" in capsys.readouterr().out
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in target.parent.iterdir()] == [target.name]  # nothing is left beside it
    with zipfile.ZipFile(target) as packed:
        names = packed.namelist()
        assert packed.testzip() is None
    assert "应急卡/2027-02-12.pdf" in names
    assert "班次/2027-02-12.xlsx" in names


def test_only_the_runs_of_the_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from tests.living import FLEET, WORK
    from tests.season_folders import csv_text, write

    rows = csv_text(*(person(n, 出行日期=f"2027-02-{10 + n % 2}") for n in range(1, PEOPLE + 1)))
    toml = 'name = "季"\ndirection = "to_work"\nhome = "511621"\nfirst_date = 2027-02-10\nlast_date = 2027-02-14\n'
    policy = "[policy]\nmin_load = 1\nflexible_days = 0\n"
    folder = write(tmp_path / "season", {"roster/顾县镇.csv": rows, "fleet.csv": FLEET, "season.toml": toml + policy})
    assert run("plan", folder, *WORK) == 0
    assert run("manifests", folder, "-o", tmp_path / "out", "--day", "2027-02-11", "--workers", 1) == 0
    names = [path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*")]
    assert any("2027-02-11" in name for name in names)
    assert not any("2027-02-10" in name for name in names)
    capsys.readouterr()
    assert run("manifests", folder, "-o", tmp_path / "out", "--day", "2027-02-13") == 2
    assert "从 2027-02-10 到 2027-02-11" in capsys.readouterr().err


@pytest.mark.parametrize("options", [(), ("-o", "out", "--zip", "a.zip"), ("-o", "out", "--day", "2027-02-30")])
def test_the_files_need_one_place(planned: tuple[Path, object], options: tuple[str, ...]) -> None:  # noqa: F811
    assert run("manifests", planned[0], *options) == 2


def list_folder(folder: Path) -> Path:
    (folder / "in").mkdir()
    (folder / "in" / "名单.txt").write_text("张三", encoding="utf-8")
    return folder / "in"


def test_with_a_password_it_is_encrypted(tmp_path: Path) -> None:
    pyzipper = pytest.importorskip("pyzipper")
    target = tmp_path / "a.zip"
    write_pack(target, list_folder(tmp_path), "春运2027")
    assert "张三".encode() not in target.read_bytes()
    with pyzipper.AESZipFile(target) as packed:
        assert packed.namelist() == ["名单.txt"]
        with pytest.raises(RuntimeError):
            packed.read("名单.txt")
        packed.setpassword("春运2027".encode())
        assert packed.read("名单.txt").decode() == "张三"


def test_without_the_extra_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyzipper", None)
    with pytest.raises(UsageError, match="zip"):
        write_pack(tmp_path / "a.zip", list_folder(tmp_path), "春运2027")
    assert not (tmp_path / "a.zip").exists()


def test_a_zip_is_noted_as_one_file(planned: tuple[Path, object], tmp_path: Path) -> None:  # noqa: F811
    from scheduler.season.ledger.exporting import copies
    from scheduler.season.ledger.ledger import open_ledger

    folder, _coach = planned
    assert run("manifests", folder, "--zip", tmp_path / "a.zip", "--by", "李四", "--workers", 1) == 0
    with open_ledger(folder) as ledger:
        [event] = ledger.events("exported")
        [copy] = copies([event])
    assert copy.path == tmp_path / "a.zip"
    assert (event.data.reader, event.who) == ("duty", "李四")  # type: ignore[attr-defined]
