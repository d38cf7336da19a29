"""Nothing of a PDF is drawn beside the paper, whatever the cells hold: the places are read from the file itself."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PageObject, PdfReader

from scheduler.reports.book import Book
from scheduler.reports.formats.document import Column, Facts, Sheet, Signatures, Table, Text
from scheduler.reports.formats.fonts import Font
from scheduler.reports.formats.pdf import render
from scheduler.reports.formats.xlsx import write_workbook
from scheduler.reports.manifests import arrivals, home_lists, lists
from scheduler.reports.manifests.run_pack import handovers, passenger_list
from scheduler.reports.visibility import View
from tests.builders import FIRST, GUXIAN, Service, party, plan_for, problem

FONT = Font()
EDGE_PT = 7 * 72 / 25.4
"""Printers leave at least so much white: the foot of a page stands 7 mm from its edge."""
_MARK = re.compile(
    r"/F (?P<size>[\d.]+) Tf|1 0 0 1 (?P<x>-?[\d.]+) (?P<y>-?[\d.]+) Tm <(?P<codes>[0-9A-F]*)>"
    r"|(?P<left>-?[\d.]+) (?P<low>-?[\d.]+) (?P<wide>-?[\d.]+) (?P<high>-?[\d.]+) re"
    r"|(?P<x1>-?[\d.]+) (?P<y1>-?[\d.]+) m (?P<x2>-?[\d.]+) (?P<y2>-?[\d.]+) l"
)


def drawn(page: PageObject) -> Iterator[tuple[float, float, float, float]]:
    """Yield left, low, right and high of every text, rule and rectangle of a page, in points."""
    fonts = page["/Resources"]["/Font"]["/F"]  # type: ignore[index]
    widths = [float(each) for each in fonts["/DescendantFonts"][0]["/W"][1]]  # type: ignore[index]
    contents = page.get_contents()
    assert contents is not None
    size = 0.0
    for found in _MARK.finditer(contents.get_data().decode("ascii")):
        part = found.groupdict()
        if part["size"]:
            size = float(part["size"])
        elif part["x"]:
            x, y, codes = float(part["x"]), float(part["y"]), part["codes"]
            wide = sum(widths[int(codes[i : i + 4], 16) - 1] for i in range(0, len(codes), 4)) * size / 1000
            yield x, y - 0.12 * size, x + wide, y + 0.88 * size
        elif part["left"]:
            left, low, wide, high = (float(part[name]) for name in ("left", "low", "wide", "high"))
            yield left, low, left + wide, low + high
        else:
            xs, ys = (float(part["x1"]), float(part["x2"])), (float(part["y1"]), float(part["y2"]))
            yield min(xs), min(ys), max(xs), max(ys)


def pages_that_fit(*sheets: Sheet) -> list[str]:
    """Return the text of each page, having looked that all of it is on the paper."""
    pages = PdfReader(io.BytesIO(render(sheets, FONT))).pages
    for page in pages:
        right, top = float(page.mediabox.right), float(page.mediabox.top)
        marks = list(drawn(page))
        assert marks
        for x1, y1, x2, y2 in marks:
            assert x1 >= EDGE_PT - 0.1, (x1, y1, x2, y2)
            assert y1 >= EDGE_PT - 3, (x1, y1, x2, y2)
            assert x2 <= right - EDGE_PT + 0.1, (x1, y1, x2, y2)
            assert y2 <= top - EDGE_PT + 3, (x1, y1, x2, y2)
    return ["".join(page.extract_text().split()) for page in pages]


def book_with(**changed: str) -> Book:
    one = party(3)
    one = replace(one, people=(replace(one.people[0], **changed), *one.people[1:]))
    asked = problem(one, party(2))
    return Book(asked, plan_for(asked, (Service(FIRST, (GUXIAN,)), asked.parties)))


@pytest.mark.parametrize("size", [600, 3000])
@pytest.mark.parametrize("field", ["name", "employer", "luggage", "village", "phone"])
@pytest.mark.parametrize("letter", ["长", "W", "长 "])
def test_a_cell_taller_than_a_page_ends_on_the_page(field: str, letter: str, size: int) -> None:
    book = book_with(**{field: letter * size})
    run = book.runs[0]
    pages_that_fit(
        passenger_list(book, run, View("escort")),
        *handovers(book, run, View("escort")),
        home_lists.township_list(book, "顾县镇", book.riders[run.id], View("township")),
        home_lists.public_notice(book, "顾县镇", book.riders[run.id], View("public")),
        arrivals.arrival_list(book, "名单", "电子厂", book.riders[run.id], View("station")),
        lists.carrier_list(book, run, View("carrier")),
    )


def test_what_does_not_fit_ends_in_a_mark_and_is_whole_in_the_workbook(tmp_path: Path) -> None:
    name = "长" * 3000 + "尾"
    book = book_with(name=name)
    sheet = passenger_list(book, book.runs[0], View("escort"))
    text = "".join(pages_that_fit(sheet))
    assert "尾" not in text
    assert text.count("…") == 1
    # The others of the list stand on the paper whole, once each.
    assert all(text.count(person.name) == 1 for one in book.problem.parties for person in one.people[1:])
    path = tmp_path / "x.xlsx"
    write_workbook(path, [sheet])
    assert name in {cell.value for row in openpyxl.load_workbook(path).worksheets[0].iter_rows() for cell in row}


def test_nothing_is_cut_that_fits_on_a_page() -> None:
    book = book_with(name="龘" * 400 + "尾")
    text = "".join(pages_that_fit(passenger_list(book, book.runs[0], View("escort"))))
    assert "…" not in text
    assert text.count("龘") == 400
    assert "尾" in text


@pytest.mark.parametrize("text", ["站" * 900, "Supercalifragilistic" * 60, "站、" * 900, "站" * 30])
def test_titles_headings_facts_and_tabs_stay_on_the_paper(text: str) -> None:
    heads = (Column(text, 10), Column("短", 2, joined=True), Column(text, 90, "left"))
    table = Table(heads, tuple((n, text if n % 7 == 0 else "", "行") for n in range(60)), title=text)
    blocks = (Facts((("标签", text), (text, "值")), per_line=2), table, Text(text), Signatures(("签字", "盖章")))
    for landscape in (False, True):
        whole = "".join(
            pages_that_fit(Sheet(text, text, blocks, subtitle=text, code="C0215-深圳-01", landscape=landscape))
        )
        assert whole.count("行") == 60


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=40), st.integers(1, 400)), min_size=3, max_size=3), st.integers(1, 12))
def test_any_table_stays_on_the_paper(cells: list[tuple[str, int]], rows: int) -> None:
    row = tuple(text * count for text, count in cells)
    table = Table((Column("a", 5), Column("b", 20), Column("c", 165, "left")), (row,) * rows)
    pages_that_fit(Sheet("t", "t", (table,)))
