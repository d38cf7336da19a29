"""The number of people that a title or a footer states (共12人, 合计：12人, 人数 12), held against the rows read."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from scheduler.i18n import ngettext
from scheduler.tabular.issues import Issue, issue
from scheduler.tabular.sheets.workbook import SheetCells, Value, column_letter, text_of
from scheduler.tabular.tables.headings import SheetTable

_WHO = r"(?:务工人员|返岗人员|返乡人员|农民工|人员|乘客|旅客|人数)?"
_STATED = re.compile(
    r"(?:(?:总共|共计|合计|总计|共)(?:有|登记|报名|返岗|返乡|上报|收集|统计)?" + _WHO + "[:为是]?"
    r"|(?:^|(?<![\u4e00-\u9fff])|(?<=[总表村])|(?<=报名|返岗|返乡|填报|上报|登记|乘车))人数(?:合计|总计|共计|共)?[:为是]?)"
    r"(?:\d+[户家组],?)?(\d{1,6})(?:[人名]|(?=[,;。)]|$))"
)
_OTHERS = re.compile(r"(?:计划|预计|预估|累计|其中|去年|上年|往年|目标|全[县镇乡市省街村])[^,;。]*$")
_LABEL = re.compile(r"(?:合计|总计|共计|总人数|(?:报名|返岗|返乡|填报|上报|登记|合计|总计)?人数(?:合计|总计)?):?")
_COUNT = re.compile(r"(\d{1,6})([人名])?")


@dataclass(frozen=True, slots=True)
class Stated:
    """A number of people that stands on a sheet: the numbers of rows it may mean, and the finding if it is none."""

    number: int
    fitting: frozenset[int]
    issue: Issue

    def fits(self, twice: int) -> bool:
        """Tell whether the number is right, `twice` rows of the file being of people listed elsewhere too."""
        return any(rows - twice <= self.number <= rows for rows in self.fitting)


def find_stated(sheet: SheetCells, tables: Sequence[SheetTable], in_file: int) -> list[Stated]:
    """Return the numbers of people that stand on a sheet beside its tables.

    A number fits when it is that of a table, of the sheet, of the file, or of the rows between two lines that are no
    people: a village's part has a total of its own.

    Parameters
    ----------
    tables : sequence of SheetTable
        Those of the sheet, their people read.
    in_file : int
        People in the whole file.
    """
    if not any(table.people for table in tables):
        return []
    lines = list(_lines(sheet, tables))
    stated = [
        (at, row, column, number) for at, row in enumerate(lines) for column, number in _numbers(sheet, row, tables)
    ]
    if not stated:
        return []
    numbers = sorted(number for table in tables for number in table.people)
    edges = [0, *(row + 1 for row in lines), len(sheet.cells) + 1]
    parts = [bisect_left(numbers, last) - bisect_right(numbers, first) for first, last in pairwise(edges)]
    whole = {in_file, len(numbers), *(len(table.people) for table in tables)}
    for first in {table.header_row for table in tables}:
        whole.add(sum(len(table.people) for table in tables if table.header_row == first))
    return [
        Stated(
            number,
            frozenset(whole.union(accumulate(reversed(parts[: at + 1])), accumulate(parts[at + 1 :]))),
            _issue(sheet, row, column, number, len(numbers)),
        )
        for at, row, column, number in stated
    ]


def _issue(sheet: SheetCells, row: int, column: int, number: int, read: int) -> Issue:
    form = ngettext(
        "{stated} person is written here, {read} were read on this sheet",
        "{stated} people are written here, {read} were read on this sheet",
        number,
    )
    return issue(
        "R307",
        sheet.file,
        sheet=sheet.name,
        row=row + 1,
        column=column_letter(column),
        value=text_of(sheet.cells[row][column]),
        message=form.format(stated=number, read=read),
    )


def _lines(sheet: SheetCells, tables: Sequence[SheetTable]) -> Iterator[int]:
    """Yield the rows, from 0, that hold something and neither a person nor headings."""
    taken = {number for table in tables for number in table.people}
    for table in tables:
        taken.update(range(table.first_row, table.header_row + 1))
    for index, cells in enumerate(sheet.cells):
        if index + 1 not in taken and any(value != "" for value in cells):
            yield index


def _numbers(sheet: SheetCells, row: int, tables: Sequence[SheetTable]) -> Iterator[tuple[int, int]]:
    """Yield the columns of a line that state a number of people, and the number."""
    cells = [(column, value) for column, value in enumerate(sheet.cells[row]) if value != ""]
    texts = [(column, _plain(value)) for column, value in cells]
    found = False
    for column, text in texts:
        for match in _STATED.finditer(text):
            if not _OTHERS.search(text[: match.start()]):
                found = True
                yield column, int(match[1])
    labels = [] if found else [at for at, (_column, text) in enumerate(texts) if _LABEL.fullmatch(text)]
    for at, following in pairwise([*labels, len(texts)]):
        counts = [(column, known) for column, text in texts[at + 1 : following] if (known := _COUNT.fullmatch(text))]
        if counts and (counts[0][1][2] or (len(counts) == 1 and not _is_sum(sheet, counts[0][0], tables))):
            yield counts[0][0], int(counts[0][1][1])


def _is_sum(sheet: SheetCells, column: int, tables: Sequence[SheetTable]) -> bool:
    """Tell whether a number below a column adds up what stands in it: luggage, members of the family, money."""
    values = [
        sheet.cells[number - 1][column]
        for table in tables
        for number in table.people
        if column < len(sheet.cells[number - 1]) and sheet.cells[number - 1][column] != ""
    ]
    return sum(_COUNT.fullmatch(_plain(value)) is not None for value in values) * 2 > len(values)


def _plain(value: Value) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text_of(value)))
