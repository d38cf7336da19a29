"""No file shows a number that its reader may not see, wherever the roster or a table had it."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader

from scheduler.plan import Plan
from scheduler.problem import Place, Problem
from scheduler.reports.book import Book
from scheduler.reports.manifests.messages import messages
from scheduler.reports.manifests.write import write_all
from scheduler.reports.utilisation.figures import insight
from scheduler.reports.utilisation.loads import of_book
from scheduler.reports.utilisation.page import page
from scheduler.reports.utilisation.workbook import write_figures
from scheduler.reports.visibility import IdChoice, View
from tests.builders import FIRST, GUXIAN, SHENZHEN, Service, party, plan_for, problem, vehicle

OWN = "511621199001010000"
"""The number of the ID column."""
HIDDEN = [f"5116211980010100{n:02d}" for n in range(10, 22)]
"""A number for each place where none belongs."""
CARD = "6217000000000000001"
GATE, OPERATOR = f"电子厂 {HIDDEN[8]}", f"个体户{HIDDEN[9]}"


@pytest.fixture(scope="module")
def planned() -> tuple[Problem, Plan]:
    one = party(2, earliest=FIRST, latest=FIRST)
    first, second = one.people
    first = replace(
        first,
        name=f"杨甲巳{HIDDEN[0]}",
        id_number=OWN,
        village=f"1组{HIDDEN[1][:6]} {HIDDEN[1][6:]}",
        luggage=f"2件 {HIDDEN[2][:14]}-{HIDDEN[2][14:]}",
        note="x" * 86 + HIDDEN[3],
        employer=f"电子厂{HIDDEN[4]}",
        employer_stop=GATE,
        emergency_contact="".join(chr(ord(ch) + 0xFEE0) for ch in HIDDEN[5]),
        other_columns=(("银行卡号", CARD), ("监护人", HIDDEN[6])),
    )
    second = replace(second, phone=HIDDEN[7], village=f"电话13800001234，卡{CARD}", id_number=OWN)
    left = party(1)
    left = replace(left, people=(replace(left.people[0], name=f"左{HIDDEN[10]}", id_number=OWN),))
    asked = problem(replace(one, people=(first, second)), left, vehicle_types=(vehicle(operator=OPERATOR),))
    places = dict(asked.places) | {GATE: Place(GATE, "employer", 22.6, 114.0, division="440306", contact="刘经理")}
    asked = replace(asked, places=places, distances={})
    service = Service(FIRST, (GUXIAN,), (SHENZHEN, GATE), ("49座", OPERATOR))
    return asked, plan_for(asked, (service, asked.parties[:1]))


def texts_of(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield each file and all its text, its name too."""
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        if path.suffix == ".pdf":
            text = "\n".join(each.extract_text() for each in PdfReader(path).pages)
        elif path.suffix == ".xlsx":
            book = openpyxl.load_workbook(path)
            cells = (str(c.value) for ws in book for row in ws.iter_rows() for c in row if c.value is not None)
            text = "\n".join([*cells, *book.sheetnames])
        else:
            text = path.read_text(encoding="utf-8-sig")
        yield path, f"{path.name}\n{text}"


def bare(text: str) -> str:
    """Return letters and digits alone: no space or dash hides a number."""
    return "".join(ch for ch in unicodedata.normalize("NFKC", text) if ch.isalnum())


@pytest.mark.parametrize("choice", ["masked", "none"])
def test_no_file_holds_a_full_number(planned: tuple[Problem, Plan], tmp_path: Path, choice: IdChoice) -> None:
    write_all(*planned, tmp_path, choice, workers=1)
    seen = dict(texts_of(tmp_path))
    assert len(seen) > 15
    for path, text in seen.items():
        for number in (OWN, *HIDDEN, CARD):
            assert number not in bare(text), (path, number)
            # Nor does a cut of the note leave half of one.
            assert number[:14] not in bare(text), (path, number)
        assert "****" not in text or choice == "masked" or "公示" in path.parts or "承运企业" in path.parts, path
    assert any("杨甲巳" in text for text in seen.values())


def test_telephones_stay_where_the_reader_may_see_them(planned: tuple[Problem, Plan], tmp_path: Path) -> None:
    write_all(*planned, tmp_path, workers=1)
    for path, text in texts_of(tmp_path):
        if "乡镇" in path.parts:
            assert "13800001234" in bare(text)
        if "承运企业" in path.parts or "公示" in path.parts:
            assert "13800001234" not in bare(text)


def test_full_numbers_are_for_those_who_need_them_and_never_in_a_files_name(
    planned: tuple[Problem, Plan], tmp_path: Path
) -> None:
    write_all(*planned, tmp_path, "full", workers=1)
    for path, text in texts_of(tmp_path):
        assert not any(number in bare(path.name) or number[-4:] in path.name for number in HIDDEN)
        may = path.parent.name == "承运企业" or path.name == "2027-02-10.xlsx"
        assert (OWN in bare(text)) == may, path
        if path.name != "2027-02-10.xlsx":
            assert not any(number in bare(text) for number in HIDDEN), path


def test_columns_that_nobody_listed_are_on_no_paper(planned: tuple[Problem, Plan], tmp_path: Path) -> None:
    write_all(*planned, tmp_path, "full", workers=1)
    for path, text in texts_of(tmp_path):
        assert "银行卡号" not in text, path
        assert HIDDEN[6] not in text, path


def test_messages_go_to_a_phone_and_an_id_is_none(planned: tuple[Problem, Plan]) -> None:
    book = Book(*planned)
    texts = messages(book, View("message"))
    rows = list(csv.reader(texts.riders.removeprefix("\ufeff").splitlines()))[1:]
    assert [phone for phone, _text in rows] == ["13800000000"] * 2
    assert texts.without_mobile == 0
    assert not any(ch.isdecimal() for ch in rows[0][1].split("，")[0])


def test_the_utilisation_page_and_tables_hold_none(planned: tuple[Problem, Plan], tmp_path: Path) -> None:
    book = Book(*planned)
    (tmp_path / "x.html").write_text(page(book, insight(book, "x")), encoding="utf-8")
    (tmp_path / "x.csv").write_text(of_book(book).as_csv(), encoding="utf-8")
    write_figures(tmp_path / "x.xlsx", f"x {HIDDEN[0]}", insight(book, "x"))
    seen = dict(texts_of(tmp_path))
    assert len(seen) == 3
    for path, text in seen.items():
        assert not any(number in text for number in HIDDEN), path
        assert "个体户" in text, path
